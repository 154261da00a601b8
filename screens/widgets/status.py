"""The status line: what the target does, and every mode that is on."""

from __future__ import annotations

from rich.cells import cell_len
from textual.strip import Strip
from textual.widget import Widget

from seccomp_tui.policy.unseen import FILTER, RING
from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.widgets.lines import strip
from seccomp_tui.screens.wording import Part

LOST = "SUPERVISOR DIED: calls are answered by --on-exit, nothing more is recorded"
LOST_SHORT = "SUPERVISOR DIED: by --on-exit, not recorded"
PROGRAM_WIDTH = 40
EXPRESSION_WIDTH = 30
_UNSEEN = {RING: "io_uring", FILTER: "own filter"}


class StatusLine(Widget):
    """One line on top of the screen; what has no room is left out, the least needed first.

    Args:
        model: what is known of the target.
    """

    def __init__(self, model: Model, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._model = model

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        return strip(self.parts(self.size.width) if y == 0 else [], self.size.width, theme.BAR)

    def parts(self, width: int) -> list[Part]:
        """Return what is shown at this width."""
        state = self._state()
        alarms = self._alarms(width)
        taken = sum(cell_len(text) + 1 for text, _ in [state, *alarms]) + 1
        counters: list[Part] = []
        for part in self._counters():
            if taken + len(part[0]) + 2 > width - 10:
                break
            counters.append(part)
            taken += len(part[0]) + 2
        program = wording.command_line(self._model.argv)
        room = max(min(width - taken - 2, PROGRAM_WIDTH), 0)
        if len(program) > room:
            program = f"{program[: max(room - 1, 0)]}…"
        parts: list[Part] = [(f" {program} ", theme.BOLD), state]
        for alarm in alarms:
            parts += [(" ", theme.PLAIN), alarm]
        for counter in counters:
            parts += [("  ", theme.PLAIN), counter]
        return parts

    def _state(self) -> Part:
        model = self._model
        if model.recorded:
            return f" {model.recorded} ", theme.OVER
        if model.exited is not None and model.exited.failure:
            return " NOT STARTED ", theme.ALARM
        if model.over and model.exited is not None:
            return f" {wording.exit_words(model.exited.status)} ", theme.OVER
        if model.over and not model.lost:
            return " ENDED ", theme.OVER
        if model.hello is None and not model.lost:
            return " STARTING ", theme.OVER
        if model.stops.until:
            return f" RUNNING TO {_cut(model.stops.until)} ", theme.RUNNING
        return (" HOLDING ", theme.HOLDING) if model.holding else (" RUNNING ", theme.RUNNING)

    def _alarms(self, width: int) -> list[Part]:
        model, status = self._model, self._model.status
        alarms: list[Part] = []
        if model.lost:
            alarms.append((f" {LOST if width >= 110 else LOST_SHORT} ", theme.ALARM))
        elif not status.recording and not model.recorded:
            alarms.append((" NOT RECORDED ", theme.ALARM))
        if unseen := [words for what, words in _UNSEEN.items() if what in model.unseen]:
            alarms.append((f" unseen: {', '.join(unseen)} ", theme.ALARM))
        if status.slowed:
            alarms.append((f" SLOWED: recorder behind by {wording.size(status.backlog)} ", theme.ALARM))
        if model.exited is not None and not model.over:
            alarms.append((f" first process {wording.exit_words(model.exited.status)} ", theme.OVER))
        return alarms

    def _counters(self) -> list[Part]:
        model, status = self._model, self._model.status
        if model.recorded:
            return [(f"calls {wording.count(status.calls)}", theme.PLAIN), (f"recorded {model.when}", theme.FAINT)]
        held = len(model.held)
        rate = wording.count(round(model.rate()))
        counters = [
            (f"held {held}", theme.HELD if held else theme.FAINT),
            (f"calls {wording.count(status.calls)}", theme.PLAIN),
            (f"{rate}/s", theme.FAINT),
        ]
        if status.containers >= 0:
            counters.insert(0, (wording.plural(status.containers, "container"), theme.PLAIN))
        if model.stops.text:
            counters.append((f"hold: {_cut(model.stops.text)}", theme.HELD))
        if model.rules:
            hits = sum(count.hits for count in model.counts.values())
            counters.append((f"rules {len(model.rules)}: {wording.plural(hits, 'hit')}", theme.PLAIN))
        if status.startup:
            counters.append((f"start-up {wording.count(status.startup)} let through", theme.FAINT))
        if status.threads > 1:
            counters.append((f"threads {status.threads}", theme.FAINT))
        if status.backlog > 1 << 20 and not status.slowed:
            counters.insert(3, (f"recorder behind by {wording.size(status.backlog)}", theme.LATE))
        return counters


def _cut(expression: str) -> str:
    text = wording.printable(expression)
    return text if len(text) <= EXPRESSION_WIDTH else f"{text[: EXPRESSION_WIDTH - 1]}…"
