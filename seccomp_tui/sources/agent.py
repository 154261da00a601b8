"""An OCI seccomp agent: answers for the containers whose runtimes send their listeners to a socket."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

from seccomp_tui.sources.agent_acceptor import Acceptor
from seccomp_tui.sources.agent_socket import AgentSocket
from seccomp_tui.sources.attend import Attendance, attend


def serve(request: Attendance, listening: AgentSocket) -> int:
    """Serve until told to stop, and return the exit code.

    Args:
        listening: where runtimes connect to.
    """

    def bring(supervisor: socket.socket) -> int:
        rules_dir = None if request.rules_dir is None else Path(request.rules_dir)
        return Acceptor(listening, supervisor, rules_dir).run()

    return attend(request, bring, listening.descriptors)


def title(path: Path) -> tuple[bytes, ...]:
    """Return what stands in the recording for a program's command line."""
    with contextlib.suppress(ValueError):
        return (b"agent", os.fsencode(path.absolute()))
    return (b"agent",)
