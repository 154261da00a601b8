"""The history of all calls: pulled from the recording for the lines in sight only, so it can hold millions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Set
from typing import Protocol

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from seccomp_tui.policy.answers import State
from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.commands import key
from seccomp_tui.screens.matches import Matches
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.widgets.lines import LineView, cut, strip, wrap
from seccomp_tui.screens.wording import Part
from seccomp_tui.session.store import Row

PAGE = 64
"""Rows pulled at once."""
PAGES = 32
"""Pages kept."""


class Source(Protocol):
    """A history: the recording, or the calls of it that match. Positions count from 1."""

    def count(self) -> int:
        """Return how many calls there are."""
        ...

    def page(self, first: int, size: int, /) -> list[Row]:
        """Return the calls at the positions `first` and following, at most `size`."""
        ...

    def seq(self, position: int, /) -> int:
        """Return the number of the call at a position."""
        ...

    def position(self, seq: int, /) -> int:
        """Return the position of call number `seq`, or of the next one."""
        ...


class Rows:
    """Rows of a history by position, with the pages last used kept; pages that can still change are pulled again.

    Args:
        source: where the rows come from.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._open: set[int] = set()

    def get(self, position: int) -> Row | None:
        """Return the call at a position, None when it is not recorded."""
        number, offset = divmod(position - 1, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pull(number)
        else:
            self._pages.move_to_end(number)
        seq = self._source.seq(position)
        return page[offset] if offset < len(page) and page[offset].seq == seq else _find(page, seq)

    def renew(self, first: int, last: int) -> bool:
        """Pull the pages of positions `first` .. `last` again that can have changed; return whether one has."""
        changed = False
        for number in range(max(first - 1, 0) // PAGE, max(last - 1, 0) // PAGE + 1):
            if number in self._open:
                before = self._pages.get(number)
                changed |= self._pull(number) != before
        return changed

    def _pull(self, number: int) -> list[Row]:
        page = self._source.page(number * PAGE + 1, PAGE)
        self._pages[number] = page
        self._pages.move_to_end(number)
        if len(page) < PAGE or any(row.unfinished for row in page):
            self._open.add(number)
        else:
            self._open.discard(number)
        while len(self._pages) > PAGES:
            old, _ = self._pages.popitem(last=False)
            self._open.discard(old)
        return page


class History(LineView, can_focus=True):
    """All calls, one a line: `seq glyph tid name(arguments) = answer`; `*` behind `seq`: it is marked.

    Args:
        recording: where the calls come from.
        marks: the calls that are marked; may change.
    """

    class Selected(Message):
        """The cursor has moved to a call, or off it (None) by following; `asked`: the operator moved it just now."""

        def __init__(self, seq: int | None, asked: bool) -> None:
            super().__init__()
            self.seq = seq
            self.asked = asked

    class Opened(Message):
        """The operator double-clicked a call."""

    def __init__(self, recording: Recording, marks: Set[int] = frozenset(), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._recording = recording
        self._marks = marks
        self._marked: frozenset[int] = frozenset()
        self._source: Source = recording
        self._rows = Rows(recording)
        self._version = 0
        self._total = 0
        self.cursor: int | None = None
        self.following = True
        self._sought: int | None = None
        self._known = True
        self._title = ""
        self._note = ""

    def note(self, words: str) -> None:
        """Write something behind the title."""
        if words != self._note:
            self._note = words
            self._retitle()

    def on_mount(self) -> None:
        """Write the title."""
        self._retitle()

    def on_unmount(self) -> None:
        """Look for nothing more."""
        if self.matches is not None:
            self.matches.close()

    def pull(self) -> None:
        """See whether there are more calls, and whether those in sight have changed."""
        trouble = self._recording.trouble
        self._known = self.matches is None or self.matches.done  # before it is asked how many there are
        total = self._source.count()
        top = self.scroll_offset.y
        if self.matches is not None and self.matches.version != self._version:
            self._version, self._rows = self.matches.version, Rows(self.matches)
            self.refresh()
        changed = self._rows.renew(top + 1, min(top + max(self.size.height, 1), max(total, 1)))
        if total != self._total:
            grew_in_sight = self._total < top + self.size.height
            self._total = total
            self.set_line_count(total)
            changed |= grew_in_sight
            self._retitle()
            if self.following:
                self._to_end()
        self._place()
        if self.matches is not None:
            self._retitle()
        self.show_marks()
        if changed or trouble != self._recording.trouble:
            self.refresh()

    @property
    def matches(self) -> Matches | None:
        """What is shown when it is not all calls."""
        return self._source if isinstance(self._source, Matches) else None

    def show_marks(self) -> None:
        """Draw the marks anew if they have changed."""
        if self._marks != self._marked:
            self._marked = frozenset(self._marks)
            self._retitle()
            self.refresh()

    def has(self, seq: int) -> bool:
        """Tell whether call number `seq` is among those shown."""
        return 0 < seq <= self.last and self._source.seq(self._source.position(seq)) == seq

    @property
    def last(self) -> int:
        """The number of the last call that is shown, 0 when there is none."""
        return self._source.seq(self._total) if self._total > 0 else 0

    def shows(self, seq: int) -> bool:
        """Tell whether the cursor is on call number `seq`, in sight."""
        line = self._source.position(seq) - 1 - self.scroll_offset.y
        return seq == self.cursor and 0 <= line < self.size.height

    def show_only(self, matches: Matches | None) -> None:
        """Show only these calls, or all again; the cursor stays at its call, or goes to the next one shown."""
        if self.matches is not None:
            self.matches.close()
        self._source = matches or self._recording
        self._rows, self._version, self._total = Rows(self._source), 0, -1
        self._sought = self.cursor
        self.pull()
        self._retitle()
        self.refresh()

    def _place(self) -> None:
        """Put the cursor where it was before other calls were shown, once it is known what is there now."""
        seq = self._sought
        if seq is not None and (self._known or self.last >= seq):
            self._sought = None
            if not self.following:
                self.go_to(seq, asked=False)

    def go_to(self, seq: int, *, asked: bool = True) -> None:
        """Put the cursor on call number `seq`, or on the next one shown."""
        self.following, self._sought = False, None
        if self._total > 0:
            self._put_cursor(self._source.seq(min(max(self._source.position(seq), 1), self._total)), asked=asked)
        self._retitle()

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
        start = self._total if self.cursor is None else self._source.position(self.cursor)
        steps = {"up": -1, "down": 1, "page_up": -page, "page_down": page, "first": -self._total}
        step = 0 if self.cursor is None and where == "up" else steps[where]
        self.following = False
        self._put_cursor(self._source.seq(min(max(start + step, 1), self._total)))
        self._retitle()

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the view."""
        width = self.scrollable_content_region.width
        position = y + self.scroll_offset.y + 1
        if self._total <= 0:
            notice = wrap([(f" {self._nothing()}", theme.FAINT)], max(width, 1), 1)
            return strip(notice[y] if y < len(notice) else [], width, theme.PANE)
        row = self._rows.get(position) if position <= self._total else None
        if row is None:
            return strip([], width, theme.PANE)
        base = theme.PANE
        if row.seq == self.cursor:
            base += theme.CURSOR if self.has_focus else theme.CURSOR_BLURRED
        return strip(self._parts(row, width), width, base)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked call."""
        position = event.y - self.gutter.top + self.scroll_offset.y + 1
        if 1 <= position <= self._total:
            self.following = False
            self._put_cursor(self._source.seq(position))
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
        self._retitle()
        if self.following:
            self._to_end()

    def _parts(self, row: Row, width: int) -> list[Part]:
        mark = wording.mark(row.state, row.kind)
        digits = len(str(self.last))
        head: list[Part] = [
            (">" if row.seq == self.cursor else " ", theme.KEY),
            (f"{row.seq:>{digits}}", theme.FAINT),
            ("*" if row.seq in self._marked else " ", theme.KEY),
            (f"{mark.glyph} ", mark.style),
            (f"{row.tid} ", theme.FAINT),
        ]
        name_style = theme.NAME_STYLE if row.state == State.HELD else theme.BOLD
        inner = wording.arguments(row.name, row.text)
        call: list[Part] = [(row.name, name_style), ("(", theme.FAINT), *wording.coloured(inner), (")", theme.FAINT)]
        result = wording.outcome(row)
        tail_style = theme.FAILED if row.failed else mark.style
        room = width - sum(cell_len(text) for text, _ in head) - len(result) - 1
        if room < 24 or (result.startswith("= -1 ") and room < sum(len(text) for text, _ in call)):
            result = wording.shortened(result, very=room < 24)
            room = width - sum(cell_len(text) for text, _ in head) - len(result) - 1
        return [*head, *cut(call, room), (f" {result}", tail_style)]

    def _put_cursor(self, seq: int | None, *, asked: bool = True) -> None:
        if seq is not None:
            top, height, at = self.scroll_offset.y, max(self.size.height, 1), self._source.position(seq)
            if not top < at <= top + height:
                self.scroll_to(y=at - 1 if at <= top else at - height, animate=False, force=True, immediate=True)
        if seq == self.cursor:
            return
        self.cursor = seq
        self.refresh()
        self.post_message(self.Selected(seq, asked))

    def _to_end(self) -> None:
        self.scroll_to(y=max(self._total - self.size.height, 0), animate=False, force=True, immediate=True)

    def _retitle(self) -> None:
        following = " - following" if self.following else f" - {key('view.follow')} follows"
        count = wording.count(max(self._total, 0))
        if self.matches is None:
            title = f"History ({count}){following if self._total > 0 else ''}"
        else:
            looking = "" if self._known else ", looking ..."
            title = f"History ({count} of {wording.count(self._recording.count())}{looking}): {self.matches.text}"
        if self._marked:
            title = f"{title} - {len(self._marked)} marked *"
        title = f"{title} - {self._note}" if self._note else title
        room = self.size.width - 4
        title = title if len(title) < room or room < 0 else f"{title[: max(room - 1, 8)]}…"
        if title != self._title:
            self._title = title
            self.border_title = Content(title)

    def _nothing(self) -> str:
        """Return what stands there when there is no call to show."""
        if self.matches is None:
            return self._recording.trouble or ("no calls yet" if self._recording.growing else "no call was recorded")
        if self.matches.trouble:
            return self.matches.trouble
        return f"no call matches: {self.matches.text}" if self._known else "looking ..."


def _find(page: list[Row], seq: int) -> Row | None:
    return next((row for row in page if row.seq == seq), None)
