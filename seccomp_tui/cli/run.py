"""`seccomp-tui run`: the screens."""

from __future__ import annotations

import os
from typing import Any

import click

from seccomp_tui.cli import options as shared_options
from seccomp_tui.cli import presenting, qualifiers, readers, ruling, starting
from seccomp_tui.sources import crew, launch

PANE = (b"TERM", b"xterm-256color")
"""What the terminal pane understands, whatever terminal the screens themselves are in; -E TERM=.. says otherwise."""


@click.command(
    "run",
    cls=ruling.Ordered,
    context_settings=shared_options.STOP_AT_PROGRAM,
    short_help="Run PROGRAM with the screens, and hold its calls.",
)
@qualifiers.options("trace", "decode-fds", rules=True)
@presenting.decoding
@ruling.options
@ruling.timeout
@shared_options.shared
@click.option("--run", "running", is_flag=True, help="Hold nothing at the start; h in the screens begins to.")
@shared_options.terminal("pane", "in the screens")
@click.option(
    "--hold",
    metavar="EXPR",
    callback=readers.expression(answered=False),
    help="Hold only the calls that this is true of, such as 'connect and not port == 53' (docs/expressions.md)."
    " Default: (%file or %network or %process or %creds) and not startup.",
)
def run(running: bool, **options: Any) -> int:
    """Run PROGRAM with the screens: calls that act on files, the network, processes and credentials are held.

    Start-up calls (loader, C library) are let through. With -e trace=SET all other calls of the set are held, whatever
    they act on. With --hold EXPR the calls are held that it is true of, and no others.
    """
    if launch.find_program(options["program"][0])[0] is not None and not launch.is_terminal():
        raise click.UsageError("the screens need a terminal; without one use: seccomp-tui log PROGRAM")
    show = starting.screens([os.fsencode(word) for word in options["program"]])
    return begin(options, running=running, show=show)


def begin(options: dict[str, Any], *, running: bool, show: crew.Screens) -> int:
    """Run the program, with something that answers.

    Args:
        options: those of `run`, as click gives them.
        running: hold nothing at the start.
        show: stands at the other end of the control socket.
    """
    options = ruling.merged(qualifiers.merged(options), holds=True)
    if options["io"] == "pane":
        options["variables"] = [PANE, *options["variables"]]
    session = options.pop("session") or starting.recording_name(options["program"][0])
    return starting.start(**options, session=session, holding=not running, printing=None, screens=show)
