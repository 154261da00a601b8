"""Rules made from calls, and the list of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from seccomp_tui.policy.answers import errno_answer
from seccomp_tui.policy.rules import Rule, files
from seccomp_tui.screens.dialogs.rule import RuleDialog
from seccomp_tui.screens.rules import RulesScreen
from seccomp_tui.screens.widgets.grid import Grid
from seccomp_tui.screens.widgets.prompt import Line
from seccomp_tui.supervisor.wire import MoveRule, PutRule, RemoveRule, RuleRefused, ToSupervisor
from tests.screens.conftest import NARROW, WIDE, Live, Look, Start
from tests.screens.scripted import Supervisor
from tests.screens.test_pictures import compare
from tests.screens.written import Written

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])


def asked(supervisor: Supervisor, kind: type[ToSupervisor]) -> list[ToSupervisor]:
    supervisor.take()
    return [message for message in supervisor.asked if isinstance(message, kind)]


async def write(live: Live, text: str) -> None:
    line = live.app.screen.query_one(Line)
    line.value, line.cursor_position = text, len(text)
    await live.pilot.pause()


async def from_call(live: Live, **values: object) -> int:
    """Hold a call, and begin to make a rule of it."""
    seq = await live.hold(**values)
    await live.ready()
    await live.press("R")
    await live.until(lambda: isinstance(live.app.screen, RuleDialog) and live.app.screen.query(Line))
    await live.until(lambda: isinstance(live.app.screen.focused, Line))
    return seq


# --- made from a call ---


@SIZES
async def test_a_rule_is_made_from_a_call(start: Start, supervisor: Supervisor, size: tuple[int, int]) -> None:
    async with start(size) as live:
        await from_call(live)
        labels = ["this call", "same path", "same folder", "same system call"]
        shown = live.whole()
        assert [label for label in labels if label in shown] == labels
        await live.press("down")
        await write(live, "errno ENOENT")
        await live.until(lambda: 'openat and path == "/etc/shadow" => errno ENOENT' in live.whole())
        await live.until(lambda: "true of 1 of 1 calls so far" in live.whole())
        await live.press("enter")
        await live.until(lambda: asked(supervisor, PutRule))
        assert asked(supervisor, PutRule) == [PutRule(Rule('openat and path == "/etc/shadow"', "errno ENOENT"))]
        assert live.app.screen is live.screen
        assert supervisor.answers() == [], "what is held stays held"


async def test_how_many_calls_it_would_have_matched_is_counted(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(30)
    async with start() as live:
        await live.until(lambda: "30" in live.text("#history"))
        await live.press("tab", "up", "R")
        await live.until(lambda: isinstance(live.app.screen, RuleDialog) and live.app.screen.query(Line))
        await live.press(*["down"] * 8)
        await live.until(lambda: "true of 30 of 30 calls so far" in live.whole())
        await live.until(lambda: live.app.screen.query_one(Line).value == "allow")


async def test_the_answer_that_was_given_last_stands_there(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        await live.press("d")
        await live.answers(1)
        await live.press("tab", "up", "R")
        await live.until(lambda: isinstance(live.app.screen, RuleDialog) and live.app.screen.query(Line))
        await live.until(lambda: live.app.screen.query_one(Line).value == "errno EPERM")
        await live.press("escape")
        await live.until(lambda: live.app.screen is live.screen)
        await live.press("escape")
        await from_call(live)
        assert live.app.screen.query_one(Line).value == "errno EPERM"


async def test_an_answer_that_can_not_be_is_not_taken(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await from_call(live)
        await write(live, 'fill pathname "x"')
        await live.press("enter")
        await live.until(lambda: "openat has nothing to fill here" in live.whole())
        await write(live, "hold")
        await live.press("enter")
        await live.until(lambda: asked(supervisor, PutRule))
        assert len(asked(supervisor, PutRule)) == 1


async def test_a_path_of_the_target_is_quoted_and_no_markup(start: Start, supervisor: Supervisor) -> None:
    async with start(WIDE) as live:
        await from_call(live, path=b'/tmp/[red]"\x1b[31m')
        assert r'path == "/tmp/[red]\"\x1b[31m"' in live.whole()
        assert "\x1b" not in live.whole()
        await live.press("down")
        await write(live, "kill")
        await live.press("enter")
        await live.until(lambda: asked(supervisor, PutRule))


async def test_a_call_that_ends_meanwhile_still_gives_a_rule(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await from_call(live)
        supervisor.settle(seq, None)
        await live.until(lambda: seq not in live.app.model.held)
        await write(live, "kill")
        await live.press("enter")
        await live.until(lambda: asked(supervisor, PutRule))


async def test_a_rule_that_is_refused_is_told_of(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.channel.send(RuleRefused(Rule("x", "y"), "when: [red]no"))
        await live.until(lambda: "the rule was refused: when: [red]no" in live.notices())


async def test_no_rule_is_made_where_none_would_be_asked(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        assert live.screen.can("call.rule") is None
        await live.hold()
        assert live.screen.can("call.rule")
        supervisor.exited()
        supervisor.status(alive=False)
        await live.until(lambda: live.app.model.over)
        await live.until(lambda: not live.screen.can("call.rule") and not live.screen.can("call.allow"))


# --- the list ---

LINES = ("unlink => errno ENOENT", 'openat, nth 3+ => fd "/etc/[red]x"', "getpid => return 1")


async def listed(live: Live, supervisor: Supervisor, *lines: str, hits: int = 2, seq: int = 17) -> None:
    supervisor.rules(*lines, hits=hits, seq=seq)
    await live.until(lambda: len(live.app.model.rules) == len(lines))
    await live.press("L")
    await live.until(lambda: isinstance(live.app.screen, RulesScreen) and live.app.screen.query(Grid))
    await live.until(lambda: live.app.screen.query_one(Grid).rows == live.app.model.rules)


def rows(live: Live) -> list[str]:
    """Return the lines of the rules, without the mark of the cursor."""
    return [line[1:].strip() for line in live.lines("#rules")[1 : len(live.app.model.rules) + 1]]


@SIZES
async def test_rules_are_listed_in_their_order(start: Start, supervisor: Supervisor, size: tuple[int, int]) -> None:
    async with start(size) as live:
        await listed(live, supervisor, *LINES)
        assert [row.split()[:2] for row in rows(live)] == [["1", "on"], ["2", "on"], ["3", "on"]]
        assert rows(live)[1].split() == ["2", "on", "openat,", "nth", "3+", "fd", '"/etc/[red]x"', "2"] + (
            ["#17", "0.0s", "ago"] if size == WIDE else []
        )
        assert "the first that matches a call answers it" in live.whole()
        await live.until(lambda: "true of 0 of 0 calls so far" in live.whole())
        await compare(live, f"rules-{size[0]}x{size[1]}")


async def test_keys_ask_for_changes(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await listed(live, supervisor, *LINES)
        await live.press("down", "space", "K", "J", "delete")
        await live.until(lambda: asked(supervisor, RemoveRule))
        second = live.app.model.rules[1]
        changed = [message for message in supervisor.asked if isinstance(message, PutRule | MoveRule | RemoveRule)]
        off = Rule(second.when, second.answer, nth="3+", id=2, enabled=False)
        assert changed == [PutRule(off), MoveRule(2, 0), MoveRule(2, 2), RemoveRule(2)]


async def test_nothing_moves_past_the_ends(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await listed(live, supervisor, *LINES[:1])
        await live.press("K", "J", "delete")
        await live.until(lambda: asked(supervisor, RemoveRule))
        assert not asked(supervisor, MoveRule)


async def test_what_changes_meanwhile_is_shown_and_the_cursor_stays_with_its_rule(
    start: Start, supervisor: Supervisor
) -> None:
    async with start() as live:
        await listed(live, supervisor, *LINES)
        await live.press("down", "down")
        supervisor.rules(*LINES, hits=5)
        await live.until(lambda: " 5 " in rows(live)[0])
        first, *others = live.app.model.rules
        live.app.model.rules = [others[1], first]
        live.app.screen.renew()  # type: ignore[attr-defined]
        assert live.app.screen.query_one(Grid).at == 0
        assert "getpid" in rows(live)[0]


async def test_a_rule_is_edited_with_its_number_and_a_new_one_has_none(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await listed(live, supervisor, *LINES)
        await live.press("e")
        await live.until(lambda: isinstance(live.app.screen.focused, Line))
        assert live.app.screen.query_one(Line).value == LINES[0]
        await write(live, "unlink => errno EACCES")
        await live.press("enter")
        await live.until(lambda: asked(supervisor, PutRule))
        assert isinstance(live.app.screen.focused, Grid)
        await live.press("n", *"getuid", "space")
        await live.until(lambda: "=>" in live.text("Prompt .below"))
        await write(live, "getuid => ret")
        await live.press("tab", "0", "enter")
        await live.until(lambda: len(asked(supervisor, PutRule)) == 2)
        assert asked(supervisor, PutRule) == [
            PutRule(Rule("unlink", "errno EACCES", id=1)),
            PutRule(Rule("getuid", "return 0")),
        ]


async def test_a_line_that_is_no_rule_is_not_taken(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await listed(live, supervisor)
        assert "no rules" in live.whole()
        await live.press("space", "e", "delete", "K", "n")
        await live.until(lambda: isinstance(live.app.screen.focused, Line))
        for text, word, reason in (
            ("openat", "", "expected =>"),
            ("openat and nonsense => allow", "nonsense", "nonsense"),
            ("openat => erno", "erno", "did you mean 'errno'?"),
            ('unlink => fill buf "x"', "fill", "there is nothing to fill in unlink"),
        ):
            await write(live, text)
            await live.press("enter")
            await live.until(lambda reason=reason: reason in live.text("Prompt .below"))  # type: ignore[misc]
            at = len(" new rule ") + (text.index(word) if word else len(text))
            assert live.text("Prompt .below").index("^") == at
        await live.press("escape")
        await live.until(lambda: isinstance(live.app.screen.focused, Grid))
        assert not asked(supervisor, PutRule)
        await live.press("escape")
        await live.until(lambda: live.app.screen is live.screen)


async def test_a_refusal_stands_in_the_list(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await listed(live, supervisor, *LINES)
        supervisor.channel.send(RuleRefused(Rule("x", "y"), "there is no rule 9 any more"))
        await live.until(lambda: "x refused: there is no rule 9 any more" in live.whole())
        assert live.notices() == []


async def test_the_first_line_says_how_many_rules_and_hits_there_are(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        assert "rules" not in live.text("#status")
        supervisor.rules(*LINES, hits=4)
        await live.until(lambda: "rules 3: 12 hits" in live.text("#status"))


async def test_an_answer_by_key_is_kept_for_the_next_rule(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        await live.press("d")
        assert (await live.answers(1))[0][1] == errno_answer(1)
        assert live.app.model.last_tried == "errno EPERM"


async def test_a_rule_is_tested_against_the_history_and_enter_shows_what_it_is_true_of(
    start: Start, supervisor: Supervisor
) -> None:
    supervisor.past(5)
    async with start() as live:
        await live.hold()
        await listed(live, supervisor, "openat, nth 3+ => errno EPERM", "getpid => return 1")
        await live.until(lambda: "true of 1 of 6 calls so far, without nth 3+" in live.whole())
        await live.press("down")
        await live.until(lambda: "true of 0 of 6 calls so far   enter" in live.whole())
        await live.press("up", "enter")
        await live.until(lambda: live.app.screen is live.screen)
        await live.until(lambda: "History (1 of 6): openat" in live.whole())
        assert live.screen.view == "view.history"


async def test_rules_are_saved_with_their_comments_and_loaded_once(
    start: Start, supervisor: Supervisor, tmp_path: Path
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('# why\n[[rule]]\nwhen = "unlink"\nanswer = "errno ENOENT"\n')
    async with start() as live:
        await listed(live, supervisor, *LINES)
        await live.press("w")
        await write(live, str(path))
        await live.press("enter")
        await live.until(lambda: "= 3 rules saved in" in live.whole())
        assert path.read_text().startswith("# why\n[[rule]]\n")
        assert [compiled.rule for compiled in files.read(path)] == [
            replace(rule, id=0) for rule in live.app.model.rules
        ]
        supervisor.rules(LINES[0])
        await live.until(lambda: len(live.app.model.rules) == 1)
        await live.press("l")
        await live.until(lambda: isinstance(live.app.screen.focused, Line))
        assert live.app.screen.query_one(Line).value == str(path)
        await live.press("enter")
        await live.until(lambda: "= 2 rules added behind the others, 1 already there" in live.whole())
        await live.until(lambda: len(asked(supervisor, PutRule)) == 2)


async def test_a_file_that_is_none_is_told_of(start: Start, supervisor: Supervisor, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("[[rule]]\nwhen = 'nonsense'\nanswer = 'allow'\n")
    async with start() as live:
        await listed(live, supervisor, *LINES)
        for key, words in (("l", "x not loaded: "), ("w", "x not saved: ")):
            await live.press(key)
            await write(live, str(path))
            await live.press("enter")
            await live.until(lambda words=words: words in live.whole())  # type: ignore[misc]
            assert "wrong.toml:2: " in live.whole()
        await live.press("l")
        await write(live, str(tmp_path / "none.toml"))
        await live.press("enter")
        await live.until(lambda: "there is no such file" in live.text("Prompt .below"))
        await write(live, f"{tmp_path}/wr")
        await live.press("tab")
        assert live.app.screen.query_one(Line).value == f"{path} "
        await live.press("escape")
    assert "nonsense" in path.read_text()


async def test_rules_of_a_recording_are_shown_and_not_changed(look: Look, written: Written, tmp_path: Path) -> None:
    written.db.execute("insert into rule values (1, 1, 'unlink => errno EPERM'), (2, 1, 'getpid => return 1')")
    written.calls_of(4, name="getpid")
    written.db.execute("update call set rule = 2 where seq > 1")
    async with look(written.ended().path) as live:
        await live.press("3")
        await live.until(lambda: isinstance(live.app.screen, RulesScreen) and live.app.screen.query(Grid))
        await live.until(lambda: live.lines("#rules")[2].split() == ["2", "on", "getpid", "return", "1", "3"])
        assert "Edit" not in live.text("#keys")
        await live.press("space", "e", "n", "delete", "K", "J", "l")
        assert len(live.app.screen.query_one(Grid).rows) == 2
        await live.press("w")
        await write(live, str(tmp_path / "saved.toml"))
        await live.press("enter")
        await live.until(lambda: (tmp_path / "saved.toml").exists())
        assert [compiled.rule.when for compiled in files.read(tmp_path / "saved.toml")] == ["unlink", "getpid"]
