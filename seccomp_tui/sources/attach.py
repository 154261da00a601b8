"""Attaches to a listener that another process holds: shares it, or takes over while the other is stopped."""

from __future__ import annotations

import os
import signal
import socket
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from seccomp_tui.kernel import holders
from seccomp_tui.kernel.stopping import Other, stop
from seccomp_tui.sources.attend import Attendance, attend
from seccomp_tui.sources.finding import CantAttach, Found, named, take
from seccomp_tui.supervisor.arrivals import Arrival, send
from seccomp_tui.supervisor.heir import Heir, OpenCalls

if TYPE_CHECKING:
    from collections.abc import Callable

    from seccomp_tui.supervisor.settings import Ends, Settings


def attach(found: Found, request: Attendance, take_over: bool, say: Callable[[str], None]) -> int:
    """Answer for the targets of a listener until they have ended or the user stops us, and return the exit code.

    Args:
        take_over: stop the other meanwhile.
        say: called with lines that say what the other still sees.

    Raises:
        CantAttach: we have no right.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):  # until the keeper takes them: the other must not stay stopped
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)
    listener = take(found)
    other = _other(found, take_over)
    try:
        for line in told(found, stopped=other.stopped, asked=take_over):
            say(line)
        arrival = Arrival(container="", above=[found.pid, *found.others])

        open_calls = OpenCalls()
        keeper_of = partial(Heir, other=other, open_calls=open_calls, retake=lambda: holders.take(found.pid, found.fd))

        def bring(supervisor: socket.socket) -> int:
            send(supervisor, arrival, listener)
            return 0

        def supervise(settings: Settings, ends: Ends) -> int:
            from seccomp_tui.supervisor.process import attach as supervise_attached

            return supervise_attached(settings, ends, other, open_calls)

        return attend(request, bring, frozenset((listener,)), supervise, keeper_of)
    finally:
        other.resume()


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _other(found: Found, take_over: bool) -> Other:
    try:
        pidfd = os.pidfd_open(found.pid)
        return Other(found.pid, pidfd, take_over and stop(found.pid, pidfd))
    except PermissionError:
        raise CantAttach(
            f"can't stop {named(found.pid)}: we have no right to send it signals; without --take-over it is shared",
            ours=True,
        ) from None
    except ProcessLookupError:
        raise CantAttach(f"{named(found.pid)} has ended", ours=True) from None


def told(found: Found, *, stopped: bool, asked: bool) -> list[str]:
    """Return what is to be said of who holds the listener beside us, a line each.

    Args:
        stopped: the other was stopped by us.
        asked: the user wants to take over.
    """
    who = named(found.pid)
    lines = [found.note] if found.note else []
    if stopped:
        lines.append(
            f"{who} is stopped until we end, and receives nothing; calls that it has received before wait for it"
        )
    elif asked:
        lines.append(f"{who} was stopped already, and stays so; calls that it has received wait for it")
    else:
        lines.append(
            f"descriptor {found.fd} of {who} is shared: each call goes to one of us, whichever asks first; it sees and"
            " answers the others, and may hang in the kernel until the next one comes; --take-over stops it meanwhile"
        )
    if found.others:
        lines.append(f"it is held by {', '.join(map(named, found.others))} too, which may receive calls")
    return lines
