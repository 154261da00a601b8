"""The details of one call: a heading, and tabs for its arguments, memory and process, for its answers, and more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from seccomp_tui.screens import manual, theme
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets import content, doc, process, raw, safety
from seccomp_tui.screens.widgets.body import Body as Body
from seccomp_tui.screens.widgets.lines import Lines
from seccomp_tui.screens.widgets.tabs import Tabs
from seccomp_tui.syscalls import explanations
from seccomp_tui.syscalls.explanations import Explanation

TABS = ("Args", "Memory", "Process", "Safety", "Doc", "Raw")
PROSE = 100
"""Sentences are read in lines of so many cells at most."""
PAGES = 16
"""So many manual pages are kept."""

Page = tuple[str, str, int]
"""A manual page's name, its section, and the width it is formatted for."""


class Details(Vertical):
    """Shows one call at a time.

    Args:
        waited: returns how long a call of this number has been waiting in seconds, None when it is not held.
        record: returns a call's JSON object, a key a line; empty while it is not recorded.
    """

    class TabOpened(Message):
        """Another tab came to the front."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(
        self,
        waited: Callable[[int], float | None],
        record: Callable[[Subject], str] = lambda subject: "",
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._record = record
        self._waited = waited
        self.subject: Subject | None = None
        self.tab = TABS[0]
        self._hint: list[content.Line] = []
        self._pages: dict[Page, list[str]] = {}
        self._asked_page: Page | None = None

    def compose(self) -> ComposeResult:
        """Make the parts."""
        yield Lines(classes="heading")
        yield Tabs(TABS, id="detail-tabs")
        yield Body(id="detail-body")
        yield Lines(classes="foot")

    def show(self, subject: Subject | None, hint: list[content.Line]) -> None:
        """Show a call, or the hint when there is none."""
        if subject is None and self.subject is None and hint == self._hint:
            return
        same = subject is not None and self.subject is not None and subject.seq == self.subject.seq
        self.subject, self._hint = subject, hint
        title = f"{subject.name} #{subject.seq}" if subject else "Details"
        if title != self.border_title:
            self.border_title = title
        self._fill(keep=same)

    def open_tab(self, tab: str) -> None:
        """Bring a tab to the front."""
        if tab != self.tab:
            self.tab = tab
            self.query_one(Tabs).open(tab)
            self._fill(keep=False)
            self.post_message(self.TabOpened(tab))

    def step_tab(self, step: int) -> None:
        """Bring the next (1) or previous (-1) tab to the front."""
        self.open_tab(TABS[(TABS.index(self.tab) + step) % len(TABS)])

    def tick(self) -> None:
        """Draw the waiting time anew."""
        if self.subject is not None and self._waited(self.subject.seq) is not None:
            self._fill_heading()

    @property
    def editing(self) -> bool:
        """Bytes are being typed."""
        return bool(self.children) and self.query_one(Body).editing

    def move(self, where: str) -> None:
        """Scroll the open tab."""
        self.query_one(Body).move(where)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._fill(keep=True)

    def on_tabs_opened(self, event: Tabs.Opened) -> None:
        """Follow a click on a tab."""
        event.stop()
        self.open_tab(event.label)

    def on_click(self, event: events.Click) -> None:
        """Take the focus."""
        self.query_one(Body).focus()

    def _fill(self, *, keep: bool) -> None:
        if not self.is_mounted or not self.children:
            return
        self._fill_heading()
        body = self.query_one(Body)
        memory = self.subject is not None and self.tab == "Memory"
        self.query_one(".foot", Lines).display = memory
        if memory and self.subject is not None:
            body.show_memory(self.subject, held=self._waited(self.subject.seq) is not None, keep=keep)
        else:
            body.show_lines(self._lines(), keep=keep)

    def on_body_moved(self) -> None:
        """Say what is under the cursor."""
        foot = self.query_one(".foot", Lines)
        lines = self.query_one(Body).foot(max(foot.size.width or self.size.width, 20))
        foot.show(len(lines), lines.__getitem__)

    def _fill_heading(self) -> None:
        lines: list[content.Line] = []
        if self.subject is not None:
            lines = content.heading(self.subject, self._waited(self.subject.seq), self.size.width)
        else:
            lines = [[(" no call under the cursor", theme.FAINT)], []]
        heading = self.query_one(".heading", Lines)
        if heading.styles.height is None or heading.styles.height.value != len(lines):
            heading.styles.height = len(lines)
        heading.show(len(lines), lines.__getitem__, keep=True)

    def _lines(self) -> Sequence[content.Line]:
        width = self.query_one(Body).scrollable_content_region.width
        if self.subject is None:
            return self._hint
        if self.tab == "Process":
            return process.lines(self.subject, width, waiting=self._waited(self.subject.seq) is not None)
        if self.tab == "Raw":
            return raw.lines(self.subject, self._record(self.subject), width)
        if self.tab == "Safety":
            return safety.lines(self.subject, min(width, PROSE))
        if self.tab == "Doc":
            told = explanations.explain(self.subject.name)
            return doc.lines(self.subject, told, self._page(told), min(width, PROSE))
        return content.arguments(self.subject, width)

    def _page(self, told: Explanation | None) -> list[str] | None:
        """Return a manual page's lines: for another width while it is formatted anew, None while it is first read."""
        if told is None or not told.page:
            return []
        width = min(self.query_one(Body).size.width, PROSE) - 2  # a margin, and the scroll bar that a page brings
        page = (told.page, told.section, width)
        if page in self._pages:
            return self._pages[page]
        if page != self._asked_page:
            self._asked_page = page
            self.run_worker(self._load(page), group="manual", exclusive=True)
        return next((lines for known, lines in reversed(self._pages.items()) if known[:2] == page[:2]), None)

    async def _load(self, page: Page) -> None:
        lines = await manual.load(*page)
        while len(self._pages) >= PAGES:
            self._pages.pop(next(iter(self._pages)))
        self._pages[page] = lines
        self._asked_page = None
        if self.tab == "Doc":
            self._fill(keep=True)
