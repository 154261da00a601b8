"""The history of all calls: pulled from the recording for the lines in sight only, so it can hold millions."""

from __future__ import annotations

from collections import OrderedDict

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip

from seccomp_tui.policy.answers import State
from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.widgets.lines import LineView, cut, strip, wrap
from seccomp_tui.screens.wording import Part
from seccomp_tui.session.store import Row

PAGE = 64
"""Rows pulled at once."""
PAGES = 32
"""Pages kept."""


class Rows:
    """Rows of the recording by number, with the pages last used kept; pages that can still change are pulled again.

    Args:
        recording: where the rows come from.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._open: set[int] = set()

    def get(self, seq: int) -> Row | None:
        """Return call number `seq`, None when it is not recorded."""
        number, offset = divmod(seq - 1, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pull(number)
        else:
            self._pages.move_to_end(number)
        return page[offset] if offset < len(page) and page[offset].seq == seq else _find(page, seq)

    def renew(self, first: int, last: int) -> bool:
        """Pull the pages of calls `first` .. `last` again that can have changed; return whether one has."""
        changed = False
        for number in range(max(first - 1, 0) // PAGE, max(last - 1, 0) // PAGE + 1):
            if number in self._open:
                before = self._pages.get(number)
                changed |= self._pull(number) != before
        return changed

    def _pull(self, number: int) -> list[Row]:
        page = self._recording.page(number * PAGE + 1, PAGE)
        self._pages[number] = page
        self._pages.move_to_end(number)
        if len(page) < PAGE or any(row.state == State.HELD for row in page):
            self._open.add(number)
        else:
            self._open.discard(number)
        while len(self._pages) > PAGES:
            old, _ = self._pages.popitem(last=False)
            self._open.discard(old)
        return page


class History(LineView, can_focus=True):
    """All calls, one a line: `seq glyph tid name(arguments) = answer`.

    Args:
        recording: where the calls come from.
    """

    class Selected(Message):
        """The operator moved the cursor to a call, or off it (None) by following."""

        def __init__(self, seq: int | None) -> None:
            super().__init__()
            self.seq = seq

    class Opened(Message):
        """The operator double-clicked a call."""

    def __init__(self, recording: Recording, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._recording = recording
        self._rows = Rows(recording)
        self._total = 0
        self.cursor: int | None = None
        self.following = True

    def on_mount(self) -> None:
        """Write the title."""
        self._retitle()

    def pull(self) -> None:
        """See whether there are more calls, and whether those in sight have changed."""
        trouble = self._recording.trouble
        total = self._recording.count()
        top = self.scroll_offset.y
        changed = self._rows.renew(top + 1, min(top + max(self.size.height, 1), max(total, 1)))
        if total != self._total:
            grew_in_sight = self._total < top + self.size.height
            self._total = total
            self.set_line_count(total)
            changed |= grew_in_sight
            self._retitle()
            if self.following:
                self._to_end()
        if changed or trouble != self._recording.trouble:
            self.refresh()

    def row(self, seq: int) -> Row | None:
        """Return the row of call `seq`."""
        return self._rows.get(seq)

    def follow(self, on: bool) -> None:
        """Keep the newest call in sight, or stay."""
        self.following = on
        if on:
            self._to_end()
            self._put_cursor(None)
        self._retitle()

    def move(self, where: str) -> None:
        """Move the cursor: "up", "down", "page_up", "page_down", "first" or "last"."""
        if not self._total:
            return
        if where == "last":
            self.follow(True)
            return
        page = max(self.size.height - 1, 1)
        start = self._total if self.cursor is None else self.cursor
        steps = {"up": -1, "down": 1, "page_up": -page, "page_down": page, "first": -self._total}
        step = 0 if self.cursor is None and where == "up" else steps[where]
        self.following = False
        self._put_cursor(min(max(start + step, 1), self._total))
        self._retitle()

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the view."""
        width = self.scrollable_content_region.width
        seq = y + self.scroll_offset.y + 1
        if not self._total:
            notice = wrap([(f" {self._recording.trouble or 'no calls yet'}", theme.FAINT)], max(width, 1), 1)
            return strip(notice[y] if y < len(notice) else [], width, theme.PANE)
        row = self._rows.get(seq) if seq <= self._total else None
        if row is None:
            return strip([], width, theme.PANE)
        base = theme.PANE
        if seq == self.cursor:
            base += theme.CURSOR if self.has_focus else theme.CURSOR_BLURRED
        return strip(self._parts(row, width), width, base)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked call."""
        seq = event.y - self.gutter.top + self.scroll_offset.y + 1
        if 1 <= seq <= self._total:
            self.following = False
            self._put_cursor(seq)
            self._retitle()
            if event.chain == 2:
                self.post_message(self.Opened())

    def on_mouse_scroll_up(self) -> None:
        """Stop following when the operator scrolls back."""
        if self.max_scroll_y:
            self.following = False
            self._retitle()

    def on_resize(self) -> None:
        """Keep the newest call in sight."""
        if self.following:
            self._to_end()

    def _parts(self, row: Row, width: int) -> list[Part]:
        mark = wording.mark(row.state, row.kind)
        digits = len(str(self._total))
        head: list[Part] = [
            (">" if row.seq == self.cursor else " ", theme.KEY),
            (f"{row.seq:>{digits}} ", theme.FAINT),
            (f"{mark.glyph} ", mark.style),
            (f"{row.tid} ", theme.FAINT),
        ]
        name_style = theme.NAME_STYLE if row.state == State.HELD else theme.BOLD
        inner = wording.arguments(row.name, row.text)
        call: list[Part] = [(row.name, name_style), ("(", theme.FAINT), *wording.coloured(inner), (")", theme.FAINT)]
        result = wording.result(row.state, row.kind, row.value, row.name, row.result) or "held"
        tail_style = mark.style
        room = width - sum(cell_len(text) for text, _ in head) - len(result) - 1
        if room < 24:
            result = result.split(" (")[0]
            room = width - sum(cell_len(text) for text, _ in head) - len(result) - 1
        return [*head, *cut(call, room), (f" {result}", tail_style)]

    def _put_cursor(self, seq: int | None) -> None:
        if seq == self.cursor:
            return
        self.cursor = seq
        if seq is not None:
            top, height = self.scroll_offset.y, max(self.size.height, 1)
            if not top < seq <= top + height:
                self.scroll_to(y=seq - 1 if seq <= top else seq - height, animate=False, force=True)
        self.refresh()
        self.post_message(self.Selected(seq))

    def _to_end(self) -> None:
        self.scroll_to(y=max(self._total - self.size.height, 0), animate=False, force=True)

    def _retitle(self) -> None:
        following = " - following" if self.following else " - F follows"
        self.border_title = f"History ({wording.count(self._total)}){following if self._total else ''}"


def _find(page: list[Row], seq: int) -> Row | None:
    return next((row for row in page if row.seq == seq), None)
