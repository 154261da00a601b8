"""Notices what of the program can't be seen any more, as soon as the call that brought it has returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seccomp_tui.policy import unseen
from seccomp_tui.policy.answers import Kind
from seccomp_tui.session.happenings import Unseen

if TYPE_CHECKING:
    from seccomp_tui.session.recorder import Line

_EBUSY = -16
TOLD = {
    unseen.RING: "has set up an io_uring: what it does by that does not trap",
    unseen.FILTER: "has put a filter on itself: what that refuses does not come here",
    unseen.LISTENER: "asked for a seccomp listener of its own, and could not have it: ours is there (EBUSY)",
}


def noticed(line: Line) -> Unseen | None:
    """Return what a call of `NOTICED` has brought, None for nothing; where its result is not known, it is believed."""
    call, what = line.call, unseen.asks_for(line.name, line.call.args)
    if not what or call.kind != Kind.ALLOW:
        return None
    if line.result is not None:
        refused = line.result.value < 0
        if refused != (what == unseen.LISTENER) or (refused and line.result.value != _EBUSY):
            return None
    moment = line.result.time if line.result else line.settled or call.time
    return Unseen(moment, call.seq, call.pid, call.tid, what)


def told(happening: Unseen) -> str:
    """Return it as a line for stderr."""
    word = "no listener" if happening.what == unseen.LISTENER else f"unseen: {happening.what}"
    return f"{word}: process {happening.pid} {TOLD[happening.what]} (docs/unseen.md)"
