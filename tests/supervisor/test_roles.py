"""How a role ends: it tells before the kernel is done with it, and holds nothing by then that others wait for."""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seccomp_tui.kernel import results, tracepoints
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.keeper import Keeper
from seccomp_tui.supervisor.roles import OWN_FAILURE, become, endings


def stopping_at_its_end() -> None:
    """Make this process stop when it exits, in the place of a kernel that takes long."""
    leave = os._exit

    def stop_and_leave(code: int) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        leave(code)

    os._exit = stop_and_leave  # type: ignore[assignment]


def end(pid: int) -> None:
    """Wait until a process has stopped, and let it go on to its end."""
    if os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1]):
        os.kill(pid, signal.SIGCONT)
        os.waitpid(pid, 0)


@contextmanager
def role(work: Callable[[], int], ended: int) -> Iterator[int]:
    """Fork a role whose exit takes as long as the block."""
    pid = os.fork()
    if pid == 0:
        stopping_at_its_end()
        become(work, (), ended)
    try:
        yield pid
    finally:
        end(pid)


def until_readable(fd: int) -> bool:
    return bool(select.select([fd], [], [], 30)[0])


def test_a_role_that_has_returned_tells_so_before_it_is_dead() -> None:
    read, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    with role(lambda: 3, write) as pid:
        assert until_readable(read)
        assert list(endings(read)) == [(pid, 3)]
        os.close(write)
    os.close(read)


def test_a_role_that_crashes_tells_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    read, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    pid = os.fork()
    if pid == 0:
        become(lambda: 1 // 0, (), write)
    os.close(write)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == OWN_FAILURE
    assert list(endings(read)) == []
    assert "ZeroDivisionError" in capfd.readouterr().err
    os.close(read)


@pytest.mark.needs("results")
def test_what_others_wait_for_is_let_go_and_events_are_kept(tmp_path: Path) -> None:
    read, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    out, given = os.pipe()

    def work() -> int:
        os.dup2(given, 1)
        os.dup2(given, 17)
        os.chdir(tmp_path)
        results.open_events(os.getpid(), tracepoints.ids(results.EVENTS))
        os.write(1, b"said")
        return 0

    with role(work, write) as pid:
        os.close(given)
        assert until_readable(read)
        assert (os.read(out, 10), os.read(out, 10)) == (b"said", b"")  # the end: no writer is left
        assert os.readlink(f"/proc/{pid}/cwd") == "/"
        kept = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}
        assert {link.split("[")[0] for link in kept} == {"/dev/null", "pipe:", "anon_inode:"}
        assert "anon_inode:[perf_event]" in kept
    for fd in (read, write, out):
        os.close(fd)


def test_the_keeper_does_not_wait_for_the_end_of_a_role_that_has_returned() -> None:
    read, write = os.pipe()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def work() -> int:
        os.write(write, b"%d" % os.getpid())
        stopping_at_its_end()
        return 0

    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            board = Board()
            board.ended(7 << 8, 0)
            keeper = Keeper(board, ours, None, "continue")
            keeper.owns({theirs.fileno()})
            keeper.fork("supervisor", work, ())
            code = keeper.run()
        finally:
            os._exit(code)
    for one in (ours, theirs):
        one.close()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    end(int(os.read(read, 20)))  # it has become ours: its parent is gone
    for fd in (read, write):
        os.close(fd)
