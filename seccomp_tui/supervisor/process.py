"""The supervisor as a process: launches the target and stays with it to the end."""

from __future__ import annotations

import resource
import socket
from typing import TYPE_CHECKING

from seccomp_tui.kernel import filter as bpf
from seccomp_tui.kernel.launch import LaunchError, begin
from seccomp_tui.kernel.stopping import Other
from seccomp_tui.supervisor import report
from seccomp_tui.supervisor.heir import OpenCalls
from seccomp_tui.supervisor.roles import settle
from seccomp_tui.supervisor.settings import Ends, Settings

if TYPE_CHECKING:
    from seccomp_tui.supervisor.running import Prepared

ALWAYS_TRAPPED = ("execve", "execveat")
"""Every cache of a thread is dropped at these."""


def supervise(settings: Settings, ends: Ends) -> int:
    """Run the target to its end and return 0, or 1 when there was none to run."""
    keeper = socket.socket(fileno=ends.report)
    assert settings.program is not None
    try:
        launching = begin(settings.program, _program(settings))
        # What it takes to answer is made ready while the launcher starts.
        from seccomp_tui.supervisor.launched import LaunchedTarget
        from seccomp_tui.supervisor.running import Prepared

        prepared = Prepared(settings, launching.process.pid, operated=ends.control is not None)
        settle()
        launched = launching.wait()
    except LaunchError as error:
        keeper.send(report.FAILED + str(error).encode())
        return 1
    _raise_descriptor_limit()
    ends.board.target = launched.process.pid
    socket.send_fds(keeper, [report.LISTENER], [launched.listener])
    LaunchedTarget(settings, ends, prepared, launched, keeper).run()
    return 0


def attend(settings: Settings, ends: Ends) -> int:
    """Answer for targets that run already, whose listeners come by `ends.arrivals`, until the last has ended."""
    from seccomp_tui.supervisor.attended import Attended

    Attended(settings, ends, _prepared(settings, ends), socket.socket(fileno=ends.report)).run()
    return 0


def attach(settings: Settings, ends: Ends, other: Other, open_calls: OpenCalls) -> int:
    """Answer for a target whose listener comes by `ends.arrivals`, and which another process holds too."""
    from seccomp_tui.supervisor.attached import Attached

    Attached(settings, ends, _prepared(settings, ends), socket.socket(fileno=ends.report), other, open_calls).run()
    return 0


def _prepared(settings: Settings, ends: Ends) -> Prepared:
    """Make ready for targets that come later."""
    from seccomp_tui.supervisor.running import Prepared

    _raise_descriptor_limit()
    prepared = Prepared(settings, None, operated=ends.control is not None)
    settle()
    return prepared


def _program(settings: Settings) -> bytes:
    if settings.wanted is None:
        return bpf.trap_everything()
    from seccomp_tui.kernel.vdso import EARLY
    from seccomp_tui.syscalls import numbers

    traps = {}
    for arch, wanted in settings.wanted.items():
        names = ALWAYS_TRAPPED if settings.vdso else ALWAYS_TRAPPED + EARLY
        always = {name: nr for name in names if (nr := numbers.number(arch, name)) is not None}
        needed = wanted | settings.extra.get(arch, frozenset())
        traps[arch] = {numbers.name(arch, nr): nr for nr in needed} | always
    return bpf.trap(traps)


def _raise_descriptor_limit() -> None:
    """Two descriptors are kept for each thread of the target; the target itself has its own limit already."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
