"""Marks, answers to all that are marked, and the last answer again."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import ALLOW, By, errno_answer, return_answer
from seccomp_tui.screens import guard
from seccomp_tui.screens.dialogs.errors import ErrnoDialog
from seccomp_tui.screens.widgets.prompt import Line
from tests.screens.conftest import NARROW, Live, Start
from tests.screens.scripted import Supervisor


async def three(live: Live, **values: object) -> list[int]:
    """Hold three calls of different threads."""
    seqs = [await live.hold(path=b"/tmp/%d" % at, tid=900 + at, **values) for at in range(3)]
    await live.ready()
    return seqs


async def marked(live: Live, *seqs: int) -> None:
    await live.until(lambda: live.app.model.marked == list(seqs))


async def test_an_answer_goes_to_all_that_are_marked_and_to_no_other(start: Start) -> None:
    async with start(NARROW) as live:
        first, second, third = await three(live)
        await live.press("m", "space")
        await marked(live, first, second)
        assert live.screen.current == third
        await live.until(lambda: "2 marked *" in live.whole())
        assert f" *{first} !" in live.text("#queue")
        assert f"> {third} !" in live.text("#queue")
        await live.until(lambda: "a Allow 2" in live.text("#keys"))
        await live.press("a")
        assert await live.answers(1) == [([first, second], ALLOW)]
        await live.until(lambda: list(live.app.model.held) == [third])
        assert live.app.model.marked == []


async def test_a_mark_is_taken_away_by_its_key_and_all_by_escape(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        first, second, third = await three(live)
        await live.press("m", "m", "home", "m")
        await marked(live, second)
        await live.press("home", "m")
        await marked(live, first, second)
        await live.press("escape")
        await marked(live)
        await live.press("end", "d")
        assert await live.answers(1) == [([third], errno_answer(1))]


async def test_calls_of_several_processes_are_answered_after_a_question(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seqs = [await live.hold(pid=pid) for pid in (900, 901, 902)]
        await live.ready()
        await live.press("m", "m", "m", "d")
        await live.until(lambda: "Answer with errno EPERM: 3 held calls of 3 processes?" in live.whole())
        supervisor.settle(seqs[0], None)
        await live.until(lambda: "2 held calls of 2 processes?" in live.whole())
        await live.press("y")
        assert await live.answers(1) == [(seqs[1:], errno_answer(1))]


async def test_a_dialog_answers_all_that_are_marked(start: Start) -> None:
    async with start(NARROW) as live:
        first, second, _ = await three(live)
        await live.press("m", "m", "e")
        await live.until(
            lambda: isinstance(live.app.screen, ErrnoDialog) and "2 marked calls fail with" in live.whole()
        )
        await live.press(*"ENOSPC", "enter")
        assert await live.answers(1) == [([first, second], errno_answer(28))]


async def test_a_value_and_a_typed_answer_go_to_all_that_are_marked(start: Start) -> None:
    async with start() as live:
        first, second, third = await three(live)
        await live.press("m", "m", "s")
        await live.until(lambda: "2 marked calls are not run and return" in live.whole())
        await live.press("end", "backspace", "7", "enter")
        assert await live.answers(1) == [([first, second], return_answer(7))]
        fourth = await live.hold(tid=910)
        await live.ready()
        await live.press("m", "m")
        await marked(live, third, fourth)
        await live.press("x")
        await live.until(lambda: isinstance(live.app.screen.focused, Line))
        assert "answer 2 calls" in live.whole()
        await live.press(*"kill", "enter")
        assert (await live.answers(2))[1][0] == [third, fourth]


async def test_a_key_meant_for_marked_calls_hits_no_other_when_they_are_gone(
    start: Start, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as live:
        first, second, _ = await three(live)
        await live.press("m")
        await marked(live, first)
        monkeypatch.setattr(guard, "DEAD_TIME", 3600.0)  # however slow the machine is
        supervisor.settle(first, None)
        await live.until(lambda: first not in live.app.model.held)
        assert live.screen.can("call.allow") is None
        await live.press("a")
        await live.outlast()  # a moment later a key is meant for what is there
        await live.press("a")
        assert await live.answers(1) == [([second], ALLOW)]


async def test_the_last_answer_is_named_and_given_again(start: Start) -> None:
    async with start() as live:
        first, second, _ = await three(live)
        assert live.screen.can("call.repeat") is None
        await live.press("x")
        await live.until(lambda: isinstance(live.app.screen.focused, Line))
        await live.press(*"errno ENOENT after 1s", "enter")
        await live.answers(1)
        await live.until(lambda: ". Again: errno ENOENT after 1s" in live.text("#keys"))
        await live.ready()
        await live.press("full_stop")
        answers = await live.answers(2)
        assert [seqs for seqs, _ in answers] == [[first], [second]]
        assert answers[0][1] == answers[1][1]


async def test_an_answer_that_a_call_cannot_get_is_not_repeated(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await three(live)
        await live.press("x")
        await live.until(lambda: isinstance(live.app.screen.focused, Line))
        await live.press(*'allow poke pathname "x"', "enter")
        await live.answers(1)
        supervisor.settle(next(iter(live.app.model.held)), ALLOW, By.TIMEOUT)
        await live.until(lambda: len(live.app.model.held) == 1)
        mount = await live.hold(name="getpid", text="getpid()", tid=990)
        await live.press("end")
        await live.until(lambda: live.screen.current == mount)
        await live.ready()
        await live.press("full_stop")
        await live.until(lambda: any("getpid has nothing to poke" in words for words in live.notices()))
        assert len(supervisor.answers()) == 1


async def test_a_page_is_still_one_key_away(start: Start) -> None:
    async with start(NARROW) as live:
        seqs = [await live.hold(tid=900 + at) for at in range(12)]
        await live.press("ctrl+f")
        await live.until(lambda: live.screen.current not in (seqs[0], None))
        await live.press("ctrl+b")
        await live.until(lambda: live.screen.current == seqs[0])
        assert live.app.model.marked == []
