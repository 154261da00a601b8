"""The sinks of `log` put together."""

from __future__ import annotations

from seccomp_tui.session.output import Output
from seccomp_tui.session.recorder import Sink
from seccomp_tui.session.strace_lines import StraceLines
from seccomp_tui.session.wanted import Printing, Threads


def printer(printing: Printing, output: Output, threads: Threads) -> Sink:
    """Return the sink that prints what is wanted.

    Args:
        threads: when lines begin with the thread's id.
    """
    sink: Sink | None = None
    if printing.line_format == "jsonl":
        from seccomp_tui.session.json_lines import JsonLines

        sink = JsonLines(output, printing.layout.signals)
    elif printing.line_format == "csv":
        from seccomp_tui.session.table import CsvRows

        sink = CsvRows(output)
    elif printing.lines:
        sink = StraceLines(output, printing.layout, threads, containers=printing.containers)
    if sink is None or printing.summary:
        from seccomp_tui.session.summary import Summary

        sink = Summary(output, printing.summary or "time", sink)
    if printing.statuses is not None or printing.paths:
        from seccomp_tui.session.chosen import Paths, Statuses

        if printing.statuses is not None:
            sink = Statuses(sink, printing.statuses)
        if printing.paths:
            sink = Paths(sink, printing.paths)
    if printing.where is not None:
        from seccomp_tui.session.where import Where

        sink = Where(sink, printing.where)
    return sink
