"""The sink of CSV: a row for each call, for spreadsheets and data tools."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

from seccomp_tui.session.happenings import Happening
from seccomp_tui.session.json_lines import answer_fields, result_fields
from seccomp_tui.session.output import Output
from seccomp_tui.session.recorder import Line
from seccomp_tui.supervisor.records import Event, ProcessSeen, Session
from seccomp_tui.syscalls.text import escape

COLUMNS = (
    *("seq", "time", "pid", "tid", "comm", "syscall", "text", "path", "address"),
    *("answer", "by", "errno", "return", "took", "late"),
)
"""What a row has: `time` in ISO 8601 (UTC), `took` in seconds; a cell is empty where no value is known."""


class CsvRows:
    """Prints a head with the names of the columns, and a row a call (RFC 4180, but lines end in a newline alone)."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._writer = csv.writer(self, lineterminator="")
        self._wall = 0
        self._comms: dict[int, str] = {}
        self._writer.writerow(COLUMNS)

    def write(self, row: str) -> None:
        """Take a row from the writer."""
        self._output.line(row)

    def call(self, line: Line, /) -> None:
        """Wait for its result."""

    def returned(self, line: Line, /) -> None:
        """Print one call."""
        call, path = line.call, line.path()
        fields = {**answer_fields(call), **result_fields(line)}
        took = fields.get("took")
        self._writer.writerow(
            (
                call.seq,
                datetime.fromtimestamp((call.time + self._wall) / 1e9, UTC).isoformat(),
                call.pid,
                call.tid,
                self._comms.get(call.tid, ""),
                line.name,
                line.text,
                None if path is None else escape(path),
                line.address(),
                fields["answer"],
                fields["by"],
                fields.get("errno"),
                fields.get("return"),
                None if took is None else f"{took:.9f}",
                int(line.late),
            )
        )

    def event(self, event: Event | Happening, /) -> None:
        """Follow which programs run."""
        match event:
            case Session(time=started, wall=wall):
                self._wall = wall - started
            case ProcessSeen(tid=tid, comm=comm):
                self._comms[tid] = escape(comm)

    def flush(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def close(self) -> None:
        """Write what was collected."""
        self._output.flush()
