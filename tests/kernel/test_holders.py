"""Listeners that other processes hold."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from seccomp_tui.kernel import holders
from seccomp_tui.kernel.details import details
from seccomp_tui.kernel.holders import NotAllowed
from seccomp_tui.kernel.listener import Listener
from tests.conftest import NOBODY, OrdinaryUser
from tests.kernel.conftest import NUMBERS, Start

pytestmark = pytest.mark.needs("user_notif")
WAIT = "import sys; print(flush=True); sys.stdin.read()"
NOT_DUMPABLE = f"import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); {WAIT}"


def test_all_that_a_process_holds_is_found_and_what_is_the_same_stands_together(start: Start) -> None:
    first, second = start(["/bin/cat"], "openat"), start(["/bin/cat"], "openat")
    twin = os.dup(first.launched.listener)
    try:
        mine = holders.listeners(os.getpid())
        assert tuple(sorted((first.launched.listener, twin))) in mine
        assert (second.launched.listener,) in mine
        assert second.launched.listener in holders.holders()[os.getpid()]
        assert not holders.same(os.getpid(), twin, os.getpid(), second.launched.listener)
    finally:
        os.close(twin)
        for target in (first, second):
            target.launched.process.kill()


def test_a_duplicate_works(start: Start) -> None:
    target = start([sys.executable, "-c", "import os; os.getppid()"], "getppid")
    taken = holders.take(os.getpid(), target.launched.listener)
    try:
        assert holders.same(os.getpid(), taken, os.getpid(), target.launched.listener)
        call = target.next(NUMBERS["getppid"])
        assert call is not None
        other = Listener(os.dup(taken))
        assert other.give(call.id, 7)
        other.close()
    finally:
        os.close(taken)
    assert target.finish() == 0


def test_who_runs_under_which_filters(start: Start) -> None:
    target = start([sys.executable, "-c", "import os; os.getppid()"], "getppid")
    call = target.next(NUMBERS["getppid"])
    assert call is not None
    mode, filters = holders.under(target.launched.process.pid)
    assert mode == 2
    assert filters == holders.under(os.getpid()).filters + 1
    assert holders.ancestors(target.launched.process.pid)[0] == os.getpid()
    assert holders.command(target.launched.process.pid)[0].startswith("python")
    target.listener.allow(call.id)
    assert target.finish() == 0
    with pytest.raises(ProcessLookupError):
        holders.under(2**22 + 5)
    with pytest.raises(ProcessLookupError):
        holders.listeners(2**22 + 5)
    assert holders.command(2**22 + 5) == ("", "")


def _missing(user: OrdinaryUser, pid: int) -> str:
    """Return what an ordinary user is told who looks at a process, and proof that it is refused."""
    code = (
        "import os, sys; from seccomp_tui.kernel import holders\n"
        "try: print(holders.listeners(int(sys.argv[1])))\n"
        "except holders.NotAllowed as error: print(error)\n"
    )
    done = user.run([user.python, "-c", code, str(pid)])
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


@pytest.mark.needs("root")
def test_whose_process_it_is_decides(as_user: OrdinaryUser) -> None:
    assert _missing(as_user, os.getpid()) == (
        f"it runs as user 0, and we are {NOBODY}: be that user, or root (CAP_SYS_PTRACE)"
    )


def test_what_is_not_dumpable_is_roots(as_user: OrdinaryUser) -> None:
    command = [sys.executable, "-c", NOT_DUMPABLE]
    identity = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([as_user.python, *command[1:]], env=as_user.env, **pipes, **identity) as process:  # type: ignore[call-overload]
        assert process.stdout
        process.stdout.readline()
        assert "it is not dumpable" in _missing(as_user, process.pid)
        process.communicate()


def test_the_listener_of_another_who_may_not_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(pidfd: int, target: int) -> int:
        raise PermissionError(errno.EPERM, "refused")

    monkeypatch.setattr(holders.abi, "pidfd_getfd", refused)
    with pytest.raises(NotAllowed):
        holders.take(os.getpid(), 0)


def test_what_has_another_thing_in_its_place_by_now_is_not_taken() -> None:
    before = os.listdir("/proc/self/fd")
    with pytest.raises(OSError, match="Bad file descriptor"):
        holders.take(os.getpid(), 0)
    assert os.listdir("/proc/self/fd") == before


@pytest.mark.parametrize(("scope", "told"), [(1, "ancestors"), (2, "root alone"), (3, "everybody")])
def test_yama_is_named(scope: int, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holders, "yama_scope", lambda: scope)
    monkeypatch.setattr(holders, "has", lambda capability: False)
    assert told in holders.missing(os.getpid())
    assert f"ptrace_scope={0 if scope == 1 else scope}" in holders.missing(os.getpid())


def test_why_its_memory_cant_be_read_stands_in_its_details(as_user: OrdinaryUser) -> None:
    code = "import sys; from seccomp_tui.kernel.details import details; print(dict(details(int(sys.argv[1]))))"
    with subprocess.Popen(
        [as_user.python, "-c", NOT_DUMPABLE],
        env=as_user.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        **({"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}),  # type: ignore[arg-type]
    ) as process:
        assert process.stdout
        process.stdout.readline()
        told = as_user.run([as_user.python, "-c", code, str(process.pid)]).stdout.decode()
        assert "'its memory': b\"can't be read: it is not dumpable (a setuid program" in told
        process.communicate()
    assert "its memory" not in dict(details(os.getpid()))
