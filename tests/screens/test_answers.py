"""Answers that are typed, and those that could not be given."""

from __future__ import annotations

import pytest

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import ALLOW, Answer, By, Kind, State
from seccomp_tui.screens import wording
from seccomp_tui.screens.widgets.prompt import Line
from tests.screens.conftest import NARROW, Live, Start
from tests.screens.scripted import Supervisor


def asking(live: Live) -> bool:
    return isinstance(live.app.screen.focused, Line)


def typed(live: Live) -> str:
    return live.app.screen.query_one(Line).value


def below(live: Live) -> str:
    return live.text("#prompt .below")


async def ask(live: Live, text: str = "", **values: object) -> int:
    """Hold a call, and type an answer to it."""
    seq = await live.hold(**values)
    await live.ready()
    await live.press("x")
    await live.until(lambda: asking(live))
    await write(live, text)
    return seq


async def write(live: Live, text: str) -> None:
    line = live.app.screen.query_one(Line)
    line.value, line.cursor_position = text, len(text)
    await live.until(lambda: line.value == text)
    await live.pilot.pause()


@pytest.mark.parametrize(
    "text",
    [
        "errno ENOENT",
        "return 4 after 200ms",
        'fd "/etc/hosts" O_RDONLY at 7',
        "perform",
        'perform poke pathname "/etc/host"',
        "allow signal SIGUSR1",
        "kill",
    ],
)
async def test_any_answer_can_be_typed(start: Start, text: str) -> None:
    async with start(NARROW) as live:
        seq = await ask(live, text)
        await live.press("enter")
        assert await live.answers(1) == [([seq], answer_text.parse(text))]
        await live.until(lambda: not asking(live))
        assert live.focused() == "queue"


async def test_it_is_said_what_the_call_can_get(start: Start) -> None:
    async with start((140, 30)) as live:
        await ask(live)
        can = [
            'fd "/path"',
            "perform",
            "errno E",
            "return N",
            "allow",
            "kill",
            "after 1s",
            "poke pathname ..",
            "signal S",
        ]
        assert below(live).strip().split("   ") == can


