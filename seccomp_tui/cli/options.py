"""Options that commands have that run a program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from seccomp_tui.cli import completion, readers

_Command = TypeVar("_Command", bound=Callable[..., Any])
SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
STOP_AT_PROGRAM = {**SETTINGS, "allow_interspersed_args": False}


def _switch(name: str, words: str) -> Callable[[_Command], _Command]:
    """Return an option that takes on, which is the default, or off."""
    return click.option(
        name, type=click.Choice(("on", "off")), default="on", show_default=True, callback=readers.on, help=words
    )


results = _switch(
    "--results",
    "Find out what allowed calls return, where the kernel tells us (as root). While it is on,"
    " every system call of the machine costs a little more.",
)
on_exit = click.option(
    "--on-exit",
    type=click.Choice(("continue", "kill")),
    default="continue",
    show_default=True,
    help="What becomes of the program when the screens or the supervisor die.",
)
session = click.option(
    "--session",
    metavar="FILE",
    type=click.Path(readable=False, path_type=Path),
    callback=readers.new_file,
    help="Record into this new file.",
)

_SHARED = (
    click.option(
        "-E",
        "--env",
        "variables",
        metavar="VAR[=VALUE]",
        multiple=True,
        callback=readers.variables,
        help="Set this variable in the program's environment, or remove it; may be repeated.",
    ),
    click.option(
        "-u",
        "--user",
        metavar="NAME",
        callback=readers.user,
        shell_complete=completion.users,
        help="Run the program as this user, with the user's groups (only root can).",
    ),
    click.option(
        "--userns",
        is_flag=True,
        help="Run the program in a user namespace of its own, where it is root and has no rights outside"
        " (as unshare -r does it).",
    ),
    results,
    _switch(
        "--vdso",
        "off: clock_gettime, gettimeofday, time, getcpu and getrandom trap too, which programs are else"
        " answered without the kernel, by a library that it maps into them.",
    ),
    on_exit,
    click.option(
        "--interruptible",
        is_flag=True,
        help="Let a signal with a handler end the wait of a held call, as kernels before 5.19 do.",
    ),
    session,
    click.argument(
        "program",
        nargs=-1,
        required=True,
        type=click.UNPROCESSED,
        metavar="PROGRAM [ARGS]...",
        shell_complete=completion.program,
    ),
)


def attending(command: _Command) -> _Command:
    """Give a command that answers for what runs already those of the options that mean something there."""
    for option in (session, on_exit, results):
        command = option(command)
    return command


def terminal(default: str, what: str) -> Callable[[_Command], _Command]:
    """Return the option --io.

    Args:
        default: where the program's terminal is without it.
        what: explains that place.
    """
    return click.option(
        "--io",
        metavar="WHERE",
        default=default,
        show_default=True,
        callback=readers.io,
        help=f"The program's terminal: {default} ({what}), null, or tty:PATH.",
    )


def shared(command: _Command) -> _Command:
    """Give a command what runs a program its options and the program."""
    for option in reversed(_SHARED):
        command = option(command)
    return command
