"""Bytes of the target as text."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.syscalls.text import ALL, NON_ASCII, escape, escape_name, hexed, quote, unescape


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", '""'),
        (b"plain text", '"plain text"'),
        (b'say "hi"\\', r'"say \"hi\"\\"'),
        (b"\n\t\r\v\f", r'"\n\t\r\v\f"'),
        (b"\x01\x012\xff", r'"\1\0012\377"'),
        (b"\x008", r'"\08"'),
        (b"\x000", r'"\0000"'),
        ("é".encode(), r'"\303\251"'),
        (b"\x1b[31m\x07\x7f", r'"\33[31m\7\177"'),
    ],
)
def test_strings_are_escaped_as_strace_does(data: bytes, text: str) -> None:
    assert quote(data) == text


def test_what_is_cut_has_dots_after_the_quotes() -> None:
    assert quote(b"x" * 32, 32) == '"' + "x" * 32 + '"'
    assert quote(b"x" * 33, 32) == '"' + "x" * 32 + '"...'
    assert quote(b"\x01234", 1) == r'"\1"...'


def test_hex_writes_every_byte() -> None:
    assert quote(b"a\n", hexa=True) == r'"\x61\x0a"'


def test_bare_text_keeps_quotes_but_no_control_characters() -> None:
    assert escape(b'a "b" \x1b]0;x\x07') == r'a "b" \33]0;x\7'
    assert escape(b"a" * 5000) == "a" * 4096 + "..."


@given(st.binary(max_size=300))
def test_the_outcome_is_printable_ascii_of_bounded_length(data: bytes) -> None:
    for text in (quote(data), quote(data, 32), quote(data, hexa=True), escape(data, 100)):
        assert text.isascii()
        assert text.isprintable()
        assert len(text) <= 4 * len(data) + 5


@given(st.binary(max_size=100))
def test_an_escaped_string_can_be_read_back(data: bytes) -> None:
    assert ast.literal_eval("b" + quote(data)) == data


@given(st.binary(max_size=200))
def test_what_was_escaped_comes_back(data: bytes) -> None:
    assert unescape(escape(data)) == data


def test_strings_of_a_line_in_hexadecimal() -> None:
    line = r'f(3</a\"\74>, "a\tb", "\377\0"..., "\x01", 0x10, "")'
    assert hexed(line, NON_ASCII) == r'f(3</a\"\74>, "a\tb", "\xff\x00"..., "\x01", 0x10, "")'
    assert hexed(line, ALL) == r'f(3</a\"\74>, "\x61\x09\x62", "\xff\x00"..., "\x01", 0x10, "")'


def test_names_between_brackets_in_hexadecimal() -> None:
    assert escape_name(b"/a<b", NON_ASCII) == r"/a\74b"
    assert escape_name("/\u00e9".encode(), NON_ASCII) == r"\x2f\xc3\xa9"
    assert escape_name(b"/a", ALL) == r"\x2f\x61"
