"""Who a thread is."""

from __future__ import annotations

import os
import resource
import select
import sys

from seccomp_tui.kernel.details import details
from seccomp_tui.kernel.processes import descendants, identify, module_at, open_thread
from tests.kernel.conftest import NUMBERS, Start

THREAD = """
import ctypes, os, threading
def one():
    ctypes.CDLL(None).prctl(15, b'worker', 0, 0, 0)
    os.getppid()
t = threading.Thread(target=one); t.start(); t.join()
"""


def test_a_thread_is_told_from_its_process(start: Start) -> None:
    target = start(THREAD, "getppid")
    call = target.next(NUMBERS["getppid"])
    assert call is not None
    identity = identify(call.tid)
    assert identity.pid == target.launched.process.pid != call.tid
    assert identity.ppid == os.getpid()
    assert identity.comm == b"worker"
    assert os.path.realpath(sys.executable).encode() == identity.exe
    target.listener.allow(call.id)
    assert target.finish() == 0


def test_a_name_with_brackets_and_spaces_is_read_whole(start: Start) -> None:
    odd = "x) 1 (y"
    target = start(THREAD.replace("worker", odd), "getppid")
    call = target.next(NUMBERS["getppid"])
    assert call is not None
    assert identify(call.tid).comm == odd.encode()


def test_the_image_changes_with_the_program(start: Start) -> None:
    target = start(["/bin/sh", "-c", "exec /bin/true"])
    images = []
    while (call := target.next(NUMBERS["execve"])) is not None:
        images.append(identify(call.tid).image)
        target.listener.allow(call.id)
    assert len(set(images)) == 2


def test_what_does_not_exist_is_empty_not_an_error() -> None:
    identity = identify(0)
    assert (identity.pid, identity.comm, identity.exe) == (0, b"", b"")
    assert module_at(0, 0x1000) == ""
    assert descendants(1 << 22) == []
    assert open_thread(1 << 22) is None


def test_the_module_of_an_instruction_is_named(start: Start) -> None:
    target = start("import os; os.getppid()", "getppid")
    call = target.next(NUMBERS["getppid"])
    assert call is not None
    assert "libc" in module_at(call.tid, call.ip) or "python" in module_at(call.tid, call.ip)
    rows = dict(details(call.tid, call.ip))
    assert rows["cwd"] == os.getcwdb()
    assert rows["called from"].decode() == module_at(call.tid, call.ip)


def test_what_is_known_of_a_process_is_told_in_rows_below_headings(start: Start) -> None:
    target = start("import os; f = open('/etc/passwd'); os.set_inheritable(f.fileno(), False); os.getppid()", "getppid")
    call = target.next(NUMBERS["getppid"])
    assert call is not None
    found = details(call.tid)
    headings = [text for name, text in found if not name]
    assert len(headings) == len(set(headings)) == 7
    parents = found[found.index(("", b"Parents, the nearest first")) + 1 :]
    assert parents[0][0] == str(os.getpid())
    rows = dict(found)
    assert b"r,cloexec /etc/passwd" in [text for name, text in found if name.startswith("fd ")]
    assert rows["seccomp"] == b"filter (1 installed, ours among them)"
    assert rows["no_new_privs"] in (b"yes", b"no")
    assert ("user", b" ".join([b"%d" % os.getuid()] * 4)) in found
    assert rows["open files"].startswith(b"%d, " % resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    assert rows["net"].endswith(b"the supervisor's too")
    assert any(text.startswith(b"r-xp") and text.endswith(b".so.6") for _, text in found)


def test_of_a_process_that_is_gone_little_is_told_and_nothing_raises() -> None:
    assert details(1 << 22, 0x1000) == [("thread", b"4194304 "), ("called from", b"0x1000")]


def test_the_pidfd_of_a_thread_tells_of_its_end(start: Start) -> None:
    target = start(THREAD, "getppid")
    call = target.next(NUMBERS["getppid"])
    assert call is not None
    pidfd = open_thread(call.tid)
    assert pidfd is not None
    try:
        assert not select.select([pidfd], [], [], 0)[0]
        target.listener.allow(call.id)
        assert select.select([pidfd], [], [], 30)[0]
    finally:
        os.close(pidfd)
    assert target.finish() == 0
