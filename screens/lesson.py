"""The Live screen in a lesson: what to do stands beside the panes, and is ticked off as the recording shows it done."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from seccomp_tui.lessons.asking import Asking
from seccomp_tui.lessons.kept import Kept
from seccomp_tui.lessons.lesson import Lesson
from seccomp_tui.lessons.playing import PAUSE, Player
from seccomp_tui.lessons.progress import BY_COMMAND, Progress
from seccomp_tui.screens import commands, theme, wording
from seccomp_tui.screens.app import SeccompApp
from seccomp_tui.screens.dialogs import lesson as dialogs
from seccomp_tui.screens.lesson_hands import ScreenHands
from seccomp_tui.screens.lesson_text import content, key
from seccomp_tui.screens.live import LiveScreen
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.panes import LEAST
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.settings import Settings
from seccomp_tui.screens.views import ViewScreen
from seccomp_tui.screens.widgets.lesson import Panel, Said
from seccomp_tui.screens.widgets.nav import View
from seccomp_tui.screens.wording import Part
from seccomp_tui.supervisor.client import Client
from seccomp_tui.supervisor.wire import FromSupervisor, TargetExited

LOOK = 0.1
"""Seconds between looks at what has been done."""
BESIDE = 120
"""From so many columns on the lesson stands beside the panes; else above them."""
HAPPENED_MOST = 110
ANEW = "the program has begun anew: do what is ticked once more, or {} to begin at step 1"


class Ending(msgspec.Struct):
    """How the operator has left a lesson.

    Attributes:
        how: "" to close, "list" for the list of lessons, "restart" or "next" for the lesson `lesson`.
    """

    how: str = ""
    lesson: str = ""


class Course(msgspec.Struct):
    """A lesson as it is run.

    Attributes:
        lesson: it.
        following: the lesson after it, None: it is the last.
        restart: begin at its first step.
        played: it plays itself.
        pause: as of `Player`.
    """

    lesson: Lesson
    following: Lesson | None = None
    restart: bool = False
    played: bool = False
    pause: float | None = PAUSE


class LessonScreen(LiveScreen):
    """Shows a lesson beside the target.

    Args:
        model, recording, terminal: as of `LiveScreen`.
        course: the lesson.
        kept: where the progress is kept.
    """

    offered = (*commands.COMMANDS, *commands.IN_LESSON)
    BINDINGS = commands.bindings(commands.IN_LESSON)
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (LEAST.width, "-narrow"), (140, "-wide")]

    def __init__(self, model: Model, recording: Recording, terminal: int | None, course: Course, kept: Kept) -> None:
        super().__init__(model, recording, terminal)
        self.course = course
        self.marks_file = kept
        done = kept.mark(course.lesson).done if not (course.restart or course.played) else 0
        self.progress = Progress(course.lesson, 0 if done == len(course.lesson.steps) else done)
        self.recorded = Asking(recording.again)
        self.hinted = False
        self.happened = ANEW.format(key("lesson.restart")) if self.progress.done else ""
        self.spoilt = 0
        self.ended = Ending()
        self._news = True
        self._told = False

    def compose(self) -> ComposeResult:
        """Make the panes, and the lesson: before the keys, which are drawn over its lower end."""
        for widget in super().compose():
            if widget.id == "keys":
                yield from self.compose_lesson()
            yield widget

    def compose_lesson(self) -> ComposeResult:
        """Make the lesson."""
        yield Panel(self.progress, self._said, id="lesson")

    def companions(self) -> Iterable[Widget]:
        """Make the current step as a strip."""
        yield Panel(self.progress, self._said, above=True, id="lesson")

    def renew_lesson(self) -> None:
        """Write the lesson anew, wherever it stands."""
        for screen in self.app.screen_stack:
            for panel in screen.query(Panel):
                panel.renew()

    def on_mount(self) -> None:
        """Begin to look."""
        self.set_interval(LOOK, self.look)

    def on_unmount(self) -> None:
        """Look no more."""
        self.recorded.close()

    def on_resize(self, event: events.Resize) -> None:
        """Put the lesson beside the panes, or above them."""
        panel = self.query_one(Panel)
        panel.strip = event.size.width < BESIDE
        self.set_class(panel.strip, "-strip")
        panel.renew()

    def welcome(self) -> None:
        """Say what the lesson is about, instead of the first card."""
        if not self.progress.done and not self.course.played:
            self.app.push_screen(dialogs.beginning(self.progress))

    @property
    def views(self) -> list[View]:
        """The views, and the lesson as one more."""
        return [*super().views, View("Lesson", "lesson.page")]

    # --- progress ---

    def _said(self) -> Said:
        return Said(self.hinted, self.happened, self.spoilt)

    def look(self) -> None:
        """Tick what is done by now."""
        if not (self.recorded.changed() or self._news):
            return
        self._news = False
        before = self.spoilt
        if ticks := self.progress.look(self.recorded.reached):
            self.hinted = False
            last = ticks[-1]
            self.happened = f"✓ step {last.step + 1} is done{self._by(last.seq)}"
            self.keep()
        self.spoilt = self.progress.spoilt(self.recorded.reached) or 0
        if ticks or self.spoilt != before:
            self.renew_lesson()
        if self.progress.finished and not self._told and not self.course.played:
            self._told = True
            following = self.course.following
            self.app.push_screen(dialogs.ending(self.progress, following.title if following else ""), self._go_on)

    def _by(self, seq: int) -> str:
        row = self.recorded.row(seq) if seq != BY_COMMAND else None
        return f": #{row.seq} {row.text}"[:HAPPENED_MOST] if row is not None else ""

    def keep(self) -> None:
        """Keep how far one has come."""
        if not self.course.played:
            self._say_trouble(self.marks_file.set(self.course.lesson, self.progress.done))

    def ran(self, name: str) -> None:
        """Take note that a command was run."""
        self.progress.did(name)
        self._news = True

    def gave(self, seqs: list[int], text: str) -> None:
        """Say which answer was given to what."""
        if seqs and text:
            self._say_happened(f"you answered {self.about(seqs)}: {wording.printable(text)}")
        super().gave(seqs, text)

    def _feed(self, message: FromSupervisor) -> None:
        super()._feed(message)
        if isinstance(message, TargetExited) and not message.failure:
            anew = "" if self.progress.finished else f"; {key('lesson.restart')} begins anew"
            self._say_happened(f"the program has ended: {wording.exit_words(message.status)}{anew}")

    def _say_happened(self, words: str) -> None:
        self.happened = words[:HAPPENED_MOST]
        if self._composed:
            self.renew_lesson()

    # --- the commands ---

    def do_lesson_hint(self) -> None:
        """Show the hint, or the text again."""
        step = self.progress.current
        if step is not None and not step.hint:
            self._say_happened("there is no hint for this step")
        self.hinted = not self.hinted
        self.renew_lesson()

    def do_lesson_panel(self) -> None:
        """Hide the lesson, or show it again."""
        panel = self.query_one(Panel)
        panel.display = not panel.display

    def do_lesson_page(self) -> None:
        """Show the whole text."""
        self.app.push_screen(dialogs.whole(self.progress))

    def do_lesson_restart(self) -> None:
        """Begin the lesson anew, with a new run of its program."""
        self._close(Ending("restart", self.course.lesson.name))

    def do_app_quit(self) -> None:
        """Close; the program is only a demonstration, and ends."""
        self._close(Ending())

    def _go_on(self, where: str | None) -> None:
        following = self.course.following
        if where == dialogs.NEXT and following is None:
            where = dialogs.LIST
        name = following.name if following is not None and where == dialogs.NEXT else self.course.lesson.name
        if where:
            how = "" if where == dialogs.CLOSE else where
            self._close(Ending(how, name if how in (dialogs.NEXT, dialogs.AGAIN) else ""))

    def _close(self, ending: Ending) -> None:
        self.ended = ending
        self.run_worker(self._leave("kill"))


class PlayScreen(LessonScreen):
    """A lesson that plays itself: few panes, and a caption that says what is done."""

    offered = (*LessonScreen.offered, *commands.IN_PLAY)
    BINDINGS = commands.bindings(commands.IN_PLAY)

    def __init__(self, model: Model, recording: Recording, terminal: int | None, course: Course, kept: Kept) -> None:
        super().__init__(model, recording, terminal, course, kept)
        self.player = Player(course.lesson, ScreenHands(self, terminal), course.pause)
        self.add_class("-playing")
        self._caption = ""
        self._shown: object = None

    def compose_lesson(self) -> ComposeResult:
        """Make the caption, too."""
        yield from super().compose_lesson()
        yield Static(id="caption")

    def companions(self) -> Iterable[Widget]:
        """Make the caption, too."""
        yield from super().companions()
        yield Static(self._with_key(), id="caption")

    def _with_key(self) -> Content:
        """Return the caption for a view, whose keys are others, with the key that goes on."""
        return Content.assemble(content(self._caption), (f"   {key('lesson.next')} goes on", "$muted"))

    def on_mount(self) -> None:
        """Begin to play."""
        self._show_panel("Terminal")
        self.set_interval(LOOK, self.play)

    def play(self) -> None:
        """Go on, if it is time."""
        self.player.tick(time.monotonic(), self.progress.done, key)
        self._news = True
        caption = self.player.caption
        if self.progress.finished:
            caption = f"That was: {self.course.lesson.title}\n{self.course.lesson.promise}"
        state = caption, self.player.asking
        if state != self._shown:
            self._shown = state
            self._caption = caption
            for screen in self.app.screen_stack:
                for shown in screen.query("#caption").results(Static):
                    shown.update(content(caption) if screen is self else self._with_key())

    def do_lesson_next(self) -> None:
        """Do what the caption says, at once."""
        self.player.go_on()

    def _key_notice(self) -> list[Part]:
        if self.captured or self.asking is not None:
            return super()._key_notice()
        word = "goes on" if self.player.asking else "goes on at once"
        keys = (("lesson.next", word), ("lesson.page", "the lesson's text"), ("app.quit", "closes"))
        return [part for name, what in keys for part in ((f" {key(name)}", theme.KEY), (f" {what}  ", theme.PLAIN))]


class LessonApp(SeccompApp):
    """The screens of a lesson.

    Args:
        course: the lesson.
        kept: where the progress is kept.
        client, store_path, terminal, argv, model, settings: as of `SeccompApp`.
    """

    def __init__(
        self,
        course: Course,
        client: Client,
        store_path: Path,
        terminal: int | None,
        argv: list[bytes],
        model: Model | None = None,
        settings: Settings | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.course = course
        self.kept = kept or Kept()
        super().__init__(client, store_path, terminal, argv, model, settings)
        self._bindings.bind(",".join(commands.EVERY["lesson.next"].keys), "play_on", show=False, priority=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of the player to others, but where a view covers it."""
        if action == "play_on":
            return isinstance(self.live, PlayScreen) and isinstance(self.screen, ViewScreen)
        return super().check_action(action, parameters)

    def action_play_on(self) -> None:
        """Do what the caption says, at once."""
        if isinstance(self.live, PlayScreen):
            self.live.do_lesson_next()

    def panes(self, terminal: int | None) -> LessonScreen:
        """Make the Live screen with the lesson."""
        kind = PlayScreen if self.course.played else LessonScreen
        return kind(self.model, self.recording, terminal, self.course, self.kept)


def show(
    client: Client, store_path: Path, terminal: int | None, argv: list[bytes], settings: Settings, course: Course
) -> Ending:
    """Show a lesson until the operator leaves it; the arguments are as of `app.run`."""
    app = LessonApp(course, client, store_path, terminal, argv, settings=settings)
    app.run()
    assert isinstance(app.live, LessonScreen)
    return app.live.ended
