"""Steps, runs to a call, and what is held."""

from __future__ import annotations

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.screens.widgets.prompt import Line
from seccomp_tui.supervisor.wire import AnswerCalls, Holding, HoldRefused, RunTo, SetHold, SetHolding, StepThreads
from tests.screens.conftest import NARROW, Live, Start
from tests.screens.scripted import Supervisor

DEFAULT = "(%file or %network or %process or %creds) and not startup"


async def asked(live: Live, kind: type) -> object:
    """Return what was asked of the supervisor, of a kind; wait for it."""
    found: list[object] = []

    def look() -> bool:
        live.supervisor.take()
        found.extend(message for message in live.supervisor.asked if isinstance(message, kind))
        return bool(found)

    await live.until(look)
    return found[-1]


async def prompt(live: Live, key: str) -> Line:
    await live.press(key)
    await live.until(lambda: isinstance(live.app.screen.focused, Line))
    return live.app.screen.query_one(Line)


def below(live: Live) -> str:
    return live.text("#prompt .below")


async def test_a_step_allows_the_call_and_asks_for_the_threads_next_one(start: Start) -> None:
    async with start() as live:
        seq = await live.hold(tid=901)
        await live.ready()
        await live.press("o")
        assert await live.answers(1) == [([seq], ALLOW)]
        asked_for = [message for message in live.supervisor.asked if isinstance(message, StepThreads | AnswerCalls)]
        assert asked_for == [StepThreads([901]), AnswerCalls([seq], ALLOW)]
        live.supervisor.channel.send(Holding(DEFAULT, "", "", [901]))
        await live.until(lambda: "waiting for the thread's next call" in live.text("#queue"))


async def test_marked_calls_are_stepped_together(start: Start) -> None:
    async with start() as live:
        seqs = [await live.hold(tid=tid) for tid in (901, 902)]
        await live.ready()
        await live.press("m", "m", "o")
        assert (await live.answers(1))[0][0] == seqs
        assert StepThreads([901, 902]) in live.supervisor.asked


async def test_it_runs_to_what_is_typed(start: Start) -> None:
    async with start(NARROW) as live:
        seq = await live.hold()
        await live.ready()
        line = await prompt(live, "u")
        await live.press("enter")
        await live.until(lambda: "say what to run to" in below(live))
        line.insert_text_at_cursor("errno == ENOENT")
        await live.until(lambda: "known only after the answer" in below(live))
        line.value = 'openat and path glob "/tmp/*"'
        await live.pilot.pause()
        await live.press("enter")
        assert await asked(live, RunTo) == RunTo('openat and path glob "/tmp/*"', [seq], seq)
        await live.until(lambda: 'RUNNING TO openat and path glob "/tmp/*"' in live.text("#status"))
        assert seq not in live.app.model.held
        await live.until(lambda: "running until openat" in live.text("#queue"))
        await live.press("h")
        assert await asked(live, SetHolding) == SetHolding(True, seq)
        await live.until(lambda: "HOLDING" in live.text("#status"))


async def test_what_is_held_is_shown_counted_and_changed(start: Start, supervisor: Supervisor) -> None:
    async with start((140, 36)) as live:
        supervisor.past(30)
        await live.hold()
        await live.ready()
        line = await prompt(live, "i")
        assert line.value == f"{DEFAULT} "
        line.value = "read or openat"
        await live.until(lambda: "true of 31 of 31 calls so far" in below(live))
        line.value = "read and"
        await live.press("enter")
        await live.until(lambda: "^" in below(live))
        line.value = "read"
        await live.until(lambda: "true of 30 of 31 calls so far" in below(live))
        await live.press("enter")
        assert await asked(live, SetHold) == SetHold("read")
        assert "hold: read" not in live.text("#status")
        supervisor.channel.send(Holding(DEFAULT, "read", "", []))
        await live.until(lambda: "hold: read" in live.text("#status"))
        line = await prompt(live, "i")
        assert line.value == "read "
        line.value = ""
        await live.until(lambda: f"empty: {DEFAULT}" in below(live))
        await live.press("enter")
        await live.until(
            lambda: SetHold("") in (supervisor.take() or supervisor.asked) or SetHold("") in supervisor.asked
        )


async def test_what_was_held_at_first_is_the_same_as_nothing_typed(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.channel.send(Holding("not startup", "openat", "", []))
        await live.until(lambda: live.app.model.stops.text == "openat")
        line = await prompt(live, "i")
        line.value = "not startup"
        await live.pilot.pause()
        await live.press("enter")
        assert await asked(live, SetHold) == SetHold("")


async def test_what_the_supervisor_refuses_is_told(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.channel.send(HoldRefused("[red]", "column 1: no"))
        await live.until(lambda: live.notices() == ["[red]: column 1: no"])


async def test_completion_offers_nothing_that_is_known_only_later(start: Start) -> None:
    async with start() as live:
        line = await prompt(live, "u")
        line.insert_text_at_cursor("errn")
        await live.pilot.pause()
        await live.press("tab")
        assert line.value == "errn"
        line.value = "opena"
        line.cursor_position = 5
        await live.pilot.pause()
        await live.press("tab")
        await live.until(lambda: line.value.startswith("openat"))
