"""Calls get their results: by thread, by number, by time."""

from __future__ import annotations

import struct

from seccomp_tui.kernel.results import Exit
from seccomp_tui.session.filled import Filled
from seccomp_tui.session.pairing import Pairing
from seccomp_tui.session.recorder import Line
from seccomp_tui.supervisor.records import CallRecord, Late, pack_segments
from seccomp_tui.syscalls.arch import X86_64
from seccomp_tui.syscalls.decode import Decoder

READ, OPENAT, CLONE, SIGRETURN = 0, 257, 56, 15
BUFFER = 0x7FFF_0000_1000


def call(seq: int, time: int, nr: int = READ, tid: int = 7, args: tuple[int, ...] = (3, BUFFER, 5, 0, 0, 0)) -> Line:
    record = CallRecord(seq, time, 7, tid, X86_64.token, nr, 0, args, 2, 1, 0, 1, 0, b"")
    return Line(record, Decoder())


def returned(time: int, value: int = 0, nr: int = READ, tid: int = 7, sp: int = 0, stack: bytes = b"") -> Exit:
    return Exit(time, 7, tid, nr, value, sp, stack)


class Outcome:
    """Pairs, and notes what came out: (number of the call, its result or None)."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.pairing = Pairing(self.lines.append)

    @property
    def results(self) -> list[tuple[int, int | None]]:
        return [(line.call.seq, line.result.value if line.result else None) for line in self.lines]


def test_a_result_may_come_before_or_after_the_record_of_its_call() -> None:
    outcome = Outcome()
    outcome.pairing.exit(returned(11, 3))
    outcome.pairing.call(call(1, 10))
    outcome.pairing.call(call(2, 20))
    assert outcome.pairing.waiting == 1
    outcome.pairing.exit(returned(21, 4))
    assert outcome.results == [(1, 3), (2, 4)]
    assert outcome.pairing.waiting == 0


def test_threads_do_not_mix() -> None:
    outcome = Outcome()
    outcome.pairing.call(call(1, 10, tid=7))
    outcome.pairing.call(call(2, 11, tid=8))
    outcome.pairing.exit(returned(12, 80, tid=8))
    outcome.pairing.exit(returned(13, 70, tid=7))
    assert outcome.results == [(2, 80), (1, 70)]


def test_a_childs_first_exit_is_of_the_clone_that_made_it() -> None:
    outcome = Outcome()
    outcome.pairing.exit(returned(5, 0, CLONE, tid=9))
    outcome.pairing.call(call(1, 10, tid=9))
    outcome.pairing.exit(returned(11, 2, tid=9))
    assert outcome.results == [(1, 2)]


def test_a_signal_handlers_return_has_another_number() -> None:
    outcome = Outcome()
    outcome.pairing.call(call(1, 10, SIGRETURN))
    outcome.pairing.exit(returned(11, 0, -1))
    assert outcome.results == [(1, 0)]


def test_a_call_that_was_withdrawn_has_no_result() -> None:
    outcome = Outcome()
    outcome.pairing.call(call(1, 10))
    outcome.pairing.call(call(2, 20))
    outcome.pairing.exit(returned(21, 5))
    assert outcome.results == [(1, None), (2, 5)]


def test_the_calls_of_a_dead_thread_have_no_result() -> None:
    outcome = Outcome()
    outcome.pairing.call(call(1, 10))
    outcome.pairing.ended(7)
    assert outcome.results == [(1, None)]
    assert outcome.pairing.waiting == 0


def test_after_a_loss_no_later_exit_is_taken_for_the_lost_one() -> None:
    outcome = Outcome()
    outcome.pairing.call(call(1, 10))
    outcome.pairing.lost(15)
    outcome.pairing.exit(returned(21, 5))
    assert outcome.results == []
    outcome.pairing.call(call(2, 20))
    assert outcome.results == [(1, None), (2, 5)]
    outcome.pairing.call(call(3, 30))
    outcome.pairing.exit(returned(31, 6))
    assert outcome.results[2:] == [(3, 6)]


def test_at_the_end_what_waits_has_no_result() -> None:
    outcome = Outcome()
    outcome.pairing.call(call(1, 10))
    outcome.pairing.call(call(2, 10, tid=8))
    outcome.pairing.give_up()
    assert outcome.results == [(1, None), (2, None)]


def settled(line: Line, sp: int = 0, stack: bytes = b"", value: int = 5) -> tuple[Filled, list[Line]]:
    done: list[Line] = []
    filled = Filled(done.append)
    pairing = Pairing(filled.settled)
    pairing.call(line)
    pairing.exit(returned(line.call.time + 1, value, line.call.nr, sp=sp, stack=stack))
    return filled, done


def test_a_buffer_on_the_stack_is_known_exactly_at_once() -> None:
    filled, done = settled(call(1, 10), BUFFER - 16, bytes(16) + b"hello" + bytes(40))
    assert [(line.text, line.late) for line in done] == [('read(3, "hello", 5)', False)]
    assert not filled.waits(7)


def test_another_buffer_is_what_was_read_later() -> None:
    filled, done = settled(call(1, 10))
    assert not done
    assert filled.waits(7)
    filled.late(Late(1, 7, pack_segments([(BUFFER, b"later")])))
    assert [(line.text, line.late) for line in done] == [('read(3, "later", 5)', True)]


def test_what_was_read_later_may_be_told_before_the_result() -> None:
    done: list[Line] = []
    filled = Filled(done.append)
    pairing = Pairing(filled.settled)
    filled.late(Late(1, 7, pack_segments([(BUFFER, b"later")])))
    pairing.exit(returned(11, 5))
    pairing.call(call(1, 10))
    assert [line.text for line in done] == ['read(3, "later", 5)']


def test_without_either_it_is_an_address() -> None:
    filled, done = settled(call(1, 10))
    filled.ended(7)
    assert [line.text for line in done] == [f"read(3, {BUFFER:#x}, 5)"]


def test_a_failed_call_has_filled_nothing_in() -> None:
    _, done = settled(call(1, 10), value=-9)
    assert [line.text for line in done] == [f"read(3, {BUFFER:#x}, 5)"]


def test_what_went_in_is_what_it_was_at_the_call() -> None:
    record = CallRecord(
        1,
        10,
        7,
        7,
        X86_64.token,
        OPENAT,
        0,
        (3, BUFFER, 0, 0, 0, 0),
        2,
        1,
        0,
        1,
        0,
        pack_segments([(BUFFER, b"old\0")]),
    )
    _, done = settled(Line(record, Decoder()), BUFFER, b"new\0" + struct.pack("<Q", 0), value=4)
    assert [line.text for line in done] == ['openat(3, "old", O_RDONLY)']


def test_what_is_read_for_a_line_that_is_complete_is_not_kept() -> None:
    filled, done = settled(call(1, 10), value=-5)
    filled.late(Late(1, 7, pack_segments([(BUFFER, b"late")])))
    assert [line.text for line in done] == [f"read(3, {BUFFER:#x}, 5)"]
    assert not filled._late


def test_a_thread_that_nothing_is_told_of_makes_nobody_wait() -> None:
    outcome = Outcome()
    for seq in (1, 2, 3):
        outcome.pairing.call(call(seq, 10 * seq))
    outcome.pairing.complete(20)
    assert outcome.results == [(1, None)]
    outcome.pairing.complete(30)
    outcome.pairing.call(call(4, 40))
    assert [seq for seq, _ in outcome.results] == [1, 2, 4]
    outcome.pairing.exit(returned(41, 5))  # it is told after all
    outcome.pairing.call(call(5, 50))
    outcome.pairing.exit(returned(51, 6))
    assert outcome.results[-1] == (5, 6)
    assert outcome.pairing.waiting == 0


def test_of_what_is_not_told_other_calls_of_the_thread_are_not_concerned() -> None:
    outcome = Outcome()
    outcome.pairing.call(call(1, 10))
    outcome.pairing.call(call(2, 20))
    outcome.pairing.complete(20)
    outcome.pairing.call(call(3, 30, OPENAT))
    outcome.pairing.exit(returned(31, 4, OPENAT))
    assert outcome.results == [(1, None), (2, None), (3, 4)]


def test_threads_without_a_number_wait_for_nothing() -> None:
    outcome = Outcome()
    outcome.pairing.call(call(1, 10, tid=0))
    outcome.pairing.call(call(2, 11, tid=0))
    assert outcome.results == [(1, None), (2, None)]
    assert outcome.pairing.waiting == 0


def test_an_exit_of_a_call_that_was_not_trapped_is_not_kept() -> None:
    outcome = Outcome()
    outcome.pairing.exit(returned(11, 3), ahead=False)
    outcome.pairing.call(call(1, 10))
    assert outcome.pairing.waiting == 1
    outcome.pairing.exit(returned(12, 4))
    assert outcome.results == [(1, 4)]
