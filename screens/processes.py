"""The processes as a tree: what each does, how its calls go, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.widget import Widget

from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.screens import commands, theme, wording
from seccomp_tui.screens.grouping import grouped, is_head, members
from seccomp_tui.screens.tally import Sums, Wish
from seccomp_tui.screens.views import Viewing, ViewScreen
from seccomp_tui.screens.widgets.grid import Cell, Column, Grid, spark
from seccomp_tui.screens.wording import Part
from seccomp_tui.session.totals import Group, Order, Program, Thread, Total
from seccomp_tui.supervisor.records import ContainerSeen
from seccomp_tui.supervisor.wire import FromSupervisor, Held, ProcessStates

ASK = 1.0
"""Seconds between questions to the supervisor."""
MOST = 2000
"""So many processes are asked about at once."""
SPARK = 16
COLUMNS = (
    Column("Process"),
    Column("State", 18),
    Column("Thr", 3, right=True),
    Column("Held", 4, right=True),
    Column("Calls", 5, right=True),
    Column("/s", 5, right=True),
    Column("Errors", 6, right=True),
    Column("Time", 8, right=True, least=100),
    Column("Calls over time", SPARK, least=100),
    Column("File", 24, least=150),
)
_WORDS = {"R": "running", "S": "sleeping", "D": "in the kernel", "T": "stopped", "t": "traced", "I": "idle"}
_NOTHING = Total("", 0, 0, 0, 0, 0, 0)


class Node(NamedTuple):
    """A line of the tree.

    Attributes:
        program: a process.
        branch: the lines of the tree in front of it.
        thread: a thread of the process, None for the process itself.
    """

    program: Program
    branch: str
    thread: Thread | None = None

    @property
    def tid(self) -> int:
        """The number of the thread, or of the process."""
        return self.program.pid if self.thread is None else self.thread.tid


class ProcessesScreen(ViewScreen):
    """Shows the processes; enter shows one's calls in the history."""

    NAME = "view.processes"
    OF = commands.IN_PROCESSES
    BINDINGS = commands.bindings(commands.IN_PROCESSES)
    AUTO_FOCUS = "#processes"

    def __init__(self, base: Viewing) -> None:
        super().__init__(base)
        self._states: dict[int, tuple[str, int]] = {}
        self._totals: dict[object, Total] = {}
        self._rates: dict[object, float] = {}
        self._alive = False
        self._containers: list[ContainerSeen] = []
        self._threads = True
        self._version = -1
        self._next_ask = 0.0

    def compose_body(self) -> Iterable[Widget]:
        """Make the table."""
        yield Grid[Node](COLUMNS, lambda node: (node.program.pid, node.tid), self._cells, id="processes")

    def on_screen_resume(self) -> None:
        """Have the sums made."""
        self.query_one(Grid).seek(self.base.kept.get(self.NAME))
        self.base.tally.want(self, Wish(Group.PROCESS, Order.CALLS, programs=True))

    def on_screen_suspend(self) -> None:
        """Have them made no more, and note where the cursor was."""
        node: Node | None = self.query_one(Grid).chosen
        self.base.kept[self.NAME] = node and (node.program.pid, node.tid)
        self.base.tally.want(self, None)

    def hear(self, message: FromSupervisor) -> bool:
        """Take in what the processes do."""
        if not isinstance(message, ProcessStates):
            return False
        self._states = {pid: (letter, threads) for pid, letter, threads in message.states}
        self._show()
        return True

    # --- drawing ---

    def renew(self) -> None:
        """Show what is new."""
        super().renew()
        tally = self.base.tally
        if tally.version != self._version or tally.trouble:
            self._version = tally.version
            self._show()
        elif self.model.held:
            self.query_one(Grid).refresh()
        self._ask()

    def _sums(self) -> Sums | None:
        sums = self.base.tally.sums
        return sums if sums is not None and sums.wish.programs else None

    def _ask(self) -> None:
        sums, now = self._sums(), time.monotonic()
        if sums is None or self.base.link is None or not self.base.link.alive or now < self._next_ask:
            return
        self._next_ask = now + ASK
        alive = [program.pid for program in sums.programs if not program.ended][-MOST:]
        threads = [thread.tid for thread in sums.threads if self._threads and not thread.ended]
        self.base.link.ask_processes([*alive, *threads[-MOST:]])

    def _show(self) -> None:
        sums = self._sums()
        if not self.query(Grid):
            return
        grid: Grid[Node] = self.query_one(Grid)
        if sums is None:
            grid.show([], self.base.tally.trouble or "adding up ...")
            return
        self._totals = {total.key: total for total in sums.totals}
        self._rates = sums.rates
        found: Sequence[Program] = sums.programs
        self._containers = self.base.recording.containers() if any(each.container for each in found) else []
        if self._containers:
            found = grouped(found, self._containers, self.base.recording.containers_over())
        nodes = tree(found, sums.threads if self._threads else ())
        alive = [node for node in nodes if self._lives(node.program) and not (node.thread and node.thread.ended)]
        shown = alive if self._alive else nodes
        nodes, alive = ([node for node in some if not is_head(node.program)] for some in (nodes, alive))
        all_again = f"{commands.key('process.alive')} shows all"
        nothing = f"no process is alive; {all_again}" if nodes else "no process is recorded"
        grid.show(shown, nothing)
        programs, living = (sum(node.thread is None for node in some) for some in (nodes, alive))
        count = f"{wording.plural(programs, 'process', 'processes')}, {living} alive" + (
            f" - {all_again}" if self._alive else ""
        )
        grid.border_title = f"Processes ({count})"

    def _lives(self, program: Program) -> bool:
        if is_head(program):
            return not program.ended
        if program.ended or self.model.over or self.model.recorded:
            return False if program.ended or not self.base.recording.growing else bool(self.model.recorded)
        return not self._states or program.pid in self._states

    def _head_cells(self, program: Program) -> Sequence[Cell]:
        sums = self._sums()
        within = [each.pid for each in members(program, sums.programs if sums else (), self._containers)]
        totals = [self._totals.get(pid, _NOTHING) for pid in within]
        held = sum(call.pid in within for call in self.model.held.values())
        return (
            [("container ", theme.FAINT), (wording.clean(program.comm.encode()), theme.BOLD)],
            ("- ended", theme.GONE) if program.ended else ("= alive", theme.ALLOWED),
            "",
            (str(held), theme.HELD) if held else "",
            wording.count(sum(total.calls for total in totals)),
            "",
            (wording.count(errors), theme.FAILED) if (errors := sum(total.errors for total in totals)) else "",
            "",
            "",
            (wording.clean(program.exe.encode()), theme.FAINT),
        )

    def _cells(self, node: Node) -> Sequence[Cell]:
        return self._process_cells(node) if node.thread is None else self._thread_cells(node, node.thread)

    def _thread_cells(self, node: Node, thread: Thread) -> Sequence[Cell]:
        held = [call for call in self.model.held.values() if call.tid == thread.tid]
        lives = self._lives(node.program) and not thread.ended
        name: list[Part] = [
            (node.branch, theme.FAINT),
            (f"{thread.tid} ", theme.FAINT),
            (wording.printable(thread.comm), theme.PLAIN if lives else theme.FAINT),
        ]
        state: Cell = self._held(held[0]) if held else self._thread_state(thread, lives)
        return (name, state, "", (str(len(held)), theme.HELD) if held else "", "", "", "", "", "", "")

    def _thread_state(self, thread: Thread, lives: bool) -> Cell:
        letter, _ = self._states.get(thread.tid, ("", 0))
        if lives and letter:
            return f"= {_WORDS.get(letter, letter)}", theme.ALLOWED
        if thread.ended and thread.signal:
            return _killed(thread.signal)
        if thread.ended and thread.code is not None:
            return f"- exited {thread.code}", theme.GONE
        return ("= alive", theme.ALLOWED) if lives and not self._states else ("- ended", theme.GONE)

    def _held(self, call: Held) -> Part:
        return f"! held: {self.base.subjects.queue_text(call)[0]}", theme.HELD

    def _process_cells(self, node: Node) -> Sequence[Cell]:
        program = node.program
        if is_head(program):
            return self._head_cells(program)
        total = self._totals.get(program.pid, _NOTHING)
        held = [call for call in self.model.held.values() if call.pid == program.pid]
        threads = self._states.get(program.pid, ("", program.threads))[1]
        lives = self._lives(program)
        name: list[Part] = [
            (node.branch, theme.FAINT),
            (str(program.pid), theme.FAINT),
            (" ", theme.PLAIN),
            (wording.printable(program.comm), theme.NAME_STYLE if lives else theme.FAINT),
        ]
        rate = self._rates.get(program.pid, 0.0)
        return (
            name,
            self._state(program, bool(held)),
            str(threads) if lives else "",
            (str(len(held)), theme.HELD) if held else "",
            wording.count(total.calls),
            wording.count(round(rate)) if rate >= 0.5 else "",
            (wording.count(total.errors), theme.FAILED) if total.errors else "",
            wording.duration(total.took) if total.timed else "",
            (spark(total.slots, SPARK), theme.ALLOWED),
            (wording.printable(program.exe), theme.FAINT),
        )

    def _state(self, program: Program, held: bool) -> Cell:
        if held:
            return self._held(next(call for call in self.model.held.values() if call.pid == program.pid))
        ended = self._ended(program)
        if ended:
            return ended
        letter, _ = self._states.get(program.pid, ("", 0))
        if letter == "Z":
            return "- zombie", theme.GONE
        if letter:
            return f"= {_WORDS.get(letter, letter)}", theme.ALLOWED
        return (
            ("? not known", theme.FAINT)
            if not self._lives(program) or self.base.link is None
            else ("= alive", theme.ALLOWED)
        )

    def _ended(self, program: Program) -> Part | None:
        if program.ended and program.signal:
            return _killed(program.signal)
        if program.ended and program.code is not None:
            return f"- exited {program.code}", theme.FAILED if program.code else theme.GONE
        if program.ended or (self._states and program.pid not in self._states) or self.model.over:
            return "- ended", theme.GONE
        return None

    # --- the commands ---

    def can(self, name: str) -> bool | None:
        """Return whether a command works now."""
        if name == "process.show" and self.query(Grid) and self.query_one(Grid).chosen is None:
            return None
        return super().can(name)

    def on_grid_opened(self) -> None:
        """Show the calls of the clicked process."""
        self.run_command("process.show")

    def do_process_show(self) -> None:
        """Show the calls of the process in the history."""
        node: Node | None = self.query_one(Grid).chosen
        if node is not None:
            within = f"{'pid' if node.thread is None else 'tid'} == {node.tid}"
            if is_head(node.program):
                within = f"container == {quoted(node.program.exe.encode())}"
            self.base.filter_history(within, self.NAME)

    def do_process_alive(self) -> None:
        """Show only what lives, or all."""
        self._alive = not self._alive
        self._show()

    def do_process_threads(self) -> None:
        """Show the threads, or the processes only."""
        self._threads = not self._threads
        self._show()


