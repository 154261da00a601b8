"""`seccomp-tui log`: a line for each call."""

from __future__ import annotations

from typing import Any

import click

from seccomp_tui.cli import options as shared_options
from seccomp_tui.cli import presenting, qualifiers, ruling, starting
from seccomp_tui.cli.destination import destination
from seccomp_tui.session.wanted import Destination


@click.command(
    "log",
    cls=ruling.Ordered,
    context_settings=shared_options.STOP_AT_PROGRAM,
    short_help="Run PROGRAM and print its calls, as strace does.",
)
@qualifiers.options("trace", "decode-fds", "signal", "status", "quiet", rules=True)
@presenting.line_format("strace")
@presenting.decoding
@ruling.options
@presenting.presentation
@destination(Destination(), "session", "the recording goes there (--session)")
@shared_options.terminal("inherit", "ours")
@shared_options.shared
def log(**options: Any) -> int:
    """Run PROGRAM without screens and print a line for each system call, as strace does.

    Nothing is held; rules answer. A line is printed when its call has returned. Where the kernel does not tell us what
    a call returns, its line ends in `= ?`.
    """
    return starting.start(**ruling.merged(options, holds=False), holding=False, screens=None)
