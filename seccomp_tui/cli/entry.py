"""The program `seccomp-tui`: its commands, and its exit code."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click

from seccomp_tui import __version__
from seccomp_tui.cli.completion import VARIABLE
from seccomp_tui.cli.options import SETTINGS
from seccomp_tui.cli.saying import say
from seccomp_tui.supervisor.roles import OWN_FAILURE

BAD_USAGE = 2
COMMANDS = {
    "run": "run",
    "log": "log",
    "agent": "agent",
    "attach": "attach",
    "open": "open_recording",
    "export": "export",
    "doctor": "doctor",
    "learn": "learn",
}
"""Each stands in a module of its own name; what it is called there."""
_RUNNING_ALREADY = "A program that runs already can't be put under a filter: start it here, or see seccomp-tui attach."


def main() -> NoReturn:
    """Run the command line and exit: with the target's own code, or 2 for bad usage, one line saying why."""
    _occupy_standard_streams()
    if VARIABLE in os.environ:
        _complete()
    arguments = sys.argv[1:]
    if not arguments:
        click.echo(seccomp_tui.get_help(click.Context(seccomp_tui, info_name="seccomp-tui", **SETTINGS)), err=True)
        sys.exit(BAD_USAGE)
    if arguments[0] not in (*COMMANDS, "-h", "--help", "--version"):
        arguments = ["run", *arguments]
    try:
        result = seccomp_tui.main(arguments, "seccomp-tui", standalone_mode=False)
    except click.UsageError as error:
        say(error.format_message() + _what_would_be_right(error))
        sys.exit(BAD_USAGE)
    except click.ClickException as error:
        say(error.format_message())
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except OSError as error:
        say(str(error))
        sys.exit(OWN_FAILURE)
    sys.exit(result)


def _what_would_be_right(error: click.UsageError) -> str:
    """Return what to add to click's message, which does not say how it is meant: mostly nothing."""
    if error.ctx is None:
        return ""
    if isinstance(error, click.MissingParameter):
        return f" {' '.join(error.ctx.get_usage().split())}"
    if isinstance(error, click.NoSuchOption):
        if error.option_name == "-p" and error.ctx.info_name in ("run", "log"):
            return f" {_RUNNING_ALREADY}"
        if not error.possibilities:
            return f" {error.ctx.command_path} --help lists them."
    return ""


def _complete() -> NoReturn:
    """Answer a shell that asks how the command line may go on."""
    from seccomp_tui.cli import completion

    completion.prepare(COMMANDS, "run")
    sys.exit(seccomp_tui.main([], "seccomp-tui"))


def _occupy_standard_streams() -> None:
    """Open /dev/null for each of stdin, stdout and stderr that is closed, or another descriptor would be taken for it.

    Only with us: they are closed again at an execve, and the program gets them closed, as it would without us.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)) <= 2:
        pass
    os.close(descriptor)


class _Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"seccomp_tui.cli.{cmd_name}"), COMMANDS[cmd_name])
        return command


@click.group(cls=_Commands, context_settings=SETTINGS, subcommand_metavar="PROGRAM [ARGS]... | COMMAND ...")
@click.version_option(__version__, prog_name="seccomp-tui")
def seccomp_tui() -> None:
    """Debug a program's system calls live: see each one before it is done, and answer it.

    `seccomp-tui PROGRAM [ARGS]` is short for `seccomp-tui run PROGRAM [ARGS]`; see `seccomp-tui run --help` for its
    options. A command's name always wins: to run a program of that name, write `seccomp-tui -- NAME`.

    Exit codes: the program's own; 128+N when it died of signal N; 2 for bad usage; 125 for our own failure; 126 when
    the program can't be run, 127 when it can't be found.
    """
