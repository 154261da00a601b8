"""The commands of the target's terminal: type into the pane, make it big, hand over the operator's own terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seccomp_tui.screens.panes import Panes
from seccomp_tui.screens.widgets.terminal import Terminal
from seccomp_tui.screens.wording import plural

if TYPE_CHECKING:
    from seccomp_tui.screens.model import Model


class Terminals(Panes):
    """Gives the target the keys, the window, or the whole terminal.

    Attributes:
        model: what is known of the target.
    """

    model: Model

    def do_terminal_focus(self) -> None:
        """Type into the target's terminal; of one that has ended show what it has printed."""
        if self.model.over:
            self._reveal(self.query_one(Terminal))
        else:
            self._focus(self.query_one(Terminal))

    def do_terminal_zoom(self) -> None:
        """Type into the target's terminal on the whole window."""
        terminal = self.query_one(Terminal)
        self._zoom(terminal)
        self._focus(terminal)

    def do_terminal_leave(self) -> None:
        """Come back from the terminal; all panes are shown again."""
        if self.query_one(Terminal).has_class("-zoomed"):
            self._zoom(None)
        self._focus(self.query_one(self.HOME))

    def on_terminal_left(self) -> None:
        """Come back from the terminal."""
        self.do_terminal_leave()

    def on_terminal_marked(self, event: Terminal.Marked) -> None:
        """Copy what was marked with the mouse, by way of the operator's terminal (OSC 52)."""
        if event.text:
            self.app.copy_to_clipboard(event.text)
            self.notify(f"copied {plural(event.text.count(chr(10)) + 1, 'line')}", timeout=2)

    def do_terminal_hand_over(self) -> None:
        """Let the target have this very terminal until ctrl+], until a call is held, or until it ends."""
        if not self.app.is_headless:
            self.run_worker(self._hand_over(), group="terminal", exclusive=True)

    async def _hand_over(self) -> None:
        from seccomp_tui.screens.relay import Relay

        terminal = self.query_one(Terminal)
        relay = Relay(terminal.write, terminal.set_size, self.app.console)
        held = set(self.model.held)
        with self.app.batch_update(), self.app.suspend():
            terminal.relay = relay
            try:
                await relay.run(terminal.emulator, held)
            finally:
                terminal.relay = None
        terminal.on_resize()
        terminal.refresh()
        if relay.reason:
            self.notify(relay.reason, markup=False, timeout=4)

    def look_after_hand_over(self) -> None:
        """Take the terminal back when a call is held, or when there is nobody left to have it."""
        terminal = next(iter(self.query(Terminal)), None)
        if terminal is None or terminal.relay is None:
            return
        if self.model.over:
            terminal.relay.finish("the program has ended")
        elif set(self.model.held) - terminal.relay.known:
            terminal.relay.finish("a call is held: the program waits for your answer")
