"""The command line: what the user asked for, checked, then handed to `sources`."""

from __future__ import annotations

import difflib
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from seccomp_tui import __version__
from seccomp_tui.kernel.launch import Program
from seccomp_tui.sources import launch
from seccomp_tui.supervisor.keeper import OWN_FAILURE
from seccomp_tui.syscalls import arch, sets
from seccomp_tui.syscalls.memory import DETAILS
from seccomp_tui.syscalls.text import escape

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression

BAD_USAGE = 2
_Command = TypeVar("_Command", bound=Callable[..., Any])
_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_BY_COUNT = (frozenset[str](), frozenset(("path",)), DETAILS)
"""What -y given so many times shows of descriptors."""
_STOP_AT_PROGRAM = {**_SETTINGS, "allow_interspersed_args": False}


def main() -> NoReturn:
    """Run the command line and exit: with the target's own code, or 2 for bad usage, one line saying why."""
    _occupy_standard_streams()
    arguments = sys.argv[1:]
    if not arguments:
        click.echo(seccomp_tui.get_help(click.Context(seccomp_tui, info_name="seccomp-tui", **_SETTINGS)), err=True)
        sys.exit(BAD_USAGE)
    if arguments[0] not in (*seccomp_tui.commands, "-h", "--help", "--version"):
        arguments = ["run", *arguments]
    try:
        result = seccomp_tui.main(arguments, "seccomp-tui", standalone_mode=False)
    except click.UsageError as error:
        _say(error.format_message())
        sys.exit(BAD_USAGE)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except OSError as error:
        _say(str(error))
        sys.exit(OWN_FAILURE)
    sys.exit(result)


def _occupy_standard_streams() -> None:
    """Open /dev/null for each of stdin, stdout and stderr that is closed, or another descriptor would be taken for it.

    Only with us: they are closed again at an execve, and the program gets them closed, as it would without us.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)) <= 2:
        pass
    os.close(descriptor)


@click.group(context_settings=_SETTINGS, subcommand_metavar="PROGRAM [ARGS]... | COMMAND ...")
@click.version_option(__version__, prog_name="seccomp-tui")
def seccomp_tui() -> None:
    """Debug a program's system calls live: see each one before it is done, and answer it.

    `seccomp-tui PROGRAM [ARGS]` is short for `seccomp-tui run PROGRAM [ARGS]`; see `seccomp-tui run --help` for its
    options. A command's name always wins: to run a program of that name, write `seccomp-tui -- NAME`.

    Exit codes: the program's own; 128+N when it died of signal N; 2 for bad usage; 125 for our own failure; 126 when
    the program can't be run, 127 when it can't be found.
    """


def _trace(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> sets.Selection | None:
    """Return the selection of the last `-e trace=`, None when there is none."""
    selection = None
    for value in values:
        kind, equals, text = value.partition("=")
        if not equals:
            kind, text = "trace", value
        if kind not in ("trace", "t"):
            raise click.BadParameter(f"-e {kind}= is not known; this version has -e trace=SET")
        try:
            selection = sets.parse(text, arch.supported(arch.native()))
        except sets.TraceError as error:
            raise click.BadParameter(str(error)) from None
    return selection


def _decode_fds(context: click.Context, parameter: click.Parameter, value: str | None) -> frozenset[str] | None:
    """Return the details that strace's `--decode-fds=SET` names."""
    if value is None:
        return None
    names = frozenset(value.removeprefix("!").split(","))
    if names in (frozenset(("all",)), frozenset(("none",))):
        names = DETAILS if "all" in names else frozenset()
    elif names - DETAILS:
        raise click.BadParameter(f"--decode-fds={value}: takes all, none, or of {', '.join(sorted(DETAILS))}")
    return DETAILS - names if value.startswith("!") else names


def _expression(answered: bool) -> Callable[[click.Context, click.Parameter, str | None], Expression | None]:
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


def _on(context: click.Context, parameter: click.Parameter, value: str) -> bool:
    return value == "on"


