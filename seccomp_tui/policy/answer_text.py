"""Answers as rules write them: `errno ENOENT`, `fill buf "text" return 4`, `fd "/etc/hosts" after 200ms`."""

from __future__ import annotations

import re

from seccomp_tui.syscalls import errnos, signals

from .answer_check import AnswerError, check
from .answer_parsing import NULL, O_CLOEXEC, OPEN, WORDS, is_value, parse
from .answer_words import HEX, is_word
from .answers import Answer, Content, Descriptor, Edited, File, Kind, Memory, Pipe
from .expression.operands import Duration
from .expression.quoting import quoted

__all__ = ["WORDS", "AnswerError", "check", "parse", "text"]
_COMMENT = re.compile(r"\s*/\*.*?\*/", re.DOTALL)


def text(answer: Answer) -> str:
    """Return the answer as it is written; `parse` makes the same of it."""
    clauses = [_main(answer)] if answer.kind != Kind.FILL else []
    fills = [f"fill {_content(content)}" for content in answer.fills]
    clauses = [*clauses, *fills] if answer.kind == Kind.PERFORM else [*fills, *clauses]
    clauses += [f"poke {_content(content)}" for content in answer.pokes]
    if answer.delay:
        clauses.append(f"after {Duration(answer.delay)}")
    if answer.signal:
        clauses.append(f"signal {signals.name(answer.signal)}")
    return " ".join(clauses)


def _main(answer: Answer) -> str:
    match answer.kind:
        case Kind.ERRNO:
            return f"errno {errnos.name(answer.value)}"
        case Kind.RETURN:
            return f"return {answer.value}"
        case Kind.FD if answer.descriptor is not None:
            return f"fd {_descriptor(answer.descriptor)}"
        case Kind.PERFORM:
            return "perform as supervisor" if answer.privileged else "perform"
    return answer.kind.name.lower()


def _descriptor(given: Descriptor) -> str:
    source, cloexec = given.source, given.cloexec
    if isinstance(source, File) and source.flags & O_CLOEXEC:
        source = File(source.path, source.flags & ~O_CLOEXEC, source.mode)
        cloexec = True if cloexec is None else cloexec
    words = [_source(source)]
    if given.number >= 0:
        words.append(f"at {given.number}")
    if cloexec is not None:
        words.append("cloexec" if cloexec else "no-cloexec")
    return " ".join(words)


def _source(source: File | Pipe | Memory | Edited) -> str:
    match source:
        case Pipe(data):
            return f"pipe {data_text(data)}"
        case Memory(data):
            return f"memfd {data_text(data)}"
        case Edited(old, new):
            return f"edit {data_text(old)} {data_text(new)}"
        case File():
            return "null" if source == NULL else _file(source)


def _file(source: File) -> str:
    words = [quoted(source.path)]
    if source.flags or source.mode:
        words.append(OPEN.text(source.flags))
    if source.mode:
        words.append(f"{source.mode:#05o}".replace("o", ""))
    return " ".join(words)


def _content(content: Content) -> str:
    parts = [content.argument, *map(data_text, content.values)]
    if content.word:
        parts.append(_word(content.word))
    return " ".join([*parts, *(field_text(name, value) for name, value in content.fields)])


def _word(value: str) -> str:
    """Return a value as one word; in quotes where it would be several, or mean another thing."""
    bare = _bare(value)
    return bare if is_value(bare) else quoted(bare.encode("utf-8", "replace"))


def field_text(name: str, value: str) -> str:
    """Return a field of a struct and its value, as the decoder prints it, in one word."""
    bare = _bare(value)
    written = f"{name}={bare}"
    return written if bare and is_word(written) else f"{name}={quoted(bare.encode('utf-8', 'replace'))}"


def _bare(value: str) -> str:
    """Return a value without the decoder's comments."""
    return _COMMENT.sub("", value).strip()


def data_text(data: bytes) -> str:
    """Return bytes as a string, or in hex where that says more."""
    odd = sum(not 0x20 <= byte < 0x7F for byte in data if byte not in b"\n\t\r")
    return HEX + data.hex() if odd * 4 > len(data) else quoted(data)
