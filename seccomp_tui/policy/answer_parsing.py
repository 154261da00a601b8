"""From the text of an answer to the answer: `fill buf "text" return 4`, `fd "/etc/hosts" after 200ms`.

An answer is a row of clauses, each begun by its word: one of what is to happen, and what goes with it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from seccomp_tui.syscalls import arch, constants, signals
from seccomp_tui.syscalls.memory import PATH_MAX

from .answer_words import DATA, HEX, Token, Words, is_word, shown
from .answers import ERRNO_MAX, Answer, Content, Descriptor, Edited, File, Kind, Memory, Pipe
from .expression.errors import ExpressionError
from .expression.fields import errno_names
from .expression.operands import integer, nanoseconds

TEXT_MOST = 100_000
"""So many characters an answer has at most."""
DELAY_MOST = 24 * 3600 * 10**9
MODE_MOST = 0o7777
OPEN = constants.table("open", arch.native().token)
"""The flags of open(2), which is called here and not in the target."""
O_CLOEXEC = OPEN.names["O_CLOEXEC"]
NULL = File(b"/dev/null", OPEN.value("O_RDWR") or 0)
"""What `fd null` gives."""
_FLAGS_MOST = (1 << 32) - 1
_DESCRIPTOR_MOST = (1 << 31) - 1
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_FIELD = re.compile(r"(?P<name>[A-Za-z_][\w.\[\]]*)=(?P<value>.+)\Z", re.DOTALL)
_FILLED = frozenset((Kind.ERRNO, Kind.RETURN, Kind.PERFORM, Kind.FILL))
_SOURCE = 'a path such as "/etc/hosts", null, pipe, memfd or edit'


def parse(text: str) -> Answer:
    """Return the answer that `text` is.

    Raises:
        ExpressionError: it is none; says where, and what was expected.
    """
    if len(text) > TEXT_MOST:
        raise ExpressionError(text[:TEXT_MOST], TEXT_MOST, f"an answer has at most {TEXT_MOST} characters")
    parts = _Parts(Words(text))
    while (token := parts.words.next()) is not None:
        clause = _CLAUSES.get(token.text)
        if clause is None:
            raise parts.words.unfit(token, parts.expected(), _near(token.text, _CLAUSES))
        clause(parts, token)
    return parts.answer()


@dataclass
class _Parts:
    """What the clauses have said so far."""

    words: Words
    kind: Kind = Kind.NONE
    value: int = 0
    fills: list[Content] = field(default_factory=list)
    descriptor: Descriptor | None = None
    pokes: list[Content] = field(default_factory=list)
    delay: int = 0
    signal: int = 0
    privileged: bool = False
    main: Token | None = None
    filled: Token | None = None
    modified: Token | None = None

    def set(self, token: Token, kind: Kind, value: int = 0) -> None:
        """Note what is to happen."""
        if self.main is not None:
            raise self.words.error(token, f"{token.text} can't stand beside {self.main.text}: there is one answer")
        self.main, self.kind, self.value = token, kind, value

    def expected(self) -> str:
        """Return what may come next."""
        if self.main is None and not self.fills:
            return ", ".join(WORDS[:-1]) + f" or {WORDS[-1]}"
        fill = "fill, " if self.main is None or self.kind in _FILLED else ""
        return f"{fill}after, poke, signal or the end"

    def answer(self) -> Answer:
        """Return the answer.

        Raises:
            ExpressionError: what was said does not go together.
        """
        if self.main is None and not self.fills:
            raise ExpressionError(
                self.words.text, len(self.words.text.rstrip()) + 1, f"the answer ends here: expected {self.expected()}"
            )
        kind = self.kind or Kind.FILL
        if self.filled is not None and kind not in _FILLED:
            assert self.main is not None
            reason = f"{self.main.text} fills nothing: fill goes with return, errno, perform, or alone"
            raise self.words.error(self.filled, reason)
        if self.modified is not None and kind == Kind.HOLD:
            raise self.words.error(self.modified, "hold stands alone: the operator says what happens")
        return Answer(
            kind, self.value, tuple(self.fills), self.descriptor, tuple(self.pokes), self.delay, self.signal,
            self.privileged,
        )  # fmt: skip


# --- the clauses ---


def _plain(kind: Kind) -> Callable[[_Parts, Token], None]:
    return lambda parts, token: parts.set(token, kind)


def _errno(parts: _Parts, token: Token) -> None:
    word = parts.words.wanted(f"an errno such as ENOENT, or its number (1..{ERRNO_MAX})")
    number = integer(word.text)
    if number is None:
        number = errno_names().get(word.text)
    if number is None:
        raise parts.words.error(word, f"unknown errno {shown(word.text)}{_near(word.text.upper(), errno_names())}")
    if not 1 <= number <= ERRNO_MAX:
        raise parts.words.error(word, f"an errno is 1..{ERRNO_MAX}")
    parts.set(token, Kind.ERRNO, number)


def _return(parts: _Parts, token: Token) -> None:
    word = parts.words.wanted("a number such as 0, -1 or 0x10")
    value = integer(word.text)
    if value is None:
        raise parts.words.error(word, f"{shown(word.text)} is no number: expected one such as 0, -1 or 0x10")
    if not -(1 << 63) <= value < 1 << 64:
        raise parts.words.error(word, "a return value has 64 bits")
    parts.set(token, Kind.RETURN, value - (1 << 64) if value >= 1 << 63 else value)


def _fd(parts: _Parts, token: Token) -> None:
    parts.set(token, Kind.FD)
    words = parts.words
    first = words.wanted(_SOURCE)
    data = words.data(first)
    if data is not None:
        source: File | Pipe | Memory | Edited = _file(words, first, data)
    elif first.text == "null":
        source = NULL
    elif first.text == "pipe":
        source = Pipe(words.wanted_data())
    elif first.text == "memfd":
        source = Memory(words.wanted_data())
    elif first.text == "edit":
        old = words.peek()
        source = Edited(words.wanted_data(), words.wanted_data(f"{DATA} that it is replaced by"))
        if not source.old:
            raise words.error(old or first, "nothing can't be replaced: expected what is to be found")
    else:
        raise words.unfit(first, _SOURCE)
    number, cloexec = _placed(words)
    if isinstance(source, File) and source.flags & O_CLOEXEC:
        source = File(source.path, source.flags & ~O_CLOEXEC, source.mode)
        cloexec = True if cloexec is None else cloexec
    parts.descriptor = Descriptor(source, number, cloexec)


def _file(words: Words, at: Token, path: bytes) -> File:
    """Take the flags and the mode behind a path."""
    if not path or b"\0" in path or len(path) >= PATH_MAX:
        raise words.error(at, f"a path has 1 to {PATH_MAX - 1} bytes, none of them 0")
    flags = mode = 0
    token = words.peek()
    if token is not None and token.text.startswith("O_"):
        words.next()
        for name in token.text.split("|"):
            value = OPEN.value(name)
            value = integer(name) if value is None else value
            if value is None or not 0 <= value <= _FLAGS_MOST:
                raise words.error(token, f"{shown(name)} is no flag of open(2){_near(name, OPEN.all_names())}")
            flags |= value
        token = words.peek()
        if token is not None and token.text.isdigit():
            words.next()
            mode = int(token.text, 8) if re.fullmatch("[0-7]{1,5}", token.text) else -1
            if not 0 <= mode <= MODE_MOST:
                raise words.error(token, "a mode is octal, such as 0644, and at most 07777")
    elif token is not None and token.text.isdigit():
        raise words.error(token, "expected the flags, such as O_RDWR|O_CREAT, before the mode")
    return File(path, flags, mode)


def _placed(words: Words) -> tuple[int, bool | None]:
    """Take which number the descriptor shall have, and whether it is closed at an execve."""
    number, cloexec = -1, None
    while (token := words.peek()) is not None and token.text in ("at", "cloexec", "no-cloexec"):
        words.next()
        if token.text == "at":
            word = words.wanted("the number of a descriptor")
            value = integer(word.text)
            if value is None or not 0 <= value <= _DESCRIPTOR_MOST:
                raise words.error(word, f"{shown(word.text)} is no number of a descriptor: expected one from 0")
            number = value
        else:
            cloexec = token.text == "cloexec"
    return number, cloexec


def _perform(parts: _Parts, token: Token) -> None:
    parts.set(token, Kind.PERFORM)
    if parts.words.taken("as"):
        word = parts.words.wanted("supervisor")
        if word.text != "supervisor":
            raise parts.words.unfit(word, "supervisor")
        parts.privileged = True


def _fill(parts: _Parts, token: Token) -> None:
    parts.filled = parts.filled or token
    parts.fills.append(_content(parts.words))


def _poke(parts: _Parts, token: Token) -> None:
    parts.modified = parts.modified or token
    parts.pokes.append(_content(parts.words))


def _content(words: Words) -> Content:
    """Take an argument's name and what is written where it points to: bytes, one word, or fields."""
    name = words.wanted("the name of an argument")
    if not _NAME.match(name.text) or name.text in _CLAUSES:
        raise words.error(name, f"{shown(name.text)} is no name of an argument")
    values: list[bytes] = []
    fields: list[tuple[str, str]] = []
    word = ""
    while (token := words.peek()) is not None and token.text not in _CLAUSES:
        words.next()
        data = words.data(token)
        member = _FIELD.match(token.text) if data is None else None
        if word or (values and data is None) or (fields and not member):
            raise words.unfit(token, "more of the same or another clause: strings, fields such as a=0, or one number")
        if member:
            fields.append((member["name"], member["value"]))
        elif data is not None:
            values.append(data)
        else:
            word = token.text
    if not (values or word or fields):
        what = f"{DATA}, a number, or fields such as st_size=0"
        raise words.unfit(words.wanted(what), what)
    return Content(name.text, tuple(values), word, tuple(fields))


