"""Attends to targets that run without us: connects keeper, supervisor, recorder, screens and who brings listeners."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace

from seccomp_tui.sources.crew import Crew, Wishes, pair
from seccomp_tui.supervisor.attendant import Attendant
from seccomp_tui.supervisor.roles import settle
from seccomp_tui.supervisor.settings import Ends, Settings

Bring = Callable[[socket.socket], int]
"""Sends listeners into the socket (`supervisor.arrivals.send`) until it returns, or the supervisor hangs up; runs in a
process of its own. What it returns is the process's exit code."""


@dataclass(frozen=True, kw_only=True)
class Attendance(Wishes):
    """What the user asked for.

    Attributes:
        title: stands in the recording where else the program's arguments do.
        rules_dir: folder of the rules that a target can name as its own.
    """

    title: tuple[bytes, ...]
    rules_dir: str | None = None


def attend(
    request: Attendance,
    bring: Bring,
    keeps: frozenset[int] = frozenset(),
    supervise: Callable[[Settings, Ends], int] | None = None,
    keeper_of: Callable[..., Attendant] = Attendant,
) -> int:
    """Answer for all targets whose listeners are brought, until there are no more, and return the exit code.

    Args:
        bring: brings them.
        keeps: descriptors that it uses.
        supervise, keeper_of: the supervisor and what makes the keeper, where they are not the usual ones.
    """
    crew = Crew(request)
    come, go = pair()
    arrivals, brought = come.detach(), go.detach()
    crew.owned |= {arrivals, brought, *keeps}
    settings = replace(request.settings(None), title=request.title, rules_dir=request.rules_dir)
    keeper = keeper_of(crew.board, crew.keeper_end, request.on_exit)
    gc.disable()
    crew.fork(keeper, settings, supervise or _supervise, frozenset((arrivals,)), arrivals)

    def bringer() -> int:
        settle()
        crew.keeper_end.close()
        return bring(socket.socket(fileno=brought))

    keeper.fork("acceptor", bringer, (brought, *keeps))
    settle()
    return keeper.run()


def _supervise(settings: Settings, ends: Ends) -> int:
    from seccomp_tui.supervisor.process import attend

    return attend(settings, ends)
