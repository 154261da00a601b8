"""The options that say where lines go: those of commands that print calls."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from seccomp_tui.session.wanted import Destination, Printing

_SEPARATELY = 2
"""-f given so often means a file for each thread."""


def destination(default: Destination, other: str, why: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a command these options; it is called with what they come to as `destination`.

    It stands below `presenting.presentation`, since it needs its `printing`.

    Args:
        default: without -o.
        other: the option of a file that is in use already, and is not to be overwritten with lines.
        why: what to say then.
    """

    def give(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def with_destination(
            output: str | None, append: bool, follow: int, separately: bool, printing: Printing, **options: Any
        ) -> Any:
            used: Path | None = options[other]
            if output is not None and used is not None and os.path.realpath(output) == os.path.realpath(used):
                raise click.UsageError(f"-o {output}: {why}")
            found = _find(output, append, separately or follow >= _SEPARATELY, printing, default)
            return command(printing=printing, destination=found, **options)

        for option in reversed(_OPTIONS):
            with_destination = option(with_destination)
        return with_destination

    return give


_OPTIONS = (
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="Write the lines to FILE, each with its thread id.",
    ),
    click.option("-A", "--output-append-mode", "append", is_flag=True, help="Add to what FILE has already."),
    click.option(
        "-f",
        "--follow-forks",
        "follow",
        count=True,
        help="Accepted, and does nothing: children are always followed. -ff: with -o, write a file FILE.TID for each"
        " thread.",
    ),
    click.option("--output-separately", "separately", is_flag=True, help="The same as -ff."),
)


def _find(output: str | None, append: bool, separately: bool, printing: Printing, default: Destination) -> Destination:
    if output is None:
        if separately or append:
            raise click.UsageError(f"{'-ff' if separately else '-A'} needs -o FILE")
        return default
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
