"""The Live screen: held calls, details of one, the history, and the target's terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.screens import commands, notices, subject, theme
from seccomp_tui.screens.choosing import Choosing
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.guard import Guard
from seccomp_tui.screens.model import Model, gone_words
from seccomp_tui.screens.panes import LEAST, PANELS
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.subjects import Subjects
from seccomp_tui.screens.tally import Tally
from seccomp_tui.screens.views import Viewing
from seccomp_tui.screens.widgets import process
from seccomp_tui.screens.widgets.details import Details
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.keybar import KeyBar
from seccomp_tui.screens.widgets.nav import Nav
from seccomp_tui.screens.widgets.prompt import Prompt
from seccomp_tui.screens.widgets.queue import Queue
from seccomp_tui.screens.widgets.status import StatusLine
from seccomp_tui.screens.widgets.tabs import Tabs
from seccomp_tui.screens.widgets.terminal import Terminal
from seccomp_tui.screens.wording import Part
from seccomp_tui.supervisor.wire import FromSupervisor, Held, HeldEnded, HeldRecord, ProcessDetails

if TYPE_CHECKING:
    from seccomp_tui.screens.link import Link

EDITING = (("0-9 a-f", "type"), ("enter", "what to do with it"), ("esc", "leave it as it is"))
FRAME = 1 / 30
"""Seconds between two drawings at least: counters change all the time under a flood, and the target needs the CPU."""
PULL = 0.1
"""Seconds between looks into the recording."""
TICK = 0.25
"""Seconds between new ages and rates."""
RHYTHM = 0.5
"""A call that appears within this time after an answer was asked for by it: the operator steps through the calls."""


class LiveScreen(Choosing, Viewing):
    """Shows the target at work and takes the operator's answers.

    Args:
        model: what is known of the target.
        recording: the recording that the history is pulled from.
        terminal: the pty master, None when the target has no terminal of ours.
    """

    BINDINGS = commands.bindings()
    offered = commands.COMMANDS
    AUTO_FOCUS = "#queue"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (LEAST.width, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST.height, "-low"), (30, "-high")]

    def __init__(self, model: Model, recording: Recording, terminal: int | None) -> None:
        super().__init__()
        self.model = model
        self.recording = recording
        self.link: Link | None = None
        self.tally = Tally(recording)
        self.subjects = Subjects(model, recording, self._ask_record)
        self.guard = Guard()
        self.selected: int | None = None
        self.source = "queue"
        self.on_screen: frozenset[int] = frozenset()
        self.last_answer = 0.0
        self._terminal_fd = terminal
        self._asked_process: int | None = None
        self._next_frame = 0.0
        self._frame_due = False
        self._composed = False

    def compose(self) -> ComposeResult:
        """Make the panes."""
        yield StatusLine(self.model, id="status")
        yield Nav(lambda: self.view, lambda: 0, self.views, id="nav")
        with Container(id="body", classes="-show-details"):
            yield Queue(self.subjects.queue_text, self.model, id="queue")
            yield Tabs([name for name in PANELS if name != "Terminal" or self._terminal_fd is not None], id="panels")
            yield Details(self._waited, self.subjects.json, id="details")
            yield History(self.recording, self.model.marks, id="history")
            if self._terminal_fd is not None:
                yield Terminal(self._terminal_fd, id="terminal")
        yield Prompt(id="prompt")
        yield Static(id="small")
        yield KeyBar(self.can, self._key_notice, self.label, id="keys")

    def on_unmount(self) -> None:
        """Add up no more."""
        self.tally.close()

    def on_mount(self) -> None:
        """Begin to draw."""
        self._composed = True
        self.query_one("#body").set_class(self._terminal_fd is not None, "-terminal")
        self.set_interval(PULL, self._pull)
        self.set_interval(TICK, self._tick)
        self.place_panes()
        self.welcome()
        self.redraw()

    # --- the call under the cursor ---

    @property
    def current(self) -> int | None:
        """The call that the details show and that an answer key hits."""
        if self.source == "history" and (seq := self.query_one(History).cursor) is not None:
            return seq
        return self.selected

    def select(self, seq: int | None, *, asked: bool) -> None:
        """Put the queue's cursor on a call."""
        self.selected = seq
        self.guard.show(self.current, asked=asked)

    def on_queue_selected(self, event: Queue.Selected) -> None:
        """Follow the queue's cursor."""
        self.source = "queue"
        self.select(event.seq, asked=True)
        self.redraw()

    def on_history_selected(self, event: History.Selected) -> None:
        """Follow the history's cursor."""
        self.guard.show(self.current, asked=event.asked)
        self.redraw()

    def on_details_tab_opened(self, event: Details.TabOpened) -> None:
        """Ask for the process when its tab comes to the front."""
        shown = self.query_one(Details).subject
        if event.tab == "Process" and shown is not None:
            self._ask_process(shown)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the call that the cursor of the focused list is on."""
        source = {"queue": "queue", "history": "history"}.get(event.widget.id or "", self.source)
        if source != self.source:
            self.source = source
            self.guard.show(self.current, asked=True)
            self.redraw()
        self.query_one(KeyBar).renew()

    def on_descendant_blur(self) -> None:
        """Draw the footer anew: the terminal may have lost the focus."""
        self.query_one(KeyBar).renew()

    # --- what arrives ---

    def arrived(self, messages: list[FromSupervisor]) -> None:
        """Take in what the supervisor sent."""
        for message in messages:
            if isinstance(message, ProcessDetails):
                self._take_process(message)
            elif isinstance(message, HeldRecord):
                if self.subjects.take(message):
                    self.query_one(Queue).refresh()
            else:
                self._feed(message)
        self.look_after_hand_over()
        self._draw_soon()

    def lost(self) -> None:
        """Take note that the supervisor has died; from now on the keeper's board is looked at."""
        for seq in self.model.lose():
            self._ended(seq, gone_words(None))
        if self._composed and (shown := self.query_one(Details).subject) is not None:
            self._show_details(shown)
        self._learn()
        self._draw_soon()

    def _learn(self) -> None:
        """Look for what has become of the target without its supervisor."""
        if self.link is not None and self.model.learn(self.link.aftermath()):
            self.recording.keeper_answer = self.model.keeper_answer
            self._draw_soon()

    def _feed(self, message: FromSupervisor) -> None:
        was_empty = not self.model.held
        ended = self.model.feed(message)
        if ended is not None:
            self._ended(ended.seq, gone_words(ended))
        elif isinstance(message, Held) and was_empty:
            self.select(message.seq, asked=time.monotonic() - self.last_answer < RHYTHM)
        elif isinstance(message, HeldEnded):
            self.subjects.forget(message.seq)
        else:
            self.heard(message)

    def _ended(self, seq: int, words: str) -> None:
        """Act on a call that left the queue without an answer from here."""
        self.subjects.forget(seq)
        self.unmark(seq)
        if self._composed:
            self.query_one(Prompt).call_ended(seq, words)
        if seq == self.selected:
            self.select(self.model.oldest, asked=False)
        for screen in self.app.screen_stack:
            if isinstance(screen, Dialog):
                screen.call_ended(seq, words)

    def _take_process(self, message: ProcessDetails) -> None:
        shown = self.query_one(Details).subject
        if shown is not None and shown.tid == message.tid and shown.seq == self._asked_process:
            shown.process = [process.row(name, text) for name, text in message.rows]
            self._show_details(shown)

    def _ask_record(self, seq: int) -> None:
        if self.link is not None:
            self.link.ask_record(seq)

    # --- drawing ---

    def _draw_soon(self) -> None:
        """Draw now, or with the next frame when one was just drawn."""
        now = time.monotonic()
        if now >= self._next_frame:
            self.redraw()
        elif not self._frame_due:
            self._frame_due = True
            self.set_timer(self._next_frame - now, self.redraw)

    def redraw(self) -> None:
        """Bring every pane up to date."""
        self._frame_due = False
        self._next_frame = time.monotonic() + FRAME
        if not self._composed:
            return
        if self.selected not in self.model.held:
            self.select(self.model.oldest, asked=False)
        held = list(self.model.held.values())
        notice = [] if held else notices.empty_queue(self.model)
        self.query_one(Queue).show(held, self.selected, notice)
        self._show_current()
        self._draw_bars()
        self.call_after_refresh(self._painted, self.current, frozenset(self.model.held))

    def _draw_bars(self) -> None:
        if self.model.over:
            for terminal in self.query(Terminal):
                terminal.finish()
        self.query_one(StatusLine).refresh()
        self.query_one(Nav).renew()
        self.query_one(KeyBar).renew()

    def _painted(self, seq: int | None, held: frozenset[int]) -> None:
        self.on_screen = held
        if not self.covered:
            self.guard.painted(seq, time.monotonic())
        self.query_one(KeyBar).renew()
        wait = self.guard.opens_in(time.monotonic())
        if wait:
            self.set_timer(wait, self.query_one(KeyBar).renew)

    def _tick(self) -> None:
        self.query_one(Queue).tick()
        details = self.query_one(Details)
        details.tick()
        if details.subject is not None and details.subject.seq in self.model.held:
            self._ask_process(details.subject)  # here, so that who steps through calls asks for none
        for terminal in self.query(Terminal):
            self.query_one("#panels", Tabs).note("Terminal", "+" if terminal.unseen else "")
        self.query_one(StatusLine).refresh()

    def _pull(self) -> None:
        """Look for what the recorder has written meanwhile, or for what the keeper has noted."""
        if self.model.lost:
            self._learn()
        self.query_one(History).pull()
        self.look_for_unseen()
        shown = self.query_one(Details).subject
        if shown is None or shown.seq in self.model.held or not shown.unfinished:
            return
        rows = self.recording.page(shown.seq, 1)
        now = (rows[0].state, rows[0].result, rows[0].restarted_as or 0) if rows else None
        if now and now != (shown.state, shown.result, shown.restarted_as):
            self.show_anew(shown)
        elif not rows and shown.state == State.HELD and self.model.keeper_answer != Kind.NONE:
            subject.answered_by_keeper(shown, self.model.keeper_answer)
            self._show_details(shown)

    def show_anew(self, shown: Subject) -> None:
        """Show a call as it stands in the recording by now."""
        fresh = self.subjects.find(shown.seq)
        if fresh is not None:
            fresh.process, fresh.comm = shown.process, shown.comm
            self._show_details(fresh)

    def _laid_out(self) -> None:
        """Draw for the new size, and give a hidden terminal the one that it will have."""
        super()._laid_out()
        self.redraw()
        for terminal in self.query(Terminal):
            panel = self.query_one(Details)
            if not terminal.size.area and panel.size.area and not self.query(".-zoomed"):
                terminal.set_size(panel.size.width, panel.size.height)

    # --- details ---

    def _show_current(self) -> None:
        details = self.query_one(Details)
        seq = self.current
        shown = details.subject
        if seq is None:
            if shown is None:
                details.show(None, notices.no_call(self.model))
            self._draw_small(None)
            return
        if shown is None or shown.seq != seq or (not shown.complete and self.subjects.has_record(seq)):
            shown = self.subjects.find(seq)
            if shown is not None:
                self._show_details(shown)
        self._draw_small(shown)

    def _show_details(self, shown: Subject) -> None:
        details = self.query_one(Details)
        details.show(shown, [])
        if details.tab == "Process":
            self._ask_process(shown)

    def _ask_process(self, shown: Subject) -> None:
        if shown.process or self._asked_process == shown.seq:
            return
        if shown.seq in self.model.held and self.link is not None:
            self._asked_process = shown.seq
            self.link.ask_process(shown.tid, shown.ip)
        elif program := self.recording.process(shown.tid, shown.time):
            shown.process = [
                ("program", program.comm),
                ("file", program.exe),
                ("process", str(program.pid)),
                ("thread", str(program.tid)),
                ("parent", str(program.ppid)),
            ]
            self.query_one(Details).show(shown, [])

    def _waited(self, seq: int) -> float | None:
        held = self.model.held.get(seq)
        return None if held is None else self.model.waited(held)

    def _draw_small(self, shown: Subject | None) -> None:
        """Write what stands there when the window is too small for panes."""
        words = f"The window is too small: {LEAST.width}x{LEAST.height} at least.\n"
        words += "Only ctrl+] works: it leaves the terminal.\n" if self.captured else "Only these keys work:\n"
        if shown is not None and shown.seq in self.model.held:
            words += f"\n! #{shown.seq} {shown.text}"
        self.query_one("#small", Static).update(Content(words))

    def _key_notice(self) -> list[Part]:
        if self.query_one(Details).editing:
            return [part for key, word in EDITING for part in ((f" {key}", theme.KEY), (f" {word} ", theme.PLAIN))]
        if self.asking is not None:
            keys = [("enter", "do it"), ("esc", "close"), *([("tab", "complete")] if self.asking.complete else [])]
            return [part for key, word in keys for part in ((f" {key}", theme.KEY), (f" {word} ", theme.PLAIN))]
        if not self.captured:
            return []
        leave: list[Part] = [(" ctrl+]", theme.KEY), (" leaves the terminal ", theme.PLAIN)]
        if self.too_small:
            return leave
        if held := len(self.model.held):
            words = "a call is held" if held == 1 else f"{held} calls are held"
            return [*leave, (f"  ! {words}, waiting for your answer", theme.HELD)]
        return [*leave, ("  shift+pgup scrolls back   other keys: the program", theme.FAINT)]
