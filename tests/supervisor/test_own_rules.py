"""Rules that are a container's own: asked first, only of its calls, and gone with it."""

from __future__ import annotations

from pathlib import Path

from seccomp_tui.policy.rules import Rule, RuleSet
from seccomp_tui.policy.rules.line import line, parse
from seccomp_tui.supervisor.own_rules import OwnRules


def test_they_come_and_go_with_the_container(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(
        '[[rule]]\nwhen = "mkdir or rmdir"\nanswer = "errno EPERM"\nnth = "2"\n'
        '[[rule]]\nwhen = "chmod"\nanswer = "return 0"\n'
    )
    added: list[Rule] = []
    rules = RuleSet([parse("mkdir => allow")])
    own = OwnRules(rules, added.append, lambda text: None)
    own.put('a"b', str(path))
    own.put('a"b', str(path))  # another program in the same container
    assert [line(rule) for rule in rules.rules()] == [
        '(mkdir or rmdir) and container == "a\\"b", nth 2 => errno EPERM',
        '(chmod) and container == "a\\"b" => return 0',
        "mkdir => allow",
    ]
    assert [rule.id for rule in added] == [2, 3]
    rules.remove(2)
    own.drop('a"b')
    own.drop('a"b')
    assert [line(rule) for rule in rules.rules()] == ["mkdir => allow"]


def test_a_file_that_is_none_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("[[rule]]\nwhen = 'nonsense =='\nanswer = 'allow'\n")
    told: list[str] = []
    rules = RuleSet()
    own = OwnRules(rules, lambda rule: None, told.append)
    own.put("c1", str(tmp_path / "bad"))
    own.put("c1", str(tmp_path / "none"))
    assert len(told) == 2
    assert all(each.startswith("container c1 has no rules of its own: ") for each in told)
    assert rules.rules() == []
    own.put("\x1b[2J\x9b", str(tmp_path / "none"))
    assert told[2].isascii()
    assert told[2].isprintable()
