"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from seccomp_tui.cli import readers

_Command = TypeVar("_Command", bound=Callable[..., Any])
SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
STOP_AT_PROGRAM = {**SETTINGS, "allow_interspersed_args": False}

_SHARED = (
    click.option(
        "-e",
        "trace",
        metavar="trace=SET",
        multiple=True,
        callback=readers.trace,
        help="Trap only these calls, in strace's grammar: names, %file, /regex, !set; the last one counts."
        " Everything else runs at full speed and is not seen. Default: all.",
    ),
    click.option(
        "-s",
        "string_limit",
        metavar="N",
        type=click.IntRange(0, 1 << 20),
        default=32,
        show_default=True,
        help="Print at most N bytes of a string; more than 1024 are then copied.",
    ),
    click.option(
        "-y",
        "paths",
        count=True,
        help="Print the paths of descriptors; -yy: also ends of sockets, numbers of devices, processes of pidfds.",
    ),
    click.option(
        "--decode-fds",
        "descriptors",
        metavar="SET",
        callback=readers.decode_fds,
        help="The same, chosen one by one: path, socket, dev, pidfd, with commas between; all; none; !SET.",
    ),
    click.option(
        "--results",
        type=click.Choice(("on", "off")),
        default="on",
        show_default=True,
        callback=readers.on,
        help="Find out what allowed calls return, where the kernel tells us (as root). While it is on,"
        " every system call of the machine costs a little more.",
    ),
    click.option(
        "--on-exit",
        type=click.Choice(("continue", "kill")),
        default="continue",
        show_default=True,
        help="What becomes of the program when the screens or the supervisor die.",
    ),
    click.option(
        "--interruptible",
        is_flag=True,
        help="Let a signal with a handler end the wait of a held call, as kernels before 5.19 do.",
    ),
    click.option(
        "--session",
        metavar="FILE",
        type=click.Path(readable=False, path_type=Path),
        callback=readers.new_file,
        help="Record into this new file.",
    ),
    click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED, metavar="PROGRAM [ARGS]..."),
)


def shared(command: _Command) -> _Command:
    """Give a command what runs a program its options and the program."""
    for option in reversed(_SHARED):
        command = option(command)
    return command
