"""Rules in TOML files."""

from __future__ import annotations

from pathlib import Path

from .rule import Compiled


class FileError(ValueError):
    """A file of rules that can't be read; the message is one line with file, line and field."""


def read(path: Path) -> list[Compiled]:
    """Return the rules of a file."""
    raise FileError(str(path))
