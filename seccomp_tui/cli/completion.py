"""What a shell offers after `tab`: the scripts below share/ ask the program itself, as click has it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, get_completion_class

VARIABLE = "_SECCOMP_TUI_COMPLETE"
"""The shell's scripts set it; click answers them then, and nothing else is done."""
SHELLS = ("bash", "zsh", "fish")
Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def prepare(commands: Iterable[str], default: str) -> None:
    """Make the completion know that a command may be left out.

    Args:
        commands: all of them.
        default: the one that is meant where none is named.
    """
    known = frozenset(commands)
    for shell in SHELLS:
        known_class = get_completion_class(shell)
        assert known_class is not None
        add_completion_class(_leaving_out(known_class, known, default), shell)


def _leaving_out(base: type[ShellComplete], commands: frozenset[str], default: str) -> type[ShellComplete]:
    class Complete(base):  # type: ignore[misc,valid-type]
        def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
            named = bool(args) and args[0] in commands
            offered = [] if args and not named else super().get_completions(args, incomplete)
            if not named:
                offered += super().get_completions([default, *args], incomplete)
            # Both have --help.
            return list({(item.type, item.value): item for item in offered}.values())

    return Complete


def program(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer programs for the first word, files for the others."""
    files = [CompletionItem(incomplete, type="file")]
    if context.params.get(parameter.name or "") or "/" in incomplete or not incomplete:
        return files
    return [CompletionItem(name) for name in sorted(_programs(incomplete))] or files


def _programs(beginning: str) -> Iterable[str]:
    for folder in os.get_exec_path():
        try:
            entries = os.scandir(folder)
        except OSError:
            continue
        with entries:
            yield from (
                each.name for each in entries if each.name.startswith(beginning) and os.access(each.path, os.X_OK)
            )


def system_calls(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer what `trace=` takes, after the last comma: sets and system calls."""
    from seccomp_tui.syscalls import arch, numbers, prototypes

    kind, equals, listed = incomplete.rpartition("=")
    if equals and kind not in ("trace", "t"):
        return []
    before, comma, last = listed.rpartition(",")
    negated = "!" if last.startswith("!") else ""
    names = sorted((*(f"%{name}" for name in prototypes.sets()), *numbers.names(arch.native().token).values()))
    start = kind + equals + before + comma + negated
    return [CompletionItem(start + name) for name in names if name.startswith(last.removeprefix("!"))]


def lessons(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of lessons, each with what it promises; with --check folders as well."""
    from seccomp_tui.lessons import finding
    from seccomp_tui.lessons.lesson import LessonError

    try:
        found = finding.lessons(context.params.get("more"))
    except LessonError:
        return []
    named = set(context.params.get(parameter.name or "") or ())
    names = [CompletionItem(each.name, help=each.title) for each in found if each.name.startswith(incomplete)]
    offered = [each for each in names if each.value not in named]
    if not context.params.get("check"):
        return [] if named else offered
    return [*offered, CompletionItem(incomplete, type="dir")] if "/" in incomplete or not offered else offered


def folders(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell offer folders."""
    return [CompletionItem(incomplete, type="dir")]


def users(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of users."""
    import pwd

    return [CompletionItem(each.pw_name) for each in pwd.getpwall() if each.pw_name.startswith(incomplete)]


def files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell offer files."""
    return [CompletionItem(incomplete, type="file")]


def script(shell: str, command: Any) -> str:
    """Return the text of the script for a shell, as click makes it."""
    made = get_completion_class(shell)
    assert made is not None
    return made(command, {}, "seccomp-tui", VARIABLE).source()
