"""What reads the values of options: each returns the value, or says what would be right."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seccomp_tui.kernel.launch import User
from seccomp_tui.session.wanted import SORTS

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression
    from seccomp_tui.session.store import Store


class Integer(click.IntRange):
    """A number in a range, which messages call an integer."""

    name = "integer"


def sort(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Return by what a summary is sorted."""
    if value is not None and value not in SORTS:
        known = ", ".join(dict.fromkeys(SORTS.values()))
        raise click.BadParameter(f"invalid sortby: '{value}'; takes {known}")
    return value


def paths(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return paths, none of them empty."""
    if "" in values:
        raise click.BadParameter("the path is empty")
    return values


def variables(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> list[tuple[bytes, bytes | None]]:
    """Return the names of variables and their values, None for those to be removed."""
    found: list[tuple[bytes, bytes | None]] = []
    for value in values:
        name, equals, text = os.fsencode(value).partition(b"=")
        if not name:
            raise click.BadParameter(f"'{value}' names no variable")
        found.append((name, text if equals else None))
    return found


def user(context: click.Context, parameter: click.Parameter, value: str | None) -> User | None:
    """Return the ids of a user."""
    if value is None:
        return None
    import pwd

    from seccomp_tui.kernel.privileges import may_change_user

    if not may_change_user():
        raise click.BadParameter("only root can run a program as another user (CAP_SETUID, CAP_SETGID)")
    try:
        entry = pwd.getpwnam(value)
    except (KeyError, ValueError):
        raise click.BadParameter(f"cannot find user '{value}'") from None
    return User(entry.pw_uid, entry.pw_gid, tuple(os.getgrouplist(entry.pw_name, entry.pw_gid)))


def expression(answered: bool) -> Callable[[click.Context, click.Parameter, str | None], Expression | None]:
    """Return what reads an expression; `answered`: its calls have been answered."""

    def read(context: click.Context, parameter: click.Parameter, value: str | None) -> Expression | None:
        if value is None:
            return None
        from seccomp_tui.policy.expression import ExpressionError, parse

        try:
            return parse(value, answered)
        except ExpressionError as error:
            raise click.BadParameter(str(error)) from None

    return read


def on(context: click.Context, parameter: click.Parameter, value: str) -> bool:
    """Return whether the value is "on"."""
    return value == "on"


def io(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return where the program's terminal is, checked for the command."""
    allowed = ("pane", "null") if context.info_name == "run" else ("inherit", "null")
    if value.startswith("tty:"):
        try:
            terminal = os.open(value[4:], os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise click.BadParameter(f"{value}: {error.strerror}") from None
        if not os.isatty(terminal):
            raise click.BadParameter(f"{value}: not a terminal")
        os.close(terminal)
    elif value not in allowed:
        raise click.BadParameter(f"{value}: {context.info_name} takes {', '.join(allowed)} or tty:PATH")
    return value


def new_file(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """Return the path of a file that can be made there."""
    if value is None:
        return None
    if os.path.lexists(value):
        raise click.BadParameter(f"{value}: the file exists; a recording is never overwritten")
    if not os.access(value.absolute().parent, os.W_OK | os.X_OK):
        raise click.BadParameter(f"{value}: can't write in the folder {value.absolute().parent}")
    return value.absolute()


def recording(path: Path) -> Store:
    """Return a recording, open for reading."""
    import sqlite3

    from seccomp_tui.session.schema import FormatError
    from seccomp_tui.session.store import Store

    try:
        return Store(path)
    except FormatError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from None
    except sqlite3.Error as error:
        raise click.UsageError(f"{path}: {error}") from None