def _io(context: click.Context, parameter: click.Parameter, value: str) -> str:
    allowed = ("pane", "null") if context.info_name == "run" else ("inherit", "null")
    if value.startswith("tty:"):
        try:
            terminal = os.open(value[4:], os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise click.BadParameter(f"--io {value}: {error.strerror}") from None
        if not os.isatty(terminal):
            raise click.BadParameter(f"--io {value}: not a terminal")
        os.close(terminal)
    elif value not in allowed:
        raise click.BadParameter(f"--io {value}: {context.info_name} takes {', '.join(allowed)} or tty:PATH")
    return value


def _new_file(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    if value is None:
        return None
    if os.path.lexists(value):
        raise click.BadParameter(f"--session {value}: the file exists; a recording is never overwritten")
    if not os.access(value.absolute().parent, os.W_OK | os.X_OK):
        raise click.BadParameter(f"--session {value}: can't write in the folder {value.absolute().parent}")
    return value.absolute()


_SHARED_OPTIONS = (
    click.option(
        "-e",
        "trace",
        metavar="trace=SET",
        multiple=True,
        callback=_trace,
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
        callback=_decode_fds,
        help="The same, chosen one by one: path, socket, dev, pidfd, with commas between; all; none; !SET.",
    ),
    click.option(
        "--results",
        type=click.Choice(("on", "off")),
        default="on",
        show_default=True,
        callback=_on,
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
        callback=_new_file,
        help="Record into this new file.",
    ),
    click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED, metavar="PROGRAM [ARGS]..."),
)


def _shared_options(command: _Command) -> _Command:
    for option in reversed(_SHARED_OPTIONS):
        command = option(command)
    return command


@seccomp_tui.command("run", context_settings=_STOP_AT_PROGRAM)
@_shared_options
@click.option("--run", "running", is_flag=True, help="Hold nothing at the start; h in the screens begins to.")
@click.option(
    "--io",
    metavar="WHERE",
    default="pane",
    show_default=True,
    callback=_io,
    help="The program's terminal: pane (in the screens), null, or tty:PATH.",
)
@click.option(
    "--hold",
    metavar="EXPR",
    callback=_expression(answered=False),
    help="Hold only the calls that this is true of, such as 'connect and not port == 53' (docs/expressions.md)."
    " Default: (%file or %network or %process or %creds) and not startup.",
)
def run(running: bool, **options: Any) -> int:
    """Run PROGRAM with the screens: calls that act on files, the network, processes and credentials are held.

    Start-up calls (loader, C library) are let through. With -e trace=SET all other calls of the set are held, whatever
    they act on. With --hold EXPR the calls are held that it is true of, and no others.
    """
    if launch.find_program(options["program"][0])[0] is not None and not launch.is_terminal():
        raise click.UsageError("the screens need a terminal; without one use: seccomp-tui log PROGRAM")
    session = options.pop("session") or _recording_name(options["program"][0])

    def screens(control: Any, recording: Path, terminal: int | None, board: Any) -> int:
        from seccomp_tui.screens.app import run as show
        from seccomp_tui.supervisor.client import Client

        return show(Client(control, board), recording, terminal, [os.fsencode(word) for word in options["program"]])

    return _launch(
        **options, session=session, holding=not running, lines=None, line_format="", to_file=False, screens=screens
    )


@seccomp_tui.command("log", context_settings=_STOP_AT_PROGRAM)
@_shared_options
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
    callback=_io,
    help="The program's terminal: inherit (ours), null, or tty:PATH.",
)
@click.option(
    "--where",
    metavar="EXPR",
    callback=_expression(answered=True),
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
    return _launch(
        **options,
        holding=False,
        lines=lines,
        lines_name=name,
        line_format=line_format,
        to_file=output is not None,
        screens=None,
    )


@seccomp_tui.command("doctor", context_settings=_SETTINGS)
def doctor() -> int:
    """Say what this kernel and this user allow, and how to get the rest. Exit code 1 when nothing can work here."""
    from seccomp_tui.kernel import features

    found = features.probe()
    width = max(len(feature.name) for feature in found)
    for feature in found:
        mark = "yes" if feature.present else ("NO" if feature.needed else "no")
        click.echo(f"{feature.name:<{width}}  {mark:<3}  {feature.detail}")
    return 0 if all(feature.present for feature in found if feature.needed) else 1


def _launch(
    *,
    program: tuple[str, ...],
    trace: sets.Selection | None,
    string_limit: int,
    paths: int,
    descriptors: frozenset[str] | None,
    interruptible: bool,
    **rest: Any,
) -> int:
    if paths and descriptors is not None:
        raise click.UsageError("-y and --decode-fds can't be given together")
    if descriptors is None:
        descriptors = _BY_COUNT[min(paths, 2)]
    path, code = launch.find_program(program[0])
    if path is None:
        _say(_not_found(program[0], code))
        return code
    wanted: Mapping[int, frozenset[int]] | None = None if trace is None or trace.everything else trace.numbers
    target = Program(
        path=path,
        argv=[os.fsencode(word) for word in program],
        environment=launch.original_environment(),
        ignored=launch.ignored_signals(),
        die_with_parent=rest["on_exit"] == "kill",
        interruptible=interruptible,
    )
    hold = rest.pop("hold", None)
    if hold is None and trace is not None:
        from seccomp_tui.policy.holding import ASKED

        hold = ASKED
    return launch.run(
        launch.Run(
            program=target,
            wanted=wanted,
            hold=hold,
            string_limit=string_limit,
            descriptors=descriptors,
            **rest,
        )
    )


def _not_found(name: str, code: int) -> str:
    if code == 126:
        return f"{name}: permission denied, or not a file that can be executed"
    near = difflib.get_close_matches(name, seccomp_tui.commands, 1)
    hint = f"; did you mean the command {near[0]!r}?" if near else ""
    return f"{name}: no such program{hint}"


def _recording_name(program: str) -> Path:
    name = "".join(c if c.isalnum() else "-" for c in os.path.basename(program))[:40]
    stamp = time.strftime("%Y%m%d-%H%M%S")
    try:
        return launch.session_folder() / f"{stamp}-{name}-{os.getpid()}.db"
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}; name the recording: --session FILE") from None


def _say(text: str) -> None:
    # Not os.fsencode: click writes U+FFFD for what is no text, and not every locale has it.
    click.echo(f"seccomp-tui: {escape(text.encode(errors='surrogateescape'))}", err=True)
