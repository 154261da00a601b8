"""The calls that an expression is true of: found in a thread, kept up to date while a recording grows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seccomp_tui.policy.expression import parse
from seccomp_tui.screens import matches
from seccomp_tui.screens.matches import Matches
from seccomp_tui.screens.recording import Recording
from tests.screens.conftest import SECONDS
from tests.screens.written import Written

HOSTS = 'path == "/etc/hosts"'
Find = Callable[[str], Matches]


@pytest.fixture
def find(written: Written) -> Iterator[Find]:
    """Return a function that looks for calls in the recording."""
    recording = Recording(written.path)
    recording.count()
    made: list[Matches] = []

    def begin(text: str) -> Matches:
        made.append(Matches(recording, parse(text), text))
        return made[-1]

    yield begin
    for each in made:
        each.close()
    recording.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def numbers(found: Matches) -> list[int]:
    return [found.seq(position) for position in range(1, found.count() + 1)]


def alive() -> bool:
    return any(thread.name == "matches" for thread in threading.enumerate())


def test_positions_count_what_matches(find: Find, written: Written) -> None:
    for at in range(10):
        written.call(b"/etc/hosts" if at % 3 == 0 else b"/other")
    written.ended()
    found = find(HOSTS)
    until(lambda: found.done)
    assert numbers(found) == [1, 4, 7, 10]
    assert [found.position(seq) for seq in (1, 2, 4, 8, 10, 11)] == [1, 2, 2, 4, 4, 4]
    assert [row.seq for row in found.page(2, 2)] == [4, 7]
    assert (found.seq(0), found.seq(5)) == (0, 0)


def test_nothing_matches(find: Find, written: Written) -> None:
    written.call()
    written.ended()
    found = find("unlink")
    until(lambda: found.done)
    assert (found.count(), found.page(1, 5), found.position(1), found.seq(1)) == (0, [], 0, 0)


def test_the_thread_ends_by_itself_when_a_recording_is_finished(find: Find, written: Written) -> None:
    written.calls_of(5)
    written.ended()
    found = find(HOSTS)
    until(lambda: not alive())
    assert found.done
    found.close()
    assert len(found.page(1, 9)) == 5


def test_calls_that_come_later_are_found_and_their_thread_ends_with_the_recorder(find: Find, written: Written) -> None:
    written.call()
    found = find(HOSTS)
    until(lambda: found.done)
    written.call(b"/other")
    written.call()
    until(lambda: numbers(found) == [1, 3])
    written.call()
    written.broken_off()
    until(lambda: not alive())
    assert numbers(found) == [1, 3, 4]


def test_a_call_moves_in_with_its_result(find: Find, written: Written) -> None:
    late, never = written.call(result=None), written.call(result=None)
    found = find("errno == ENOENT")
    until(lambda: found.done)
    assert numbers(found) == []
    version = found.version
    written.returned(never, 3)
    written.returned(late, -2)
    until(lambda: numbers(found) == [late])
    assert found.version > version


def test_a_call_moves_out_when_it_is_answered_however_many_came_after_it(find: Find, written: Written) -> None:
    held = written.held()
    found = find("state == held")
    until(lambda: numbers(found) == [held])
    written.calls_of(3 * matches.UNFINISHED, result=None)
    newer = written.held()
    until(lambda: numbers(found) == [held, newer])
    written.settle(held)
    until(lambda: numbers(found) == [newer])


def test_a_late_result_in_the_middle_of_many_calls_is_found(find: Find, written: Written) -> None:
    found = find("errno == EINTR")
    slow = [written.call(result=None) for _ in range(3)]
    until(lambda: found.done)
    for seq in slow:
        written.calls_of(2 * matches.UNFINISHED)
        written.returned(seq, -4)
    until(lambda: numbers(found) == slow)


def test_none_is_found_twice_or_missed_while_calls_stream_in(find: Find, written: Written) -> None:
    found = find("errno == ENOENT or state == held")
    late: list[int] = []
    for at in range(400):
        late.append(written.call(result=None) if at % 3 else written.held())
        if at >= 7:
            seq = late[at - 7]
            written.settle(seq)
            written.returned(seq, -2 if at % 2 else 0)
    settled, last = late[:-7], late[-7:]
    wanted = settled[::2] + [seq for at, seq in enumerate(last, len(settled)) if not at % 3]
    until(lambda: numbers(found) == wanted)


def test_a_broken_recording_is_told_of(written: Written) -> None:
    written.calls_of(2000)
    written.ended()
    written.damage()
    recording = Recording(written.path)
    found = Matches(recording, parse(HOSTS), HOSTS)
    until(lambda: found.done)
    assert "malformed" in found.trouble
    recording.close()


def test_a_recording_that_is_gone_is_told_of(tmp_path: Path) -> None:
    found = Matches(Recording(tmp_path / "none.db"), parse(HOSTS), HOSTS)
    until(lambda: found.done)
    assert "No such file" in found.trouble


def test_closed_it_looks_no_further(find: Find, written: Written) -> None:
    written.calls_of(20_000)
    for _ in range(20):
        found = find('text ~ "never.*anywhere"')
        found.close()
        until(lambda: not alive())
        assert found.trouble == ""
