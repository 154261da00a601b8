"""The pane with the target's terminal."""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from seccomp_tui.screens import theme
from seccomp_tui.screens.widgets import emulator, keys
from seccomp_tui.screens.widgets.emulator import Emulator
from seccomp_tui.screens.widgets.pty import Pty

LEAVE = "ctrl+right_square_bracket"
WHEEL_LINES = 3
FIRST_SIZE = (80, 24)


class Terminal(Widget, can_focus=True):
    """Shows what the target writes; with the focus, all keys but one go to the target.

    Args:
        fd: the pty master.
    """

    class Left(Message):
        """The operator pressed the key that leaves the terminal."""

    def __init__(self, fd: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pty = Pty(fd, self._take, self._draw, self._hang_up)
        self.emulator = Emulator(*FIRST_SIZE, self._pty.write)
        self.unseen = False
        self._over = False
        self._back = 0
        self._cursor_line = 0
        self._seen_scrolled = 0

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
        if columns < 1 or lines < 1 or (columns, lines) == (screen.columns, screen.lines):
            if columns > 0 and lines > 0:
                self._pty.resize(columns, lines)
            return
        # pyte drops lines from the top, whether they are empty or not: keep the cursor's line in sight instead
        surplus = screen.lines - lines
        if surplus > 0 and screen.cursor.y < lines:
            for y in [y for y in screen.buffer if y >= lines]:
                del screen.buffer[y]
            screen.lines = lines
            screen.dirty.update(range(lines))
        screen.resize(lines, columns)
        screen.tabstops = set(range(8, columns, 8))
        screen.ensure_hbounds()
        screen.ensure_vbounds()
        self._pty.resize(columns, lines)
        self.refresh()

    def on_resize(self) -> None:
        """Follow the pane's size."""
        self.unseen = self.unseen and not self.size.area
        self.set_size(self.size.width, self.size.height)

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the pane."""
        screen = self.emulator
        cursor = None
        if self.has_focus and not self._back and y == screen.cursor.y and not screen.cursor.hidden:
            cursor = min(screen.cursor.x, screen.columns - 1)
        row = screen.row(y - self._back)
        made = emulator.segments(row, screen.columns, cursor, screen.default_char, theme.PANE)
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
        """Scroll back; a full-screen program gets arrow keys instead."""
        event.stop()
        self._wheel(WHEEL_LINES, "up")

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll forward."""
        event.stop()
        self._wheel(-WHEEL_LINES, "down")

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

    def _wheel(self, lines: int, arrow: str) -> None:
        if self.emulator.alternate and self.has_focus:
            key = keys.encode(arrow, None, application=self.emulator.application_cursor)
            self._pty.write(key * abs(lines))
        else:
            self.scroll_back(lines)

    def _send(self, data: bytes) -> None:
        if data:
            self.scroll_back(-self._back)
            self._pty.write(data)

    # --- output ---

    def _take(self, data: bytes) -> None:
        self.emulator.take(data)

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
            title = "Terminal - t types here"
        self.border_title = f"{title} - {self._back} lines back" if self._back else title
