"""What the calls come to: per system call, path, process and address."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from seccomp_tui.policy.expression import ExpressionError, parse
from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.screens import commands, theme, wording
from seccomp_tui.screens.tally import Sums, Wish
from seccomp_tui.screens.views import Viewing, ViewScreen
from seccomp_tui.screens.widgets.grid import Cell, Column, Grid, bar, spark
from seccomp_tui.screens.widgets.tabs import Tabs
from seccomp_tui.session.totals import SLOTTED, Group, Order, Total

BAR = 10
SPARK = 20
WIDE_SPARK = 30
TABLES = {
    "System calls": Group.CALL,
    "Paths": Group.PATH,
    "Processes": Group.PROCESS,
    "Addresses": Group.ADDRESS,
}
_INTERNET = re.compile(r"(\[[0-9a-f:.]+\]|[0-9.]+):(\d+)")
_HEADS = {Group.CALL: "System call", Group.PATH: "Path", Group.PROCESS: "Process", Group.ADDRESS: "Address"}
ORDERS = (Order.CALLS, Order.ERRORS, Order.MADE_UP, Order.TOOK, Order.AVERAGE, Order.HELD, Order.NAME)
"""In the order of the key that sorts."""
_VALUES: dict[Order, Callable[[Total], float]] = {
    Order.CALLS: lambda total: total.calls,
    Order.ERRORS: lambda total: total.errors,
    Order.MADE_UP: lambda total: total.made_up,
    Order.TOOK: lambda total: total.took,
    Order.AVERAGE: lambda total: total.took / total.timed if total.timed else 0,
    Order.HELD: lambda total: total.held,
    Order.NAME: lambda total: total.calls,
}


def columns(group: Group) -> tuple[Column, ...]:
    """Return the columns of a table."""
    return (
        Column(_HEADS[group], sort=Order.NAME),
        Column("Calls", 6, True, Order.CALLS),
        Column("/s", 5, True),
        Column("", BAR, least=100),
        Column("Errors", 7, True, Order.ERRORS),
        Column("By us", 6, True, Order.MADE_UP),
        Column("Time", 8, True, Order.TOOK),
        Column("Average", 8, True, Order.AVERAGE),
        Column("Held", 8, True, Order.HELD),
        Column("Calls over time", SPARK, least=110 if group in SLOTTED else 1 << 20),
    )


class Line(NamedTuple):
    """A line of the table: the sums, and how long its bar is (0 .. 1)."""

    total: Total
    share: float


class Kept(NamedTuple):
    """What was shown: which table, how it was sorted, and the line under the cursor."""

    table: str
    order: Order
    up: bool
    key: str | int | bytes | None


class StatsScreen(ViewScreen):
    """Shows the sums; enter shows the calls in the history."""

    NAME = "view.stats"
    OF = commands.IN_STATS
    BINDINGS = commands.bindings(commands.IN_STATS)
    AUTO_FOCUS = "#sums"

    def __init__(self, base: Viewing) -> None:
        super().__init__(base)
        kept = base.kept.get(self.NAME)
        self._kept = kept if isinstance(kept, Kept) else Kept("System calls", Order.CALLS, False, None)
        self._group, self._order, self._up = TABLES[self._kept.table], self._kept.order, self._kept.up
        self._rates: dict[object, float] = {}
        self._names: dict[int, str] = {}
        self._version = -1

    def compose_body(self) -> Iterable[Widget]:
        """Make the tabs, the line of all sums, and the table."""
        yield Tabs(list(TABLES), id="tables")
        yield Static(id="whole")
        yield Grid[Line](columns(self._group), lambda line: line.total.key, self._cells, id="sums")

    def on_screen_resume(self) -> None:
        """Have the sums made, as they were shown last."""
        self.query_one(Tabs).open(self._kept.table)
        self.query_one(Grid).seek(self._kept.key)
        self._want()

    def on_screen_suspend(self) -> None:
        """Have them made no more, and note what was shown."""
        line: Line | None = self.query_one(Grid).chosen
        key = line.total.key if line is not None else None
        self.base.kept[self.NAME] = self._kept = Kept(self.query_one(Tabs).opened, self._order, self._up, key)
        self.base.tally.want(self, None)

    def _want(self) -> None:
        self.base.tally.want(self, Wish(self._group, self._order, self._up, programs=self._group is Group.PROCESS))

    # --- drawing ---

    def renew(self) -> None:
        """Show what is new."""
        super().renew()
        tally = self.base.tally
        if tally.version != self._version or tally.trouble:
            self._version = tally.version
            self._show()

    def on_resize(self) -> None:
        """Write the line of all sums anew."""
        self._show()

    def _show(self) -> None:
        if not self.query(Grid):
            return
        sums, grid = self.base.tally.sums, self.query_one(Grid)
        order = self._order, self._up
        if sums is None or (sums.wish.group, sums.wish.order, sums.wish.up) != (self._group, *order):
            if self.base.tally.trouble or sums is None or sums.wish.group != self._group:
                grid.show([], self.base.tally.trouble or "adding up ...")
            return
        self._rates = sums.rates
        self._names = {program.pid: program.comm for program in sums.programs}
        value = _VALUES[self._order]
        most = max((value(total) for total in sums.totals), default=0)
        lines = [Line(total, value(total) / most if most > 0 else 0.0) for total in sums.totals]
        grid.show(lines, _nothing(self._group), order=order)
        self.query_one("#whole", Static).update(self._whole(sums))

    def _whole(self, sums: Sums) -> Content:
        whole = sums.whole
        parts = [f"{wording.count(whole.calls)} calls in {wording.seconds(sums.seconds)}"]
        if rate := sums.rates.get("", 0.0):
            parts.append(f"{wording.count(round(rate))}/s")
        if whole.errors:
            parts.append(f"{wording.count(whole.errors)} failed")
        if whole.made_up:
            parts.append(f"{wording.count(whole.made_up)} by us")
        if whole.timed:
            parts.append(f"{wording.duration(whole.took)} in calls")
        if whole.held:
            parts.append(f"{wording.duration(whole.held)} held")
        if sums.taken < sums.there:
            parts.insert(0, f"adding up: {sums.taken * 100 // max(sums.there, 1)} %")
        while len(parts) > 1 and len("  ".join(parts)) > self.size.width - 2:
            parts.pop()
        text = "  ".join(parts)
        room = min(self.size.width - len(text) - 4, WIDE_SPARK)
        drawn = spark(whole.slots, room) if room >= 8 else ""
        return Content.assemble((f" {text}  ", "bold"), (drawn, "$primary"))

    def _cells(self, line: Line) -> Sequence[Cell]:
        total = line.total
        rate = self._rates.get(total.key, 0.0)
        average = total.took / total.timed if total.timed else 0.0
        return (
            (self._label(total.key), theme.NAME_STYLE),
            wording.count(total.calls),
            (wording.count(round(rate)) if rate >= 0.5 else "", theme.FAINT),
            (bar(line.share, BAR), theme.ALLOWED),
            (wording.count(total.errors), theme.FAILED) if total.errors else "",
            (wording.count(total.made_up), theme.RETURNED) if total.made_up else "",
            wording.duration(total.took) if total.timed else "",
            wording.duration(round(average)) if total.timed else "",
            (wording.duration(total.held), theme.HELD) if total.held else "",
            (spark(total.slots, SPARK), theme.ALLOWED),
        )

    def _label(self, key: str | int | bytes) -> str:
        if isinstance(key, int):
            return f"{key} {wording.clean(os.fsencode(self._names.get(key, '')))}"
        return wording.clean(key if isinstance(key, bytes) else os.fsencode(key)) or '""'

    # --- the commands ---

    def can(self, name: str) -> bool | None:
        """Return whether a command works now."""
        if name == "stats.show" and self.query(Grid) and self.query_one(Grid).chosen is None:
            return None
        return super().can(name)

    def on_grid_opened(self) -> None:
        """Show the clicked calls."""
        self.run_command("stats.show")

    def on_grid_sorted(self, event: Grid.Sorted) -> None:
        """Sort by a clicked head; the other way round at the second click."""
        assert isinstance(event.by, Order)
        self._sort(event.by, not self._up if event.by is self._order else event.by is Order.NAME)

    def on_tabs_opened(self, event: Tabs.Opened) -> None:
        """Show a clicked table."""
        self._open(event.label)

    def do_stats_show(self) -> None:
        """Show the calls in the history."""
        line: Line | None = self.query_one(Grid).chosen
        if line is not None:
            self.base.filter_history(expression(self._group, line.total.key), self.NAME)

    def do_stats_next(self) -> None:
        """Show the next table."""
        self._step(1)

    def do_stats_previous(self) -> None:
        """Show the table before."""
        self._step(-1)

    def do_stats_sort(self) -> None:
        """Sort by the next column."""
        order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self._sort(order, order is Order.NAME)

    def do_stats_reverse(self) -> None:
        """Sort the other way round."""
        self._sort(self._order, not self._up)

    def _sort(self, order: Order, up: bool) -> None:
        self._order, self._up = order, up
        self.query_one(Grid).first()
        self._want()

    def _step(self, step: int) -> None:
        labels = list(TABLES)
        at = labels.index(self.query_one(Tabs).opened)
        self._open(labels[(at + step) % len(labels)])

    def _open(self, label: str) -> None:
        self.query_one(Tabs).open(label)
        self._group = TABLES[label]
        grid = self.query_one(Grid)
        grid.columns = list(columns(self._group))
        grid.first()
        self._want()
        self._show()


def expression(group: Group, key: str | int | bytes) -> str:
    """Return what is true of the calls of a line."""
    if group is Group.PROCESS:
        return f"pid == {key!r}"
    data = key if isinstance(key, bytes) else os.fsencode(str(key))
    text = os.fsdecode(data)
    if group is Group.PATH:
        return f"path == {quoted(data)}"
    if group is Group.CALL:
        try:
            parse(text)
        except ExpressionError:  # a number without a name
            return f"text has {quoted(data + b'(')}"
        return text
    if internet := _INTERNET.fullmatch(text):
        host, port = internet.groups()
        return f'addr == "{host.strip("[]")}" and port == {port}'
    return f'addr == "{text}"'  # it stands there escaped already


def _nothing(group: Group) -> str:
    return {
        Group.PATH: "no call has named a path",
        Group.ADDRESS: "no call has named a socket address",
    }.get(group, "no calls yet")
