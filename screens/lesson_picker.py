"""The list of lessons, to choose one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from seccomp_tui.lessons.kept import Kept
from seccomp_tui.lessons.lesson import Lesson
from seccomp_tui.screens import commands
from seccomp_tui.screens.app import ScreensApp
from seccomp_tui.screens.moving import Moving
from seccomp_tui.screens.settings import Settings
from seccomp_tui.screens.widgets.clicked import Clicked
from seccomp_tui.screens.widgets.keybar import KeyBar

Missing = Callable[[Lesson], str]


class LessonsScreen(Moving, Screen[None]):
    """Shows all lessons: enter begins the one under the cursor.

    Args:
        lessons: they.
        missing: returns what a lesson needs and is not here.
        kept: how far one has come.
    """

    BINDINGS = commands.bindings(commands.IN_LESSONS)
    AUTO_FOCUS = "#lessons"
    offered = commands.IN_LESSONS

    def __init__(self, lessons: Sequence[Lesson], missing: Missing, kept: Kept) -> None:
        super().__init__()
        self._lessons = lessons
        self._missing = {lesson.name: missing(lesson) for lesson in lessons}
        self._kept = kept
        self.chosen: Lesson | None = None

    def compose(self) -> ComposeResult:
        """Make the list, and what is said of the lesson under the cursor."""
        done = sum(self._kept.mark(lesson).finished for lesson in self._lessons)
        yield Static(f" Lessons: {done} of {len(self._lessons)} done ", id="title")
        yield OptionList(*(Option(self._line(lesson), id=lesson.name) for lesson in self._lessons), id="lessons")
        yield Static(id="promise")
        yield KeyBar(self.can, list, of=commands.IN_LESSONS, id="keys")

    def on_mount(self) -> None:
        """Begin at the first that is not done."""
        left = [at for at, lesson in enumerate(self._lessons) if not self._kept.mark(lesson).finished]
        self.query_one(OptionList).highlighted = left[0] if left else 0

    def _line(self, lesson: Lesson) -> Content:
        mark = self._kept.mark(lesson)
        state = (mark.text, "$success" if mark.finished else "bold $warning" if mark.done else "$muted")
        needs = (f"   {self._missing[lesson.name]}", "$error") if self._missing[lesson.name] else ""
        return Content.assemble(
            (f"{state[0]:<8}", state[1]), (f"{lesson.level_text:<13}", "$muted"), (lesson.title, "bold"), needs
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the lesson is about."""
        lesson = self._lessons[event.option_index]
        words = Content.assemble(
            lesson.promise, (f"\n{len(lesson.steps)} steps   seccomp-tui learn {lesson.name}", "$muted")
        )
        self.query_one("#promise", Static).update(words)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Begin the lesson."""
        self._begin(self._lessons[event.option_index])

    def _begin(self, lesson: Lesson) -> None:
        if trouble := self._missing[lesson.name]:
            self.notify(f"{lesson.title}: {trouble}", markup=False, severity="warning")
            return
        self.chosen = lesson
        self.app.exit()

    def can(self, name: str) -> bool:
        """Return whether a command works here."""
        return any(name == command.name for command in commands.IN_LESSONS)

    def action_command(self, name: str) -> None:
        """Run a command by its key."""
        self.run_command(name)

    def run_command(self, name: str, *, expected: int | None = None) -> None:
        """Run a command, if it works here."""
        if self.can(name):
            getattr(self, f"do_{name.replace('.', '_')}")()

    def on_clicked(self, event: Clicked) -> None:
        """Run a clicked command."""
        self.run_command(event.command)

    def do_lesson_begin(self) -> None:
        """Begin the lesson under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._begin(self._lessons[at])

    def do_app_quit(self) -> None:
        """Close."""
        self.app.exit()

    def do_app_help(self) -> None:
        """Show all keys."""
        from seccomp_tui.screens.dialogs.help import HelpDialog

        self.app.push_screen(HelpDialog())

    def _move(self, where: str) -> None:
        listed = self.query_one(OptionList)
        getattr(listed, f"action_{ {'up': 'cursor_up', 'down': 'cursor_down'}.get(where, where) }")()


class LessonsApp(ScreensApp):
    """The list of lessons alone.

    Args:
        lessons, missing, kept: as of `LessonsScreen`.
        settings: what the user has chosen.
    """

    def __init__(
        self, lessons: Sequence[Lesson], missing: Missing, kept: Kept | None = None, settings: Settings | None = None
    ) -> None:
        super().__init__(settings)
        self.list = LessonsScreen(lessons, missing, kept or Kept())

    def get_default_screen(self) -> Screen[None]:
        """Begin with the list."""
        return self.list


def pick(lessons: Sequence[Lesson], missing: Missing, settings: Settings) -> str:
    """Show the lessons; return the name of the one that was chosen, empty if none was."""
    app = LessonsApp(lessons, missing, settings=settings)
    app.run()
    return app.list.chosen.name if app.list.chosen is not None else ""
