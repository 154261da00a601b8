"""The queue of held calls, oldest first. The cursor is on a call, not on a line: new calls never move it."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip

from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.commands import key
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.widgets.lines import LineView, cut, strip
from seccomp_tui.screens.wording import Part
from seccomp_tui.supervisor.wire import Held

WHO_FROM = 60
"""Width from which the program's name is shown; below, only numbers, and only while there are several threads."""
AGE_WIDTH = 10


class Queue(LineView, can_focus=True):
    """Held calls, one a line: `> seq ! name arguments  comm[tid]  age`; `*` behind `>`: it is marked.

    Args:
        text: returns the name and the arguments of a held call.
        model: knows how long each has been waiting, and whose answer could not be given.
    """

    class Selected(Message):
        """The operator moved the cursor to another call."""

        def __init__(self, seq: int) -> None:
            super().__init__()
            self.seq = seq

    class Opened(Message):
        """The operator double-clicked a call."""

    def __init__(self, text: Callable[[Held], tuple[str, str]], model: Model, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = text
        self._model = model
        self._calls: list[Held] = []
        self._notice: list[list[Part]] = []
        self._marked: set[int] = set()
        self._several = False
        self.selected: int | None = None
        self.border_title = "Held"

    def show(self, calls: list[Held], selected: int | None, notice: list[list[Part]]) -> None:
        """Show these calls, with the cursor on call `selected`; `notice` is shown when there are none."""
        marked = set(self._model.marked)
        same = (calls, selected, notice, marked) == (self._calls, self.selected, self._notice, self._marked)
        if same:
            return
        self._marked = marked
        moved = selected != self.selected
        self._calls, self.selected, self._notice = calls, selected, notice
        self._several = len({call.tid for call in calls}) > 1
        title = f"Held ({len(calls)})" if calls else "Held"
        if marked:
            title += f", {len(marked)} marked *: answers go to these, {key('view.back')} unmarks"
        if title != self.border_title:
            self.border_title = title
        self.set_line_count(len(calls))
        if moved:
            self._scroll_to_selected()
        self.refresh()

    def tick(self) -> None:
        """Draw the ages anew."""
        if self._calls:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the view."""
        width = self.scrollable_content_region.width
        if not self._calls:
            return strip(self._notice[y] if y < len(self._notice) else [], width, theme.PANE)
        number = y + self.scroll_offset.y
        if number >= len(self._calls):
            return strip([], width, theme.PANE)
        call = self._calls[number]
        base = theme.PANE
        if call.seq == self.selected:
            base += theme.CURSOR if self.has_focus else theme.CURSOR_BLURRED
        return strip(self._parts(call, width), width, base)

    def move(self, where: str) -> None:
        """Move the cursor: "up", "down", "page_up", "page_down", "first" or "last"."""
        if not self._calls:
            return
        page = max(self.size.height - 1, 1)
        last = len(self._calls) - 1
        index = self._index()
        steps = {"up": -1, "down": 1, "page_up": -page, "page_down": page, "first": -last, "last": last}
        self._select(min(max(index + steps[where], 0), last))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked call; a click never answers."""
        number = event.y - self.gutter.top + self.scroll_offset.y
        if 0 <= number < len(self._calls):
            self._select(number)
            if event.chain == 2:
                self.post_message(self.Opened())

    def _select(self, index: int) -> None:
        seq = self._calls[index].seq
        if seq != self.selected:
            self.selected = seq
            self._scroll_to_selected()
            self.refresh()
            self.post_message(self.Selected(seq))

    def _index(self) -> int:
        return next((index for index, call in enumerate(self._calls) if call.seq == self.selected), 0)

    def _scroll_to_selected(self) -> None:
        index, top, height = self._index(), self.scroll_offset.y, max(self.size.height, 1)
        if not top <= index < top + height:
            self.scroll_to(y=index if index < top else index - height + 1, animate=False, force=True)

    def _parts(self, call: Held, width: int) -> list[Part]:
        name, arguments = self._text(call)
        age, age_style = wording.age(self._model.waited(call))
        who = f"[{call.tid}]" if self._several else ""
        if width >= WHO_FROM:
            who = f"{wording.clean(call.comm)}[{call.tid}]" if call.tid else "not visible from here"
        if call.container:
            who = f"{wording.clean(call.container.encode())} {who}".rstrip()
        mark = wording.UNGIVEN if call.seq in self._model.failed else wording.HELD
        digits = len(str(self._calls[-1].seq))
        head: list[Part] = [
            (">" if call.seq == self.selected else " ", theme.KEY),
            ("*" if call.seq in self._marked else " ", theme.KEY),
            (f"{call.seq:>{digits}} ", theme.FAINT),
            (f"{mark.glyph} ", mark.style),
            (name, theme.NAME_STYLE),
            (" ", theme.PLAIN),
        ]
        tail: list[Part] = [(f"  {who}", theme.FAINT)] if who else []
        tail.append((f" {age:>{AGE_WIDTH}}", age_style))
        room = width - sum(cell_len(text) for text, _ in head + tail)
        inner = cut(wording.coloured(arguments), room)
        gap = room - sum(len(text) for text, _ in inner)
        return [*head, *inner, (" " * max(gap, 0), theme.PLAIN), *tail]
