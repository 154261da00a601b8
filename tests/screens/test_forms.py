"""Answers that are put together in dialogs: filled in, of a file, performed; and values from a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import Answer, Kind, return_answer
from seccomp_tui.screens.dialogs.file import FileDialog
from seccomp_tui.screens.dialogs.fill import FillDialog
from seccomp_tui.screens.dialogs.form import Entry, FieldLine
from seccomp_tui.screens.dialogs.perform import PerformDialog
from seccomp_tui.screens.dialogs.value import ValueDialog
from seccomp_tui.supervisor.wire import AskForeseen, Foreseen, Standpoint
from tests.screens.conftest import NARROW, WIDE, Live, Start
from tests.screens.scripted import PATH_AT, Supervisor
from tests.screens.test_pictures import compare

READ = {"name": "read", "text": "read(3, 0x7ffd123450c0, 100)", "args": [3, PATH_AT, 100, 0, 0, 0]}


async def opened(live: Live, key: str, kind: type, **values: object) -> int:
    """Hold a call, and open a dialog for it."""
    seq = await live.hold(**values)
    await live.ready()
    await live.press(key)
    await live.until(lambda: isinstance(live.app.screen, kind) and bool(live.app.screen.query(".preview, .plan")))
    await live.pilot.pause()
    return seq


def line(live: Live, name: str) -> Entry:
    return next(field.query_one(Entry) for field in live.app.screen.query(FieldLine) if field.spec.name == name)


async def write(live: Live, name: str, text: str) -> None:
    """Type into a line of a form."""
    entry = line(live, name)
    entry.focus()
    entry.value = text
    entry.cursor_position = len(text)
    await live.until(lambda: live.app.screen.focused is entry)
    await live.pilot.pause()


def preview(live: Live) -> str:
    return str(live.app.screen.query_one(".preview").render())


# --- values ---


async def test_values_are_chosen_from_a_list(start: Start) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, "s", ValueDialog, **READ)
        assert "all of it: count is 100" in live.whole()
        assert "the program sees: 100 (0x64)" in live.whole()
        await live.press("down")
        await live.until(lambda: "the program sees: 50 (0x32)" in live.whole())
        await live.press("enter")
        assert await live.answers(1) == [([seq], return_answer(50))]


# --- fill ---


async def test_a_buffer_is_filled_in_as_text_or_in_hex(start: Start) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, "l", FillDialog, **READ)
        await write(live, "buf", r'say "hi"\n')
        assert preview(live) == r'fill buf "say \"hi\"\n"'
        await live.until(lambda: "the program sees: 9 (0x9)" in live.whole())
        await live.press("ctrl+t")
        await live.until(lambda: line(live, "buf").value == "73 61 79 20 22 68 69 22 0a")
        await write(live, "buf", "00 ff 0")
        await live.until(lambda: "^ " in live.whole())
        await live.press("enter")
        assert live.supervisor.answers() == []
        await write(live, "buf", "00 ff")
        await live.press("enter")
        assert await live.answers(1) == [([seq], answer_text.parse("fill buf hex:00ff"))]


async def test_a_struct_is_filled_in_field_by_field(start: Start) -> None:
    async with start(WIDE) as live:
        args = [PATH_AT, 0, 0, 0, 0, 0]
        seq = await opened(live, "l", FillDialog, name="uname", text="uname(0x7ffd123450c0)", args=args)
        assert [field.spec.label for field in live.app.screen.query(FieldLine)][:2] == ["sysname", "nodename"]
        await write(live, "buf.nodename", "a host")
        await write(live, "buf.release", "x" * 80)
        await live.until(lambda: "65 bytes" in live.whole() or "64" in live.whole())
        await live.press("enter")
        assert live.supervisor.answers() == []
        await write(live, "buf.release", "9.9")
        await write(live, " returns", "-ENOSYS")
        assert preview(live) == 'fill buf nodename="a host" release="9.9" errno ENOSYS'
        await live.press("enter")
        assert await live.answers(1) == [
            ([seq], answer_text.parse('fill buf nodename="a host" release="9.9" errno ENOSYS'))
        ]


async def test_the_form_looks_so(start: Start) -> None:
    async with start(NARROW) as live:
        await opened(live, "l", FillDialog, **READ)
        await write(live, "buf", "mine")
        await write(live, " returns", "nine")
        await live.until(lambda: "not a number: nine" in live.whole())
        await live.until(lambda: "HOLDING" in live.whole())
        await compare(live, "fill")


# --- files ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "files"
    (inside / "sub").mkdir(parents=True)
    for name in ("alpha", "alpine", "sub/\x1b[31m"):
        (inside / name).write_text("x")
    return inside


async def test_a_path_is_completed_and_chosen_from_a_list(start: Start, folder: Path) -> None:
    async with start(WIDE) as live:
        seq = await opened(live, "p", FileDialog)
        await live.until(lambda: 'the call names "/etc/shadow"' in live.whole())
        await write(live, "path", f"{folder}/a")
        await live.press("tab")
        await live.until(lambda: line(live, "path").value == f"{folder}/alp")
        await live.press("tab", "tab", "enter")
        await live.until(lambda: line(live, "path").value == f"{folder}/alpine")
        assert "a file of 1 byte" in live.whole()
        await write(live, "flags", "O_RDWR")
        await write(live, "at", "7")
        await write(live, "cloexec", "no")
        await live.press("enter")
        wanted = answer_text.parse(f'fd "{folder}/alpine" O_RDWR at 7 no-cloexec')
        assert await live.answers(1) == [([seq], wanted)]


async def test_a_folder_is_opened_and_names_are_shown_escaped(start: Start, folder: Path) -> None:
    async with start(WIDE) as live:
        await opened(live, "p", FileDialog)
        await write(live, "path", f"{folder}/s")
        await live.press("down", "enter")
        await live.until(lambda: line(live, "path").value == f"{folder}/sub/")
        await live.until(lambda: "?[31m" in live.whole())


@pytest.mark.parametrize(
    ("times", "texts", "answer"),
    [
        (1, {"data": "a\\n"}, 'fd pipe "a\\n"'),
        (2, {"data": "b"}, 'fd memfd "b"'),
        (3, {"old": "x", "new": '"'}, 'fd edit "x" "\\""'),
        (4, {}, "fd null"),
    ],
)
async def test_other_things_are_given_as_well(start: Start, times: int, texts: dict[str, str], answer: str) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, "p", FileDialog)
        for at in range(times):
            await live.press("ctrl+t")
            await live.until(lambda at=at: live.app.screen._source == at + 1)  # type: ignore[attr-defined,misc]
        await live.pilot.pause()
        for name, text in texts.items():
            await write(live, name, text)
        line(live, "at").focus()
        await live.until(lambda: preview(live) == answer)
        await live.press("enter")
        assert await live.answers(1) == [([seq], answer_text.parse(answer))]


async def test_mistakes_stand_under_their_lines(start: Start) -> None:
    async with start(WIDE) as live:
        await opened(live, "p", FileDialog)
        await live.press("enter")
        await live.until(lambda: "type the path of a file" in live.whole())
        await write(live, "path", "/etc/passwd")
        await write(live, "flags", "O_RDONLI")
        await write(live, "mode", "99")
        await write(live, "at", "x")
        await write(live, "cloexec", "maybe")
        for words in ("no flag of open", "octal", "no number of a descriptor", "yes, no, or empty"):
            await live.until(lambda words=words: words in live.whole())  # type: ignore[misc]
        line(live, "path").focus()
        await live.press("enter")
        assert live.supervisor.answers() == []
        assert isinstance(live.app.screen, FileDialog)


# --- perform ---

HERE = [("root folder", b"/  (the same as ours)"), ("working folder", b"/tmp/\x1b[2J"), ("user", b"uid 1000")]


async def test_what_would_be_performed_is_shown_first(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, "P", PerformDialog)
        await live.press("enter")  # nothing is known yet
        await live.until(lambda: supervisor.take() or AskForeseen(seq) in supervisor.asked)
        ours = Standpoint([*HERE[:2], ("user", b"uid 0")], "openat needs CAP_X")
        supervisor.channel.send(Foreseen(seq, Standpoint(HERE, ""), ours))
        await live.until(lambda: "uid 1000" in live.whole())
        assert "looked up from its root" in live.whole()
        assert r"\33[2J" in live.whole()
        await live.until(lambda: "HOLDING" in live.whole())
        await compare(live, "perform")
        await live.press("s")
        await live.until(lambda: "x refused: openat needs CAP_X" in live.whole())
        await live.press("enter", "s")
        await live.until(lambda: "refused" not in live.whole())
        assert supervisor.answers() == []
        await live.press("enter")
        assert await live.answers(1) == [([seq], Answer(Kind.PERFORM))]


async def test_it_is_performed_as_supervisor(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, "P", PerformDialog)
        supervisor.channel.send(Foreseen(seq, Standpoint(HERE, "no"), Standpoint(HERE, "")))
        await live.until(lambda: "x refused: no" in live.whole())
        await live.press("s", "enter")
        assert await live.answers(1) == [([seq], Answer(Kind.PERFORM, privileged=True))]


async def test_what_a_call_cannot_get_is_dimmed(start: Start) -> None:
    async with start(NARROW) as live:
        await live.hold(name="unlink", text='unlink("/etc/shadow")')
        await live.ready()
        can = {name: live.screen.can(f"call.{name}") for name in ("fill", "file", "perform")}
        assert can == {"fill": None, "file": None, "perform": True}


async def test_a_dialog_is_closed_once_however_fast_its_key_is_pressed(start: Start) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, "s", ValueDialog, **READ)
        live.app.screen.action_cancel()  # type: ignore[attr-defined]
        live.app.screen.action_cancel() if isinstance(live.app.screen, ValueDialog) else None  # type: ignore[attr-defined]
        await live.press("s")
        await live.until(lambda: isinstance(live.app.screen, ValueDialog) and bool(live.app.screen.query("Input")))
        await live.press("enter", "enter")
        assert (await live.answers(1))[0][0] == [seq]
        assert live.app.screen is live.screen
