"""`seccomp-tui log`: a line for each call."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from seccomp_tui.cli import options as shared_options
from seccomp_tui.cli import presenting, qualifiers, readers, starting
from seccomp_tui.session.wanted import Destination, Printing

_SEPARATELY = 2
"""-f given so often means a file for each thread."""


@click.command("log", context_settings=shared_options.STOP_AT_PROGRAM)
@qualifiers.options("trace", "decode-fds", "signal", "status", "quiet")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write the lines to FILE, each with its thread id, instead of standard error.",
)
@click.option("-A", "--output-append-mode", "append", is_flag=True, help="Add to what FILE has already.")
@click.option(
    "-f",
    "--follow-forks",
    "follow",
    count=True,
    help="Accepted, and does nothing: children are always followed. -ff: with -o, write a file FILE.TID for each"
    " thread.",
)
@click.option("--output-separately", "separately", is_flag=True, help="The same as -ff.")
@click.option(
    "--format",
    "line_format",
    type=click.Choice(("strace", "jsonl")),
    default="strace",
    show_default=True,
    help="strace-like lines, or a JSON object a line (docs/jsonl.md).",
)
@presenting.decoding
@presenting.presentation
@click.option(
    "--io",
    metavar="WHERE",
    default="inherit",
    show_default=True,
    callback=readers.io,
    help="The program's terminal: inherit (ours), null, or tty:PATH.",
)
@shared_options.shared
def log(
    printing: Printing, output: str | None, append: bool, follow: int, separately: bool, session: Path | None,
    **options: Any,
) -> int:  # fmt: skip
    """Run PROGRAM without screens and print a line for each system call, as strace does.

    Nothing is held. A line is printed when its call has returned. Where the kernel does not tell us what a call
    returns, its line ends in `= ?`.
    """
    if output is not None and session and os.path.realpath(output) == os.path.realpath(session):
        raise click.UsageError(f"-o {output}: the recording goes there (--session)")
    destination = _destination(output, append, separately or follow >= _SEPARATELY, printing)
    return starting.start(
        **options, session=session, holding=False, printing=printing, destination=destination, screens=None
    )


def _destination(output: str | None, append: bool, separately: bool, printing: Printing) -> Destination:
    if output is None:
        if separately or append:
            raise click.UsageError(f"{'-ff' if separately else '-A'} needs -o FILE")
        return Destination()
    name = f"-o {output}"
    if output[:1] in ("|", "!"):
        raise click.UsageError(f"{name}: lines are not piped into a command; for a file of that name: -o ./{output}")
    if separately:
        if printing.summary:
            raise click.UsageError("-c and -C count for all threads together: they can't be given with -ff")
        folder = os.path.dirname(os.path.abspath(output))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise click.UsageError(f"{name}: can't write in the folder {folder}")
        return Destination(-1, name, os.path.abspath(output), append, "never")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_APPEND if append else os.O_TRUNC)
        return Destination(os.open(output, flags, 0o666), name, threads="always")
    except OSError as error:
        raise click.UsageError(f"{name}: {error.strerror}") from None
