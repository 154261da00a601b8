"""The rules in their order, as the supervisor has them: switched on and off, changed, moved, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from seccomp_tui.policy.expression import ExpressionError
from seccomp_tui.policy.rules import Rule
from seccomp_tui.policy.rules.line import line, parse
from seccomp_tui.policy.rules.line_completion import complete
from seccomp_tui.screens import commands, wording
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.widgets.prompt import Checked, Offer, Prompt, Question
from seccomp_tui.supervisor.wire import RuleRefused, Rules

if TYPE_CHECKING:
    from seccomp_tui.screens.link import Link

WIDTH = 110
FRAME = 6
"""Cells that a line of the list has less than the dialog."""
TICK = 1.0
"""Seconds between new ages of the last hits."""
NONE = " no rules: n writes one, and R in the panes makes one from a call"
HINT = 'openat and path glob "/etc/*", nth 3+ => errno ENOENT'


class RulesDialog(Dialog[None]):
    """Shows the rules.

    Args:
        model: has them.
        link: asks the supervisor for changes.
    """

    BINDINGS = commands.bindings(commands.IN_RULES)
    AUTO_FOCUS = "OptionList"

    def __init__(self, model: Model, link: Link) -> None:
        super().__init__("Rules: the first that matches a call answers it")
        self._model = model
        self._link = link
        self._shown: list[Rule] = []

    def compose_body(self) -> ComposeResult:
        """Make the list, and the line in which one is written."""
        yield OptionList(compact=True)
        yield Static(classes="refused")
        yield Prompt()

    def hint(self) -> str:
        """Return the keys."""
        if self.query(Prompt) and self.query_one(Prompt).question is not None:
            return "tab complete   enter OK   esc back to the list"
        keys = [f"{command.key_text} {command.label.lower()}" for command in commands.footer(commands.IN_RULES)]
        return "   ".join([*keys, "esc close"])

    def on_mount(self) -> None:
        """Fill the list."""
        self._renew()
        self.set_interval(TICK, self._renew)

    def on_resize(self) -> None:
        """Write the lines anew."""
        self._renew()

    def hear(self, message: Rules | RuleRefused) -> None:
        """Take in what has become of the rules."""
        refused = message.why if isinstance(message, RuleRefused) else ""
        if refused:
            self._say(f"x refused: {refused}")
        else:
            self._renew()

    # --- the commands ---

    def action_command(self, name: str) -> None:
        """Run a command by its key."""
        if name == "rule.new" or self._chosen() is not None:
            self._say("")
            getattr(self, f"do_{name.replace('.', '_')}")()

    def on_option_list_option_selected(self) -> None:
        """Change the rule that enter was pressed on, or that was clicked twice."""
        self.action_command("rule.edit")

    def do_rule_toggle(self) -> None:
        """Ask the rule, or ask it no more."""
        if (rule := self._chosen()) is not None:
            self._link.put_rule(replace(rule, enabled=not rule.enabled))

    def do_rule_remove(self) -> None:
        """Remove the rule."""
        if (rule := self._chosen()) is not None:
            self._link.remove_rule(rule.id)

    def do_rule_up(self) -> None:
        """Move the rule up."""
        self._move(-1)

    def do_rule_down(self) -> None:
        """Move the rule down."""
        self._move(1)

    def do_rule_edit(self) -> None:
        """Change the rule."""
        if (rule := self._chosen()) is not None:
            self._ask(f"rule {rule.id}", line(rule), rule)

    def do_rule_new(self) -> None:
        """Write a rule."""
        self._ask("new rule", "", None)

    def _move(self, step: int) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None and 0 <= at + step < len(self._shown):
            self._link.move_rule(self._shown[at].id, at + step)

    def _chosen(self) -> Rule | None:
        at = self.query_one(OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    # --- writing ---

    def _ask(self, label: str, text: str, rule: Rule | None) -> None:
        def done(typed: str) -> None:
            written = parse(typed.strip()).rule
            if rule is not None:
                written = replace(written, id=rule.id, enabled=rule.enabled, name=rule.name)
            self._link.put_rule(written)

        self.query_one(Prompt).ask(Question(label, HINT, _check, done, _complete), text)
        self._show_keys()

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Hand over what was written."""
        event.stop()
        event.question.done(event.text)
        self._end_writing()

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Go back to the list."""
        event.stop()
        self._end_writing()

    def _end_writing(self) -> None:
        self.query_one(Prompt).close()
        self.query_one(OptionList).focus()
        self._show_keys()

    def _show_keys(self) -> None:
        self.query_one(".hint", Static).update(Content(self.hint()))

    # --- drawing ---

    def _say(self, words: str) -> None:
        refused = self.query_one(".refused", Static)
        refused.display = bool(words)
        refused.update(Content.styled(wording.printable(words), "$error"))

    def _renew(self) -> None:
        if not self.is_mounted:
            return
        options, chosen = self.query_one(OptionList), self._chosen()
        rules = self._model.rules
        if [rule.id for rule in rules] == [rule.id for rule in self._shown] and rules:
            for number, rule in enumerate(rules):
                options.replace_option_prompt_at_index(number, self._line(rule))
            self._shown = rules
            return
        before = options.highlighted or 0
        self._shown = rules
        options.clear_options()
        options.add_options([Option(self._line(rule)) for rule in rules] or [Option(Content(NONE), disabled=True)])
        numbers = [rule.id for rule in rules]
        if chosen is not None and chosen.id in numbers:
            before = numbers.index(chosen.id)
        options.highlighted = min(before, len(rules) - 1) if rules else None

    def _line(self, rule: Rule) -> Content:
        count = self._model.counts.get(rule.id)
        tail = "no hit"
        if count is not None and count.hits:
            ago = wording.seconds((self._model.clock() - count.time) / 1e9)
            tail = f"{wording.plural(count.hits, 'hit')}  #{count.seq} {ago} ago"
        room = max(min(self.app.size.width, WIDTH) - FRAME - len(tail) - 10, 8)
        text = wording.printable(line(rule))
        text = text if len(text) <= room else f"{text[: room - 1]}…"
        style = "" if rule.enabled else "$muted"
        return Content.assemble(
            (f"{rule.id:>3} ", "$muted"),
            ("on  " if rule.enabled else "off ", "bold $primary" if rule.enabled else "bold $warning"),
            (f"{text:<{room}}", style),
            (f"  {tail}", "$muted"),
        )


def _check(text: str) -> Checked | None:
    try:
        parse(text)
    except ExpressionError as error:
        unfinished = error.reason.startswith("a string that does not end")
        return error.reason, len(text) if unfinished else error.column - 1
    return None


def _complete(text: str, cursor: int) -> tuple[int, list[Offer]]:
    start, offers = complete(text, cursor)
    return start, [Offer(*offer) for offer in offers]
