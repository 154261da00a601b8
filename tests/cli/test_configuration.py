"""The user's settings: what is missing has a default, what is wrong is named with its file."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from seccomp_tui.cli import configuration


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the path of the settings; the file is not there."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = configuration.path()
    path.parent.mkdir(parents=True)
    return path


def test_without_a_file_there_are_defaults(file: Path) -> None:
    assert configuration.read().recordings.keep == 100


def test_a_setting_is_read(file: Path) -> None:
    file.write_text("[recordings]\nkeep = 7\n")
    assert configuration.read().recordings.keep == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[recordings]\nkeep = 0\n", r"Expected `int` >= 1 - at `\$\.recordings\.keep`"),
        ("[recordings]\nkeep = 'x'\n", r"Expected `int`, got `str` - at `\$\.recordings\.keep`"),
        ("[recordings]\nkep = 1\n", r"unknown field `kep` - at `\$\.recordings`"),
        ("[recordings\n", r"line 1"),
    ],
)
def test_what_is_wrong_is_named(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(click.UsageError, match=message) as error:
        configuration.read()
    assert str(file) in error.value.message
