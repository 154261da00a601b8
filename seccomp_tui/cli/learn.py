"""`seccomp-tui learn`: guided lessons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seccomp_tui.cli import completion
from seccomp_tui.cli import lessons as running
from seccomp_tui.cli.options import SETTINGS
from seccomp_tui.lessons.playing import PAUSE
from seccomp_tui.sources import launch

if TYPE_CHECKING:
    from seccomp_tui.lessons.lesson import Lesson


@click.command("learn", context_settings=SETTINGS, short_help="Learn what system calls are, by lessons that run.")
@click.argument("names", metavar="[LESSON]", nargs=-1, shell_complete=completion.lessons)
@click.option("--list", "listed", is_flag=True, help="List the lessons, and how far you have come.")
@click.option(
    "--lessons",
    "more",
    metavar="DIR",
    type=click.Path(path_type=Path, readable=False),
    shell_complete=completion.folders,
    help="Add the lessons of this folder: each is a folder with a lesson.toml (docs/lessons.md).",
)
@click.option("--restart", is_flag=True, help="Begin the lesson anew.")
@click.option("--play", is_flag=True, help="Let the lesson play itself, with pauses: for a projector, or a recording.")
@click.option("--present", is_flag=True, help="As --play, but each action waits for the space bar.")
@click.option(
    "--pause",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    help="How long --play waits before each action, at least; 0: not at all. Default: 3.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Play lessons without screens, and prove of each step that its check is false before and true after."
    " LESSON may be several, or folders; default: all. Exit code 1 when one fails.",
)
@click.option("-v", "--verbose", is_flag=True, help="With --check: a line for each step.")
def learn(
    names: tuple[str, ...],
    listed: bool,
    more: Path | None,
    restart: bool,
    play: bool,
    present: bool,
    pause: float | None,
    check: bool,
    verbose: bool,
) -> int:
    """Learn what system calls are, by lessons that run a small program and say what to do with its calls.

    Without LESSON they are listed on the screen, to choose one.
    """
    _refuse_mixed({"--list": listed, "--check": check, "--play": play, "--present": present})
    if pause is not None and not play:
        raise click.UsageError("--pause goes with --play")
    if verbose and not check:
        raise click.UsageError("-v goes with --check")
    if (restart or play or present) and not names:
        raise click.UsageError(f"{'--restart' if restart else '--play' if play else '--present'} needs a LESSON")
    if check:
        return running.check(_chosen(names, more), verbose=verbose)
    if len(names) > 1:
        raise click.UsageError(f"one LESSON at a time, not {' '.join(names)}")
    found = running.find(more)
    if listed:
        running.print_list(_named(names, found) if names else found)
        return 0
    chosen = _named(names, found)
    if not launch.is_terminal():
        raise click.UsageError("lessons need a terminal; without one: seccomp-tui learn --list, or --check")
    how = running.How(restart, play or present, None if present else PAUSE if pause is None else pause)
    return running.lesson(chosen[0], found, how) if chosen else running.pick(found)


def _refuse_mixed(given: dict[str, bool]) -> None:
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise click.UsageError(f"{' and '.join(names)} can't be given together")


def _named(names: Sequence[str], found: Sequence[Lesson]) -> list[Lesson]:
    from seccomp_tui.lessons import finding
    from seccomp_tui.lessons.lesson import LessonError

    try:
        return [finding.named(name, found) for name in names]
    except LessonError as error:
        raise click.UsageError(str(error)) from None


def _chosen(names: Sequence[str], more: Path | None) -> list[Lesson]:
    """Return the lessons to check: by their names, or by their folders."""
    from seccomp_tui.lessons import finding
    from seccomp_tui.lessons.lesson import LessonError, read

    ours = [] if names and all(_is_folder(name) for name in names) else running.find(more)
    chosen: list[Lesson] = []
    for name in names:
        if not _is_folder(name) or any(lesson.name == name for lesson in ours):
            chosen += _named([name], ours)
            continue
        try:
            chosen += finding.in_order([read(path, running.commands()) for path in finding.folders(Path(name))])
        except LessonError as error:
            raise click.UsageError(str(error)) from None
    return chosen or ours


def _is_folder(name: str) -> bool:
    return "/" in name or Path(name).is_dir()
