"""`seccomp-tui agent`: an OCI seccomp agent, with the screens or without."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from seccomp_tui.cli import modes, presenting, qualifiers, readers, ruling, starting
from seccomp_tui.cli import options as shared_options
from seccomp_tui.cli.destination import destination
from seccomp_tui.session.wanted import Destination
from seccomp_tui.sources import agent as source
from seccomp_tui.sources import launch
from seccomp_tui.sources.agent_socket import AgentSocket, Unusable
from seccomp_tui.sources.attend import Attendance

STDOUT = 1


@click.command(
    "agent",
    cls=ruling.Ordered,
    context_settings=shared_options.SETTINGS,
    short_help="Answer for containers: be the OCI seccomp agent.",
)
@click.option("--log", "logging", is_flag=True, help="No screens: print the calls, on standard output.")
@qualifiers.options("trace", "decode-fds", "signal", "status", "quiet", rules=True, laid_down=True)
@presenting.line_format("jsonl", "With --log: ")
@presenting.decoding
@ruling.options
@click.option(
    "--rules-dir",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="A container whose profile has listenerMetadata NAME gets the rules of DIR/NAME or DIR/NAME.toml as well, and"
    " before all others.",
)
@presenting.presentation
@destination(Destination(STDOUT, "standard output"), "session", "the recording goes there (--session)")
@ruling.timeout
@click.option("--run", "running", is_flag=True, help="Hold nothing at the start; h in the screens begins to.")
@click.option(
    "--hold",
    metavar="EXPR",
    callback=readers.expression(answered=False),
    help="Hold only the calls that this is true of. Default: all that the containers' profiles send.",
)
@shared_options.on_exit
@shared_options.session
@shared_options.results
@click.argument("path", metavar="SOCKET", type=click.Path(path_type=Path))
def agent(path: Path, logging: bool, running: bool, rules_dir: str | None, **options: Any) -> int:
    """Answer for containers: be the OCI seccomp agent that runc, crun, podman or Kubernetes finds at SOCKET.

    A container's profile names SOCKET as its listenerPath, and gives calls the action SCMP_ACT_NOTIFY; these come
    here. Any number of containers can come, at any time. SIGTERM, ^C, or leaving the screens ends the agent: what is
    held is answered (--on-exit), and while containers are left a process stays that lets their calls go on.
    """
    modes.check(click.get_current_context(), log=logging)
    options = ruling.merged(options, holds=not logging)
    if not logging and not launch.is_terminal():
        raise click.UsageError(f"the screens need a terminal; without one use: seccomp-tui agent --log {path}")
    try:
        listening = AgentSocket(path)
    except Unusable as error:
        raise click.UsageError(str(error)) from None
    code = _serve(listening, logging, running, rules_dir, options)
    os._exit(code)


def _serve(listening: AgentSocket, logging: bool, running: bool, rules_dir: str | None, options: dict[str, Any]) -> int:
    trace = options.pop("trace")
    title = source.title(listening.path)
    session, screens = options.pop("session"), None
    if not logging:
        screens = starting.screens(title)
        session = session or starting.recording_name("agent")
    hold = options.pop("hold")
    if hold is None and not logging:
        from seccomp_tui.policy.holding import ASKED

        hold = ASKED
    printing, where = options.pop("printing"), options.pop("destination")
    decoding = starting.decoding(**{name: options.pop(name) for name in starting.DECODING})
    request = Attendance(
        title=title,
        rules_dir=rules_dir,
        wanted=starting.wanted(trace),
        holding=not logging and not running,
        hold=hold,
        session=session,
        printing=replace(printing, containers=True) if logging else None,
        destination=where if logging else None,
        decoding=decoding,
        screens=screens,
        **options,
    )
    return source.serve(request, listening)
