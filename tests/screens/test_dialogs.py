from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList

from seccomp_tui.policy.answers import ALLOW, Answer, errno_answer, return_answer
from seccomp_tui.screens.dialogs import errors, value
from seccomp_tui.screens.dialogs.errors import ErrnoDialog
from seccomp_tui.screens.dialogs.value import ValueDialog
from seccomp_tui.syscalls import errnos
from tests.screens.conftest import NARROW, Live, Start
from tests.screens.scripted import Supervisor


async def opened(live: Live, key: str, kind: type[object]) -> int:
    seq = await live.hold()
    await live.ready()
    await live.press(key)
    await live.until(lambda: isinstance(live.app.screen, kind) and live.app.screen.query("OptionList, .preview"))
    return seq


def options(live: Live) -> list[str]:
    listed = live.app.screen.query_one(OptionList)
    return [str(listed.get_option_at_index(index).prompt) for index in range(listed.option_count)]


# --- errors ---


async def test_likely_errors_come_first_with_their_descriptions(start: Start) -> None:
    async with start(NARROW) as live:
        await opened(live, "e", ErrnoDialog)
        names = [line.split()[1] for line in options(live) if line.startswith("*")]
        assert names == [errnos.name(number) for number in errnos.likely("openat")]
        assert len(options(live)) == len(errnos.ALL)
        assert "No such file or directory" in live.whole()


async def test_arrows_choose_while_the_search_has_the_focus(start: Start) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, "e", ErrnoDialog)
        await live.press("down", "enter")
        assert await live.answers(1) == [([seq], errno_answer(errnos.likely("openat")[1]))]


@pytest.mark.parametrize(
    ("query", "first"),
    [("enoent", 2), ("ENOENT", 2), ("noent", 2), ("13", 13), ("1", 1), ("permission", 13), ("-2", 2), ("999", 999)],
)
def test_errors_are_found_by_name_number_and_word(query: str, first: int) -> None:
    assert errors.search(query, list(errnos.likely("openat")))[0] == first


@pytest.mark.parametrize("query", ["0", "4096", "99999999999", "no such name", "[red]"])
def test_what_is_no_error_finds_nothing(query: str) -> None:
    assert errors.search(query, []) == []


async def test_nothing_found_answers_nothing(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await opened(live, "e", ErrnoDialog)
        await live.press(*"zzz", "enter")
        assert "no such error" in live.whole()
        assert supervisor.answers() == []


# --- values ---


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("42", return_answer(42)),
        ("0", return_answer(0)),
        ("+7", return_answer(7)),
        ("0x2A", return_answer(42)),
        ("1_000", return_answer(1000)),
        ("-1", errno_answer(1)),
        ("-2", errno_answer(2)),
        ("-ENOENT", errno_answer(2)),
        ("-enoent", errno_answer(2)),
        ("-4096", return_answer(-4096)),
        ("0xffffffffffffffff", return_answer(-1)),
    ],
)
def test_a_typed_value_is_understood(text: str, answer: Answer) -> None:
    assert value.parse(text) == answer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "type a number"),
        ("twelve", "not a number"),
        ("0x", "not a number"),
        ("ENOENT", "write -ENOENT"),
        ("-ENOSUCH", "no error has the name ENOSUCH"),
        ("0x1ffffffffffffffff", "64 bits"),
        ("--5x", "not a number"),
    ],
)
def test_what_is_no_value_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        value.parse(text)


async def test_the_preview_says_what_the_program_will_see(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await opened(live, "s", ValueDialog)
        await live.press("end", "backspace", *"-EACCES")
        await live.until(lambda: "the program sees: -1 EACCES (Permission denied)" in live.whole())
        await live.press(*"[red]", "enter")
        await live.until(lambda: "x no error has the name EACCES[RED]" in live.whole())
        assert isinstance(live.app.screen, ValueDialog)
        assert supervisor.answers() == []


# --- calls that end while a dialog is open ---


@pytest.mark.parametrize(("key", "kind"), [("e", ErrnoDialog), ("s", ValueDialog)])
async def test_a_dialog_says_that_its_call_is_gone(
    start: Start, supervisor: Supervisor, key: str, kind: type[object]
) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, key, kind)
        other = await live.hold(path=b"/tmp/other")
        supervisor.settle(seq, None)
        await live.until(lambda: "gone: a signal or the end of the thread took it" in live.whole())
        assert live.app.screen.query_one(Input).disabled
        await live.press("enter")
        assert supervisor.answers() == []
        await live.press("escape")
        await live.until(lambda: live.app.screen is live.screen)
        assert live.screen.current == other


async def test_a_dialog_stays_for_its_own_call_when_others_end(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, "e", ErrnoDialog)
        other = await live.hold()
        supervisor.settle(other, ALLOW)
        await live.until(lambda: other not in live.app.model.held)
        await live.press("enter")
        assert (await live.answers(1))[0][0] == [seq]


async def test_a_dialog_says_so_when_the_supervisor_has_died(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await opened(live, "s", ValueDialog)
        supervisor._socket.close()
        await live.until(lambda: "the supervisor has died" in live.whole())
