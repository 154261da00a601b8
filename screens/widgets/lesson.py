"""What a lesson says beside the panes: the steps with their ticks, the one to do now, and what has just happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seccomp_tui.lessons.progress import Progress
from seccomp_tui.screens.lesson_text import content, key

DONE, NOW, LATER = ("✓ done", "$success"), ("> now", "bold $warning"), ("- later", "$muted")

LINE = 76
"""What has just happened is one line above the panes."""
AFTERWARDS = "{key:lesson.page} says what you have learnt, {key:app.quit} closes."


class Said(NamedTuple):
    """What is shown besides the progress.

    Attributes:
        hinted: the hint of the current step was asked for.
        happened: what has just happened, one line.
        spoilt: the call that has made the step impossible in this run; 0: none.
    """

    hinted: bool = False
    happened: str = ""
    spoilt: int = 0


class Panel(VerticalScroll, can_focus=False):
    """The lesson beside the panes, or as a strip above them.

    Args:
        progress: how far one has come.
        said: returns what else is shown.
        above: it stands above a view, whose keys are others.
    """

    def __init__(
        self, progress: Progress, said: Callable[[], Said], *, above: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id, classes="-above" if above else "")
        self._progress = progress
        self._said = said
        self.strip = above
        self._above = above

    def compose(self) -> ComposeResult:
        """Make the text."""
        yield Static(id="lesson-text")

    def on_mount(self) -> None:
        """Write it."""
        self.renew()

    def renew(self) -> None:
        """Write it anew."""
        text = (
            short(self._progress, self._said(), keys=not self._above)
            if self.strip
            else long(self._progress, self._said())
        )
        self.query_one("#lesson-text", Static).update(text)
        self.call_after_refresh(self._show_current)

    def _show_current(self) -> None:
        """Bring the current step into sight where the steps before it take all the room."""
        if self.strip or not self._progress.done:
            self.scroll_home(animate=False)
            return
        above = Content.assemble(*_head(self._progress), *_steps_before(self._progress))
        lines = sum(max(-(-len(line) // max(self.size.width - 2, 1)), 1) for line in above.plain.split("\n"))
        room = self.size.height
        text = self.query_one("#lesson-text")
        self.scroll_to(y=max(lines - 4, 0) if text.size.height > room else 0, animate=False)


def short(progress: Progress, said: Said, *, keys: bool = True) -> Content:
    """Return the current step and nothing else."""
    lesson, step = progress.lesson, progress.current
    listed = f"{key('lesson.page')} all of it   {key('lesson.hint')} hint   {key('lesson.panel')} hide"
    head = f"{lesson.title}: all done" if step is None else f"Step {progress.done + 1} of {len(lesson.steps)}"
    parts: list[str | Content | tuple[str, str]] = [(head, "bold $primary")]
    if step is not None:
        parts.append((f"  {step.title}", "bold"))
    parts.append((f"   {listed}\n" if keys else "\n", "$muted"))
    if step is None:
        parts.append(f"{key('app.quit')} closes. ")
    elif said.spoilt:
        parts += _spoilt(said)
    else:
        parts.append(content(step.hint if said.hinted and step.hint else step.text))
    if said.happened:
        cut = said.happened if len(said.happened) <= LINE else f"{said.happened[: LINE - 1]}…"
        parts.append((f"\n{cut}", "$muted"))
    return Content.assemble(*parts)


def long(progress: Progress, said: Said) -> Content:
    """Return all steps, the current one with its text."""
    lesson, at = progress.lesson, progress.done
    parts = [*_head(progress), *_steps_before(progress)]
    if (step := progress.current) is not None:
        parts += [(f"{NOW[0]}   ", NOW[1]), (f"{step.title}\n", "bold"), "\n"]
        parts += _spoilt(said) if said.spoilt else [content(step.text)]
        parts.append("\n\n")
        if step.hint:
            asked = content(step.hint) if said.hinted else Content.assemble((key("lesson.hint"), "bold $warning"))
            parts += [("hint: ", "bold"), asked, "\n\n"]
    else:
        parts += [
            ("All done. ", "bold"),
            content(AFTERWARDS),
            "\n\n",
        ]
    for later in lesson.steps[at + 1 :]:
        parts += [(f"{LATER[0]} {later.title}\n", LATER[1])]
    if said.happened:
        parts += [("\njust now: ", "bold"), said.happened, "\n"]
    parts += [(f"\n{key('lesson.page')} all of it   {key('lesson.panel')} hide   ", "$muted")]
    parts += [(f"{key('lesson.restart')} anew", "$muted")]
    return Content.assemble(*parts)


def _head(progress: Progress) -> list[str | Content | tuple[str, str]]:
    steps = len(progress.lesson.steps)
    where = "all steps done" if progress.finished else f"step {progress.done + 1} of {steps}"
    return [(f"{progress.lesson.title}\n", "bold $primary"), (f"{where}\n\n", "$muted")]


def _steps_before(progress: Progress) -> list[str | Content | tuple[str, str]]:
    parts: list[str | Content | tuple[str, str]] = []
    for at, step in enumerate(progress.lesson.steps[: progress.done]):
        by = progress.ticks.get(at)
        parts += [(f"{DONE[0]}  ", DONE[1]), step.title, (f"  #{by}\n" if by else "\n", "$muted")]
    return parts


def _spoilt(said: Said) -> list[str | Content | tuple[str, str]]:
    return [
        (f"This step can't be done any more: call #{said.spoilt} is past it. ", "bold $error"),
        (key("lesson.restart"), "bold $warning"),
        " begins anew.",
    ]
