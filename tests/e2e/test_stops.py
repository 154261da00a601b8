"""What is held is changed while the program runs: another expression, a run to one, steps of a thread."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, By
from seccomp_tui.policy.expression import parse
from seccomp_tui.session.store import Store
from seccomp_tui.supervisor.wire import AnswerFailed, Held, Holding, HoldRefused, Status, TargetExited
from seccomp_tui.syscalls import numbers
from tests.e2e.operator import Operator, operate

pytestmark = pytest.mark.needs("user_notif")

OPENS = """
import os
for name in ("one", "two", "three", "four", "five"):
    os.getppid()
    try: os.open("/nonexistent/" + name, os.O_RDONLY)
    except OSError: pass
    os.getuid()
"""
PROGRAM = [sys.executable, "-S", "-c", OPENS]
ONE = parse('openat and path == "/nonexistent/one"', answered=False)


def path(operator: Operator, call: Held) -> bytes:
    """Return what an openat names."""
    segments = operator.recorded(call.seq).segments
    return next(data for address, data in segments if address == call.args[1]).rstrip(b"\0")


def name(call: Held) -> str:
    return numbers.name(call.arch, call.nr)


def test_another_expression_holds_from_then_on_and_an_empty_one_what_was_held_at_first(tmp_path: Path) -> None:
    with operate(PROGRAM, tmp_path / "s.db", hold=ONE) as operator:
        assert operator.expect(Holding) == Holding(str(ONE), "", "", [])
        first = operator.held()
        assert path(operator, first) == b"/nonexistent/one"
        operator.client.hold_by('openat and path ~ "(one|three)$" or getuid and pid > 0')
        assert operator.expect(Holding).text.endswith("pid > 0")
        operator.answer(first, ALLOW)
        operator.answer(operator.held("getuid"), ALLOW)
        operator.answer(operator.held("getuid"), ALLOW)
        third = operator.held()
        assert path(operator, third) == b"/nonexistent/three"
        operator.client.hold_by("")
        assert operator.expect(Holding).text == ""
        operator.answer(third, ALLOW)
        operator.expect(TargetExited)


def test_it_runs_to_a_call_once_and_then_holds_as_before(tmp_path: Path) -> None:
    hold = parse('openat and path glob "/nonexistent/*"', answered=False)
    with operate(PROGRAM, tmp_path / "s.db", hold=hold) as operator:
        first = operator.held()
        operator.expect(Status, lambda status: status.holding and status.held == 1)
        operator.client.run_to('path ~ "four$"', [first.seq], first.seq)
        fourth = operator.held()
        assert path(operator, fourth) == b"/nonexistent/four"
        assert operator.expect(Holding, lambda told: not told.until).text == ""
        operator.answer(fourth, ALLOW)
        fifth = operator.held()
        assert path(operator, fifth) == b"/nonexistent/five"
        operator.answer(fifth, ALLOW)
        operator.expect(TargetExited)
    store = Store(tmp_path / "s.db")
    opened = [row for row in store.page(1, store.count()) if "/nonexistent/" in row.text]
    assert [row.by for row in opened] == [By.OPERATOR, By.UNHELD, By.UNHELD, By.OPERATOR, By.OPERATOR]
    store.close()


def test_holding_again_ends_a_run_to_a_call_that_does_not_come(tmp_path: Path) -> None:
    program = ["sh", "-c", "read x; cat /nonexistent"]
    hold = parse('openat and path == "/nonexistent"', answered=False)
    with operate(program, tmp_path / "s.db", hold=hold) as operator:
        operator.expect(Status, lambda status: status.calls > 10)
        operator.client.run_to("connect", [], 0)
        operator.expect(Status, lambda status: not status.holding)
        operator.client.hold(True, 0)
        operator.expect(Holding, lambda told: not told.until)
        operator.type(b"\n")
        operator.answer(operator.held("openat"), ALLOW)
        operator.expect(TargetExited)


def test_a_step_stops_at_the_threads_next_call_whatever_it_is(tmp_path: Path) -> None:
    with operate(PROGRAM, tmp_path / "s.db", hold=ONE) as operator:
        call = operator.held()
        for wanted in ("getuid", "getppid", "openat"):
            operator.client.step([call.tid])
            operator.answer(call, ALLOW)
            call = operator.held()
            assert name(call) == wanted
        assert path(operator, call) == b"/nonexistent/two"
        operator.answer(call, ALLOW)
        operator.expect(TargetExited)


def test_a_step_stops_before_a_rule_and_while_nothing_is_held(tmp_path: Path) -> None:
    from seccomp_tui.policy.rules.line import parse as rule

    with operate(PROGRAM, tmp_path / "s.db", hold=ONE) as operator:
        call = operator.held()
        operator.client.put_rule(rule("getuid => return 7").rule)
        operator.client.hold(False, call.seq)
        operator.client.step([call.tid])
        operator.expect(Holding, lambda told: told.stepped == [call.tid])
        operator.answer(call, ALLOW)
        call = operator.held("getuid")
        operator.expect(Holding, lambda told: not told.stepped)
        operator.answer(call, ALLOW)
        operator.expect(TargetExited)


def test_what_is_no_expression_is_refused_and_the_call_waits_on(tmp_path: Path) -> None:
    with operate(PROGRAM, tmp_path / "s.db", hold=ONE) as operator:
        call = operator.held()
        operator.client.hold_by("opent")
        assert "column 1" in operator.expect(HoldRefused).why
        operator.client.run_to("errno == ENOENT", [call.seq], call.seq)
        assert "only after the answer" in operator.expect(HoldRefused).why
        assert operator.expect(AnswerFailed).seq == call.seq
        operator.answer(call, ALLOW)
        operator.expect(TargetExited)
