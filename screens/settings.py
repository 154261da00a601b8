"""What the user has chosen for the screens: the table [screens] of the settings file, checked and written back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

THEME = "seccomp-cb"
LAYOUTS = ("beside", "below")
"""Where the details stand: beside the held calls and the history, or below them."""
_Percent = Annotated[int, msgspec.Meta(ge=20, le=80)]
_Lines = Annotated[int, msgspec.Meta(ge=-3, le=20)]
_Part = Annotated[int, msgspec.Meta(ge=1, le=9)]


class Screens(msgspec.Struct, forbid_unknown_fields=True):
    """The table [screens].

    Attributes:
        theme: name of a theme.
        layout: of `LAYOUTS`.
        left: what the held calls and the history have of the width, in percent.
        queue: how high the held calls are, against the others.
        history: the same of the history.
        terminal: the same of the terminal.
        narrow: below 100 columns, how many lines more the held calls have than by themselves, or fewer.
        welcome: show the first card.
        keys: a key, or several, by the name of a command.
    """

    theme: str = THEME
    layout: str = LAYOUTS[0]
    left: _Percent = 50
    queue: _Part = 2
    history: _Part = 3
    terminal: _Part = 3
    narrow: _Lines = 0
    welcome: bool = True
    keys: dict[str, str | list[str]] = {}

    def keymap(self) -> dict[str, tuple[str, ...]]:
        """Return the keys by command."""
        return {name: (keys,) if isinstance(keys, str) else tuple(keys) for name, keys in self.keys.items()}


class Settings:
    """The user's choices, and the file that they are kept in.

    Args:
        values: as read.
        file: where they are written; None: nowhere.
    """

    def __init__(self, values: Screens | None = None, file: Path | None = None) -> None:
        self.values = values or Screens()
        self._file = file

    @property
    def kept(self) -> bool:
        """Choices are there the next time."""
        return self._file is not None

    def set(self, **changes: Any) -> str:
        """Take other values, and write them; return what went wrong with that, empty when nothing did."""
        self.values = msgspec.structs.replace(self.values, **changes)
        if self._file is None:
            return ""
        try:
            _write(self._file, changes)
        except (OSError, ValueError) as error:
            return f"not kept: {getattr(error, 'strerror', None) or error} ({self._file})"
        return ""


def check(values: Screens) -> None:
    """Check what only the screens know: the names of themes, layouts, commands and keys.

    Raises:
        ValueError: with a line that says which value is not possible, and what would be.
    """
    from textual.theme import BUILTIN_THEMES

    from seccomp_tui.screens import commands

    themes = [THEME, f"{THEME}-light", *BUILTIN_THEMES]
    if values.theme not in themes:
        raise ValueError(f"screens.theme: no theme {values.theme!r}; one of {', '.join(themes)}")
    if values.layout not in LAYOUTS:
        raise ValueError(f"screens.layout: {values.layout!r} is not one of {', '.join(LAYOUTS)}")
    try:
        commands.check_keymap(values.keymap())
    except ValueError as error:
        raise ValueError(f"screens.keys.{error}") from None


def _write(file: Path, changes: Mapping[str, Any]) -> None:
    """Write values into the file; what else stands there, comments too, stays."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(file.read_text())
    except FileNotFoundError:
        document = tomlkit.document()
    except TOMLKitError as error:
        raise ValueError(str(error)) from None
    table = document.setdefault("screens", tomlkit.table())
    for name, value in changes.items():
        if isinstance(value, dict):
            _update(table.setdefault(name, tomlkit.table()), value)
        else:
            table[name] = value
    file.parent.mkdir(parents=True, exist_ok=True)
    target = file.resolve()  # the user may keep it elsewhere, by a link
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w") as made:
            made.write(tomlkit.dumps(document))
        if target.exists():
            os.chmod(name, target.stat().st_mode & 0o777)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _update(table: Any, values: Mapping[str, Any]) -> None:
    """Make a table hold these values; those that stay the same keep their comments."""
    for name in [name for name in table if name not in values]:
        del table[name]
    for name, value in values.items():
        if table.get(name) != value:
            table[name] = value
