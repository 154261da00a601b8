"""The panes of the Live screen: which one has the focus, is in front, or fills the screen; and the window too small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from seccomp_tui.screens.moving import Moving
from seccomp_tui.screens.widgets.details import Body, Details
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.queue import Queue
from seccomp_tui.screens.widgets.tabs import Tabs
from seccomp_tui.screens.widgets.terminal import Terminal

LEAST = Size(60, 16)
"""In a smaller window there are no panes."""
PANELS: dict[str, type[Widget]] = {"Details": Body, "History": History, "Terminal": Terminal}
"""What stands below the queue in a narrow window, one at a time, in the order of its tabs."""
NARROW: tuple[type[Widget], ...] = (Queue, *PANELS.values())
WIDE: tuple[type[Widget], ...] = (Queue, History, Body, Terminal)


class Panes(Moving, Screen[None]):
    """Moves the focus between the panes, and keeps it where it was while the window is too small for them.

    Attributes:
        HOME: the pane that the operator comes back to.
        too_small: there are no panes.
        under: what filled the screen before the details did.
    """

    HOME: ClassVar[type[Queue] | type[History]] = Queue

    def __init__(self) -> None:
        super().__init__()
        self.too_small = False
        self.under: Widget | None = None
        self._kept: Widget | None = None

    @property
    def captured(self) -> bool:
        """All keys go to the target; in a window too small to see it, nowhere."""
        return isinstance(self._kept if self.too_small else self.focused, Terminal) and self.app.screen is self

    # --- the window ---

    def on_resize(self, event: events.Resize) -> None:
        """Keep the focus of a pane that is about to be hidden, and give it back."""
        small = event.size.width < LEAST.width or event.size.height < LEAST.height
        if small and not self.too_small:
            self._kept = self.focused
        self.too_small = small
        self.call_after_refresh(self._laid_out)

    def _laid_out(self) -> None:
        """Do what needs the new layout, or tell of it."""
        if not self.too_small and self._kept is not None:
            self._kept.focus()
            self._kept = None

    # --- moving ---

    def do_view_details(self) -> None:
        """Show the details on the whole screen, or what was there before."""
        details = self.query_one(Details)
        if details.has_class("-zoomed"):
            self._zoom(self.under)
            self._focus(self.under or self.query_one(self.HOME))
        else:
            self.under = next(iter(self.query(".-zoomed")), None)
            self._zoom(details)
            self._focus(self.query_one(Body))

    def do_view_zoom(self) -> None:
        """Show the focused pane on the whole screen, or all panes again."""
        pane: Widget | None = self.focused
        self.under = None
        self._zoom(None if self.query(".-zoomed") else self.query_one(Details) if isinstance(pane, Body) else pane)

    def do_view_back(self) -> None:
        """Show what was there before the details; then all panes; then go back to the queue."""
        if self.query_one(Details).has_class("-zoomed") and self.under is not None:
            self.do_view_details()
            return
        if self.query(".-zoomed"):
            self._zoom(None)
        self._focus(self.query_one(self.HOME))

    def do_view_next_pane(self) -> None:
        """Go to the next pane."""
        self._step_pane(1)

    def do_view_previous_pane(self) -> None:
        """Go to the previous pane."""
        self._step_pane(-1)

    def do_view_next_tab(self) -> None:
        """Show the next tab of the details."""
        self._show_panel("Details")
        self.query_one(Details).step_tab(1)

    def do_view_previous_tab(self) -> None:
        """Show the previous tab of the details."""
        self._show_panel("Details")
        self.query_one(Details).step_tab(-1)

    def do_view_follow(self) -> None:
        """Follow the newest call, or stop."""
        history = self.query_one(History)
        history.follow(not history.following)

    def on_tabs_opened(self, event: Tabs.Opened) -> None:
        """Show a clicked panel (narrow windows)."""
        self._focus(self.query_one(PANELS[event.label]))

    def on_queue_opened(self) -> None:
        """Show the details of a double-clicked call."""
        self.do_view_details()

    def on_history_opened(self) -> None:
        """Show the details of a double-clicked call."""
        self.do_view_details()

    def _step_pane(self, step: int) -> None:
        panes = [self.query_one(kind) for kind in self._order() if self.query(kind)]
        index = panes.index(self.focused) if self.focused in panes else -step
        pane = panes[(index + step) % len(panes)]
        self._show(pane)
        self._focus(pane)

    def _show(self, pane: Widget) -> None:
        """Bring a pane to the front, also in place of one that fills the screen."""
        if self.query(".-zoomed"):
            self._zoom(self.query_one(Details) if isinstance(pane, Body) else pane)
        self._reveal(pane)

    def _reveal(self, pane: Widget) -> None:
        for label, kind in PANELS.items():
            if isinstance(pane, kind):
                self._show_panel(label)

    def _order(self) -> Sequence[type[Widget]]:
        """Return the panes as they follow each other on the screen, or in the strip of tabs below the queue."""
        order = NARROW if self.has_class("-narrow") else WIDE
        return [kind for kind in order if kind is not Queue or self.HOME is Queue]

    def _focus(self, pane: Widget) -> None:
        self._reveal(pane)
        if self.too_small:
            self._kept = pane
            self.call_after_refresh(self._laid_out)
        else:
            pane.focus()

    def _show_panel(self, label: str) -> None:
        """Bring a panel to the front, where there is room for one only."""
        body = self.query_one("#body")
        for name in PANELS:
            body.set_class(name == label, f"-show-{name.lower()}")
        self.query_one("#panels", Tabs).open(label)

    def _zoom(self, pane: Widget | None) -> None:
        for zoomed in self.query(".-zoomed"):
            zoomed.remove_class("-zoomed")
        if pane is not None:
            pane.add_class("-zoomed")
        self.query_one("#body").set_class(pane is not None, "-zoom")

    # --- the cursor ---

    def _move(self, where: str) -> None:
        pane = self.focused
        if isinstance(pane, (Queue, History, Body)):
            pane.move(where)
        else:
            self.query_one(self.HOME).move(where)
