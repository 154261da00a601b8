"""Starts a program: what the user asked for, handed to `sources`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seccomp_tui.cli.presenting import details
from seccomp_tui.cli.saying import say
from seccomp_tui.kernel.launch import Program, User
from seccomp_tui.sources import crew, launch

if TYPE_CHECKING:
    import socket

    from seccomp_tui.supervisor.board import Board
    from seccomp_tui.syscalls import sets


DECODING = ("paths", "descriptors", "string_limit", "verbose", "hex_strings")
"""The options that `decoding` takes."""


def decoding(
    *, paths: int, descriptors: frozenset[str] | None, string_limit: int, verbose: bool, hex_strings: int
) -> crew.Decoding:
    """Return how calls become text."""
    return crew.Decoding(string_limit, verbose, details(paths, descriptors), min(hex_strings, 2))


def wanted(trace: sets.Selection | None) -> Mapping[int, frozenset[int]] | None:
    """Return the numbers of the calls that are chosen, by architecture; None: all."""
    return None if trace is None or trace.everything else trace.numbers


def screens(argv: Sequence[bytes]) -> crew.Screens:
    """Return what shows a target on the screens, as the user has set them.

    Raises:
        click.UsageError: as `configuration.screens`.
    """
    from seccomp_tui.cli import configuration

    settings = configuration.screens()

    def show(control: socket.socket, recording: Path, terminal: int | None, board: Board) -> int:
        from seccomp_tui.screens.app import run
        from seccomp_tui.supervisor.client import Client

        return run(Client(control, board), recording, terminal, list(argv), settings)

    return show


def start(
    *,
    program: tuple[str, ...],
    variables: list[tuple[bytes, bytes | None]],
    user: User | None,
    trace: sets.Selection | None,
    interruptible: bool,
    userns: bool,
    **rest: Any,
) -> int:
    """Run the program and exit as it did, or return the exit code when there is none; `rest` is as in `launch.Run`."""
    made = decoding(**{name: rest.pop(name) for name in DECODING})
    path, code = launch.find_program(program[0])
    if path is None:
        say(_not_found(program[0], code))
        return code
    target = Program(
        path=path,
        argv=[os.fsencode(word) for word in program],
        environment=_environment(variables),
        ignored=launch.ignored_signals(),
        die_with_parent=rest["on_exit"] == "kill",
        interruptible=interruptible,
        user=user,
        userns=userns,
    )
    hold = rest.pop("hold", None)
    if hold is None and trace is not None:
        from seccomp_tui.policy.holding import ASKED

        hold = ASKED
    code = launch.run(launch.Run(program=target, wanted=wanted(trace), hold=hold, decoding=made, **rest))
    # All is done, and to take the interpreter apart would take as long as it took to start it.
    os._exit(code)


def _environment(changes: list[tuple[bytes, bytes | None]]) -> list[bytes]:
    """Return the user's environment with the changes made in their order."""
    environment = launch.original_environment()
    for name, value in changes:
        kept = [variable for variable in environment if variable.split(b"=", 1)[0] != name]
        environment = kept if value is None else [*kept, name + b"=" + value]
    return environment


def _not_found(name: str, code: int) -> str:
    if code == 126:
        return f"{name}: permission denied, or not a file that can be executed"
    root = click.get_current_context().find_root()
    commands = root.command.list_commands(root) if isinstance(root.command, click.Group) else ()
    import difflib

    near = difflib.get_close_matches(name, commands, 1)
    hint = f"; did you mean the command {near[0]!r}?" if near else ""
    return f"{name}: no such program{hint}"


def recording_name(program: str) -> Path:
    """Return the file of a recording that the user gave no name, and let the oldest of that sort go."""
    from seccomp_tui.cli import configuration
    from seccomp_tui.session import recent

    keep = configuration.read().recordings.keep
    try:
        name = recent.new_name(program)
        recent.prune(keep - 1)
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}; name the recording: --session FILE") from None
    return name
