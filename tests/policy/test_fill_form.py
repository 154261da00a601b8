"""The form in which out-arguments are filled in, and the answer that it comes to."""

from __future__ import annotations

from seccomp_tui.policy import answer_text, fill_form
from seccomp_tui.policy.answer_choices import of_call
from seccomp_tui.policy.fill_form import Line
from seccomp_tui.syscalls import arch, numbers
from seccomp_tui.syscalls.memory import RecordedMemory

TOKEN = arch.native().token
NOTHING = RecordedMemory([])


def form(call: str, *args: int) -> tuple[list[Line], fill_form.Choices]:
    nr = numbers.number(TOKEN, call)
    assert nr is not None
    words = (*args, *[0] * (6 - len(args)))
    choices = of_call(TOKEN, nr, words, NOTHING)
    return fill_form.lines(TOKEN, nr, words, NOTHING, choices.fills), choices


def filled(call: str, args: tuple[int, ...], texts: dict[str, str], *, hexa: bool = False) -> str:
    """Return the answer with these texts; the other lines are as they were."""
    lines, choices = form(call, *args)
    whole = {line.name: texts.get(line.name, line.text) for line in lines}
    assert set(texts) <= set(whole)
    text = fill_form.answer(lines, whole, hexa)
    assert choices.wrong(text) is None, text
    answer_text.parse(text)
    return text


def test_only_what_was_changed_is_filled_in() -> None:
    stat = (3, 0x1000)
    assert filled("fstat", stat, {"statbuf.st_size": "5"}) == "fill statbuf st_size=5"
    assert filled("fstat", stat, {"statbuf.st_mode": "S_IFREG|0644"}) == "fill statbuf st_mode=S_IFREG|0644"
    assert filled("clock_gettime", (0, 0x1000), {}) == "fill tp tv_sec=0"


def test_strings_are_typed_without_quotes() -> None:
    assert filled("read", (3, 0x1000, 20), {"buf": 'a "b" \\n'}) == 'fill buf "a \\"b\\" \\n"'
    assert filled("read", (3, 0x1000, 20), {"buf": 'a \\"'}) == 'fill buf "a \\""'
    assert filled("read", (3, 0x1000, 20), {"buf": "00 Ff"}, hexa=True) == "fill buf hex:00Ff"
    assert filled("uname", (0x1000,), {"buf.nodename": "my host"}) == 'fill buf nodename="my host"'
    assert filled("getcwd", (0x1000, 50), {"buf": "/x y"}) == 'fill buf "/x y"'


def test_names_in_a_folder_stand_between_slashes() -> None:
    assert filled("getdents64", (3, 0x1000, 500), {"dirp": "./../a b"}) == 'fill dirp "." ".." "a b"'
    assert filled("getdents64", (3, 0x1000, 500), {}) == 'fill dirp "." ".."'
    lines, choices = form("getdents64", 3, 0x1000, 500)
    assert "no name of a file" in fill_form.wrong(lines[0], "", choices)


def test_several_arguments_are_filled_in_together() -> None:
    lines, _ = form("accept", 3, 0x1000, 0x2000)
    assert {line.argument for line in lines} >= {"addr"}
    assert filled("wait4", (1, 0x1000, 0, 0x2000), {"rusage.ru_maxrss": "7"}).count("fill") == 2


def test_what_is_wrong_is_told_line_by_line() -> None:
    lines, choices = form("uname", 0x1000)
    assert "bytes" in fill_form.wrong(lines[0], "x" * 100, choices)
    assert fill_form.wrong(lines[0], "x", choices) == ""
    lines, choices = form("fstat", 3, 0x1000)
    size = next(line for line in lines if line.field == "st_size")
    assert fill_form.wrong(size, "", choices) == "empty: expected a value"
    assert fill_form.wrong(size, "many", choices)
    assert fill_form.wrong(size, "7 8", choices)
