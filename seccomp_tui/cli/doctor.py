"""`seccomp-tui doctor`: what can work here."""

from __future__ import annotations

import click

from seccomp_tui.cli.options import SETTINGS


@click.command("doctor", context_settings=SETTINGS)
def doctor() -> int:
    """Say what this kernel and this user allow, and how to get the rest. Exit code 1 when nothing can work here."""
    from seccomp_tui.kernel import features

    found = features.probe()
    width = max(len(feature.name) for feature in found)
    for feature in found:
        mark = "yes" if feature.present else ("NO" if feature.needed else "no")
        click.echo(f"{feature.name:<{width}}  {mark:<3}  {feature.detail}")
    return 0 if all(feature.present for feature in found if feature.needed) else 1
