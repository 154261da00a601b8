"""Counts and times of calls, as strace -c prints them; the time is that between receipt and return, as with its -w."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields

from seccomp_tui.policy.answers import Kind
from seccomp_tui.session.chosen import has_failed
from seccomp_tui.session.happenings import Happening
from seccomp_tui.session.output import Output
from seccomp_tui.session.recorder import Line, Sink
from seccomp_tui.session.wanted import SORTS
from seccomp_tui.supervisor.records import Event
from seccomp_tui.syscalls.arch import ARCHES, native

_HEAD = ("% time", "seconds", "usecs/call", "calls", "errors", "syscall")
_WIDTHS = (6, 11, 11, 9, 9)
_NAME_WIDTH = 16
_NOT_KNOWN = "-"
_SECOND, _MICROSECOND = 1e9, 1000


@dataclass(slots=True)
class Count:
    """Calls of one name.

    Attributes:
        nr: its number.
        calls: all of them.
        timed: those of which it is known how long they took, in nanoseconds `time`.
        judged: those of which it is known whether they failed; `errors` did.
    """

    nr: int = 0
    calls: int = 0
    timed: int = 0
    time: int = 0
    judged: int = 0
    errors: int = 0

    @property
    def average(self) -> float:
        """How long one took, in nanoseconds."""
        return self.time / self.timed if self.timed else 0

    def add(self, other: Count) -> None:
        """Add others."""
        for field in fields(Count):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


Named = tuple[str, Count]
_ORDERS: dict[str, Callable[[Named], tuple[object, ...]]] = {
    "time": lambda named: (-named[1].time, not named[1].timed),
    "avg-time": lambda named: (-named[1].average, not named[1].timed),
    "calls": lambda named: (-named[1].calls,),
    "errors": lambda named: (-named[1].errors,),
    "name": lambda named: (named[0],),
    "nothing": lambda named: (),
}


class Summary:
    """Prints how often each call was made, how long it took, and how often it failed.

    Args:
        sort: of `SORTS`; what is equal stands in the order of the numbers.
        lines: prints the calls themselves, None for nothing.
    """

    def __init__(self, output: Output, sort: str = "time", lines: Sink | None = None) -> None:
        self._output = output
        self._order = _ORDERS[SORTS[sort]]
        self._lines = lines
        self._counts: dict[int, dict[str, Count]] = {}

    def call(self, line: Line, /) -> None:
        """Hand it on."""
        if self._lines is not None:
            self._lines.call(line)

    def returned(self, line: Line, /) -> None:
        """Count a call."""
        call = line.call
        counts = self._counts.setdefault(call.arch, {})
        count = counts.get(line.name)
        if count is None:
            count = counts[line.name] = Count(call.nr)
        count.calls += 1
        failed = has_failed(line)
        if failed is not None:
            count.judged += 1
            count.errors += failed
        if line.result is not None and call.kind == Kind.ALLOW:
            count.timed += 1
            count.time += max(0, line.result.time - line.began)
        if self._lines is not None:
            self._lines.returned(line)

    def event(self, event: Event | Happening, /) -> None:
        """Hand it on."""
        if self._lines is not None:
            self._lines.event(event)

    def flush(self) -> None:
        """Keep back nothing but the counts."""
        self._output.flush()

    def close(self) -> None:
        """Print the summary, a table for each architecture."""
        for arch in sorted(self._counts, key=lambda arch: (arch != native().token, arch)):
            if arch != native().token:
                known = ARCHES.get(arch)
                what = f"{known.word * 8} bit mode" if known else f"architecture {arch:#x}"
                self._output.line(f"System call usage summary for {what}:")
            for text in table(self._sorted(arch)):
                self._output.line(text)
        self._output.flush()

    def _sorted(self, arch: int) -> list[Named]:
        by_number = sorted(self._counts[arch].items(), key=lambda named: named[1].nr)
        return sorted(by_number, key=self._order)


def table(counts: Iterable[Named]) -> Iterator[str]:
    """Yield the lines of a table; `-` stands for what is not known."""
    rows = list(counts)
    total = Count()
    for _, count in rows:
        total.add(count)
    # strace leaves a column free behind a name that is longer than its heading's line.
    width = max(_NAME_WIDTH, *(len(name) + 1 for name, _ in rows))
    rule = " ".join("-" * each for each in (*_WIDTHS, width))
    yield _row(*_HEAD)
    yield rule
    for name, count in rows:
        share = 100 * count.time / total.time if total.time else 0
        yield _row(f"{share:.2f}" if count.timed else _NOT_KNOWN, *_columns(count), name)
    yield rule
    yield _row("100.00" if total.timed else _NOT_KNOWN, *_columns(total), "total")


def _columns(count: Count) -> tuple[str, str, str, str]:
    seconds = f"{count.time / _SECOND:.6f}" if count.timed else _NOT_KNOWN
    each = f"{count.average // _MICROSECOND:.0f}" if count.timed else _NOT_KNOWN
    return seconds, each, str(count.calls), str(count.errors or "") if count.judged else _NOT_KNOWN


def _row(*cells: str) -> str:
    *numbers, name = cells
    shown = [f"{text:>{width}}" for text, width in zip(numbers, _WIDTHS, strict=True)]
    return " ".join([*shown, name])
