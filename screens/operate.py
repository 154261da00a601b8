"""What the commands of the registry do on the Live screen. Dialogs are imported when they open: start-up is quicker."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seccomp_tui.policy.answers import Kind
from seccomp_tui.screens import commands
from seccomp_tui.screens.browse import Browsing
from seccomp_tui.screens.guard import Guard
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.terminals import Terminals
from seccomp_tui.screens.widgets.clicked import Clicked
from seccomp_tui.screens.widgets.terminal import Terminal
from seccomp_tui.screens.wording import exit_words, plural
from seccomp_tui.supervisor.report import KILL_TARGET

if TYPE_CHECKING:
    from seccomp_tui.screens.link import Link

ANY = -1
"""`run_command` may work on whatever call is under the cursor."""


class Operations(Terminals, Browsing):
    """Runs commands; `LiveScreen` draws.

    Attributes:
        model: what is known of the target.
        link: the way to the supervisor.
        guard: says which call an answer key may hit.
        source: the list that the cursor is in, "queue" or "history".
        on_screen: the held calls that are painted.
        last_answer: when the operator answered last, monotonic seconds.
    """

    model: Model
    link: Link | None
    guard: Guard
    source: str
    on_screen: frozenset[int]
    last_answer: float

    @property
    def current(self) -> int | None:
        """The call that the details show and that an answer key hits."""
        raise NotImplementedError

    def select(self, seq: int | None, *, asked: bool) -> None:
        """Put the queue's cursor on a call."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Bring every pane up to date."""
        raise NotImplementedError

    # --- running commands ---

    def can(self, name: str) -> bool | None:
        """Return True when a command works now, None when it is dimmed, False when it makes no sense."""
        return self._can(name, time.monotonic())

    def _can(self, name: str, pressed: float) -> bool | None:
        if self.captured:
            return name == "terminal.leave"
        if self.asking is not None:
            return name in commands.WHILE_ASKING
        if self.too_small and name not in commands.WHILE_SMALL:
            return False
        if self.model.recorded and name != "call.mark" and name.startswith(("call.", "target.", "terminal.")):
            return False
        over = self.model.over or self.model.lost
        if over and name != "call.mark" and name.startswith(("call.", "target.")) and name != "target.kill":
            return False  # the footer has room for what can still be done
        if name == "call.repeat" and not self.model.last_tried:
            return None
        if name in commands.BY_KIND and not self.possible(commands.BY_KIND[name]):
            return None
        if name in commands.ANSWERING:
            return self._can_answer(pressed) or None
        if name == "target.run":
            return self.model.holding or bool(self.model.held)
        if name == "target.hold":
            return not self.model.holding
        if name == "target.kill":
            return not over or None
        if name == "call.rule":
            return self.current is not None or None
        if name == "terminal.focus":
            return bool(self.query(Terminal))
        if name in ("terminal.zoom", "terminal.hand_over"):
            return (not self.model.over or None) if self.query(Terminal) else False
        return name != "terminal.leave"

    def possible(self, kind: Kind) -> bool:
        """Tell whether the call under the cursor can get an answer of a kind."""
        raise NotImplementedError

    def _can_answer(self, pressed: float) -> bool:
        """Tell whether an answer key does something."""
        raise NotImplementedError

    def action_command(self, name: str) -> None:
        """Run a command by its key."""
        self.run_command(name, pressed=getattr(self.app, "pressed", None))

    def run_command(self, name: str, *, pressed: float | None = None, expected: int | None = ANY) -> None:
        """Run a command, if it works now.

        Args:
            name: its name in the registry.
            pressed: when the key was pressed, monotonic seconds; None: now.
            expected: an answer may hit this call only.
        """
        if self._can(name, time.monotonic() if pressed is None else pressed) is not True:
            return
        if name in commands.ANSWERING and expected not in (ANY, self.current):
            return
        getattr(self, f"do_{name.replace('.', '_')}")()
        self.ran(name)

    def ran(self, name: str) -> None:
        """Take note that a command was run, here or in a view on top: lessons do."""

    def on_clicked(self, event: Clicked) -> None:
        """Run a clicked command."""
        self.run_command(event.command, pressed=event.time)

    # --- the target ---

    def do_target_run(self) -> None:
        """Hold nothing any more, and allow what is held on the screen."""
        self._hold(False)
        if self.can("call.allow_all"):
            self.run_command("call.allow_all")

    def do_target_hold(self) -> None:
        """Hold calls again."""
        self._hold(True)

    def do_target_toggle(self) -> None:
        """Switch holding; calls already held stay held."""
        self._hold(not self.model.holding)

    def _hold(self, on: bool) -> None:
        if self.link is not None:
            self.link.hold(on, self.model.newest)
            self.model.set_holding(on)
            self.redraw()

    def do_target_kill(self) -> None:
        """Kill every process of the target, after a question; the screens stay for the history."""
        from seccomp_tui.screens.dialogs.confirm import ConfirmDialog

        def kill(yes: list[int] | None) -> None:
            if yes is not None and self.link is not None:
                self.run_worker(self.link.leave("kill"))

        whom = "every process that has called, of all containers," if self.model.status.containers > 0 else ""
        question = f"Kill {whom or 'the program and all its children'} (SIGKILL)?"
        self.app.push_screen(ConfirmDialog("Kill", lambda _: question), kill)

    # --- this window ---

    def do_app_help(self) -> None:
        """Show all keys."""
        from seccomp_tui.screens.dialogs.help import HelpDialog

        self.app.push_screen(HelpDialog())

    def do_app_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def do_app_quit(self) -> None:
        """Close; ask what becomes of a target that still lives."""
        if self.model.over or self.link is None:
            self.app.exit()
            return
        from seccomp_tui.screens.dialogs.leave import QuitDialog

        def leave(how: str | None) -> None:
            if how is not None:
                self.run_worker(self._leave(how))

        there = self.model.status.containers
        if there == 0:
            leave("allow")  # nobody is concerned
            return
        self.app.push_screen(
            QuitDialog(self._state(), lost=self.model.lost, containers=there > 0, shared=self.model.shared), leave
        )

    async def _leave(self, how: str) -> None:
        if self.link is not None:
            await self.link.leave(how)
        # Without a supervisor the keeper is asked, by our exit code.
        self.app.exit(return_code=KILL_TARGET if how == "kill" and self.model.lost else 0)

    def _state(self) -> str:
        exited = self.model.exited
        if self.model.status.containers > 0 and not self.model.lost:
            state = f"{plural(self.model.status.containers, 'container')} still there"
        elif self.model.lost:
            return "The supervisor has died; the program may still run."
        elif exited is not None:
            state = f"The program has ended ({exit_words(exited.status)}), but some of its processes still run"
        else:
            state = "The program still runs"
        held = len(self.model.held)
        return f"{state}; {plural(held, 'call')} {'is' if held == 1 else 'are'} held." if held else f"{state}."