def _killed(signal: int) -> Part:
    words = wording.exit_words(signal) if signal > 0 else "KILLED"
    return f"x {words.replace('KILLED', 'killed')}", theme.FAILED


def tree(programs: Sequence[Program], threads: Sequence[Thread] = ()) -> list[Node]:
    """Return the processes in the order of a tree, their threads below them; without a parent there, at the margin."""
    inside: dict[int, list[Thread]] = {}
    for thread in threads:
        inside.setdefault(thread.pid, []).append(thread)
    known = {program.pid for program in programs}
    children: dict[int, list[Program]] = {}
    for program in programs:
        parent = program.ppid if program.ppid in known and program.ppid != program.pid else 0
        children.setdefault(parent, []).append(program)
    nodes: list[Node] = []
    left = [(program, "", "") for program in reversed(children.pop(0, []))]
    while left or children:
        if not left:  # parents that are each other's: numbers were used again
            left = [(program, "", "") for program in reversed(children.pop(next(iter(children))))]
        program, here, below = left.pop()
        nodes.append(Node(program, here))
        under = children.pop(program.pid, [])
        own = inside.get(program.pid, [])
        for at, thread in enumerate(own):
            last = at == len(own) - 1 and not under
            nodes.append(Node(program, below + ("└ " if last else "├ "), thread))
        for at, child in reversed(list(enumerate(under))):
            last = at == len(under) - 1
            left.append((child, below + ("└ " if last else "├ "), below + ("  " if last else "│ ")))
    return nodes
