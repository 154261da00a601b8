"""The supervisor with targets that it has not launched: their listeners come, and are closed when nobody uses them.

When the keeper says so, or is dead, no more are taken, what is held is answered, and nothing more is recorded. While
some are left it lingers: it stays, rules go on to answer, all other calls go on, and the command itself ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from typing import TYPE_CHECKING

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.kernel.listeners import Listeners
from seccomp_tui.policy.answers import ALLOW, Answer, By, Kind
from seccomp_tui.policy.calls import Contained
from seccomp_tui.supervisor import records, report
from seccomp_tui.supervisor.arrivals import Arrival, Arrivals, Container
from seccomp_tui.supervisor.complaints import complain
from seccomp_tui.supervisor.followed import Followed
from seccomp_tui.supervisor.running import LAST_NS, Prepared, Running
from seccomp_tui.supervisor.settings import Ends, Settings
from seccomp_tui.supervisor.threads import kill_process
from seccomp_tui.supervisor.wire import Trouble

if TYPE_CHECKING:
    from seccomp_tui.supervisor.own_rules import OwnRules


class Attended(Running):
    """Any number of targets at a time, until no more come and the last has ended."""

    listener_class = Listener

    def __init__(self, settings: Settings, ends: Ends, prepared: Prepared, keeper: socket.socket) -> None:
        self._listeners = Listeners(self._unused)
        super().__init__(settings, ends, prepared, self._listeners, killable=False)
        self._containers: dict[Listener, Container] = {}
        self._newest = 0
        self._keeper = keeper
        self._until = 0
        """When the last answers must be known; 0: it is not to stop."""
        self._lingering = self._abandoned = self._finished = False
        assert ends.arrivals is not None
        self._followed = Followed(prepared, self._complained)
        self._arrivals = Arrivals(socket.socket(fileno=ends.arrivals), self._arrived, self._complained, self._no_more)
        self._loop.watch(self._arrivals.fileno(), self._arrivals.hear)
        self._loop.watch(keeper.fileno(), self._keeper_speaks)
        self._loop.whose = self._whose
        if self._control is not None:
            self._control.containers = lambda: len(self._listeners)
        self._own: OwnRules | None = None
        if prepared.rules is not None and settings.rules_dir is not None:
            from seccomp_tui.supervisor.own_rules import OwnRules

            self._own = OwnRules(prepared.rules, self._journal.rule, self._complained)

    def _begin(self) -> None:
        self._loop.attend()

    # --- listeners ---

    def _arrived(self, descriptor: int, arrival: Arrival) -> None:
        listener = self.listener_class(descriptor)
        listener.wake_synchronously()
        named = Contained(*(text.encode() for text in (arrival.container, arrival.name, arrival.metadata)))
        self._containers[listener] = Container(0, named)
        self._followed.follow(listener, arrival)
        if arrival.container:
            self._newest += 1
            self._containers[listener] = Container(self._newest, named)
            _, _, *said = records.ContainerSeen.__struct_fields__
            fields = {name: getattr(arrival, name) for name in said}
            self._journal.event(records.ContainerSeen(time.monotonic_ns(), self._newest, **fields))
        if self._own is not None and arrival.rules:
            self._own.put(arrival.container, arrival.rules)
        self._listeners.add(listener)
        self._changed()

    def _complained(self, text: str) -> None:
        if self._control is None:
            complain(text)
        else:
            self._tell(Trouble(text))

    def _unused(self, listener: Listener) -> None:
        self._followed.drop(listener)
        container = self._containers.pop(listener)
        self._container_gone(container)
        self._loop.held.targets_ended()
        name = container.contained.container
        if self._own is not None and all(each.contained.container != name for each in self._containers.values()):
            self._own.drop(name.decode())
        self._changed()

    def _container_gone(self, container: Container) -> None:
        if container.number:
            self._journal.event(records.ContainerGone(time.monotonic_ns(), container.number))

    def _whose(self, notification: int) -> Container | None:
        owner = self._listeners.owner(notification)
        return None if owner is None else self._containers.get(owner)

    def _no_more(self) -> None:
        self._loop.unwatch(self._arrivals.fileno())
        self._arrivals.close()
        self._changed()

    def _changed(self) -> None:
        """The number of listeners is another, or no more will come."""
        if not self._arrivals.open and not self._listeners:
            self._loop.stop_listening()
        self._loop.wake()

    # --- the end ---

    def _keeper_speaks(self) -> None:
        """It says stop, or is dead."""
        self._loop.unwatch(self._keeper.fileno())
        with contextlib.suppress(OSError):
            self._keeper.recv(64)  # what is left unread would be an error at its end
        self._leave("died")

    def _leave(self, how: str) -> None:
        if how == "died":
            how = "kill" if self._settings.on_exit == "kill" else "allow"
        if self._arrivals.open:
            self._no_more()
        self._stop_holding()
        if how == "kill":
            self._loop.held.answer_all(Answer(Kind.KILL), By.LEAVING)
            self._loop.kill()
            for thread in self._loop.threads.all():
                kill_process(thread)
        elif how == "abandon":
            self._abandoned = True  # they are closed at the tick: events of this round may still name them
            self._loop.abandon()
        else:
            self._loop.held.answer_all(ALLOW, By.LEAVING)
        self._until = self._until or time.monotonic_ns() + LAST_NS
        self._loop.wake()

    def _tick(self, now: int) -> bool:
        if self._abandoned:
            self._abandoned = False
            self._give_up()
        busy = super()._tick(now)
        looked_at = self._control is not None and self._control.open
        if self._until and not self._lingering and not looked_at and self._loop.alive:
            known = not self._loop.held.giving and not self._journal.pipe.backlog
            if known or now >= self._until:
                self._linger()
            return True
        return busy

    def _give_up(self) -> None:
        """Close all listeners."""
        self._listeners.close()
        for container in self._containers.values():
            self._container_gone(container)
        self._containers.clear()

    def _linger(self) -> None:
        """Nobody needs to wait for us any more: let go of all that they might wait for."""
        self._lingering = True
        pipe = self._journal.pipe
        if pipe.alive:
            self._loop.unwatch(pipe.fileno())
            pipe.reader_died()  # what it has not taken by now it would make our targets wait for
        self._finish()
        nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.chdir("/")
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with contextlib.suppress(OSError):  # it is dead
            self._keeper.send(report.LINGERS + str(len(self._listeners)).encode())

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            super()._finish()
            self._followed.close()
