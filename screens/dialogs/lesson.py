"""The texts of a lesson: before its first step, all of it, and after its last."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seccomp_tui.lessons.progress import Progress
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.lesson_text import content
from seccomp_tui.screens.widgets.lesson import DONE, LATER, NOW

CLOSE, AGAIN, NEXT, LIST = "close", "restart", "next", "list"


class LessonDialog(Dialog[str]):
    """A text of a lesson, to be read and closed."""

    BINDINGS = [
        Binding("enter,space,q,7", "cancel", "Close", show=False),
        *(Binding(k, f"scroll('{to}')", show=False) for k, to in (("up,k", "up"), ("down,j", "down"))),
        *(Binding(k, f"scroll('{to}')", show=False) for k, to in (("pageup", "page_up"), ("pagedown", "page_down"))),
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, title: str, text: Content, hint: str) -> None:
        super().__init__(title)
        self._text = text
        self._hint = hint

    def compose_body(self) -> ComposeResult:
        """Make the text."""
        with VerticalScroll(classes="lesson"):
            yield Static(self._text, classes="page")

    def hint(self) -> str:
        """Return the keys."""
        return self._hint

    def on_key(self, event: events.Key) -> None:
        """Say what comes first where somebody presses a key that the text only speaks of."""
        if event.is_printable:
            self.query_one(".hint", Static).update(Content.assemble((f"first: {self._hint}", "bold $warning reverse")))

    def action_scroll(self, to: str) -> None:
        """Scroll the text."""
        getattr(self.query_one(VerticalScroll), f"scroll_{to}")(animate=False)


class EndDialog(LessonDialog):
    """What was learnt, and where to go from here."""

    BINDINGS = [
        Binding("n", "go('next')", show=False),
        Binding("l", "go('list')", show=False),
        Binding("r", "go('restart')", show=False),
        Binding("q", "go('close')", show=False),
        Binding("enter,space,escape", "cancel", show=False),
    ]

    def action_go(self, where: str) -> None:
        """Go there."""
        self.finish(where)


def beginning(progress: Progress) -> LessonDialog:
    """Return what is told before the first step."""
    lesson = progress.lesson
    return LessonDialog(lesson.title, content(f"**{lesson.promise}**\n\n{lesson.text}"), "enter begin   up/down scroll")


def whole(progress: Progress) -> LessonDialog:
    """Return all that a lesson says, with its steps."""
    lesson = progress.lesson
    parts: list[Content | str | tuple[str, str]] = [content(f"**{lesson.promise}**\n\n{lesson.text}"), "\n"]
    for at, step in enumerate(lesson.steps):
        word, style = DONE if at < progress.done else NOW if at == progress.done else LATER
        parts += ["\n", (f"{word}  ", style), (f"{at + 1}. {step.title}\n", "bold"), content(step.text), "\n"]
    if progress.finished:
        parts += ["\n", content(lesson.end)]
    return LessonDialog(lesson.title, Content.assemble(*parts), "up/down scroll   esc close")


def ending(progress: Progress, following: str) -> EndDialog:
    """Return what is told after the last step.

    Args:
        following: the title of the next lesson, empty if there is none.
    """
    keys = ["enter look around", *([f"n next: {following}"] if following else []), "l list", "r again", "q close"]
    return EndDialog(f"Done: {progress.lesson.title}", content(progress.lesson.end), "   ".join(keys))
