"""What calls come to, kept up to date: the same as the views of the recording say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.session import totals
from seccomp_tui.session.store import Store
from seccomp_tui.session.totals import Group, Order, Program, Thread, Total, Totals
from tests.screens.written import APART, STARTED, Written

VIEWS = {
    Group.CALL: ("summary", "syscall"),
    Group.PATH: ("summary_path", "path"),
    Group.PROCESS: ("summary_process", "pid"),
    Group.ADDRESS: ("summary_address", "address"),
}


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    one = Written(tmp_path / "totals.db")
    yield one
    one.broken_off()


@pytest.fixture
def store(written: Written) -> Iterator[Store]:
    one = Store(written.path)
    yield one
    one.close()


def take_all(sums: Totals) -> None:
    while sums.take():
        pass


def by_view(store: Store, group: Group) -> dict[object, tuple[object, ...]]:
    view, key = VIEWS[group]
    columns = f"{key}, calls, errors, coalesce(made_up, 0), coalesce(seconds, 0), coalesce(held_seconds, 0)"
    found = store.ask(lambda db: db.execute(f"select {columns} from {view}").fetchall())
    return {row[0]: row[1:] for row in found}


def by_totals(sums: Totals, group: Group) -> dict[object, tuple[object, ...]]:
    found = sums.top(group)
    return {
        total.key.decode() if isinstance(total.key, bytes) else total.key: (
            *total[1:4],
            round(total.took / 1e9, 6),
            round(total.held / 1e9, 6),
        )
        for total in found
    }


def change(written: Written, dice: random.Random) -> None:
    """Write some calls as a recorder does: some get their results only later."""
    for _ in range(dice.randrange(1, 60)):
        name = dice.choice(["openat", "read", "unlink", "connect"])
        path = dice.choice([b"/etc/hosts", b"/tmp/x", b"/tmp/y"])
        kind = dice.random()
        result = None if kind < 0.3 else dice.choice([3, 0, -2])
        seq = written.call(path, name=name, result=result, state=State.HELD if kind < 0.1 else State.ANSWERED)
        written.db.execute(
            "update call set pid = ?, address = ? where seq = ?",
            (800 + seq % 3, None if seq % 4 else "127.0.0.1:80", seq),
        )
        if kind > 0.9:
            written.db.execute(
                "update call set kind = ?, value = 2, by = ?, settled = time + 7, result = null where seq = ?",
                (Kind.ERRNO, By.RULE, seq),
            )
    late = written.db.execute("select seq, state from call where result is null and kind <= 1").fetchall()
    for seq, state in dice.sample(late, len(late) // 2):
        if state == State.HELD:
            written.settle(seq)
        written.returned(seq, dice.choice([5, -13]))


@pytest.mark.parametrize("seed", range(5))
def test_they_say_what_the_views_say_at_every_moment(
    written: Written, store: Store, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "PORTION", 17)
    dice = random.Random(seed)
    sums = Totals(store)
    for _ in range(8):
        change(written, dice)
        take_all(sums)
        assert sums.taken == store.count()
        for group in VIEWS:
            assert by_totals(sums, group) == by_view(store, group)
    whole = sums.whole()
    assert whole.calls == sum(whole.slots) == written.calls


def test_what_stays_without_result_is_looked_at_no_more_when_it_is_old(
    written: Written, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "RECENT", 5)
    written.calls_of(100, result=None)
    held = written.held()
    written.calls_of(50, result=None)
    sums = Totals(store)
    take_all(sums)
    assert store.ask(lambda db: db.execute("select count(*) from temp.open").fetchone()) == (6,)
    written.settle(held)
    written.returned(held, 3)
    take_all(sums)
    assert sums.top(Group.CALL)[0].held == 5
    assert sums.whole().calls == 151


def test_they_are_sorted_by_what_is_asked_for(written: Written, store: Store) -> None:
    for count, path, result in ((3, b"/a", 3), (2, b"/b", -2), (1, b"/c", None)):
        written.calls_of(count, path, result=result)
    written.db.execute("update call set returned = time + 90000 where path = ?", (b"/b",))
    sums = Totals(store)
    take_all(sums)

    def keys(order: Order, **how: bool) -> list[object]:
        return [total.key for total in sums.top(Group.PATH, order, **how)]

    assert keys(Order.CALLS) == [b"/a", b"/b", b"/c"]
    assert keys(Order.CALLS, up=True) == [b"/c", b"/b", b"/a"]
    assert keys(Order.ERRORS)[0] == b"/b"
    assert keys(Order.TOOK) == [b"/b", b"/a", b"/c"]
    assert keys(Order.AVERAGE) == [b"/b", b"/a", b"/c"], "what is not known comes last"
    assert keys(Order.NAME, up=True) == [b"/a", b"/b", b"/c"]
    assert len(sums.top(Group.PATH, most=2)) == 2


def test_pieces_of_time_grow_with_the_run(written: Written, store: Store) -> None:
    sums = Totals(store)
    written.calls_of(10)
    take_all(sums)
    assert sums.slot == totals.SLOT_NS
    written.calls_of(5000)
    take_all(sums)
    slots = sums.top(Group.CALL)[0].slots
    assert len(slots) <= totals.SLOTS < 2 * len(slots)
    assert sum(slots) == 5010
    assert slots[1] == pytest.approx(sums.slot // APART, abs=1)


def test_an_empty_recording_comes_to_nothing(written: Written, store: Store) -> None:
    sums = Totals(store)
    assert not sums.take()
    assert sums.whole() == Total("", 0, 0, 0, 0, 0, 0)
    assert sums.top(Group.PATH) == sums.programs() == []


def test_processes_are_told_with_how_they_ended(written: Written, store: Store) -> None:
    rows = [(10, 1, 10, 1, "sh", "/bin/sh"), (11, 2, 11, 10, "sh", "/bin/sh"), (11, 3, 11, 10, "ls", "/bin/ls")]
    rows += [(12, 4, 11, 10, "ls", "/bin/ls"), (13, 5, 13, 10, "cat", "/bin/cat")]
    written.db.executemany("insert into process values (?, ?, ?, ?, ?, ?, null, 0)", rows)
    written.db.execute("insert into thread_end values (9, 11, 11, 1, null, 9), (9, 11, 12, 0, 0, 0)")
    written.db.execute("update process set gone = 9 where pid = 13")
    sums = Totals(store)
    assert sums.threads() == [Thread(11, 12, "ls", True, 0, 0)]
    assert sums.programs() == [
        Program(10, 1, "sh", "/bin/sh", 1, 1, False, None, 0),
        Program(11, 10, "ls", "/bin/ls", 2, 2, True, None, 9),
        Program(13, 10, "cat", "/bin/cat", 5, 1, True, None, 0),
    ]


def test_a_number_that_is_used_again_is_not_taken_for_ended(written: Written, store: Store) -> None:
    written.db.execute("insert into thread_end values (5, 11, 11, 1, 0, 0)")
    written.db.execute("insert into process values (11, 9, 11, 1, 'new', '/bin/new', null, 0)")
    assert [program.ended for program in Totals(store).programs()] == [False]


def test_the_start_is_the_session_s(written: Written, store: Store) -> None:
    written.call()
    sums = Totals(store)
    take_all(sums)
    assert (sums.started, sums.last) == (STARTED, STARTED + APART)
