"""What the others find on the board when one has died."""

from __future__ import annotations

import os
import select

from seccomp_tui.policy.answers import Kind
from seccomp_tui.supervisor import aftermath
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.report import exit_code
from seccomp_tui.supervisor.wire import TargetExited


def test_a_child_s_notes_are_seen_by_its_parent() -> None:
    board = Board()
    assert board.ending is None
    pid = os.fork()
    if pid == 0:
        board.received((1 << 64) - 1, 5)
        board.doom()
        board.committed = 6
        board.target = 7
        board.start()
        board.keeper_answer = Kind.KILL
        board.finish()
        board.ended(256, 2)
        os._exit(0)
    os.waitpid(pid, 0)
    assert (board.last_id, board.oldest_open, board.committed, board.target) == ((1 << 64) - 1, 5, 6, 7)
    assert board.ending == (256, 2)
    assert board.doomed
    assert board.started
    assert aftermath.read(board) == aftermath.Aftermath(Kind.KILL, TargetExited(256, 2), alive=False)


def test_roles_are_kept_in_the_order_they_were_started() -> None:
    board = Board()
    for pid in (3, 1, 2):
        board.add_role(pid)
    assert board.roles == [3, 1, 2]


def test_exit_codes_are_those_of_a_shell() -> None:
    assert exit_code(3 << 8, 0) == 3
    assert exit_code(9, 0) == 137
    assert exit_code(127 << 8, 2) == 127
    assert exit_code(127 << 8, 13) == 126


def test_nobody_sees_a_number_half_written() -> None:
    board = Board()
    board.committed = 1
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(write)
        while not select.select([read], [], [], 0)[0]:
            for seq in range(1, 1000):
                board.committed = seq
        os._exit(0)
    try:
        assert all(1 <= board.committed < 1000 for _ in range(300_000))
    finally:
        os.close(write)
        os.close(read)
        os.waitpid(pid, 0)
