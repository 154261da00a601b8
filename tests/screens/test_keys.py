from __future__ import annotations

import pytest

from seccomp_tui.screens.widgets import keys


@pytest.mark.parametrize(
    ("key", "character", "sent"),
    [
        ("a", "a", b"a"),
        ("A", "A", b"A"),
        ("question_mark", "?", b"?"),
        ("plus", "+", b"+"),
        ("space", " ", b" "),
        ("enter", "\r", b"\r"),
        ("tab", "\t", b"\t"),
        ("shift+tab", None, b"\x1b[Z"),
        ("escape", "\x1b", b"\x1b"),
        ("backspace", "\x7f", b"\x7f"),
        ("ctrl+c", "\x03", b"\x03"),
        ("ctrl+d", "\x04", b"\x04"),
        ("ctrl+z", "\x1a", b"\x1a"),
        ("ctrl+q", "\x11", b"\x11"),
        ("ctrl+backslash", "\x1c", b"\x1c"),
        ("ctrl+@", "\x00", b"\x00"),
        ("up", None, b"\x1b[A"),
        ("left", None, b"\x1b[D"),
        ("ctrl+left", None, b"\x1b[1;5D"),
        ("shift+up", None, b"\x1b[1;2A"),
        ("home", None, b"\x1b[H"),
        ("delete", None, b"\x1b[3~"),
        ("pageup", None, b"\x1b[5~"),
        ("f1", None, b"\x1bOP"),
        ("f5", None, b"\x1b[15~"),
        ("f12", None, b"\x1b[24~"),
        ("alt+b", "b", b"\x1bb"),
        ("alt+shift+b", "B", b"\x1bB"),
        ("alt+backspace", None, b"\x1b\x7f"),
        ("é", "é", "é".encode()),
        ("<ignore>", None, b""),
        ("super", None, b""),
    ],
)
def test_a_key_sends_what_a_terminal_would_send(key: str, character: str | None, sent: bytes) -> None:
    assert keys.encode(key, character, application=False) == sent


def test_arrows_follow_the_application_cursor_mode() -> None:
    assert keys.encode("up", None, application=True) == b"\x1bOA"
    assert keys.encode("ctrl+up", None, application=True) == b"\x1b[1;5A"


def test_pasted_text_has_line_ends_of_the_enter_key() -> None:
    assert keys.paste("a\nb\r\nc", bracketed=False) == b"a\rb\rc"


def test_pasted_text_can_not_end_the_brackets_early() -> None:
    assert keys.paste("a\x1b[201~rm", bracketed=True) == b"\x1b[200~arm\x1b[201~"
