from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual import events

from seccomp_tui.policy.answers import ALLOW, By, errno_answer, return_answer
from seccomp_tui.screens import guard
from seccomp_tui.screens.dialogs.confirm import ConfirmDialog
from seccomp_tui.screens.dialogs.errors import ErrnoDialog
from seccomp_tui.screens.dialogs.help import HelpDialog
from seccomp_tui.screens.dialogs.leave import QuitDialog
from seccomp_tui.screens.dialogs.value import ValueDialog
from seccomp_tui.supervisor.wire import Leave, SetHolding
from tests.screens.conftest import NARROW, WIDE, Start
from tests.screens.scripted import Supervisor


def holding(asked: Sequence[object]) -> bool | None:
    """Return what the newest order to hold or to run said."""
    return next((message.on for message in reversed(asked) if isinstance(message, SetHolding)), None)


SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])


@SIZES
async def test_a_held_call_is_shown_with_glyph_name_and_age(start: Start, size: tuple[int, int]) -> None:
    async with start(size) as live:
        await live.hold(age=7)
        await live.hold(path=b"/tmp/x", age=40)
        first, second, *_ = live.lines("#queue")
        assert first.startswith("> 1 ! openat")
        assert first.rstrip().endswith("7.0s long")
        assert second.startswith("  2 ! openat")
        assert second.rstrip().endswith("40s LONG")


async def test_a_allows_the_call_under_the_cursor(start: Start) -> None:
    async with start() as live:
        seq = await live.hold()
        await live.ready()
        await live.press("a")
        assert await live.answers(1) == [([seq], ALLOW)]
        await live.until(lambda: "openat" not in live.text("#queue"))


async def test_d_denies_with_eperm(start: Start) -> None:
    async with start() as live:
        seq = await live.hold()
        await live.ready()
        await live.press("d")
        assert await live.answers(1) == [([seq], errno_answer(1))]


async def test_e_asks_for_the_error(start: Start) -> None:
    async with start() as live:
        seq = await live.hold()
        await live.ready()
        await live.press("e")
        await live.until(lambda: isinstance(live.app.screen, ErrnoDialog))
        await live.press(*"enoent", "enter")
        assert await live.answers(1) == [([seq], errno_answer(2))]


async def test_s_asks_for_the_value(start: Start) -> None:
    async with start() as live:
        seq = await live.hold()
        await live.ready()
        await live.press("s")
        await live.until(lambda: isinstance(live.app.screen, ValueDialog))
        await live.press("end", "backspace", *"0x2a", "enter")
        assert await live.answers(1) == [([seq], return_answer(42))]


async def test_the_cursor_goes_to_the_oldest_call_after_an_answer(start: Start) -> None:
    async with start() as live:
        for _ in range(4):
            await live.hold()
        await live.press("down", "down")
        assert live.screen.current == 3
        await live.ready()
        await live.press("a")
        await live.answers(1)
        assert live.screen.current == 1


