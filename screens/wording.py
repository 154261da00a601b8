"""How things are said on the screens: numbers, ages, answers, and text that comes from the target."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style

from seccomp_tui.policy.answers import By, Kind, State, was_taken
from seccomp_tui.screens import theme
from seccomp_tui.supervisor.records import FLAG_DELAYED, FLAG_RULED

if TYPE_CHECKING:
    from seccomp_tui.session.store import Row

Part = tuple[str, Style]
"""A piece of one line: printable text and its style."""

AGE_LATE = 5.0
AGE_VERY_LATE = 30.0
_TOKEN = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*"(?:\.\.\.)?)|(?P<constant>\b[A-Z][A-Z0-9_]{2,}\b)|[^"A-Z]+|.')
_MEANING = re.compile(r"(= -1 \w+) \([^()]*\)")


class Mark(NamedTuple):
    """How a call's state is shown: never by the colour alone."""

    glyph: str
    word: str
    style: Style


UNGIVEN = Mark("?", "held", theme.FAILED)
"""Of a held call: its last answer could not be given."""
HELD = Mark("!", "held", theme.HELD)
ALLOW = Mark("=", "allow", theme.ALLOWED)
RETURN = Mark("~", "return", theme.RETURNED)
ERRNO = Mark("x", "errno", theme.FAILED)
KILLED = Mark("x", "kill", theme.FAILED)
GIVEN = Mark("+", "fd", theme.RETURNED)
FILLED = Mark("~", "fill", theme.RETURNED)
PERFORMED = Mark("*", "perform", theme.ALLOWED)
GONE = Mark("-", "gone", theme.GONE)
_BY_KIND = {Kind.ALLOW: ALLOW, Kind.RETURN: RETURN, Kind.ERRNO: ERRNO, Kind.KILL: KILLED, Kind.FD: GIVEN}
_BY_KIND |= {Kind.PERFORM: PERFORMED, Kind.FILL: FILLED}
_BY_WORDS = {
    By.NOBODY: "",
    By.UNHELD: "nothing holds it",
    By.STARTUP: "start-up",
    By.OPERATOR: "by you",
    By.LEAVING: "let go on leaving",
    By.ON_EXIT: "by --on-exit",
    By.RULE: "by a rule",
    By.TIMEOUT: "by --hold-timeout",
}


def mark(state: State, kind: Kind) -> Mark:
    """Return how a call in this state, with an answer of this kind, is marked."""
    if state == State.HELD:
        return HELD
    if state == State.GONE:
        return GONE
    return _BY_KIND.get(kind, GONE)


def by_words(by: By, rule: int = 0) -> str:
    """Return who gave an answer; `rule` is the id of the rule, 0: none."""
    return f"by rule {rule}" if rule else _BY_WORDS.get(by, "")


def result(
    state: State, kind: Kind, value: int, name: str = "", returned: int | None = None, shown: str | None = None
) -> str:
    """Return the end of a history line: `= -1 EPERM (Operation not permitted)` and the like.

    Args:
        state, kind, value: how the call was answered.
        name: of the call.
        returned: what it returned when it was allowed; None: not known, written `= ?`.
        shown: the same as strace writes it, where that is known.
    """
    if state == State.HELD:
        return ""
    if state == State.GONE:
        return "gone (signal or exit)"
    if not was_taken(kind, value, returned):
        return f"= {shown or result_text(name, returned or 0)} (not the answer)"
    if kind == Kind.ERRNO:
        return f"= {errno_text(value)}"
    if kind == Kind.RETURN:
        return f"= {value}"
    if kind == Kind.FD:
        return f"= {value} (given)"
    if kind == Kind.PERFORM:
        return f"= {result_text(name, value)} (performed)"
    if kind == Kind.ALLOW and returned is not None:
        return f"= {shown or result_text(name, returned)}"
    return "= ? (killed)" if kind == Kind.KILL else "= ?"


def result_text(name: str, value: int) -> str:
    """Return what the call `name` has returned."""
    from seccomp_tui.syscalls import results

    return results.text(name, None, value)


def errno_text(number: int) -> str:
    """Return `-1 ENOENT (No such file or directory)`."""
    from seccomp_tui.syscalls import errnos

    return errnos.result_text(number)


