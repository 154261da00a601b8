"""`seccomp-tui export`: a recording as text."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seccomp_tui.cli import presenting, qualifiers, readers
from seccomp_tui.cli.destination import destination
from seccomp_tui.cli.options import SETTINGS
from seccomp_tui.cli.progress import Progress
from seccomp_tui.cli.saying import say
from seccomp_tui.session.wanted import Destination, Printing

if TYPE_CHECKING:
    from seccomp_tui.session.store import Store

_FAILED = 1
_LOOK_EVERY = 512
"""After so many calls it is looked whether somebody still reads, and progress is shown."""


class _Export(click.Command):
    """Formats that are no list of the calls have options of their own: they are commands, chosen by the first word."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if args and args[0] in _OTHERS:
            from seccomp_tui.cli import learning

            other: click.Command = getattr(learning, _OTHERS[args[0]])
            return other.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


_OTHERS = {"oci-profile": "oci_profile", "rules": "rules"}
"""What they are called in `cli.learning`."""


@click.command("export", cls=_Export, context_settings=SETTINGS)
@click.argument("line_format", metavar="FORMAT", type=click.Choice(("strace", "jsonl", "csv", *_OTHERS)))
@click.argument("session", metavar="SESSION", type=click.Path(path_type=Path, readable=False))
@click.option("-v", "verbose", is_flag=True, help="Mark what a call has filled in and we have read late.")
@qualifiers.options("signal", "status", "quiet")
@presenting.presentation
@destination(Destination(1, "standard output", threads="always"), "session", "that is the recording")
def export(session: Path, printing: Printing, destination: Destination, verbose: bool) -> int:
    """Write a recording as text, to stdout or a file.

    FORMAT is strace (lines as `log -o` writes them), jsonl (an object a line, as `log --format jsonl`), or csv (a row a
    call below a head; docs/recording.md tells of the columns). Two more have options of their own, which they tell
    themselves (`seccomp-tui export rules --help`): oci-profile (a seccomp profile for containers: -o, --reasons,
    --default, --listener, --arguments, --runtime) and rules (your answers, to be given again: -o).

    SESSION is a file that --session has made, also one that is still being written: then what is there now. How strings
    and structures are written was decided when it was recorded (-s, -v, -x, -y).
    """
    from seccomp_tui.session.recorder import SinkFailed

    if printing.line_format in _OTHERS:
        raise click.UsageError(f"{printing.line_format} must stand before its options")
    with closing(readers.recording(session)) as store:
        try:
            _write(store, printing, destination)
        except SinkFailed as error:
            say(str(error))
            return _FAILED
        except sqlite3.Error as error:
            say(f"{session}: {error}")
            return _FAILED
    return 0


def _write(store: Store, printing: Printing, destination: Destination) -> None:
    from seccomp_tui.session.output import opened
    from seccomp_tui.session.printing import printer
    from seccomp_tui.syscalls.decode import Decoder

    to = opened(destination)
    # What the expression is asked here it can ask of the recording itself, which need not be read as a whole then.
    shown = replace(printing, where=None, containers=bool(store.containers()))
    sink = printer(shown, to, destination.threads)
    with Progress("export", store.count(), wanted=not os.isatty(destination.fd)) as bar:
        for count, seq in enumerate(store.replay(sink, Decoder(), printing.where)):
            if not count % _LOOK_EVERY:
                if to.closed:
                    return
                bar.at(seq)
    sink.close()
