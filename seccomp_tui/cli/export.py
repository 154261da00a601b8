"""`seccomp-tui export`: a recording as text."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seccomp_tui.cli import readers
from seccomp_tui.cli.options import SETTINGS
from seccomp_tui.cli.progress import Progress
from seccomp_tui.cli.saying import say

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression
    from seccomp_tui.session.lines import Output
    from seccomp_tui.session.recorder import Sink

_FAILED = 1
_LOOK_EVERY = 512
"""After so many calls it is looked whether somebody still reads, and progress is shown."""


def _strace(output: Output) -> Sink:
    from seccomp_tui.session.lines import StraceLines

    return StraceLines(output, to_file=True)


def _jsonl(output: Output) -> Sink:
    from seccomp_tui.session.lines import JsonLines

    return JsonLines(output)


def _csv(output: Output) -> Sink:
    from seccomp_tui.session.table import CsvRows

    return CsvRows(output)


_FORMATS: dict[str, Callable[[Output], Sink]] = {"strace": _strace, "jsonl": _jsonl, "csv": _csv}


@click.command("export", context_settings=SETTINGS)
@click.argument("form", metavar="FORMAT", type=click.Choice(tuple(_FORMATS)))
@click.argument("session", metavar="SESSION", type=click.Path(path_type=Path))
@click.option("-o", "output", metavar="FILE", type=click.Path(dir_okay=False), help="Write to FILE, not to stdout.")
@click.option(
    "--where",
    metavar="EXPR",
    callback=readers.expression(answered=True),
    help="Only the calls that this is true of (docs/expressions.md).",
)
def export(form: str, session: Path, output: str | None, where: Expression | None) -> int:
    """Write a recording as text.

    FORMAT is strace (lines as `log -o` writes them), jsonl (an object a line, as `log --format jsonl`), or csv (a row a
    call below a head; docs/recording.md tells of the columns).

    SESSION is a file that --session has made, also one that is still being written: then what is there now.
    """
    from seccomp_tui.session.lines import Output
    from seccomp_tui.session.recorder import SinkFailed

    store = readers.recording(session)
    name = "standard output" if output is None else f"-o {output}"
    to = 1 if output is None else readers.lines_file(output, session)
    total = store.count()
    written = Output(to, name)
    try:
        sink = _FORMATS[form](written)
        with Progress("export", total) if output is not None or not os.isatty(1) else nullcontext() as progress:
            from seccomp_tui.syscalls.decode import Decoder

            for count, seq in enumerate(store.replay(sink, Decoder(), where)):
                if not count % _LOOK_EVERY:
                    if written.closed:
                        break
                    if progress is not None:
                        progress.at(seq)
            sink.close()
    except SinkFailed as error:
        say(str(error))
        return _FAILED
    except sqlite3.Error as error:
        say(f"{session}: {error}")
        return _FAILED
    return 0
