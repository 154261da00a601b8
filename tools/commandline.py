"""The command line as data, for the documents that are made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

from seccomp_tui.cli import learning
from seccomp_tui.cli.entry import seccomp_tui
from seccomp_tui.cli.options import SETTINGS

PROGRAM = "seccomp-tui"
_BELOW = {"export": {"oci-profile": learning.oci_profile, "rules": learning.rules}}
"""Commands that are chosen by the first word of another one."""


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: all of it, such as `seccomp-tui log`.
        usage: what may follow the name.
        text: what it does, paragraphs of text with commands between backquotes.
        options: how each is written, and its help.
    """

    name: str
    usage: str
    text: list[str]
    options: list[tuple[str, str]]

    @property
    def summary(self) -> str:
        """The first sentence, without its full stop."""
        return re.split(r"[.:;](?:\s|$)", self.text[0])[0]


def commands() -> Iterator[Command]:
    """Yield the program itself, then its commands by their names."""
    yield _command(PROGRAM, seccomp_tui)
    context = click.Context(seccomp_tui)
    for name in seccomp_tui.list_commands(context):
        command = seccomp_tui.get_command(context, name)
        assert command is not None
        yield _command(f"{PROGRAM} {name}", command)
        for word, below in _BELOW.get(name, {}).items():
            yield _command(f"{PROGRAM} {name} {word}", below)


def _command(name: str, command: click.Command) -> Command:
    context = click.Context(command, info_name=name, **SETTINGS)
    usage = " ".join(command.collect_usage_pieces(context))
    paragraphs = [" ".join(text.split()) for text in re.split(r"\n\s*\n", (command.help or "").strip())]
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    return Command(name, usage, paragraphs, [(option, text) for option, text in filter(None, records) if text])
