"""Two calls, compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content

from seccomp_tui.screens import comparing, theme
from seccomp_tui.screens.dialogs.page import Page, PageDialog
from seccomp_tui.screens.subject import Subject

Find = Callable[[int, bool], Awaitable[Subject | None]]
"""Finds the next call of the same name after a number (True), or before it."""


FRAME = 4
"""Lines of the dialog beside the rows."""


class CompareDialog(PageDialog):
    """Shows a call beside another one, at first the one before it.

    Args:
        subject: the call.
        other: the one it is compared with; None: look for it.
        find: finds others.
    """

    BINDINGS = [
        Binding("left_square_bracket", "other(False)", show=False),
        Binding("right_square_bracket", "other(True)", show=False),
        Binding("D", "cancel", show=False),
    ]

    def __init__(self, subject: Subject, other: Subject | None, find: Find) -> None:
        super().__init__(f"{subject.name} #{subject.seq} and another one")
        self._subject = subject
        self._other = other
        self._find = find
        self._trouble = "" if other is not None else "looking ..."

    def compose_body(self) -> ComposeResult:
        """Make the page."""
        yield Page()

    def hint(self) -> str:
        """Return the keys."""
        return "[ an earlier one   ] a later one   up/down scroll   *memory   esc close"

    def on_mount(self) -> None:
        """Look for the call to compare with."""
        if self._other is None:
            self.action_other(False)

    def on_resize(self) -> None:
        """Write the lines anew."""
        self._renew()

    def action_other(self, later: bool) -> None:
        """Compare with an earlier or a later call of the same name."""
        start = self._other.seq if self._other is not None else self._subject.seq
        self.run_worker(self._look(start, later), group="compare", exclusive=True)

    async def _look(self, start: int, later: bool) -> None:
        found = await self._find(start, later)
        if found is not None and found.seq == self._subject.seq:
            found = await self._find(found.seq, later)
        if found is None:
            self._trouble = f"no {'later' if later else 'earlier'} {self._subject.name} is recorded"
        else:
            self._other, self._trouble = found, ""
        self._renew()

    def _renew(self) -> None:
        if not self.is_mounted or not self.query(Page):
            return
        page, frame = self.query_one(Page), self.query_one(".dialog")
        if self._other is None:
            page.show(1, lambda _: [(f" {self._trouble}", theme.FAINT)])
            return
        first, second = sorted((self._other, self._subject), key=lambda each: each.seq)
        compared = comparing.rows(first, second)
        made = comparing.lines(first, second, compared, page.scrollable_content_region.width or 70)
        names = [f"{first.name}: #{first.seq}", f"{second.name} #{second.seq}".removeprefix(f"{first.name} ")]
        frame.border_title = Content(" and ".join(names))
        frame.border_subtitle = Content(self._trouble or comparing.summary(compared))
        frame.styles.height = len(made) + FRAME
        page.show(len(made), made.__getitem__, keep=True)
