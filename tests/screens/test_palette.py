from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import errno_answer
from tests.screens.conftest import Start
from tests.screens.scripted import Supervisor


@pytest.mark.parametrize("query", ["call.deny", "fail with EPERM", "deny"])
async def test_the_palette_says_in_plain_words_what_commands_do(start: Start, query: str) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        await live.press("ctrl+p")
        await live.until(lambda: "let the call go on as it is  (a)" in live.whole())
        await live.press(*query)
        await live.until(lambda: "let the call go on" not in live.whole())
        await live.until(lambda: "make the call fail with EPERM at once  (d)" in live.whole())
        assert "call.deny" in live.whole()


async def test_the_palette_runs_a_command(start: Start) -> None:
    async with start() as live:
        seq = await live.hold()
        await live.ready()
        await live.press("ctrl+p", *"call.deny")
        await live.until(lambda: "make the call fail with EPERM" in live.whole())
        await live.press("enter")
        assert await live.answers(1) == [([seq], errno_answer(1))]


async def test_the_palette_answers_no_other_call_than_the_one_it_was_opened_on(
    start: Start, supervisor: Supervisor
) -> None:
    async with start() as live:
        first, second = await live.hold(), await live.hold()
        await live.ready()
        await live.press("ctrl+p", *"call.deny")
        await live.until(lambda: "make the call fail with EPERM" in live.whole())
        supervisor.settle(first, None)
        await live.until(lambda: live.screen.current == second)
        await live.until(lambda: live.screen.guard.allows(second, live.screen.guard._open_from or 0))
        await live.press("enter")
        await live.until(lambda: live.app.screen is live.screen)
        await live.pilot.pause()
        assert supervisor.answers() == []
