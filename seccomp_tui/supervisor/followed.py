"""Results of targets that were not launched by us: asked for when a listener comes, given up when it is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from seccomp_tui.supervisor.arrivals import Arrival
from seccomp_tui.supervisor.running import Prepared
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native, supported
from seccomp_tui.syscalls.text import escape

if TYPE_CHECKING:
    from seccomp_tui.kernel.listener import Listener


class Followed:
    """The targets whose results are known.

    Args:
        prepared: has the rings, where results are known at all.
        complain: called with a line about a target whose results will not be known.
    """

    def __init__(self, prepared: Prepared, complain: Callable[[str], None]) -> None:
        self._following = prepared.following
        self._numbers = prepared.numbers
        self._complain = complain

    def follow(self, listener: Listener, arrival: Arrival) -> None:
        """Ask for what the processes of a target return, which run already."""
        if self._following is None:
            return
        from seccomp_tui.kernel.following import TooMany, under_filters

        pids = [arrival.pid] if arrival.pid else under_filters(arrival.above) if arrival.above else []
        try:
            if self._following.follow(listener, pids, self._of(arrival)):
                return
            why = "no process of it is to be seen from here"
        except TooMany as error:
            why = str(error)
        except OSError as error:
            why = error.strerror or str(error)
        name = escape((arrival.name or arrival.container).encode(errors="surrogateescape"))
        self._complain(f"results of {f'container {name}' if name else 'what calls here'} are not known: {why}")

    def _of(self, arrival: Arrival) -> set[int] | None:
        """Return the numbers of the calls whose results are wanted; None: all."""
        if arrival.notified is None:
            return self._numbers
        found = {
            nr
            for arch in supported(native())
            for name in arrival.notified
            if (nr := numbers.number(arch.token, name)) is not None
        }
        return found if self._numbers is None else found & self._numbers

    def drop(self, listener: Listener) -> None:
        """A listener was closed."""
        if self._following is not None:
            self._following.drop(listener)

    def close(self) -> None:
        """Nobody wants results any more."""
        if self._following is not None:
            self._following.close()
            self._following = None
