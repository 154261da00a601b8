"""Messages of the command line."""

from __future__ import annotations

import click

from seccomp_tui.syscalls.text import escape


def say(text: str) -> None:
    """Print one line on standard error."""
    # Not os.fsencode: click writes U+FFFD for what is no text, and not every locale has it.
    click.echo(f"seccomp-tui: {escape(text.encode(errors='surrogateescape'))}", err=True)
