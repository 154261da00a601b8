"""What a lesson is: `lesson.toml` in a folder, beside the demo program that it is about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from seccomp_tui.lessons.actions import Action
from seccomp_tui.lessons.verbs import ActionError
from seccomp_tui.lessons.verbs import parse as parse_action
from seccomp_tui.policy.expression import Expression, ExpressionError
from seccomp_tui.policy.expression import parse as parse_expression

FILE = "lesson.toml"
LEVELS = {1: "first steps", 2: "going on", 3: "deep"}
NEEDS = ("root", "results")
TOOL = "tool:"
_KEY = re.compile(r"\{key:([^}]*)\}")
_AT = re.compile(r" - at `\$(?P<path>[^`]*)`\Z")
_INDEX = re.compile(r"step\[(\d+)\]")


class LessonError(ValueError):
    """A folder that is no lesson; the message is one line with file and field."""


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    text: str
    check: str = ""
    does: str = ""
    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    without: str = ""
    hint: str = ""
    play: list[str] = []


class _Lesson(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    promise: str
    program: Annotated[list[str], msgspec.Meta(min_length=1)]
    step: Annotated[list[_Step], msgspec.Meta(min_length=1)]
    end: str
    text: str = ""
    level: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    order: int = 1000
    run: list[str] = []
    needs: list[str] = []


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Attributes:
        title: what to do, in a few words.
        text: what to do and why, in Markdown; `{key:call.allow}` stands for the key of that command.
        hint: more help, for who asks.
        check: done when this is true of a recorded call; None: `does` decides.
        times: of so many calls.
        without: and of no call before that this; None: nothing.
        does: done when this command of the screens has been run; empty: `check` decides.
        play: what a person would do.
    """

    title: str
    text: str
    hint: str
    check: Expression | None
    times: int
    without: Expression | None
    does: str
    play: tuple[Action, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes:
        name: of its folder.
        folder: where it is.
        promise: in one sentence, what one knows afterwards.
        order: lessons are listed by level, then by this.
        needs: of `NEEDS`, or "tool:NAME".
        run: options of `seccomp-tui run`.
        program: the command line of the demo program, which runs in a copy of the folder.
        text, end: what is told before the first step, and after the last.
    """

    name: str
    folder: Path
    title: str
    promise: str
    level: int
    order: int
    needs: tuple[str, ...]
    run: tuple[str, ...]
    program: tuple[str, ...]
    text: str
    end: str
    steps: tuple[Step, ...]

    @property
    def level_text(self) -> str:
        """The level in words."""
        return LEVELS[self.level]


def read(folder: Path, commands: Collection[str] | None = None) -> Lesson:
    """Return the lesson of a folder.

    Args:
        folder: has the file `FILE`.
        commands: the commands of the screens, which texts may name; None: that is not looked at.

    Raises:
        LessonError: it can't be read, or something in it is wrong.
    """
    path = folder / FILE
    try:
        raw = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Lesson)
    except OSError as error:
        raise LessonError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise LessonError(f"{path}: not UTF-8, which TOML is") from None
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{path}: {error}") from None
    except msgspec.ValidationError as error:
        raise LessonError(f"{path}: {_place(str(error))}") from None
    try:
        return _checked(folder, raw, commands)
    except _WrongError as error:
        raise LessonError(f"{path}: {error}") from None


class _WrongError(ValueError):
    """Something in a lesson; the message begins with its field."""


def _place(message: str) -> str:
    """Return msgspec's message with the place in front, counted as people do."""
    found = _AT.search(message)
    reason = _AT.sub("", message).replace("`", "")
    if found is None:
        return reason
    path = _INDEX.sub(lambda index: f"step {int(index[1]) + 1}", found["path"].lstrip("."))
    return f"{path.replace('.', ', ').replace('[...]', '')}: {reason}"


def _checked(folder: Path, raw: _Lesson, commands: Collection[str] | None) -> Lesson:
    for field in ("title", "promise", "end"):
        if not getattr(raw, field).strip():
            raise _WrongError(f"{field}: is empty")
    for need in raw.needs:
        if need not in NEEDS and not (need.startswith(TOOL) and need != TOOL):
            raise _WrongError(f"needs: {need!r} is not known: expected {', '.join(NEEDS)}, or {TOOL}NAME of a program")
    _check_keys("text", raw.text, commands)
    _check_keys("end", raw.end, commands)
    return Lesson(
        name=folder.absolute().name,
        folder=folder,
        title=raw.title.strip(),
        promise=raw.promise.strip(),
        level=raw.level,
        order=raw.order,
        needs=tuple(raw.needs),
        run=tuple(raw.run),
        program=tuple(raw.program),
        text=raw.text.strip(),
        end=raw.end.strip(),
        steps=tuple(_step(f"step {number}", step, commands) for number, step in enumerate(raw.step, 1)),
    )


def _step(name: str, raw: _Step, commands: Collection[str] | None) -> Step:
    for field in ("title", "text"):
        if not getattr(raw, field).strip():
            raise _WrongError(f"{name}, {field}: is empty")
    if bool(raw.check.strip()) == bool(raw.does):
        raise _WrongError(f"{name}: give either check, an expression, or does, a command of the screens")
    if raw.does and (raw.without or raw.times != 1):
        raise _WrongError(f"{name}: times and without go with check, not with does")
    if commands is not None and raw.does and raw.does not in commands:
        raise _WrongError(f"{name}, does: {_unknown(raw.does, commands)}")
    _check_keys(f"{name}, text", raw.text, commands)
    _check_keys(f"{name}, hint", raw.hint, commands)
    return Step(
        title=raw.title.strip(),
        text=raw.text.strip(),
        hint=raw.hint.strip(),
        check=_expression(f"{name}, check", raw.check),
        times=raw.times,
        without=_expression(f"{name}, without", raw.without),
        does=raw.does,
        play=tuple(_action(f"{name}, play {at}", line, commands) for at, line in enumerate(raw.play, 1)),
    )


def _expression(where: str, text: str) -> Expression | None:
    if not text.strip():
        return None
    try:
        return parse_expression(text)
    except ExpressionError as error:
        raise _WrongError(f"{where}: {error}") from None


def _action(where: str, line: str, commands: Collection[str] | None) -> Action:
    try:
        action = parse_action(line)
    except ActionError as error:
        raise _WrongError(f"{where}: {error}") from None
    command = action.command
    if commands is not None and command and command not in commands:
        raise _WrongError(f"{where}: {_unknown(command, commands)}")
    return action


def _check_keys(where: str, text: str, commands: Collection[str] | None) -> None:
    for name in _KEY.findall(text):
        if commands is not None and name not in commands:
            raise _WrongError(f"{where}: {{key:{name}}}: {_unknown(name, commands)}")


def _unknown(name: str, commands: Collection[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, commands, 2)
    return f"no command {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def with_keys(text: str, key: Callable[[str], str]) -> str:
    """Return a text with `{key:COMMAND}` replaced by what `key` returns for the command."""
    return _KEY.sub(lambda found: key(found[1]), text)