async def test_a_new_call_never_moves_the_cursor(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.calls = 10
        await live.hold()
        supervisor.calls = 2
        await live.hold()
        assert live.screen.current == 11
        lines = live.lines("#queue")
        assert lines[0].startswith("   3 !")
        assert lines[1].startswith("> 11 !")


async def test_stepping_answers_one_call_after_the_other(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        for number in range(1, 6):
            await live.press("a")
            assert (await live.answers(number))[-1] == ([number], ALLOW)
            await live.hold()
            # the next call came at once: no dead time stands in the way of the operator's rhythm
            await live.until(lambda: live.screen.can("call.allow"))
        assert [seqs for seqs, _ in supervisor.answers()] == [[1], [2], [3], [4], [5]]


async def test_two_keys_at_once_answer_one_call(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        await live.hold(path=b"/tmp/second")
        await live.ready()
        for _ in range(2):
            live.app.post_message(events.Key("a", "a"))
        await live.answers(1)
        await live.pilot.pause()
        assert [seqs for seqs, _ in supervisor.answers()] == [[1]]


async def test_a_key_pressed_while_nothing_is_held_answers_nothing(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        early = events.Key("a", "a")
        await live.hold()
        await live.ready()
        live.app.post_message(early)
        await live.pilot.pause()
        assert supervisor.answers() == []


async def test_answer_keys_are_dead_when_the_selected_call_vanishes(
    start: Start, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as live:
        first, second = await live.hold(), await live.hold(path=b"/tmp/second")
        await live.ready()
        monkeypatch.setattr(guard, "DEAD_TIME", 3600.0)  # however slow the machine is
        supervisor.settle(first, None)
        await live.until(lambda: live.screen.current == second)
        assert live.screen.can("call.allow") is None
        await live.press("a")
        assert supervisor.answers() == []
        await live.outlast()
        await live.press("a")
        assert await live.answers(1) == [([second], ALLOW)]


async def test_the_first_call_after_a_quiet_time_is_guarded(
    start: Start, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "DEAD_TIME", 3600.0)  # however slow the machine is
    async with start() as live:
        supervisor.hold()
        await live.until(lambda: live.screen.current == 1)
        assert live.screen.can("call.allow") is None


async def test_a_call_answered_elsewhere_leaves_the_queue(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await live.hold()
        supervisor.settle(seq, ALLOW, By.LEAVING)
        await live.until(lambda: live.screen.current is None)
        await live.until(lambda: "waiting for the first call to hold" in live.text("#queue"))


async def test_allow_all_of_one_process_asks_nothing(start: Start) -> None:
    async with start() as live:
        seqs = [await live.hold(tid=812 + number) for number in range(3)]
        await live.ready()
        await live.press("A")
        assert await live.answers(1) == [(seqs, ALLOW)]


async def test_allow_all_of_several_processes_asks_first(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seqs = [await live.hold(pid=812 + number) for number in range(3)]
        await live.ready()
        await live.press("A")
        await live.until(lambda: isinstance(live.app.screen, ConfirmDialog))
        assert "Allow 3 held calls of 3 processes?" in live.whole()
        supervisor.settle(seqs[1], None)
        await live.until(lambda: "Allow 2 held calls of 2 processes?" in live.whole())
        late = supervisor.hold(pid=999)
        await live.until(lambda: late in live.app.model.held)
        await live.press("y")
        assert await live.answers(1) == [([seqs[0], seqs[2]], ALLOW)]


async def test_run_and_hold(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        assert " HOLDING " in live.text("#status")
        await live.press("g")
        await live.until(lambda: holding(supervisor.take()) is False)
        assert " RUNNING " in live.text("#status")
        assert "h Hold" in live.text("#keys")
        await live.press("h")
        await live.until(lambda: holding(supervisor.take()) is True)
        await live.press("I")
        await live.until(lambda: holding(supervisor.take()) is False)
        assert "running: nothing is held" in live.text("#queue")


async def test_no_state_contradicts_the_empty_queue(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        assert (" HOLDING " in live.text("#status"), "waiting for the first call" in live.text("#queue")) == (
            True,
            True,
        )
        await live.hold()
        await live.ready()
        await live.press("a")
        await live.answers(1)
        await live.until(lambda: "waiting for the next call to hold" in live.text("#queue"))
        assert " HOLDING " in live.text("#status")
        await live.press("g")
        await live.until(lambda: " RUNNING " in live.text("#status"))
        assert "running: nothing is held" in live.text("#queue")


async def test_run_lets_go_what_waits_on_the_screen(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seqs = [await live.hold(), await live.hold()]
        await live.ready()
        await live.press("g")
        assert await live.answers(1) == [(seqs, ALLOW)]
        assert SetHolding(on=False, seen=seqs[-1]) in supervisor.asked


async def test_run_answers_nothing_while_answer_keys_are_dead(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        first, second = await live.hold(), await live.hold()
        await live.ready()
        supervisor.settle(first, None)
        await live.until(lambda: live.screen.current == second)
        await live.press("g")
        await live.until(lambda: holding(supervisor.take()) is False)
        assert supervisor.answers() == []


@pytest.mark.parametrize(("key", "how"), [("k", "kill"), ("w", "allow"), ("d", "abandon"), ("enter", "kill")])
async def test_quitting_says_what_becomes_of_the_target(
    start: Start, supervisor: Supervisor, key: str, how: str
) -> None:
    async with start() as live:
        await live.hold()
        await live.press("q")
        await live.until(lambda: isinstance(live.app.screen, QuitDialog))
        assert "1 call is held" in live.whole()
        assert "ENOSYS" in live.whole()
        await live.press(key)
        await live.until(lambda: not live.app.is_running or Leave(how) in supervisor.asked or supervisor.take())
    supervisor.take()
    assert Leave(how) in supervisor.asked


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_escape_stays(start: Start, supervisor: Supervisor, key: str) -> None:
    async with start() as live:
        await live.press(key)
        await live.until(lambda: isinstance(live.app.screen, QuitDialog))
        await live.press("escape")
        await live.until(lambda: live.app.screen is live.screen)
        assert supervisor.take() == []


async def test_q_quits_at_once_when_the_target_has_ended(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.exited(3 << 8)
        supervisor.status(alive=False)
        await live.until(lambda: "EXITED 3" in live.text("#status"))
        await live.until(lambda: "ended: EXITED 3" in live.text("#queue"))
        await live.press("q")
        await live.until(lambda: live.app._exit)


async def test_q_asks_while_children_of_the_ended_program_live(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.exited(0)
        supervisor.status(alive=True)
        await live.until(lambda: "first process EXITED 0" in live.text("#status"))
        await live.press("q")
        await live.until(lambda: isinstance(live.app.screen, QuitDialog))
        assert "some of its" in live.whole()


@pytest.mark.parametrize("key", ["K", "X"])
async def test_kill_asks_first_and_the_screens_stay(start: Start, supervisor: Supervisor, key: str) -> None:
    async with start() as live:
        await live.press(key)
        await live.until(lambda: isinstance(live.app.screen, ConfirmDialog))
        await live.press("n")
        await live.until(lambda: live.app.screen is live.screen)
        assert supervisor.take() == []
        await live.press(key, "y")
        await live.until(lambda: Leave("kill") in supervisor.take())
        assert live.app.is_running


@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_help_opens_and_closes(start: Start, key: str) -> None:
    async with start() as live:
        await live.press(key)
        await live.until(lambda: isinstance(live.app.screen, HelpDialog))
        await live.press("escape")
        await live.until(lambda: live.app.screen is live.screen)


async def test_a_click_selects_and_never_answers(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        await live.hold()
        await live.pilot.click("#queue", offset=(5, 2))
        assert live.screen.current == 2
        assert supervisor.answers() == []


async def test_a_click_on_the_footer_runs_the_command(start: Start) -> None:
    async with start() as live:
        seq = await live.hold()
        await live.ready()
        await live.pilot.click("#keys", offset=(2, 0))
        assert await live.answers(1) == [([seq], ALLOW)]
