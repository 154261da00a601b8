"""Runs lessons: each in a process of its own and in a copy of its folder, on the screens or proved without them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from seccomp_tui.cli import configuration
from seccomp_tui.cli.run import begin
from seccomp_tui.cli.run import run as run_command
from seccomp_tui.cli.saying import say
from seccomp_tui.lessons.playing import PAUSE
from seccomp_tui.supervisor.report import KILL_TARGET

if TYPE_CHECKING:
    from seccomp_tui.lessons.lesson import Lesson
    from seccomp_tui.lessons.proving import Outcome
    from seccomp_tui.screens.lesson import Ending

_FAILED = 1
_PYTHON = ("python3", "python")
_ENDING = (signal.SIGHUP, signal.SIGTERM)


class How(NamedTuple):
    """How a lesson is run.

    Attributes:
        restart: from its first step.
        played: by itself.
        pause: seconds between actions then, None: the space bar goes on; the default is the player's.
    """

    restart: bool = False
    played: bool = False
    pause: float | None = PAUSE


def commands() -> Collection[str]:
    """Return the names of the screens' commands."""
    from seccomp_tui.screens.commands import EVERY

    return EVERY


def find(more: Path | None) -> list[Lesson]:
    """Return all lessons.

    Raises:
        click.UsageError: one of them is none.
    """
    from seccomp_tui.lessons import finding
    from seccomp_tui.lessons.lesson import LessonError

    try:
        return finding.lessons(more, commands())
    except LessonError as error:
        raise click.UsageError(str(error)) from None


def missing(lesson: Lesson) -> str:
    """Return what a lesson needs and is not here, in words; empty when all is."""
    for need in lesson.needs:
        if need == "root" and os.geteuid() != 0:
            return "needs root" + _instead(lesson)
        if need == "results" and not _results():
            return "needs to see what calls return (root; seccomp-tui doctor says more)"
        if need.startswith("tool:") and shutil.which(need[5:]) is None:
            return f"needs the program {need[5:]}"
    return ""


def _instead(lesson: Lesson) -> str:
    """Return what an ordinary user can do where a lesson needs root, if that is enough."""
    if "results" in lesson.needs or shutil.which("unshare") is None:
        return ""
    return f" (that of a user namespace may do: unshare -r seccomp-tui learn {lesson.name})"


def _results() -> bool:
    from seccomp_tui.kernel.features import probe

    return any(feature.name == "results of allowed calls" and feature.present for feature in probe())


def print_list(found: Sequence[Lesson]) -> None:
    """Print the lessons, and how far one has come in them."""
    from seccomp_tui.lessons.kept import Kept

    kept = Kept()
    rows = [(each.name, each.level_text, kept.mark(each).text, each.promise) for each in found]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    for row in rows:
        click.echo("  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=False)) + f"  {row[3]}")


# --- running one ---


@contextlib.contextmanager
def _copy(lesson: Lesson) -> Iterator[Path]:
    """Give a copy of a lesson's folder, for its program to run in."""
    folder = Path(tempfile.mkdtemp(prefix=f"lesson-{lesson.name}-"))
    try:
        work = folder / lesson.name
        shutil.copytree(lesson.folder, work, ignore=shutil.ignore_patterns("__pycache__", "lesson.toml"))
        for program in work.iterdir():
            if program.is_file() and program.read_bytes()[:2] == b"#!":
                program.chmod(0o755)  # whatever has become of the mode where it was installed
        yield work
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options(lesson: Lesson) -> tuple[click.Context, dict[str, Any]]:
    """Return the options of `run` that a lesson asks for.

    Raises:
        click.UsageError: they are wrong.
    """
    program = list(lesson.program)
    if program[0] in _PYTHON:
        program[0] = sys.executable  # whatever PATH says
    try:
        context = run_command.make_context("run", [*lesson.run, "--", *program])
    except click.UsageError as error:
        raise click.UsageError(f"{lesson.folder / 'lesson.toml'}: run: {error.format_message()}") from None
    return context, dict(context.params)


def _start(lesson: Lesson, work: Path, session: Path | None, show: Callable[..., int]) -> int:
    """Run a lesson's program to its end; returns only where it could not be started."""
    os.chdir(work)
    context, options = _options(lesson)
    if session is not None:
        options["session"] = session
    options["on_exit"] = "kill"
    with context:
        return begin(options, running=options.pop("running"), show=show)


def _end(number: int, _frame: object) -> None:
    """End in order: what was made for a lesson is removed."""
    sys.exit(128 + number)


def _in_child(work: Callable[[int], int]) -> tuple[bytes, int]:
    """Run something in a process of its own; return what it has written to the descriptor given to it, and its code."""
    sys.stdout.flush()
    out, into = os.pipe()
    before = {number: signal.signal(number, _end) for number in _ENDING}
    child = os.fork()
    if child == 0:
        code = 125
        try:
            for number in _ENDING:
                signal.signal(number, signal.SIG_DFL)
            os.close(out)
            code = work(into)
        except click.ClickException as error:
            say(error.format_message())
            code = error.exit_code
        except OSError as error:
            say(str(error))
        finally:
            os._exit(code)
    os.close(into)
    try:
        with open(out, "rb") as reader:
            data = reader.read()
        _, status = os.waitpid(child, 0)
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGHUP)  # a keeper passes SIGTERM on, and its screens would stay
        os.waitpid(child, 0)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return data, os.waitstatus_to_exitcode(status)


