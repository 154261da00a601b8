"""The rules in their order, as the supervisor has them: switched on and off, changed, moved, tested, loaded, saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from seccomp_tui.policy.expression import ExpressionError
from seccomp_tui.policy.rules import Rule
from seccomp_tui.policy.rules.line import ARROW, line, parse
from seccomp_tui.policy.rules.line_completion import complete
from seccomp_tui.screens import commands, theme, wording
from seccomp_tui.screens.counting import count
from seccomp_tui.screens.tally import Wish
from seccomp_tui.screens.views import Viewing, ViewScreen
from seccomp_tui.screens.widgets.grid import Cell, Column, Grid
from seccomp_tui.screens.widgets.keybar import KeyBar
from seccomp_tui.screens.widgets.prompt import Checked, Line, Offer, Prompt, Question
from seccomp_tui.session.totals import Group
from seccomp_tui.supervisor.wire import FromSupervisor, RuleRefused, Rules

if TYPE_CHECKING:
    from seccomp_tui.screens.wording import Part

TICK = 1.0
"""Seconds between new ages of the last hits."""
NONE_RECORDED = "no rule was asked in this recording"
HINT = 'openat and path glob "/etc/*", nth 3+ => errno ENOENT'
FILE_HINT = "a TOML file, such as rules.toml; the next run takes it by --rules rules.toml"
COLUMNS = (
    Column("Nr", 3, right=True),
    Column("Asked", 5),
    Column("When"),
    Column("Answer", 24),
    Column("Hits", 5, right=True),
    Column("Last hit", 15, least=100),
)
_CHANGING = ("rule.toggle", "rule.edit", "rule.remove", "rule.up", "rule.down", "rule.new", "rules.load")


class RulesScreen(ViewScreen):
    """Shows the rules."""

    NAME = "view.rules"
    OF = commands.IN_RULES
    BINDINGS = commands.bindings(commands.IN_RULES)
    AUTO_FOCUS = "#rules"

    def __init__(self, base: Viewing) -> None:
        super().__init__(base)
        self._file = "rules.toml"
        self._tested: object = None
        self._adding: list[Rule] = []

    def compose_body(self) -> Iterable[Widget]:
        """Make the table, what is said of the rule under the cursor, and the line in which one is written."""
        grid = Grid[Rule](COLUMNS, lambda rule: rule.id, self._cells, id="rules")
        grid.border_title = "Rules: the first that matches a call answers it"
        yield grid
        yield Static(id="rule")
        yield Static(id="tested")
        yield Static(id="refused")
        yield Prompt()

    def on_mount(self) -> None:
        """Look at hits now and then."""
        self.set_interval(TICK, self.query_one(Grid).refresh)

    def on_screen_resume(self) -> None:
        """Have the hits of a recording counted."""
        self.base.tally.want(self, Wish(Group.RULE) if self.model.recorded else None)

    def on_screen_suspend(self) -> None:
        """Have them counted no more."""
        self.base.tally.want(self, None)

    def hear(self, message: FromSupervisor) -> bool:
        """Take in what has become of the rules."""
        if isinstance(message, RuleRefused):
            self._say(f"x refused: {message.why}")
            return True
        if isinstance(message, Rules):
            self._show()
        return False

    def notice(self) -> list[Part]:
        """Return the keys of the line in which something is written."""
        if not isinstance(self.focused, Line):
            return []
        keys = [("tab", "complete"), ("enter", "OK"), ("esc", "back to the list")]
        return [part for key, word in keys for part in ((f" {key}", theme.KEY), (f" {word} ", theme.PLAIN))]

    # --- drawing ---

    def renew(self) -> None:
        """Show what is new."""
        super().renew()
        self._show()

    def _rules(self) -> list[Rule]:
        return self.base.recording.rules() if self.model.recorded else self.model.rules

    def _show(self) -> None:
        if not self.query(Grid):
            return
        grid: Grid[Rule] = self.query_one(Grid)
        rules = self._rules()
        if rules != grid.rows or not rules:
            grid.show(rules, NONE_RECORDED if self.model.recorded else _none())
        self._tell()

    def on_grid_moved(self) -> None:
        """Tell of another rule."""
        self._say("")
        self._tell()

    def _tell(self) -> None:
        """Show the rule under the cursor whole, and how many calls it would have matched."""
        rule = self._chosen()
        self.query_one("#rule", Static).update(Content(f" {wording.printable(line(rule))}" if rule else ""))
        state = rule and (rule.id, rule.when)
        if state == self._tested:
            return
        self._tested = state
        self.query_one("#tested", Static).update("")
        if rule is not None:
            self.run_worker(self._test(rule), group="test", exclusive=True)

    async def _test(self, rule: Rule) -> None:
        try:
            words = await count(self.base.recording, parse(f"{rule.when} {ARROW} allow").expression)
        except ExpressionError:
            return
        clauses = f", without {_clauses(rule)}" if _clauses(rule) else ""
        text = f" {words}{clauses}   {commands.key('rule.show')} shows them" if words else ""
        self.query_one("#tested", Static).update(Content.styled(text, "$muted"))

    def _cells(self, rule: Rule) -> Sequence[Cell]:
        hits, last = self._hits(rule)
        clauses = _clauses(rule)
        style = theme.PLAIN if rule.enabled else theme.FAINT
        return (
            (str(rule.id), theme.FAINT),
            ("on", theme.ALLOWED) if rule.enabled else ("off", theme.HELD),
            (wording.printable(f"{rule.when}, {clauses}" if clauses else rule.when), style),
            (wording.printable(rule.answer), theme.STRING if rule.enabled else theme.FAINT),
            wording.count(hits) if hits else "",
            (last, theme.FAINT),
        )

    def _hits(self, rule: Rule) -> tuple[int, str]:
        if self.model.recorded:
            sums = self.base.tally.sums
            found = [total for total in sums.totals if total.key == rule.id] if sums is not None else []
            return (found[0].calls if found and sums and sums.wish.group is Group.RULE else 0), ""
        counted = self.model.counts.get(rule.id)
        if counted is None or not counted.hits:
            return 0, "none yet"
        ago = wording.seconds((self.model.clock() - counted.time) / 1e9)
        return counted.hits, f"#{counted.seq} {ago} ago"

    def _say(self, words: str, style: str = "$error") -> None:
        said = self.query_one("#refused", Static)
        said.display = bool(words)
        said.update(Content.styled(f" {wording.printable(words)}", style))

    def _chosen(self) -> Rule | None:
        rule: Rule | None = self.query_one(Grid).chosen
        return rule

    # --- the commands ---

    def can(self, name: str) -> bool | None:
        """Return whether a command works now."""
        if isinstance(self.focused, Line):
            return super().can(name)
        if name in _CHANGING and self.model.recorded:
            return False
        if name in _CHANGING and (self.base.link is None or not self.base.link.alive):
            return None
        alone = name in ("rule.new", "rules.load") or not name.startswith(("rule.", "rules."))
        if not alone and self.query(Grid) and self._chosen() is None:
            return None
        return super().can(name)

    def run_command(self, name: str, *, expected: int | None = None) -> None:
        """Run a command, if it works now; what was said before is no longer of interest."""
        if name.startswith(("rule.", "rules.")) and self.can(name):
            self._say("")
        super().run_command(name, expected=expected)

    def on_grid_opened(self) -> None:
        """Change the rule that was clicked twice."""
        self.run_command("rule.edit")

    def do_rule_toggle(self) -> None:
        """Ask the rule, or ask it no more."""
        if (rule := self._chosen()) is not None:
            self._put(replace(rule, enabled=not rule.enabled))

    def do_rule_remove(self) -> None:
        """Remove the rule."""
        if (rule := self._chosen()) is not None and self.base.link is not None:
            self.base.link.remove_rule(rule.id)

    def do_rule_up(self) -> None:
        """Move the rule up."""
        self._shift(-1)

    def do_rule_down(self) -> None:
        """Move the rule down."""
        self._shift(1)

    def do_rule_edit(self) -> None:
        """Change the rule."""
        if (rule := self._chosen()) is not None:
            self._ask_rule(f"rule {rule.id}", line(rule), rule)

    def do_rule_new(self) -> None:
        """Write a rule."""
        self._ask_rule("new rule", "", None)

    def do_rule_show(self) -> None:
        """Show in the history the calls that the rule is true of."""
        if (rule := self._chosen()) is not None:
            self.base.filter_history(rule.when, self.NAME)

    def do_rules_load(self) -> None:
        """Add the rules of a file."""
        self._ask("load", FILE_HINT, self._file, _readable, self._load)

    def do_rules_save(self) -> None:
        """Write the rules into a file."""
        self._ask("save as", FILE_HINT, self._file, _writable, self._save)

    def _put(self, rule: Rule) -> None:
        if self.base.link is not None:
            self.base.link.put_rule(rule)

    def _shift(self, step: int) -> None:
        grid: Grid[Rule] = self.query_one(Grid)
        if grid.chosen is not None and 0 <= grid.at + step < len(grid.rows) and self.base.link is not None:
            self.base.link.move_rule(grid.chosen.id, grid.at + step)

    # --- files ---

    def _load(self, name: str) -> None:
        from seccomp_tui.policy.rules import files

        self._file = name
        try:
            read = [compiled.rule for compiled in files.read(Path(name).expanduser())]
        except (files.FileError, OSError) as error:
            self._say(f"x not loaded: {error}")
            return
        there = [replace(rule, id=0) for rule in self.model.rules]
        fresh = [rule for rule in read if rule not in there]
        for rule in fresh:
            self._put(rule)
        words = f"= {wording.plural(len(fresh), 'rule')} added behind the others"
        already = len(read) - len(fresh)
        self._say(f"{words}, {already} already there" if already else words, "$primary")

    def _save(self, name: str) -> None:
        from seccomp_tui.policy.rules import files

        self._file = name
        rules = self._rules()
        try:
            files.save(Path(name).expanduser(), rules)
        except (files.FileError, OSError) as error:
            self._say(f"x not saved: {error}")
            return
        self._say(f"= {wording.plural(len(rules), 'rule')} saved in {name}", "$primary")

    # --- writing ---

    def _ask_rule(self, label: str, text: str, rule: Rule | None) -> None:
        def done(typed: str) -> None:
            written = parse(typed.strip()).rule
            if rule is not None:
                written = replace(written, id=rule.id, enabled=rule.enabled, name=rule.name)
            self._put(written)

        prompt = self.query_one(Prompt)
        prompt.ask(Question(label, HINT, _check, done, self._complete), text)
        prompt.learn(self.base.known.renew)

    def _complete(self, text: str, cursor: int) -> tuple[int, list[Offer]]:
        start, offers = complete(text, cursor, self.base.known)
        return start, [Offer(*offer) for offer in offers]

    def _ask(
        self, label: str, hint: str, text: str, check: Callable[[str], Checked | None], done: Callable[[str], None]
    ) -> None:
        question = Question(label, hint, check, lambda typed: done(typed.strip()), _files)
        self.query_one(Prompt).ask(question, text)

    def on_descendant_focus(self) -> None:
        """Show the keys that work now."""
        self.query_one(KeyBar).renew()

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Hand over what was written."""
        event.stop()
        self._close()
        event.question.done(event.text)

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Go back to the list."""
        event.stop()
        self._close()

    def _close(self) -> None:
        self.query_one(Prompt).close()
        self.query_one(Grid).focus()


def _clauses(rule: Rule) -> str:
    """Return what stands in a rule beside its expression and its answer."""
    text = line(replace(rule, when="", answer=""))
    return text.removesuffix(f" {ARROW} ").removeprefix(", ")


def _check(text: str) -> Checked | None:
    try:
        parse(text)
    except ExpressionError as error:
        unfinished = error.reason.startswith("a string that does not end")
        return error.reason, len(text) if unfinished else error.column - 1
    return None


def _readable(text: str) -> Checked | None:
    if not text.strip():
        return "a file's name", 0
    return None if Path(text.strip()).expanduser().is_file() else ("there is no such file", len(text))


def _writable(text: str) -> Checked | None:
    path = Path(text.strip()).expanduser()
    if not text.strip() or path.is_dir():
        return "a file's name", len(text)
    return None if path.parent.is_dir() else ("there is no such folder", len(text))


def _files(text: str, cursor: int) -> tuple[int, list[Offer]]:
    """Return the folders and TOML files whose name may stand at the cursor."""
    typed = text[:cursor]
    folder, _, begun = typed.rpartition("/")
    place = Path(f"{folder}/" if "/" in typed else ".").expanduser()
    try:
        found = sorted(place.iterdir())
    except OSError:
        return cursor, []
    names = [f"{path.name}/" if path.is_dir() else path.name for path in found]
    names = [name for name in names if name.startswith(begun) and name.endswith(("/", ".toml"))]
    shown = [name for name in names if not name.startswith(".") or begun.startswith(".")]
    return cursor - len(begun), [Offer(name) for name in shown if name.isprintable()][:20]


def _none() -> str:
    """Return what stands there while there is no rule."""
    new, made, load = map(commands.key, ("rule.new", "call.rule", "rules.load"))
    return f"no rules: {new} writes one, {made} in the panes makes one from a call, {load} loads a file"
