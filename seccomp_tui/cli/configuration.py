"""The user's settings: a TOML file in the user's configuration folder. All of it may be missing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import click
import msgspec
import platformdirs


class Recordings(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes of recordings.

    Attributes:
        keep: so many stay of those that were not given a name, the newest.
    """

    keep: Annotated[int, msgspec.Meta(ge=1)] = 100


class Configuration(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

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
