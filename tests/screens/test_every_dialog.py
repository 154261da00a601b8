"""A picture of each dialog and of each question, with fixed data."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, errno_answer
from seccomp_tui.screens.widgets.prompt import Line
from seccomp_tui.supervisor.wire import Foreseen, Standpoint
from tests.screens.conftest import NARROW, Live, Start
from tests.screens.gallery import closed, opened, picture
from tests.screens.scripted import PATH_AT, Supervisor

UNAME = {"name": "uname", "text": "uname(0x7ffd123450c0)", "args": [PATH_AT, 0, 0, 0, 0, 0], "tid": 814}
ROWS = [("as", b"uid 0, gid 0"), ("root", b"/"), ("folder", b"/root"), ("namespaces", b"its own")]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder whose files are known."""
    (tmp_path / "f" / "sub").mkdir(parents=True)
    for name in ("alpha", "alpine", "beta"):
        (tmp_path / "f" / name).write_text("x")
    monkeypatch.chdir(tmp_path)


async def three(live: Live, supervisor: Supervisor) -> None:
    """Let two calls be past and three wait; the cursor is on the first of these."""
    supervisor.settle(await live.hold(path=b"/etc/hosts"), errno_answer(2))
    supervisor.settle(await live.hold(path=b"/etc/group"), ALLOW)
    await live.hold(path=b"/etc/shadow")
    await live.hold(path=b"/tmp/other", pid=900, comm=b"other")
    await live.hold(**UNAME)
    supervisor.status()
    await live.ready()
    await live.until(lambda: live.screen.current == 3)


async def asked(live: Live, name: str, *keys: str, wanted: str) -> None:
    """Draw what a key asks in the line above the footer."""
    await live.press(keys[0])
    await live.until(lambda: isinstance(live.app.screen.focused, Line))
    await live.press(*keys[1:])
    await picture(live, name, wanted)
    await live.press("escape")
    await live.until(lambda: not isinstance(live.app.screen.focused, Line))


async def test_answers(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await three(live, supervisor)
        for name, key, wanted in (
            ("errno", "e", "EACCES"),
            ("value", "s", "the program sees"),
            ("kill", "K", "SIGKILL"),
            ("quit", "q", "Abandon it"),
        ):
            await opened(live, key)
            await picture(live, name, wanted)
            await closed(live)
        await opened(live, "e")
        supervisor.settle(3, None)
        await picture(live, "gone", "a signal or the end of the thread took it")
        await closed(live)


async def test_forms(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await three(live, supervisor)
        await opened(live, "p")
        await live.press(*"f/al")
        await picture(live, "file", "alpine")
        await live.press("ctrl+t", "ctrl+t")
        await picture(live, "file-text", "[Text]")
        await closed(live)
        await opened(live, "P")
        point = Standpoint(ROWS, "")
        supervisor.channel.send(Foreseen(3, point, Standpoint(ROWS, "it has a mount namespace of its own")))
        await picture(live, "perform", "namespaces", "Decides on what you saw")
        await closed(live)
        await live.ready()
        await opened(live, "R")
        await picture(live, "rule", "What is held stays held", "true of")
        await closed(live)
        await live.press("end")
        await live.until(lambda: live.screen.current == 5)
        await live.ready()
        await opened(live, "l")
        await picture(live, "fill", "sysname", "the program sees")
        await closed(live)


async def test_several_calls(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await three(live, supervisor)
        await live.press("m", "m")
        await picture(live, "marked-held", "2 marked *")
        await opened(live, "a")
        await picture(live, "confirm", "2 held calls of 2 processes?")
        await closed(live)
        await live.press("escape")
        await live.until(lambda: not live.app.model.marked)
        await live.press("home")
        await opened(live, "D")
        await picture(live, "compare", "openat: #2 and #3")
        await closed(live)
        await opened(live, "c")
        await picture(live, "copy", "expression")
        await live.press("w")
        await picture(live, "copy-into", "the name of a file")


async def test_memory_is_written(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await three(live, supervisor)
        await live.press("right_square_bracket")
        live.screen.query_one("#detail-body").focus()
        await live.press("E", *"41")
        await picture(live, "editing", "what to do with it")
        await opened(live, "enter")
        await picture(live, "write", "Write now")


async def test_questions(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await three(live, supervisor)
        await asked(live, "ask-filter", "f", *'path == "/etc/', wanted='"/etc/hosts" (1 call)')
        await asked(live, "ask-wrong", "f", *"path = 1", wanted="^ ")
        await asked(live, "ask-search", "slash", wanted="a part of a line")
        await asked(live, "ask-goto", "number_sign", wanted="SECONDS after the start")
        await asked(live, "ask-write", "w", wanted="NAME.jsonl")
        await asked(live, "ask-command", "colon", *"call.f", wanted="call.fill")
        await asked(live, "ask-run-to", "u", wanted="runs until this is true")
        await asked(live, "ask-hold", "i", wanted="hold")
        await live.press("escape", "home")
        await live.until(lambda: live.focused() == "queue" and live.screen.current == 3)
        await live.ready()
        await asked(live, "ask-answer", "x", *"errno E", wanted="ENOENT")
        await asked(live, "ask-memory", "M", wanted="an address, or an argument")


async def test_help_settings_and_commands(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await three(live, supervisor)
        await opened(live, "question_mark")
        for name in ("Keys", "Expressions", "Answers", "Signs", "Words"):
            await picture(live, f"help-{name.lower()}", f"[{name}]")
            await live.press("right_square_bracket")
        await live.press("slash", *"start-up")
        await picture(live, "help-search", "Words: What is meant by")
        await live.press("escape")
        await closed(live)
        await opened(live, "O")
        await picture(live, "settings", "first card")
        await closed(live)
        await opened(live, "ctrl+p")
        await live.press(*"fail")
        await picture(live, "palette", "make the call fail with an error")


async def test_the_first_card(start: Start, tmp_path: Path) -> None:
    async with start(NARROW) as live:
        from seccomp_tui.screens.dialogs.welcome import WelcomeDialog

        await live.until(lambda: "waiting for the first call" in live.whole())
        live.app.push_screen(WelcomeDialog())
        await live.until(lambda: isinstance(live.app.screen, WelcomeDialog))
        await picture(live, "welcome", "enter begin", "waiting for the first call")
