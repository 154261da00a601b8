"""`seccomp-tui open`: recordings on the screens."""

from __future__ import annotations

from pathlib import Path

import click

from seccomp_tui.cli import configuration, readers
from seccomp_tui.cli.options import SETTINGS
from seccomp_tui.sources import launch

_WIDE = 1000
"""Columns of a line that nobody reads on a terminal; none is broken."""


@click.command("open", context_settings=SETTINGS)
@click.argument("session", metavar="[SESSION]", type=click.Path(path_type=Path, readable=False), required=False)
def open_recording(session: Path | None) -> int:
    """Look at a recording: its history, with the details of each call.

    SESSION is a file that --session has made; it may still be written. Without one the recordings are listed that runs
    with screens have made: when, how many calls, which program.
    """
    if session is not None:
        readers.recording(session).close()
    if launch.is_terminal():
        from seccomp_tui.screens.app import look

        return look(session, configuration.screens())
    if session is not None:
        raise click.UsageError("the screens need a terminal; without one use: seccomp-tui export strace SESSION")
    _print_list()
    return 0


def _print_list() -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    from seccomp_tui.screens.sessions import COLUMNS, row
    from seccomp_tui.session import recent

    table = Table(*(Column(head, no_wrap=True) for head in (*COLUMNS, "File")), box=None, pad_edge=False)
    for each in recent.recordings():
        table.add_row(*map(Text, (*row(each), str(each.path))))
    Console(width=_WIDE).print(table)