def outcome(row: Row) -> str:
    """Return the end of a call's line in the history."""
    again = f" (again, as #{row.restarts} was)" if row.restarts else ""
    if row.state == State.HELD:
        return ("held (a rule)" if row.flags & FLAG_RULED else "held") + again
    if row.restarted_as:
        return f"restarted as #{row.restarted_as}"
    delayed = " (DELAYED)" if row.flags & FLAG_DELAYED else ""
    return f"{result(row.state, row.kind, row.value, row.name, row.result, row.shown)}{delayed}{again}"


def shortened(result: str, *, very: bool) -> str:
    """Return the end of a history line without what an error means; `very`: without any explanation."""
    return result.split(" (")[0] if very else _MEANING.sub(r"\1", result)


def printable(text: str) -> str:
    """Return a message as one printable line, whatever it quotes."""
    return "".join(character if character.isprintable() else "?" for character in text)


def plural(number: int, one: str, many: str = "") -> str:
    """Return `1 call`, `2 calls`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def clean(data: bytes) -> str:
    """Return bytes of the target as printable ASCII: escape codes and newlines are escaped."""
    from seccomp_tui.syscalls import text

    return text.escape(data)


def command_line(argv: list[bytes]) -> str:
    """Return a command line as one printable line; arguments with blanks are quoted."""
    words = [clean(word) for word in argv]
    return " ".join(f'"{word}"' if not word or " " in word else word for word in words)


def count(number: int) -> str:
    """Return a number of things in at most five characters: `950`, `12.4k`, `3.1M`."""
    if number < 10_000:
        return str(number)
    for unit, size in (("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)):
        if number < size * 1000:
            short = f"{number / size:.1f}"
            return f"{short if len(short) <= 4 else number // size}{unit}"
    return f"{number:.0e}"


def size(number: int) -> str:
    """Return a number of bytes: `13 bytes`, `4.0 KiB`, `1.2 MiB`."""
    if number < 1024:
        return f"{number} byte{'s' * (number != 1)}"
    if number < 1024 * 1024:
        return f"{number / 1024:.1f} KiB"
    return f"{number / 1024 / 1024:.1f} MiB"


def seconds(time: float) -> str:
    """Return a time span: `0.3s`, `12s`, `4m10s`, `2h05m`."""
    if time < 9.95:
        return f"{max(time, 0.0):.1f}s"
    whole = round(time)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole // 60 % 60:02}m"


def duration(nanoseconds: int) -> str:
    """Return how long a call took in the kernel: `12 us`, `3.4 ms`, `2.0s`."""
    if nanoseconds < 1_000_000:
        return f"{max(nanoseconds, 0) / 1e3:.0f} us"
    if nanoseconds < 1_000_000_000:
        return f"{nanoseconds / 1e6:.1f} ms"
    return seconds(nanoseconds / 1e9)


def age(time: float) -> Part:
    """Return how long a call has been waiting: after 5 s it is called long, after 30 s LONG."""
    word = " LONG" if time > AGE_VERY_LATE else " long" if time > AGE_LATE else ""
    return f"{seconds(time)}{word}", age_style(time)


def age_style(time: float) -> Style:
    """Return the style of a waiting time."""
    if time > AGE_VERY_LATE:
        return theme.VERY_LATE
    return theme.LATE if time > AGE_LATE else theme.FAINT


def exit_words(status: int) -> str:
    """Return what a wait status says: `EXITED 3` or `KILLED SIGSEGV`."""
    killed_by = status & 0x7F
    if not killed_by:
        return f"EXITED {status >> 8 & 0xFF}"
    try:
        return f"KILLED {signal.Signals(killed_by).name}"
    except ValueError:
        return f"KILLED by signal {killed_by}"


def arguments(name: str, text: str) -> str:
    """Return the arguments of a call's text: what stands between the brackets."""
    inner = text.removeprefix(f"{name}(")
    return inner.rstrip().removesuffix(")") if inner != text else text


def coloured(text: str) -> list[Part]:
    """Return a call's arguments with strings and constants coloured."""
    styles = {"string": theme.STRING, "constant": theme.CONSTANT}
    parts: list[Part] = []
    for token in _TOKEN.finditer(text):
        style = styles.get(token.lastgroup or "", theme.PLAIN)
        if parts and parts[-1][1] is style:
            parts[-1] = (parts[-1][0] + token[0], style)
        else:
            parts.append((token[0], style))
    return parts
