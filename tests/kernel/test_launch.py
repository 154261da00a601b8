"""The launch: first notification, gate, terminal, signals, failures."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.filter import trap, trap_everything
from seccomp_tui.kernel.launch import LaunchError, Program, User, launch
from seccomp_tui.kernel.memory import ThreadMemory
from tests.kernel.conftest import NATIVE, NUMBERS, Start


def test_the_first_recorded_call_is_the_execve_of_the_program(start: Start) -> None:
    target = start(["/bin/true"])
    call = target.next(NUMBERS["execve"])
    assert call is not None
    assert ThreadMemory(call.tid).read_string(call.args[0], 4096) == b"/bin/true\0"
    assert target.listener.allow(call.id)
    assert target.finish() == 0


@pytest.mark.long
def test_a_short_program_never_escapes_before_its_listener_is_taken(
    start: Start, repetitions: Callable[[int], int]
) -> None:
    for _ in range(repetitions(200)):
        assert start(["/bin/true"], "execve").finish() == 0


def test_arguments_and_environment_arrive_byte_for_byte(start: Start, tmp_path: Path) -> None:
    code = (
        "import os, sys; open(sys.argv[1], 'wb').write(os.fsencode(sys.argv[2]) + b'|' + os.environb.get(b'PWD', b''))"
    )
    odd = os.fsdecode(b"\xff\x1b[31m \n")
    seen = tmp_path / "seen"
    assert start([sys.executable, "-I", "-S", "-c", code, str(seen), odd]).finish() == 0
    assert seen.read_bytes() == os.fsencode(odd) + b"|" + os.environb.get(b"PWD", b"")


def test_the_program_gets_none_of_our_descriptors(start: Start, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    with open("/dev/null"):
        assert start(["/bin/sh", "-c", f"ls -l /proc/self/fd > {seen}"]).finish() == 0
    text = seen.read_text()
    assert "seccomp" not in text
    assert "memfd" not in text


def test_a_descriptor_that_the_user_passes_on_reaches_the_program(start: Start) -> None:
    readable, writable = os.pipe()
    os.set_inheritable(writable, True)
    try:
        assert start(["/bin/sh", "-c", f"echo hello > /proc/self/fd/{writable}"]).finish() == 0
        assert os.read(readable, 99) == b"hello\n"
    finally:
        os.close(readable)
        os.close(writable)


def test_signals_that_python_ignores_are_back_at_their_defaults(start: Start) -> None:
    # The shell keeps what it got; Python would ignore SIGPIPE again by itself.
    assert start(["/bin/sh", "-c", "grep -q 'SigIgn:.0*$' /proc/self/status"]).finish() == 0


def test_signals_that_the_user_ignores_stay_ignored(start: Start) -> None:
    target = start(["/bin/sh", "-c", "kill -INT $$; exit 3"], "execve", ignored=frozenset({signal.SIGINT}))
    assert target.finish() == 3


def test_a_failed_execve_leaves_its_errno(start: Start) -> None:
    target = start(["/nonexistent/program"])
    assert target.finish() == 127
    assert target.launched.exec_errno() == errno.ENOENT


def test_the_program_outlives_a_dead_supervisor_unless_told_otherwise(start: Start) -> None:
    code = "import ctypes, sys; v = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(v)); sys.exit(v.value)"
    assert start(code, "execve").finish() == 0
    assert start(code, "execve", die_with_parent=True).finish() == signal.SIGKILL


@pytest.mark.needs("user_notif", "root")
def test_as_another_user_it_still_dies_with_the_supervisor_and_has_that_users_ids_only(start: Start) -> None:
    nobody = User(65534, 65534, (65534, 7))
    code = "import ctypes, sys; v = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(v)); sys.exit(v.value)"
    script = "test \"$(id -u) $(id -g) $(id -G)\" = '65534 65534 65534 7'"
    target = start(["/bin/sh", "-c", script], "execve", user=nobody)
    assert not target.launched.no_new_privs
    assert target.finish() == 0
    argv = ["/usr/bin/python3", "-I", "-S", "-c", code]
    if os.access(argv[0], os.X_OK):  # ours may lie where that user can't go
        assert start(argv, "execve", user=nobody, die_with_parent=True).finish() == signal.SIGKILL


def test_with_a_terminal_the_program_leads_its_own_session(start: Start) -> None:
    master, slave = os.openpty()
    try:
        code = "import os, sys; sys.exit(not (os.getsid(0) == os.getpid() and os.open('/dev/tty', 2) >= 0))"
        assert start(code, "execve", terminal=slave).finish() == 0
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.needs("user_notif", "root")
def test_root_keeps_setuid_programs_working(start: Start) -> None:
    target = start(["/bin/true"], "execve")
    assert not target.launched.no_new_privs
    assert target.finish() == 0


@pytest.mark.needs("user_notif")
def test_a_second_listener_in_the_chain_is_explained() -> None:
    bpf = trap({NATIVE: {"getppid": NUMBERS["getppid"]}})
    code = (
        "import os, sys\nfrom seccomp_tui.kernel.launch import *\nfrom seccomp_tui.kernel.filter import *\n"
        "try:\n    launch(Program(b'/bin/true', [b'true'], []), trap_everything())\n"
        "except LaunchError as e:\n    sys.exit('EBUSY' not in str(e))\nsys.exit(5)\n"
    )
    environment = [f"{name}={value}".encode() for name, value in os.environ.items()]
    environment.append(f"PYTHONPATH={os.getcwd()}".encode())
    argv = [os.fsencode(word) for word in (sys.executable, "-c", code)]
    launched = launch(Program(argv[0], argv, environment), bpf)
    launched.open_gate()
    from tests.kernel.conftest import Target

    target = Target(launched)
    try:
        assert target.finish() == 0
    finally:
        target.close()


@pytest.mark.needs("user_notif")
def test_a_refused_filter_is_an_error_that_says_so() -> None:
    with pytest.raises(LaunchError, match="Invalid argument"):
        launch(Program(b"/bin/true", [b"true"], []), b"\0" * 8)


@pytest.mark.needs("user_notif")
def test_an_ordinary_user_gets_no_new_privs_and_works_all_the_same(as_user: object) -> None:
    code = (
        "import os\nfrom seccomp_tui.kernel.launch import *\nfrom seccomp_tui.kernel.filter import *\n"
        "from tests.kernel.conftest import Target\n"
        "t = Target(launch(Program(b'/bin/true', [b'true'], []), trap_everything()))\n"
        "assert t.launched.no_new_privs\nassert t.finish() == 0\nprint('fine')\n"
    )
    outcome = as_user.run([as_user.python, "-c", code])  # type: ignore[attr-defined]
    assert outcome.stdout == b"fine\n", outcome.stderr.decode()


def test_everything_and_nothing_else_traps() -> None:
    assert len(trap_everything()) % 8 == 0
    assert abi.NOTIF.size == 80
