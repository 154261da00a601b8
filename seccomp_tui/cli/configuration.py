"""The user's settings: a TOML file in the user's configuration folder. All of it may be missing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import click
import msgspec
import platformdirs

from seccomp_tui.screens.settings import Screens, Settings, check


class Recordings(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes of recordings.

    Attributes:
        keep: so many stay of those that were not given a name, the newest.
    """

    keep: Annotated[int, msgspec.Meta(ge=1)] = 100


class Configuration(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    screens: Screens = msgspec.field(default_factory=Screens)
    recordings: Recordings = msgspec.field(default_factory=Recordings)


def path() -> Path:
    """Return where the file is, or would be."""
    return Path(platformdirs.user_config_dir("seccomp-tui")) / "config.toml"


def read() -> Configuration:
    """Return the settings.

    Raises:
        click.UsageError: the file is no TOML, or has a setting that is not known or a value that is not possible.
    """
    file = path()
    try:
        return msgspec.convert(tomllib.loads(file.read_text()), Configuration)
    except FileNotFoundError:
        return Configuration()
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file}: {error}") from None
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from None


def screens() -> Settings:
    """Return the settings of the screens.

    Raises:
        click.UsageError: as `read`, or a theme, a command or a key that there is not.
    """
    values, file = read().screens, path()
    if values != Screens():
        try:
            check(values)
        except ValueError as error:
            raise click.UsageError(f"{file}: {error}") from None
    return Settings(values, file)
