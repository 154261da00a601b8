from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.screens import wording


@pytest.mark.parametrize(
    ("state", "kind", "value", "glyph", "word", "result"),
    [
        (State.HELD, Kind.NONE, 0, "!", "held", ""),
        (State.ANSWERED, Kind.ALLOW, 0, "=", "allow", "= ?"),
        (State.ANSWERED, Kind.ERRNO, 1, "x", "errno", "= -1 EPERM (Operation not permitted)"),
        (State.ANSWERED, Kind.RETURN, 42, "~", "return", "= 42"),
        (State.ANSWERED, Kind.KILL, 0, "x", "kill", "= ? (killed)"),
        (State.GONE, Kind.NONE, 0, "-", "gone", "gone (signal or exit)"),
    ],
)
def test_every_state_has_a_glyph_a_word_and_a_result(
    state: State, kind: Kind, value: int, glyph: str, word: str, result: str
) -> None:
    mark = wording.mark(state, kind)
    assert (mark.glyph, mark.word) == (glyph, word)
    assert wording.result(state, kind, value) == result


def test_age_says_in_words_that_a_call_waits_long() -> None:
    assert wording.age(0.34)[0] == "0.3s"
    assert wording.age(5.2)[0] == "5.2s long"
    assert wording.age(31)[0] == "31s LONG"
    assert wording.age(3 * 3600 + 61)[0] == "3h01m LONG"


def test_the_target_can_not_smuggle_control_characters_through_names() -> None:
    assert wording.clean(b"a\x1b[31mb\nc\xff").isprintable()
    assert wording.command_line([b"\x1b]0;x\x07", b"two words", b""]).isprintable()


def test_arguments_with_blanks_are_quoted() -> None:
    assert wording.command_line([b"ls", b"my file"]) == 'ls "my file"'


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (9_999, "9999"), (12_400, "12.4k"), (950_000, "950k"), (3_100_000, "3.1M")]
)
def test_counts_are_short(number: int, text: str) -> None:
    assert wording.count(number) == text


@pytest.mark.parametrize(
    ("status", "words"), [(0, "EXITED 0"), (3 << 8, "EXITED 3"), (11, "KILLED SIGSEGV"), (11 | 0x80, "KILLED SIGSEGV")]
)
def test_wait_status_is_put_in_words(status: int, words: str) -> None:
    assert wording.exit_words(status) == words


def test_arguments_are_what_stands_between_the_brackets() -> None:
    assert wording.arguments("read", 'read(3, "a)", 2)') == '3, "a)", 2'
    assert wording.arguments("read", "something else") == "something else"


def test_colouring_loses_no_character() -> None:
    for text in ('AT_FDCWD, "/etc/\\"x\\\\", O_RDONLY|O_CLOEXEC', '"open', "[red]x[/]", "", '{a="b"..., c=[1, 2]}'):
        assert "".join(part for part, _ in wording.coloured(text)) == text
