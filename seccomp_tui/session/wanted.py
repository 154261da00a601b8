"""What the user wants to see of calls: plain values, made by the command line and used by the sinks.

It imports nothing of what makes lines: the keeper, which stays small, has it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression

QUIETED = ("attach", "exit", "path-resolution", "personality", "thread-execve")
"""Messages that can be left out, in strace's words."""
STATUSES = ("successful", "failed", "unfinished", "unavailable", "detached")
"""How a call may have ended, in strace's words. No call is detached here."""
SORTS = {
    **{name: name for name in ("time", "avg-time", "calls", "errors", "name", "nothing")},
    **dict.fromkeys(("time-percent", "time-total", "total-time"), "time"),
    "time-avg": "avg-time",
    "count": "calls",
    "error": "errors",
    **dict.fromkeys(("syscall", "syscall-name"), "name"),
    "none": "nothing",
}
"""What a summary may be sorted by, in strace's words."""
Threads = Literal["always", "several", "never"]
"""When lines begin with the thread's id: always, as with `strace -f -o`; while there are several; never, as with `-ff`.
"""


@dataclass(frozen=True)
class Layout:
    """What is wanted in strace's lines besides the call.

    Attributes:
        absolute: 1 to 3 as strace's -t, -tt, -ttt; 0: no time.
        relative: the time since the beginning of the line before, -r.
        took: the time spent in the call, -T.
        number: of the call, -n.
        pointer: the instruction pointer, -i.
        late: mark what was read late.
        column: of the results, -a.
        quiet: messages that are left out, of `QUIETED`.
        signals: the numbers of those that are printed; None: all.
    """

    absolute: int = 0
    relative: bool = False
    took: bool = False
    number: bool = False
    pointer: bool = False
    late: bool = False
    column: int = 40
    quiet: frozenset[str] = frozenset()
    signals: frozenset[int] | None = None


@dataclass(frozen=True)
class Printing:
    """What is printed of the calls.

    Attributes:
        line_format: "strace", "jsonl" or "csv".
        layout: how strace's lines look.
        lines: print the calls.
        summary: by what a summary of them is sorted, of `SORTS`; "": there is none.
        statuses: of `STATUSES`, only calls that ended so; None: all.
        paths: only calls that reach one of these, strace's -P; none: all.
        where: only calls that this is true of; None: all.
        containers: lines begin with the name of the container.
    """

    line_format: str = "strace"
    layout: Layout = Layout()
    lines: bool = True
    summary: str = ""
    statuses: frozenset[str] | None = None
    paths: frozenset[bytes] = frozenset()
    where: Expression | None = None
    containers: bool = False


@dataclass(frozen=True)
class Destination:
    """Where the lines go.

    Attributes:
        fd: the descriptor; -1: a file for each thread.
        name: what messages call it.
        prefix: of the files of threads.
        append: add to files that were there before.
        threads: when lines begin with the thread's id.
    """

    fd: int = 2
    name: str = "standard error"
    prefix: str = ""
    append: bool = False
    threads: Threads = "several"