async def test_a_mistake_stands_under_its_column(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await ask(live)
        label = len(f" answer #{seq} ")
        for text, word, reason in (
            ("erno ENOENT", "erno", "did you mean 'errno'?"),
            ('fill pathname "x" return 1', "pathname", "openat has nothing to fill here"),
            ('allow poke nonsense "x"', "nonsense", "openat has pathname to poke here, and no 'nonsense'"),
            ('allow poke pathname "/etc/shadow/and/more"', "pathname", "pathname has room for 11 bytes"),
            ("hold", "hold", "it is held already"),
        ):
            await write(live, text)
            await live.press("enter")
            await live.until(lambda reason=reason: reason in below(live))  # type: ignore[misc]
            assert below(live).index("^") == label + text.index(word)
            assert asking(live)
        assert supervisor.answers() == []


async def test_a_string_that_is_being_typed_is_no_mistake(start: Start) -> None:
    async with start() as live:
        await ask(live, 'fd "/etc/ho')
        assert "^" not in below(live)
        await live.press("enter")
        await live.until(lambda: "a string that does not end" in below(live))


async def test_what_may_come_next_is_offered_and_completed(start: Start) -> None:
    async with start() as live:
        await ask(live, "errno ")
        assert below(live).split()[:2] == ["EACCES", "ENOENT"]
        await write(live, "allow poke ")
        assert "pathname (in)" in below(live)
        await live.press("tab")
        assert typed(live) == "allow poke pathname "


async def test_what_the_answer_rests_on_is_said_before_it_is_given(start: Start) -> None:
    async with start() as live:
        await ask(live, "errno ENOENT")
        assert "Decides on what you saw: the call is not made." in below(live)
        await write(live, "allow")
        assert "Read again: pathname" in below(live)


async def test_it_is_an_answer_to_the_call_that_it_was_opened_for(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await ask(live, "errno ENOENT")
        other = await live.hold(path=b"/tmp/other")
        supervisor.settle(seq, None)
        await live.until(lambda: f"- call #{seq}: gone: a signal" in below(live))
        await live.press("enter", "enter")
        await live.pilot.pause()
        assert supervisor.answers() == []
        await live.press("escape")
        await live.until(lambda: not asking(live))
        assert live.screen.current == other


async def test_the_prompt_says_so_when_the_time_is_over_or_the_supervisor_has_died(
    start: Start, supervisor: Supervisor
) -> None:
    async with start() as live:
        supervisor.settle(await ask(live, "kill"), ALLOW, By.TIMEOUT)
        await live.until(lambda: "answered by --hold-timeout" in below(live))
        await live.press("escape")
        await ask(live, "kill")
        supervisor.die()
        await live.until(lambda: "the supervisor has died" in below(live))
        await live.press("enter")
        assert asking(live)


# --- those that could not be given ---


async def test_a_call_whose_answer_could_not_be_given_is_back_in_the_queue(
    start: Start, supervisor: Supervisor
) -> None:
    async with start() as live:
        text = 'fd "/nonexistent"'
        seq = await ask(live, text)
        await live.press("enter")
        await live.until(lambda: supervisor.take() or supervisor.asked)
        await live.until(lambda: not live.app.model.held)
        supervisor.fail(seq, "/nonexistent: No such [red]file\x1b[31m")
        await live.until(lambda: seq in live.app.model.held)
        await live.until(lambda: "answer failed" in live.text("#details .heading"))
        assert f"> {seq} ? openat" in live.text("#queue")
        told = " ".join(live.text("#detail-body").split())
        assert "? could not be given: /nonexistent: No such [red]file?[31m" in told
        assert f"#{seq} still waits: /nonexistent: No such [red]file?[31m" in live.notices()
        assert "\x1b" not in live.whole()
        await live.ready()
        await live.press("x")
        await live.until(lambda: asking(live))
        assert typed(live) == text
        await write(live, "errno ENOENT")
        await live.press("enter")
        await live.answers(2)
        await live.until(lambda: not live.app.model.held)
        assert live.app.model.failed == {}


async def test_the_guard_watches_over_a_call_that_comes_back(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await ask(live, "kill after 1s")
        await live.press("enter")
        await live.until(lambda: not live.app.model.held)
        supervisor.fail(seq, "no")
        await live.until(lambda: live.screen.current == seq and seq in live.app.model.held)
        assert not live.screen.guard.allows(seq, 0)
        await live.ready()


async def test_a_rule_that_can_not_give_its_answer_leaves_the_call_to_the_operator(
    start: Start, supervisor: Supervisor
) -> None:
    async with start() as live:
        seq = await live.hold()
        supervisor.fail(seq, "rule 2: /x: No such file or directory")
        await live.until(lambda: "rule 2: /x: No such file" in live.text("#detail-body"))
        await live.ready()
        await live.press("a")
        await live.answers(1)


# --- how they are shown ---


@pytest.mark.parametrize(
    ("answer", "by", "rule", "given", "end", "who"),
    [
        (Answer(Kind.FD, 3), By.OPERATOR, 0, 'fd "/etc/hosts"', "= 3 (given)", "fd, by you"),
        (Answer(Kind.PERFORM, 4), By.RULE, 2, "", "= 4 (performed)", "perform, by rule 2"),
        (Answer(Kind.PERFORM, -13), By.RULE, 2, "", "= -1 EACCES (performed)", "by rule 2"),
        (Answer(Kind.ERRNO, 2), By.TIMEOUT, 0, "", "= -1 ENOENT", "errno, by --hold-timeout"),
    ],
)
async def test_every_answer_is_shown(
    start: Start, supervisor: Supervisor, answer: Answer, by: By, rule: int, given: str, end: str, who: str
) -> None:
    async with start((220, 40)) as live:
        seq = await live.hold()
        assert supervisor.db is not None
        supervisor.settle(seq, answer, by)
        supervisor.db.execute(
            "update call set rule = ?, given = ?, flags = 16 where seq = ?", (rule, given or None, seq)
        )
        await live.press("tab", "up")
        await live.until(lambda: end in live.text("#history"))
        assert "(DELAYED)" in live.text("#history")
        await live.until(lambda: who in live.text("#details .heading"))
        assert not given or f"answer: {given}" in live.text("#detail-body")
        assert "which was delayed" in live.text("#detail-body")


def test_marks_tell_all_kinds_apart() -> None:
    marks = [wording.mark(State.ANSWERED, kind) for kind in (Kind.ALLOW, Kind.RETURN, Kind.FD, Kind.PERFORM)]
    assert [mark.glyph for mark in marks] == ["=", "~", "+", "*"]
    assert [mark.word for mark in marks] == ["allow", "return", "fd", "perform"]


async def test_a_call_that_a_rule_holds_is_not_shown_as_the_operator_s(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(1)
    assert supervisor.db is not None
    supervisor.db.execute("update call set state = 1, kind = 0, by = 0, flags = 8")
    async with start() as live:
        await live.until(lambda: "held (a rule)" in live.text("#history"))
