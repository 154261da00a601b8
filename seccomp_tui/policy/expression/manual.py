"""The help of the expression language, made of the tables that the parser uses: for the screens and for docs/."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from seccomp_tui.syscalls import prototypes

from .comparisons import OPERATORS
from .fields import FIELDS, Field

_INTRODUCTION = """\
# Expressions

One language says which calls are held (`--hold`) and which are printed (`log --where`). An expression is a condition on
a single call:

```text
openat and path ~ "^/etc/" and flags has O_CREAT
%network and not comm == "curl"
connect and port in (80, 443)
write and fd == 1
errno == ENOENT and time > 1ms
```

A bare word is a system call, `%word` a set of them as in strace's `-e trace=`, and any other condition compares a
field, or an argument of the call by its name in the manual page, with a value.

A call that does not have the value asked for, or of which it is not known, makes the comparison false, `!=` too. `not`
turns that round: `port != 80` is true of calls with another port only, `not port == 80` of calls without any as well.
"""
_VALUES = """\
An argument is a number and a text. The number is what the line shows, the address for what lies in memory. The text of
a path, a string or a buffer is its bytes, of any other argument what the line shows: `argv ~ "--force"`. What the call
is to fill in has no text. Buffers are compared as far as they were copied (1024 bytes, or `-s`).

Where a field and an argument have the same name the field is meant: `pid` is the caller, not whom kill(2) is sent to;
that is `arg0`. `arg2` is the third word also of prctl(2), whose manual page counts from 1.
"""
_HOLDING = """\
## Holding

Fields marked *after* are known only once the call has been answered: in `--hold` they are refused. The default is

```text
--hold '{default}'
```

`startup` is the time from execve until the program first names one of its own arguments or acts outside the places of
loaders and C libraries. While calls are held it is also true of what the C library looks up for itself later: names of
users and hosts, locales, time zones.
"""


class Row(NamedTuple):
    """One line of the help: what is written, what it means, an example."""

    what: str
    meaning: str
    example: str


VALUES = (
    Row("80", "a number: also hexadecimal 0x50, octal 0644, and -1", "port == 80"),
    Row("200ms", "a duration, for fields that are durations, in ns us ms s m or h; 1.5s as well", "held > 200ms"),
    Row(
        '"text"',
        "bytes, in double or single quotes, with the escapes of C, such as \\n \\x41 \\101. A regular expression keeps"
        " its own backslashes",
        r'path == "/tmp/a\x20b"',
    ),
    Row(
        "O_CREAT",
        "the name of a constant, of the set that the argument takes; several flags with | between them. Where the"
        " call's argument has no such constant, the value is missing",
        "flags has O_CREAT|O_EXCL",
    ),
)
"""What a field is compared with."""


def operators() -> list[Row]:
    """Return the operators."""
    return [Row(kind.symbol, kind.help, kind.example) for kind in OPERATORS]


def fields() -> list[Row]:
    """Return the fields."""
    return [Row(field.name, _meaning(field), field.example) for field in FIELDS.values()]


def sets() -> list[str]:
    """Return the sets, with their `%`."""
    return [f"%{name}" for name in sorted(prototypes.sets())]


def markdown(default: str) -> str:
    """Return docs/expressions.md.

    Args:
        default: what is held by default.
    """
    listed = " ".join(f"`{name}`" for name in sets())
    return "\n".join(
        (
            _INTRODUCTION,
            "## Operators\n",
            _table(("operator", "true when the field", "example"), operators()),
            "Parentheses group. `and` binds closer than `or`, `not` closest.\n",
            "## Fields\n",
            _table(("field", "is", "example"), fields()),
            "## Values\n",
            _table(("value", "is", "example"), VALUES),
            _VALUES,
            f"## Sets\n\n{listed}\n",
            _HOLDING.format(default=default).rstrip("\n") + "\n",
        )
    )


def _meaning(field: Field) -> str:
    return f"{field.help} (after)" if field.answered else field.help


def _table(head: tuple[str, str, str], rows: Iterable[Row]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    lines += [f"| `{row.what}` | {_cell(row.meaning)} | `{_cell(row.example)}` |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
