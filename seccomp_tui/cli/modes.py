"""Commands that have screens, or with --log none: which of their options belong to which of the two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from seccomp_tui.cli import presenting
from seccomp_tui.cli.destination import destination
from seccomp_tui.session.wanted import Destination


def _names(give: Callable[..., Any]) -> set[str]:
    """Return the names of the parameters that a decorator gives a command."""

    def command(**options: Any) -> None:
        """Take them."""

    return {parameter.name for parameter in give(command).__click_params__}


_SCREENS = {"hold", "hold_timeout", "running"}
"""Options that hold calls."""
_LINES = _names(presenting.presentation) | _names(destination(Destination(), "session", ""))
_LINES |= {"line_format", "signals", "status", "quiet"}
"""Those that say which lines are printed, and how."""


def check(context: click.Context, *, log: bool) -> None:
    """Refuse options that would mean nothing.

    Raises:
        click.UsageError: there is one.
    """
    for parameter in context.command.params:
        given = context.get_parameter_source(str(parameter.name)) == ParameterSource.COMMANDLINE
        if given and log and parameter.name in _SCREENS:
            raise click.UsageError(f"{parameter.opts[-1]} needs screens, and with --log there are none")
        if given and not log and parameter.name in _LINES:
            raise click.UsageError(f"{parameter.opts[-1]} is about lines: it needs --log")
