"""What `seccomp-tui export` makes of a recording that is no list of its calls: a seccomp profile, rules."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from seccomp_tui.cli import readers
from seccomp_tui.cli.options import SETTINGS
from seccomp_tui.cli.saying import say
from seccomp_tui.policy.profile import DEFAULTS

if TYPE_CHECKING:
    from seccomp_tui.session.store import Store

_FAILED = 1
_SESSION = click.argument("session", metavar="SESSION", type=click.Path(path_type=Path, readable=False))
_OUTPUT = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to FILE, and not to standard output.",
)
_Found = TypeVar("_Found")


@click.command("oci-profile", context_settings=SETTINGS)
@_SESSION
@_OUTPUT
@click.option(
    "--reasons",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write there why each call is in it. Default: beside FILE, with .txt behind its name.",
)
@click.option(
    "--default",
    type=click.Choice(tuple(DEFAULTS)),
    default="errno",
    show_default=True,
    help="What becomes of calls that are not in it: they fail with EPERM, the process ends, they are logged and done,"
    " or somebody else is asked.",
)
@click.option("--listener", metavar="SOCKET", help="Who is asked with --default notify: an OCI seccomp agent.")
@click.option(
    "--arguments",
    is_flag=True,
    help="Allow calls only with the plain arguments that they had, where these were few, as families of sockets.",
)
@click.option("--runtime", is_flag=True, help="Allow what runc itself calls before it starts the program.")
def oci_profile(
    session: Path,
    output: Path | None,
    reasons: Path | None,
    default: str,
    listener: str | None,
    arguments: bool,
    runtime: bool,
) -> int:
    """Write a seccomp profile for Docker, podman, Kubernetes or an OCI runtime: what was allowed is allowed again.

    Calls that always failed by an answer fail in the same way. JSON has no comments: a second file says why each call
    is in it, how often it was made, and by whom first.

    A program that does something else another time needs more than one recording has seen.
    """
    from seccomp_tui.policy.profile import Wanted, learn
    from seccomp_tui.session import learning

    if (default == "notify") != (listener is not None):
        raise click.UsageError("--default notify and --listener SOCKET need each other")
    uses = _asked(session, learning.uses)
    conditions = _asked(session, learning.conditions) if arguments else {}
    profile = learn(uses, Wanted(default, runtime, listener or "", conditions))
    because = reasons or (output.with_name(f"{output.name}.txt") if output else None)
    text = json.dumps(profile.content, indent=2) + "\n"
    written = _write(session, output, text)
    return written or (_write(session, because, "\n".join(profile.reasons) + "\n") if because else 0)


@click.command("rules", context_settings=SETTINGS)
@_SESSION
@_OUTPUT
def rules(session: Path, output: Path | None) -> int:
    """Write the operator's own answers as rules, which give them again: `seccomp-tui run --rules FILE PROGRAM`.

    Calls of one name with the same path or address are one; where it was answered in different ways, the answers are
    given in that order.
    """
    from seccomp_tui.policy.replaying import replays, toml
    from seccomp_tui.session import learning

    found = replays(_asked(session, learning.given))
    code = _write(session, output, toml(found, f"The answers that were given in {shlex.quote(session.name)}."))
    if not found and not code:
        say(f"{session}: no call was answered by an operator; what rules have answered stands in those rules")
    return code


def _asked(session: Path, question: Callable[[sqlite3.Connection], _Found]) -> _Found:
    """Return what a recording says to a question."""
    store: Store
    with closing(readers.recording(session)) as store:
        try:
            return store.ask(question)
        except sqlite3.Error as error:
            raise click.ClickException(f"{session}: {error}") from None


def _write(session: Path, output: Path | None, text: str) -> int:
    """Write a text and return the exit code."""
    if output is None:
        click.echo(text, nl=False)
        return 0
    if os.path.realpath(output) == os.path.realpath(session):
        raise click.UsageError(f"-o {output}: that is the recording")
    try:
        output.write_text(text)
    except OSError as error:
        say(f"-o {output}: {error.strerror}")
        return _FAILED
    return 0
