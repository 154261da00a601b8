"""The views: going from one to another, and what each shows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.widgets import DataTable

from seccomp_tui.policy.answers import ALLOW, Kind
from seccomp_tui.screens import guard
from seccomp_tui.screens.processes import ProcessesScreen, tree
from seccomp_tui.screens.recorded import RecordedScreen
from seccomp_tui.screens.sessions import SessionsScreen
from seccomp_tui.screens.stats import StatsScreen, expression
from seccomp_tui.screens.widgets.grid import Grid
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.session import recent
from seccomp_tui.session.totals import Group, Program
from seccomp_tui.supervisor.wire import AskProcesses, ProcessStates
from tests.screens.conftest import NARROW, WIDE, Live, Look, Start
from tests.screens.scripted import Supervisor
from tests.screens.test_pictures import compare
from tests.screens.written import Written

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
LABELS = {"1": "1 Live", "2": "2 History", "3": "3 Rules", "4": "4 Processes", "5": "5 Stats", "6": "6 Sessions"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep away from the recordings of whoever runs the tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return recent.folder()


async def opened(live: Live, key: str) -> None:
    await live.press(key)
    await live.until(lambda: f"[{LABELS[key]}]" in live.whole())


def forked(written: Written) -> None:
    """Write a shell with three children, of which one has failed, one was killed and one is there."""
    rows = [
        (812, 1, 812, 1, "sh", "/bin/sh"),
        (813, 2, 813, 812, "ls", "/bin/ls"),
        (814, 3, 814, 812, "[x]", "/bin/\x1bx"),
    ]
    rows += [(815, 4, 815, 813, "cat", "/bin/cat")]
    written.db.executemany("insert into process values (?, ?, ?, ?, ?, ?, null, 0)", rows)
    written.db.execute("insert into thread_end values (9, 813, 813, 1, 2, 0), (9, 814, 814, 1, null, 9)")
    written.calls_of(60, b"/etc/hosts")
    written.calls_of(20, b"/nonexistent", result=-2)
    written.calls_of(4, b"/run/[red]\x1b", name="connect")
    written.db.execute(
        "update call set pid = 812 + seq % 3, address = case when name = 'connect' then '10.0.0.1:80' end"
    )
    written.db.execute("update call set settled = time + 2000000, returned = time + 3000000 where seq % 10 = 0")
    written.db.execute("update call set kind = ?, value = 5, result = null where seq in (5, 6)", (Kind.RETURN,))


@SIZES
async def test_keys_go_from_any_view_to_any_other(start: Start, supervisor: Supervisor, size: tuple[int, int]) -> None:
    supervisor.past(30)
    async with start(size) as live:
        assert "[1 Live]" in live.whole()
        for key in "2345612436514253164":
            await opened(live, key)
        assert len(live.app.screen_stack) == 2
        await live.press("escape")
        assert live.app.screen is live.screen


async def test_a_click_opens_a_view(start: Start) -> None:
    async with start() as live:
        for key in "52":
            at = live.lines("#nav")[0].index(LABELS[key])
            await live.pilot.click("#nav", offset=(at + 1, 0))
            await live.until(lambda key=key: f"[{LABELS[key]}]" in live.whole())  # type: ignore[misc]


async def test_no_answer_key_reaches_a_call_from_another_view(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        for key in "3456":
            await opened(live, key)
            assert "! 1 held: key 1" in live.lines("#nav")[0]
            await live.press("a", "d", "A", "g", "h", "x")
        await opened(live, "2")
        assert not live.screen.can("call.allow"), "no line of the history is chosen"
        await live.press("a", "d", "A")
        assert supervisor.answers() == []
        await opened(live, "1")
        await live.ready()
        await live.press("a")
        assert len(await live.answers(1)) == 1


async def test_a_call_that_came_meanwhile_is_not_hit_by_a_key_that_was_pressed_too_early(
    start: Start, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "DEAD_TIME", 3600.0)  # however slow the machine is
    async with start() as live:
        await opened(live, "5")
        seq = await live.hold()
        assert not live.screen.guard.allows(seq, time.monotonic())
        await live.press("1", "a", "d")
        assert supervisor.answers() == []
        await live.outlast()
        await opened(live, "4")
        await live.press("1", "a")
        assert supervisor.answers() == []
        await live.outlast()
        await live.press("a")
        assert await live.answers(1) == [([seq], ALLOW)]


async def test_the_history_answers_the_call_under_its_cursor(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        first, second = await live.hold(), await live.hold()
        await opened(live, "2")
        await live.press("up")
        await live.until(lambda: live.screen.can("call.allow"))
        await live.press("a")
        assert await live.answers(1) == [([second], ALLOW)]
        await live.pilot.pause()
        assert live.focused() == "history"
        assert not live.screen.can("call.allow")
        await live.press("up")
        await live.until(lambda: live.screen.can("call.allow"))
        await live.press("a")
        assert (await live.answers(2))[1] == ([first], ALLOW)


async def test_a_call_that_was_scrolled_away_is_not_answered(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        supervisor.past(200)
        await opened(live, "2")
        await live.until(lambda: "History (201)" in live.whole())
        await live.press("home")
        await live.until(lambda: live.screen.can("call.allow"))
        live.screen.query_one("#history").scroll_to(y=100, animate=False, immediate=True)
        assert not live.screen.can("call.allow")


async def test_details_come_and_go_over_the_history(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(30)
    async with start() as live:
        await opened(live, "2")
        await live.press("up", "enter")
        await live.until(lambda: "[2 History]" in live.whole() and "#30" in live.text("#details .heading"))
        assert live.screen.query_one("#details").has_class("-zoomed")
        for key in ("enter", "escape"):
            await live.press(key)
            assert live.screen.query_one("#history").has_class("-zoomed")
            assert live.focused() == "history"
            await live.press("enter")
        await live.press("escape", "escape")
        await live.until(lambda: "[1 Live]" in live.whole())


# --- processes ---


@SIZES
async def test_processes_of_a_recording(look: Look, written: Written, size: tuple[int, int]) -> None:
    forked(written)
    async with look(written.ended().path, size) as live:
        await opened(live, "4")
        await live.until(lambda: "4 processes" in live.whole())
        await compare(live, f"processes-{size[0]}x{size[1]}")
        assert "\x1b" not in live.whole()
        await live.press("down", "enter")
        await live.until(lambda: live.app.screen is live.screen)
        await live.until(lambda: "History (28 of 84): pid == 813" in live.whole())
        await live.press("escape")
        await live.until(lambda: live.lines("#processes")[2].startswith(">├ 813"))


async def test_processes_tell_what_they_do(start: Start, supervisor: Supervisor) -> None:
    assert supervisor.db is not None
    for pid, parent, comm in ((812, 1, "sh"), (813, 812, "ls"), (814, 812, "cat"), (815, 812, "dd")):
        values = (pid, pid, pid, parent, comm, f"/bin/{comm}")
        supervisor.db.execute("insert into process values (?, ?, ?, ?, ?, ?, null, 0)", values)
    supervisor.past(3)
    async with start() as live:
        await live.hold(pid=813)
        await opened(live, "4")
        await live.until(lambda: any(isinstance(message, AskProcesses) for message in supervisor.take()))
        assert next(message for message in supervisor.asked if isinstance(message, AskProcesses)).pids == [
            812,
            813,
            814,
            815,
        ]
        supervisor.channel.send(ProcessStates([(812, "S", 3), (813, "S", 1), (814, "Z", 1)]))
        await live.until(lambda: "zombie" in live.whole())
        shell, ls, cat, dd = [line.split() for line in live.lines("#processes")[1:5]]
        assert shell[:6] == [">812", "sh", "=", "sleeping", "3", "3"]
        assert ls[:7] == ["├", "813", "ls", "!", "held:", "openat", "1"]
        assert cat[3:5] == ["-", "zombie"]
        assert dd[:5] == ["└", "815", "dd", "-", "ended"]
        await live.press("o")
        await live.until(lambda: "815" not in live.text("#processes"))


def test_a_tree_is_made_of_any_parents() -> None:
    def process(pid: int, ppid: int) -> Program:
        return Program(pid, ppid, "x", "/x", pid, 1, False, None, 0)

    nodes = tree([process(*pair) for pair in ((1, 1), (2, 1), (3, 2), (4, 1), (5, 99), (6, 7), (7, 6))])
    assert [(node.branch, node.program.pid) for node in nodes] == [
        ("", 1),
        ("├ ", 2),
        ("│ └ ", 3),
        ("└ ", 4),
        ("", 5),
        ("", 6),
        ("└ ", 7),
    ]
    assert tree([]) == []


# --- sums ---


@SIZES
async def test_sums_of_a_recording(look: Look, written: Written, size: tuple[int, int]) -> None:
    forked(written)
    async with look(written.ended().path, size) as live:
        await opened(live, "5")
        await live.until(lambda: "openat" in live.text("#sums"))
        await compare(live, f"stats-{size[0]}x{size[1]}")
        for words in ("/nonexistent", "813 ls", "10.0.0.1:80"):
            await live.press("right_square_bracket")
            await live.until(lambda words=words: words in live.text("#sums"))  # type: ignore[misc]
            assert "\x1b" not in live.whole()
        await live.press("enter")
        await live.until(lambda: ': addr == "10.0.0.1" and port == 80' in live.whole())
        assert live.screen.view == "view.history"
        await live.press("enter", "escape")
        assert live.screen.view == "view.history", "the details were closed"
        await live.press("escape")
        await live.until(lambda: "[Addresses]" in live.whole() and "10.0.0.1:80" in live.text("#sums"))
        assert live.app.screen_stack[0].query_one(History).matches is None


async def test_sums_are_sorted_by_keys_and_by_a_click_on_a_head(look: Look, written: Written) -> None:
    forked(written)
    async with look(written.ended().path) as live:
        await opened(live, "5")
        await live.press("left_square_bracket", "left_square_bracket", "left_square_bracket")
        await live.until(lambda: "Calls↓" in live.text("#sums") and "/etc/hosts" in live.text("#sums"))
        assert "/etc/hosts" in live.lines("#sums")[1]
        await live.press("s")
        await live.until(lambda: "Errors↓" in live.text("#sums"))
        assert "/nonexistent" in live.lines("#sums")[1]
        assert live.lines("#sums")[1].startswith(">")
        await live.press("r")
        await live.until(lambda: "Errors↑" in live.text("#sums"))
        at = live.lines("#sums")[0].index("Held")
        await live.pilot.click("#sums", offset=(at + 2, 1))
        await live.until(lambda: "Held↓" in live.text("#sums"))
        await live.pilot.click("#sums", offset=(3, 1))
        await live.until(lambda: "Path↑" in live.text("#sums"))


async def test_sums_of_a_program_at_work_grow(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(30)
    async with start() as live:
        await opened(live, "5")
        await live.until(lambda: "30 calls" in live.text("#whole"))
        supervisor.past(20, name="write", text="write(1)")
        await live.until(lambda: "50 calls" in live.text("#whole"))
        assert "write" in live.lines("#sums")[2]
        await live.until(lambda: "/s" in live.text("#whole"))
        await opened(live, "4")
        await live.until(lambda: live.app.screen.query_one(Grid).border_title)
        await opened(live, "1")
        assert live.screen.tally._wish is None, "nobody looks: nothing is added up"


async def test_a_recording_that_can_not_be_read_is_told_of(look: Look, written: Written) -> None:
    written.calls_of(2000)
    written.ended().damage()
    async with look(written.path) as live:
        await opened(live, "5")
        await live.until(lambda: "can't read the recording" in live.text("#sums"))


@pytest.mark.parametrize(
    ("group", "key", "words"),
    [
        (Group.CALL, "openat", "openat"),
        (Group.CALL, "syscall_0x7d0", "syscall_0x7d0"),
        (Group.CALL, "a b", 'text has "a b("'),
        (Group.PATH, b'/tmp/"\x1b', r'path == "/tmp/\"\x1b"'),
        (Group.PROCESS, 812, "pid == 812"),
        (Group.ADDRESS, "[::1]:53", 'addr == "::1" and port == 53'),
        (Group.ADDRESS, "/run/socket", 'addr == "/run/socket"'),
    ],
)
def test_every_line_has_an_expression(group: Group, key: str | int | bytes, words: str) -> None:
    from seccomp_tui.policy.expression import parse

    assert expression(group, key) == words
    parse(words)


# --- sessions ---


async def test_recordings_are_opened_over_a_program_at_work(start: Start, supervisor: Supervisor, folder: Path) -> None:
    old = Written(folder / "20260101-000000-cat-1.db", b"cat")
    old.calls_of(7)
    old.ended()
    async with start() as live:
        await live.hold()
        await opened(live, "6")
        await live.until(lambda: live.app.screen.query_one(DataTable).row_count == 1)
        await live.press("enter")
        await live.until(lambda: isinstance(live.app.screen, RecordedScreen))
        await live.until(lambda: "[1 Recording]" in live.whole() and "calls 7" in live.text("#status"))
        await opened(live, "5")
        await live.until(lambda: "7 calls" in live.text("#whole"))
        await live.press("q")
        await live.until(lambda: isinstance(live.app.screen, SessionsScreen))
        await live.press("escape")
        await live.ready()
        await live.press("a")
        assert len(await live.answers(1)) == 1


async def test_what_is_open_already_is_listed_and_not_opened_once_more(look: Look, folder: Path) -> None:
    one = Written(folder / "20260101-000000-cat-1.db", b"cat")
    one.calls_of(7)
    async with look(one.path) as live:
        await opened_sessions(live)
        await live.until(lambda: live.app.screen.query_one(DataTable).row_count == 1)
        assert "being recorded" in live.text("#recordings")
        await live.press("enter")
        await live.until(lambda: isinstance(live.app.screen, RecordedScreen))
        assert len(live.app.screen_stack) == 1
        await live.press("6")
        await live.until(lambda: isinstance(live.app.screen, SessionsScreen))
    one.ended()


async def opened_sessions(live: Live) -> None:
    await live.press("6")
    await live.until(lambda: isinstance(live.app.screen, SessionsScreen))


async def test_quitting_from_a_view_asks_and_comes_back(start: Start) -> None:
    async with start() as live:
        await opened(live, "5")
        await live.press("q")
        await live.until(lambda: "The program still runs" in live.whole())
        await live.press("escape")
        assert isinstance(live.app.screen, StatsScreen)


async def test_help_begins_with_the_keys_of_the_view(start: Start) -> None:
    async with start(NARROW) as live:
        await opened(live, "5")
        await live.press("question_mark")
        await live.until(lambda: "In Stats" in live.whole() and "the other way round" in live.whole())


async def test_the_palette_offers_what_a_view_can_do(start: Start) -> None:
    async with start((120, 50)) as live:
        await opened(live, "4")
        assert isinstance(live.app.screen, ProcessesScreen)
        await live.press("ctrl+p")
        await live.until(lambda: "show only processes that have not ended" in live.whole())
        assert "let the call go on" not in live.whole()
        await live.press("escape")


async def test_no_view_minds_a_window_of_any_size(look: Look, written: Written) -> None:
    forked(written)
    async with look(written.ended().path, (20, 5)) as live:
        for view in ("rules", "processes", "stats", "sessions"):
            live.screen.go(f"view.{view}")
            await live.until(lambda view=view: getattr(live.app.screen, "NAME", "") == f"view.{view}")  # type: ignore[misc]
            for size in ((20, 5), (300, 90), (61, 17), (1, 1), (80, 24)):
                await live.pilot.resize_terminal(*size)
                await live.press("down", "end", "pageup")
            await live.press("escape")
            await live.pilot.resize_terminal(120, 36)
