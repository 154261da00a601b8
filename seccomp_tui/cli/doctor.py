"""`seccomp-tui doctor`: what can work here."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from seccomp_tui import __version__
from seccomp_tui.cli.options import SETTINGS

if TYPE_CHECKING:
    from seccomp_tui.kernel.features import Feature

JSON_VERSION = 1


@click.command("doctor", context_settings=SETTINGS)
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object (docs/doctor.md).")
def doctor(as_json: bool) -> int:
    """Say what this kernel and this user allow, and how to get the rest.

    Everything is tried, on a program that is started for it and ended again. Exit code 1 when something is absent
    without which nothing works, else 0.
    """
    from seccomp_tui.kernel import features, surroundings

    found = [*features.probe(), *surroundings.probe()]
    usable = all(feature.present for feature in found if feature.needed)
    versions = {
        "seccomp-tui": __version__,
        "kernel": os.uname().release,
        "machine": os.uname().machine,
        "libseccomp": surroundings.libseccomp_version(),
    }
    if as_json:
        rows = [{name: getattr(feature, name) for name in _FIELDS} for feature in found]
        told = {"version": JSON_VERSION, "usable": usable, "versions": versions, "features": rows}
        click.echo(json.dumps(told, indent=1))
    else:
        click.echo(", ".join(f"{name} {version or 'none'}" for name, version in versions.items()))
        _table(found)
    return 0 if usable else 1


_FIELDS = ("group", "name", "present", "needed", "detail", "fix")


def _table(found: list[Feature]) -> None:
    """Print a line for each, under its group, and below it what would mend it."""
    width = max(len(feature.name) for feature in found)
    group = ""
    for feature in found:
        if feature.group != group:
            group = feature.group
            click.echo(f"\n{group}")
        mark = "yes" if feature.present else ("NO" if feature.needed else "no")
        click.echo(f"  {feature.name:<{width}}  {mark:<3}  {feature.detail}")
        if feature.fix:
            click.echo(f"  {'':<{width}}       -> {feature.fix}")
