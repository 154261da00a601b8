"""Rules, added, changed and removed while the target runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, By, Kind, return_answer
from seccomp_tui.policy.expression import parse
from seccomp_tui.policy.rules import Rule, line
from seccomp_tui.session.store import Store
from seccomp_tui.supervisor.wire import AnswerFailed, Held, RuleRefused, Rules, Status, TargetExited
from tests.e2e.operator import Operator, operate

pytestmark = pytest.mark.needs("user_notif")

STARTED = parse("getppid")
"""What each target calls when the rules may come."""


def put(operator: Operator, when: str, answer: str, **others: object) -> Rule:
    """Add a rule, and return it with its number."""
    operator.client.put_rule(Rule(when, answer, **others))  # type: ignore[arg-type]
    return operator.expect(Rules, lambda told: (told.rules[-1].when, told.rules[-1].answer) == (when, answer)).rules[-1]


def go(operator: Operator, started: Held) -> int:
    """Let the target go from where it waits, and return its exit code."""
    operator.answer(started, ALLOW)
    status = operator.expect(TargetExited).status
    operator.expect(Status, lambda status: not status.alive)
    return os.waitstatus_to_exitcode(status)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", f"import os\nos.getppid()\n{code}"]


def test_the_first_rule_that_matches_answers(tmp_path: Path) -> None:
    with operate(python("print(os.getpgid(0), os.getpgid(1))"), tmp_path / "s.db", hold=STARTED) as operator:
        started = operator.held()
        put(operator, "getpgid and pid == 0", "return 11")
        put(operator, "getpgid and arg0 == 1", "return 22")
        put(operator, "getpgid", "return 33")
        assert go(operator, started) == 0
        assert operator.output() == "33 22\n"
        counts = operator.expect(Rules, lambda told: sum(count.hits for count in told.counts) == 2).counts
    assert [count.hits for count in counts] == [0, 1, 1]
    store = Store(operator.recording)
    rows = [store.rows([count.seq])[0] for count in counts[1:]]
    store.close()
    assert [(row.kind, row.value, row.by, row.rule) for row in rows] == [
        (Kind.RETURN, 22, By.RULE, 2),
        (Kind.RETURN, 33, By.RULE, 3),
    ]


def test_the_third_read_of_a_folder_fails_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3000):
        (folder / f"a_name_of_some_length_{number}").touch()
    program = ["sh", "-c", f"kill -0 $PPID; exec ls {folder} >/dev/null"]
    with operate(program, tmp_path / "s.db", hold=parse("kill")) as operator:
        started = operator.held()
        put(operator, "getdents64", "errno ENOSPC", nth="3")
        assert go(operator, started) != 0
        assert "No space left on device" in operator.output()
    store = Store(operator.recording)
    names = [row for row in store.page(1, store.count()) if row.name == "getdents64"]
    store.close()
    assert [row.kind for row in names[:3]] == [Kind.ALLOW, Kind.ALLOW, Kind.ERRNO]


def test_once_means_once(tmp_path: Path) -> None:
    with operate(python("print(os.getpgid(0) == 7, os.getpgid(0) == 7)"), tmp_path / "s.db", hold=STARTED) as operator:
        started = operator.held()
        put(operator, "getpgid", "return 7", once=True)
        assert go(operator, started) == 0
        assert operator.output() == "True False\n"
        told = operator.expect(Rules, lambda told: told.counts[0].hits == 1)
    assert not told.rules[0].enabled


def test_a_rule_can_be_changed_moved_disabled_and_removed(tmp_path: Path) -> None:
    with operate(python("print(os.getpgid(0))"), tmp_path / "s.db", hold=STARTED) as operator:
        started = operator.held()
        first, second = put(operator, "getpgid", "return 1"), put(operator, "getpgid", "return 2")
        third = put(operator, "getpgid", "return 3")
        operator.client.move_rule(second.id, 0)
        assert [rule.id for rule in operator.expect(Rules).rules] == [second.id, first.id, third.id]
        operator.client.remove_rule(second.id)
        assert [rule.id for rule in operator.expect(Rules).rules] == [first.id, third.id]
        operator.client.put_rule(Rule("getpgid", "return 1", enabled=False, id=first.id))
        assert not operator.expect(Rules).rules[0].enabled
        operator.client.put_rule(Rule("getpgid", "return 4", id=third.id))
        assert operator.expect(Rules).rules[1].answer == "return 4"
        assert go(operator, started) == 0
        assert operator.output() == "4\n"


def test_a_rule_that_can_not_be_is_refused_in_one_line(tmp_path: Path) -> None:
    with operate(python("pass"), tmp_path / "s.db", hold=STARTED) as operator:
        started = operator.held()
        operator.client.put_rule(Rule("getpgid and", "return 1"))
        assert operator.expect(RuleRefused).why.startswith("when: column 12: ")
        operator.client.put_rule(Rule("getpgid", "return soon"))
        assert operator.expect(RuleRefused).why.startswith("answer: column 8: ")
        operator.client.put_rule(Rule("getpgid", "return 1", id=77))
        assert "no rule 77" in operator.expect(RuleRefused).why
        assert go(operator, started) == 0


def test_a_rule_holds_what_nothing_else_holds(tmp_path: Path) -> None:
    with operate(python("print(os.getpgid(0))"), tmp_path / "s.db", hold=STARTED) as operator:
        started = operator.held()
        put(operator, "getpgid", "hold")
        operator.answer(started, ALLOW)
        call = operator.held("getpgid")
        assert go(operator, call) == 0


def test_a_rule_allows_what_would_be_held(tmp_path: Path) -> None:
    with operate(python("os.getppid()"), tmp_path / "s.db", hold=STARTED) as operator:
        started = operator.held()
        put(operator, "getppid", "allow")
        assert go(operator, started) == 0


def test_a_rule_that_can_not_give_its_answer_leaves_the_call_to_the_operator(tmp_path: Path) -> None:
    with operate(python("os.read(0, 3)"), tmp_path / "s.db", hold=STARTED) as operator:
        started = operator.held()
        rule = put(operator, "read and fd == 0", 'fill buf "too long"')
        operator.answer(started, ALLOW)
        call = operator.held("read")
        assert operator.expect(AnswerFailed).why == f"rule {rule.id}: buf has room for 3 bytes, not 8"
        operator.answer(call, return_answer(0))
        assert os.waitstatus_to_exitcode(operator.expect(TargetExited).status) == 0


def test_what_a_rule_names_is_recorded_beside_what_is_traced(tmp_path: Path) -> None:
    """With `-e trace=`: the operator must see what it is that waits, and what has answered it."""
    rules = [
        line.parse(text)
        for text in (
            "getpgid and arg0 == 0 => hold",
            "getpgid and arg0 == 1 => return 7",
            'read and fd == 0 => fill buf "long"',
        )
    ]
    program = python("print(os.getpgid(0) + os.getpgid(1)); os.read(0, 3)")
    with operate(program, tmp_path / "s.db", trace="getppid", rules=rules) as operator:
        operator.answer(operator.held("getppid"), ALLOW)
        call = operator.held("getpgid")
        assert call.seq > 0
        assert call.recorded
        operator.answer(call, return_answer(5))
        assert operator.expect(AnswerFailed).why.startswith("rule 3: ")
        failed = operator.held("read")
        operator.answer(failed, return_answer(0))
        assert os.waitstatus_to_exitcode(operator.expect(TargetExited).status) == 0
        assert operator.output() == "12\n"
    store = Store(operator.recording)
    rows = [(row.name, row.value, row.rule) for row in store.page(1, store.count()) if row.name != "getppid"]
    store.close()
    assert rows == [("getpgid", 5, 0), ("getpgid", 7, 2), ("read", 0, 0)]