def lesson(chosen: Lesson, among: Sequence[Lesson], how: How) -> int:
    """Run a lesson on the screens; then, where that is wanted, it again, or another one."""
    following: Lesson | None = chosen
    code = 0
    while following is not None:
        if reason := missing(following):
            say(f"{following.name}: {reason}")
            return _FAILED
        ending, code = _once(following, among, how)
        how = how._replace(restart=ending.how == "restart")
        following = next((each for each in among if each.name == ending.lesson), None)
        if ending.how == "list":
            return pick(among)
    return code


def _once(chosen: Lesson, among: Sequence[Lesson], how: How) -> tuple[Ending, int]:
    import msgspec

    from seccomp_tui.screens.lesson import Ending

    settings = configuration.screens()
    _options(chosen)

    def child(into: int) -> int:
        def show(control: socket.socket, recording: Path, terminal: int | None, board: Any) -> int:
            from seccomp_tui.screens.lesson import Course, show
            from seccomp_tui.supervisor.client import Client

            argv = [os.fsencode(word) for word in chosen.program]
            at = [each.name for each in among].index(chosen.name) + 1
            course = Course(chosen, among[at] if at < len(among) else None, how.restart, how.played, how.pause)
            ending = show(Client(control, board), recording, terminal, argv, settings, course)
            os.write(into, msgspec.json.encode(ending))
            return KILL_TARGET

        return _start(chosen, work, None, show)

    with _copy(chosen) as work:
        data, code = _in_child(child)
    return (msgspec.json.decode(data, type=Ending) if data else Ending()), (0 if data else code)


def pick(among: Sequence[Lesson]) -> int:
    """Let the user choose lessons on the screen, one after the other."""
    settings = configuration.screens()

    def child(into: int) -> int:
        from seccomp_tui.screens.lesson_picker import pick

        os.write(into, pick(among, missing, settings).encode())
        return 0

    data, code = _in_child(child)
    chosen = next((each for each in among if each.name == data.decode()), None)
    return code if chosen is None else lesson(chosen, among, How())


# --- proving ---


def check(chosen: Sequence[Lesson], *, verbose: bool) -> int:
    """Prove lessons and say what came of it; return 1 when one is not proved."""
    width = max(len(each.name) for each in chosen)
    failed = 0
    for each in chosen:
        if reason := missing(each):
            click.echo(f"skipped  {each.name:<{width}}  {reason}")
            continue
        began = time.monotonic()
        outcomes, trouble = _proved(each)
        took = f"{time.monotonic() - began:.1f} s"
        proved = len(outcomes) == len(each.steps) and not outcomes[-1].why and not trouble
        if proved:
            click.echo(f"ok       {each.name:<{width}}  {len(outcomes)} steps, {took}")
        else:
            failed += 1
            why = trouble or f"step {outcomes[-1].step}: {outcomes[-1].why}"
            click.echo(f"FAILED   {each.name:<{width}}  {why}")
        _tell_steps(each, outcomes, verbose=verbose)
    return _FAILED if failed else 0


def _tell_steps(lesson: Lesson, outcomes: Sequence[Outcome], *, verbose: bool) -> None:
    for outcome in outcomes:
        step = lesson.steps[outcome.step - 1]
        if not verbose and not outcome.why:
            continue
        word = "FAILED" if outcome.why else "ok"
        click.echo(f"         {outcome.step}. {word} ({outcome.seconds:.1f} s)  {step.title}")
        if outcome.by:
            click.echo(f"            by {outcome.by}")
        for note in outcome.notes:
            click.echo(f"            {note}")


def _proved(lesson: Lesson) -> tuple[list[Outcome], str]:
    """Prove a lesson; return what came of its steps, and why it could not be run at all, if so."""
    import msgspec

    from seccomp_tui.lessons.proving import Outcome

    if any(not step.play and step.check is None for step in lesson.steps):
        return [], "a step with does, and no play"
    decoder = msgspec.json.Decoder(Outcome)

    def child(into: int) -> int:
        def show(control: socket.socket, recording: Path, terminal: int | None, board: Any) -> int:
            return _prove(lesson, control, recording, terminal, into)

        return _start(lesson, work, Path(folder) / "session.db", show)

    with _copy(lesson) as work, tempfile.TemporaryDirectory(prefix="lesson-") as folder:
        data, code = _in_child(child)
    outcomes = decoder.decode_lines(data)
    return outcomes, "" if outcomes else f"it could not be run (exit code {code})"


def _prove(lesson: Lesson, control: socket.socket, recording: Path, terminal: int | None, into: int) -> int:
    import msgspec

    from seccomp_tui.lessons.asking import Asking
    from seccomp_tui.lessons.proving import Headless, prove
    from seccomp_tui.session.store import Store
    from seccomp_tui.supervisor.client import Client

    client = Client(control)
    asking = Asking(lambda: Store(recording))

    def tell(outcome: Outcome) -> None:
        with contextlib.suppress(BrokenPipeError):  # ^C has ended who wanted to know
            os.write(into, msgspec.json.encode(outcome) + b"\n")

    hands = Headless(client, terminal, asking)
    prove(lesson, hands, asking, tell)
    hands.leave()
    client.close()
    return KILL_TARGET