def _after(parts: _Parts, token: Token) -> None:
    word = parts.words.wanted("a duration such as 200ms")
    delay = nanoseconds(word.text)
    if delay is None:
        raise parts.words.error(word, f"{shown(word.text)} is no duration: expected one such as 200ms or 1.5s")
    if not 0 < delay <= DELAY_MOST:
        raise parts.words.error(word, "a delay is more than 0 and at most 24h")
    _once(parts, token, parts.delay)
    parts.delay = delay


def _signal(parts: _Parts, token: Token) -> None:
    word = parts.words.wanted("a signal such as SIGUSR1")
    value = integer(word.text)
    number = signals.number(word.text.upper()) if value is None else value
    if number is None or not 1 <= number <= signals.HIGHEST:
        known = [signals.name(each) for each in range(1, signals.HIGHEST + 1)]
        hint = _near(word.text.upper(), known)
        raise parts.words.error(word, f"unknown signal {shown(word.text)}{hint}: expected a name or 1..64")
    _once(parts, token, parts.signal)
    parts.signal = number


def _once(parts: _Parts, token: Token, before: int) -> None:
    parts.modified = parts.modified or token
    if before:
        raise parts.words.error(token, f"{token.text} is there already")


_CLAUSES: dict[str, Callable[[_Parts, Token], None]] = {
    "allow": _plain(Kind.ALLOW),
    "errno": _errno,
    "return": _return,
    "fill": _fill,
    "fd": _fd,
    "perform": _perform,
    "kill": _plain(Kind.KILL),
    "hold": _plain(Kind.HOLD),
    "after": _after,
    "poke": _poke,
    "signal": _signal,
}
WORDS = tuple(_CLAUSES)[:8]
"""The words that an answer may begin with."""


def is_value(text: str) -> bool:
    """Tell whether a text stands for itself as a value that is filled in."""
    return is_word(text) and text not in _CLAUSES and not text.startswith(HEX) and not _FIELD.match(text)


def _near(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'ENOENT'?)`, nothing when there is nothing near."""
    near = difflib.get_close_matches(word, known, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
