"""A real keeper with a supervisor that dies when the test wants."""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from seccomp_tui.kernel import filter as bpf
from seccomp_tui.kernel.launch import Launched, Program, launch
from seccomp_tui.supervisor import report
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.keeper import Keeper

pytestmark = pytest.mark.needs("user_notif")


def at_the_gate(_: Launched) -> None:
    pass


def at_its_first_call(launched: Launched) -> None:
    launched.open_gate()
    select.select([launched.listener], [], [], 30)


@pytest.mark.parametrize("when", [None, at_the_gate, at_its_first_call])
def test_a_supervisor_killed_before_the_execve_has_started_nothing(
    tmp_path: Path, when: Callable[[Launched], None] | None
) -> None:
    made = tmp_path / "made"
    program = Program(b"/usr/bin/touch", [b"touch", os.fsencode(made)], [])

    def supervise(board: Board, keeper: socket.socket) -> int:
        if when is not None:
            launched = launch(program, bpf.trap_everything())
            board.target = launched.process.pid
            socket.send_fds(keeper, [report.LISTENER], [launched.listener])
            when(launched)
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    code, said = keep(tmp_path, supervise)
    assert (code, said) == (125, "seccomp-tui: the supervisor died before the program was started\n")
    assert not made.exists()


def keep(folder: Path, supervise: Callable[[Board, socket.socket], int]) -> tuple[int, str]:
    """Run a keeper in a process of its own and return its exit code and what it said."""
    said = folder / "said"
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT), 2)
            board = Board()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            end = theirs.detach()
            keeper = Keeper(board, ours, None, "continue")
            keeper.owns({end})
            keeper.fork("supervisor", lambda: supervise(board, socket.socket(fileno=end)), {end})
            code = keeper.run()
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), said.read_text()
