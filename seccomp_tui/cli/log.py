"""`seccomp-tui log`: a line for each call."""

from __future__ import annotations

import os
from typing import Any

import click

from seccomp_tui.cli import options as shared_options
from seccomp_tui.cli import readers, starting


@click.command("log", context_settings=shared_options.STOP_AT_PROGRAM)
@shared_options.shared
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write the lines to FILE, each with its thread id, instead of standard error.",
)
@click.option(
    "--format",
    "line_format",
    type=click.Choice(("strace", "jsonl")),
    default="strace",
    show_default=True,
    help="strace-like lines, or a JSON object a line.",
)
@click.option(
    "--io",
    metavar="WHERE",
    default="inherit",
    show_default=True,
    callback=readers.io,
    help="The program's terminal: inherit (ours), null, or tty:PATH.",
)
@click.option(
    "--where",
    metavar="EXPR",
    callback=readers.expression(answered=True),
    help="Print only the calls that this is true of, such as 'path ~ \"^/etc/\" and errno == ENOENT'"
    " (docs/expressions.md). All are recorded.",
)
def log(output: str | None, line_format: str, **options: Any) -> int:
    """Run PROGRAM without screens and print a line for each system call, as strace does.

    Nothing is held. Where the kernel does not tell us what a call returns, its line ends in `= ?`.
    """
    lines, name = 2, "standard error"
    if output is not None:
        name = f"-o {output}"
        if options["session"] and os.path.realpath(output) == os.path.realpath(options["session"]):
            raise click.UsageError(f"{name}: the recording goes there (--session)")
        try:
            lines = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise click.UsageError(f"{name}: {error.strerror}") from None
    return starting.start(
        **options,
        holding=False,
        lines=lines,
        lines_name=name,
        line_format=line_format,
        to_file=output is not None,
        screens=None,
    )
