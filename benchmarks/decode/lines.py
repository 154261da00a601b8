"""Reads what `strace -f -o FILE` and `seccomp-tui log -o FILE` write: calls by thread, and the rarer lines.

Pairs of `<unfinished ...>` and `<... resumed>` are joined. Nothing raises for an odd line: it is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINE = re.compile(r"(?P<tid>\d+) +(?P<text>.*)")
_UNFINISHED = " <unfinished ...>"
_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
_CALL = re.compile(r"(?P<name>\w+)\((?P<rest>.*)", re.DOTALL)
_RESULT = re.compile(r" *= (?P<result>.*)")
_PIECE = re.compile(r"""
    "(?:[^"\\]|\\.)*"(?:\.\.\.)?   # a string
  | /\*.*?\*/                      # a comment
  | '(?:\\.|[^'\\])'               # a character
  | [()\[\]{},]
  | [^"'/()\[\]{},]+
  | .
""", re.VERBOSE | re.DOTALL)  # fmt: skip
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")


@dataclass(slots=True)
class Call:
    """One system call as a line has it.

    Attributes:
        tid: the thread.
        name: the system call.
        arguments: what stands between the brackets.
        result: what stands behind the `=`; "" when the line has none.
        complete: it was printed up to the closing bracket.
    """

    tid: int
    name: str
    arguments: str
    result: str
    complete: bool = True

    @property
    def unknown(self) -> bool:
        """Tell whether the line has no name for the call."""
        return self.name.startswith("syscall_0x")

    @property
    def text(self) -> str:
        """The line without its thread."""
        return f"{self.name}({self.arguments}{')' if self.complete else ''} = {self.result or '?'}"


@dataclass(slots=True)
class Log:
    """A whole file.

    Attributes:
        calls: in the order in which they were entered.
        signals: how many `--- SIG` lines there are.
        ends: how many `+++` lines.
        odd: lines that are nothing of all that.
    """

    calls: list[Call] = field(default_factory=list)
    signals: int = 0
    ends: int = 0
    odd: list[str] = field(default_factory=list)

    def by_thread(self) -> dict[int, list[Call]]:
        """Return the calls of each thread, threads by first appearance."""
        threads: dict[int, list[Call]] = {}
        for call in self.calls:
            threads.setdefault(call.tid, []).append(call)
        return threads


def pieces(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield the lexical pieces of a text: where each starts, the piece, and the depth of brackets around it."""
    depth = 0
    for match in _PIECE.finditer(text):
        piece = match.group()
        if piece in _CLOSING:
            depth -= 1
        yield match.start(), piece, depth
        if piece in _OPENING:
            depth += 1


def split(text: str) -> list[str]:
    """Split at the commas that are in no bracket, string or comment; leave out the spaces around."""
    found, start = [], 0
    for at, piece, depth in pieces(text):
        if piece == "," and depth == 0:
            found.append(text[start:at].strip())
            start = at + 1
    last = text[start:].strip()
    return [*found, last] if last or found else []


def call(tid: int, text: str) -> Call | None:
    """Read one call; None when it is none."""
    match = _CALL.fullmatch(text)
    if not match:
        return None
    rest = match["rest"]
    for at, piece, depth in pieces(rest):
        if piece == ")" and depth < 0:
            result = _RESULT.fullmatch(rest[at + 1 :])
            return Call(tid, match["name"], rest[:at], result["result"] if result else "")
    return Call(tid, match["name"], rest, "", complete=False)


def parse(text: str) -> Log:
    """Read a whole file."""
    log = Log()
    begun: dict[int, tuple[str, int]] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if not match:
            log.odd.append(line)
            continue
        tid, said = int(match["tid"]), match["text"]
        if said.startswith("--- "):
            log.signals += 1
        elif said.startswith("+++ "):
            log.ends += 1
        else:
            _take(log, begun, tid, said)
    return log


def _take(log: Log, begun: dict[int, tuple[str, int]], tid: int, said: str) -> None:
    """Take a line about a call: all of it, its beginning, or its end.

    Args:
        log: gets the call.
        begun: the beginning of each thread's unfinished call, and its index in the log.
        tid: the thread.
        said: the line without the thread.
    """
    resumed = _RESUMED.fullmatch(said)
    if resumed:
        beginning = begun.pop(tid, None) or _same_name(begun, resumed["name"])
        whole = call(tid, (beginning[0] if beginning else f"{resumed['name']}(") + _finished(resumed["rest"]))
        if whole and beginning:
            log.calls[beginning[1]] = whole
            return
    elif said.endswith(_UNFINISHED):
        said = said.removesuffix(_UNFINISHED)
        begun[tid] = (said, len(log.calls))
        whole = call(tid, said)
    else:
        whole = call(tid, _finished(said))
    if whole:
        log.calls.append(whole)
    else:
        log.odd.append(said)


def _finished(text: str) -> str:
    """Return the end of a call that a thread's death cut short (` <unfinished ...>) = ?`) without that remark."""
    return text.replace(f"{_UNFINISHED})", ")")


def _same_name(begun: dict[int, tuple[str, int]], name: str) -> tuple[str, int] | None:
    """Return the beginning of a call that another thread resumes: an execve that makes it the leader."""
    for tid, (text, index) in begun.items():
        if text.startswith(f"{name}("):
            del begun[tid]
            return text, index
    return None
