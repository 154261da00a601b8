"""The pane with the target's terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from seccomp_tui.screens import theme
from seccomp_tui.screens.commands import key
from seccomp_tui.screens.widgets import cells, keys, mouse
from seccomp_tui.screens.widgets.emulator import Emulator
from seccomp_tui.screens.widgets.marking import Marking, Place
from seccomp_tui.screens.widgets.pty import Pty

if TYPE_CHECKING:
    from seccomp_tui.screens.relay import Relay

LEAVE = "ctrl+right_square_bracket"
WHEEL_LINES = 3
FIRST_SIZE = (80, 24)
FOCUS_REPORTS = 1004
_BUTTONS = {1: mouse.LEFT, 2: mouse.MIDDLE, 3: mouse.RIGHT}


class Terminal(Widget, can_focus=True):
    """Shows what the target writes; with the focus, all keys but one go to the target.

    Args:
        fd: the pty master.
    """

    class Left(Message):
        """The operator pressed the key that leaves the terminal."""

    class Marked(Message):
        """Text was marked, to be copied."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, fd: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pty = Pty(fd, self._take, self._draw, self._hang_up)
        self.emulator = Emulator(*FIRST_SIZE, self._reply)
        self.relay: Relay | None = None
        self.unseen = False
        self._over = False
        self._back = 0
        self._cursor_line = 0
        self._seen_scrolled = 0
        self._marking: Marking | None = None
        self._marks_from: Place | None = None

    def on_mount(self) -> None:
        """Begin to read."""
        self._pty.start()
        self._retitle()

    def on_unmount(self) -> None:
        """Stop reading."""
        self._pty.stop()

    @property
    def open(self) -> bool:
        """The target has its side of the terminal open."""
        return self._pty.open

    def set_size(self, columns: int, lines: int) -> None:
        """Give the terminal this size, if it is another; the target is told (SIGWINCH)."""
        screen = self.emulator
        if columns < 1 or lines < 1:
            return
        if (columns, lines) != (screen.columns, screen.lines):
            screen.fit(columns, lines)
            self._marking = None
            self.refresh()
        self._pty.resize(columns, lines)

    def on_resize(self) -> None:
        """Follow the pane's size, or that of the window where the program has it."""
        if self.relay is not None:
            return
        self.unseen = self.unseen and not self.size.area
        self.set_size(self.size.width, self.size.height)

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the pane."""
        screen = self.emulator
        cursor = None
        if self.has_focus and not self._back and y == screen.cursor.y and not screen.cursor.hidden:
            cursor = min(screen.cursor.x, screen.columns - 1)
        row = screen.row(y - self._back)
        marked = self._marking.columns(screen.scrolled + y - self._back, screen.columns) if self._marking else ()
        shape, default = screen.cursor_shape, screen.default_char
        made = cells.segments(row, screen.columns, cursor, default, theme.PANE, shape, marked)
        return Strip(made).adjust_cell_length(self.size.width, theme.PANE)

    # --- input ---

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Take all keys but the one that leaves."""
        return key != LEAVE

    async def on_key(self, event: events.Key) -> None:
        """Send the key to the target."""
        event.stop()
        event.prevent_default()
        if event.key == LEAVE:
            self.post_message(self.Left())
        elif event.key in ("shift+pageup", "shift+pagedown") or (self._over and event.key in ("pageup", "pagedown")):
            page = max(self.size.height - 1, 1)
            self.scroll_back(page if event.key.endswith("pageup") else -page)
        else:
            self._send(keys.encode(event.key, event.character, application=self.emulator.application_cursor))

    def on_paste(self, event: events.Paste) -> None:
        """Send pasted text to the target."""
        event.stop()
        self._send(keys.paste(event.text, bracketed=self.emulator.bracketed_paste))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back; a program that asks for the mouse gets the turn, a full-screen program arrow keys."""
        event.stop()
        self._wheel(event, WHEEL_LINES, mouse.WHEEL_UP, "up")

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll forward."""
        event.stop()
        self._wheel(event, -WHEEL_LINES, mouse.WHEEL_DOWN, "down")

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Hand on a press to a program that asks for it; else begin to mark text."""
        if self._passed_on(event) or event.button != 1 or (place := self._place(event)) is None:
            return
        self._mark(None)
        self._marks_from = place
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark text up to here."""
        if self._marks_from is None:
            self._passed_on(event)
        elif (place := self._place(event)) is not None:
            self._mark(Marking(self._marks_from, place))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Copy what was marked."""
        if self._marks_from is None:
            self._passed_on(event)
            return
        self._marks_from = None
        self.release_mouse()
        if self._marking is not None:
            self.post_message(self.Marked(self._marking.text(self.emulator)))

    def finish(self) -> None:
        """Take note that every process of the target has ended."""
        if not self._over:
            self._over = True
            self._retitle()

    def scroll_back(self, lines: int) -> None:
        """Scroll back by `lines`; negative: forward."""
        back = min(max(self._back + lines, 0), len(self.emulator.above))
        if back != self._back:
            self._back = back
            self._retitle()
            self.refresh()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the cursor and how to get out, or neither."""
        super().watch_has_focus(_has_focus)
        self._retitle()
        self.refresh()
        if FOCUS_REPORTS in self.emulator.private_modes:
            self._pty.write(b"\x1b[I" if _has_focus else b"\x1b[O")

    def _wheel(self, event: events.MouseEvent, lines: int, button: int, arrow: str) -> None:
        if self._passed_on(event, button):
            return
        if self.emulator.alternate and self.has_focus:
            key = keys.encode(arrow, None, application=self.emulator.application_cursor)
            self._pty.write(key * abs(lines))
        else:
            self.scroll_back(lines)

    def _passed_on(self, event: events.MouseEvent, button: int | None = None) -> bool:
        """Hand an event of the mouse to the program, if it asks for the mouse; with shift the mouse stays ours."""
        modes = self.emulator.private_modes
        place = event.get_content_offset(self)
        if place is None or event.shift or self._over or self._back or not mouse.wanted(modes):
            return False
        report = mouse.report(
            modes,
            _BUTTONS.get(event.button, mouse.NONE) if button is None else button,
            place.x,
            place.y,
            released=isinstance(event, events.MouseUp),
            moved=isinstance(event, events.MouseMove),
            modifiers=(False, event.meta, event.ctrl),
        )
        if report:
            self._pty.write(report)
        return True

    def _place(self, event: events.MouseEvent) -> Place | None:
        offset = event.get_content_offset(self)
        if offset is None:
            return None
        return self.emulator.scrolled + offset.y - self._back, offset.x

    def _mark(self, marking: Marking | None) -> None:
        if marking != self._marking:
            self._marking = marking
            self.refresh()

    def _send(self, data: bytes) -> None:
        if data:
            self._mark(None)
            self.scroll_back(-self._back)
            self._pty.write(data)

    # --- output ---

    def _take(self, data: bytes) -> None:
        if self.relay is not None:
            self.relay.show(data)
        self.emulator.take(data)

    def _reply(self, data: bytes) -> None:
        """Answer a query of the program, unless the operator's own terminal does."""
        if self.relay is None:
            self._pty.write(data)

    def write(self, data: bytes) -> None:
        """Send the program what was typed."""
        self._pty.write(data)

    def _draw(self) -> None:
        """Draw the lines that have changed."""
        self.unseen = not self.size.area
        screen = self.emulator
        dirty = set(screen.dirty)
        screen.dirty.clear()
        if self._back:
            # stay on the lines that are being read
            new = screen.scrolled - self._seen_scrolled
            self._back = min(self._back + new, len(screen.above))
            dirty = set(range(self.size.height))
        self._seen_scrolled = screen.scrolled
        dirty |= {self._cursor_line, screen.cursor.y}
        self._cursor_line = screen.cursor.y
        if screen.rang:
            screen.rang = False
            if self.relay is None:
                self.app.bell()
        width = self.size.width
        if len(dirty) > self.size.height // 2:
            self.refresh()
        else:
            self.refresh(*[Region(0, y, width, 1) for y in dirty])

    def _hang_up(self) -> None:
        self._retitle()

    def _retitle(self) -> None:
        if not self.open:
            title = "Terminal - closed by the program"
        elif self._over:
            title = "Terminal - the program has ended"
        elif self.has_focus:
            title = "Terminal - keys go to the program, ctrl+] leaves"
        else:
            here, big, over = map(key, ("terminal.focus", "terminal.zoom", "terminal.hand_over"))
            title = f"Terminal - {here} types here, {big} makes it big, {over} hands over"
        self.border_title = f"{title} - {self._back} lines back" if self._back else title
