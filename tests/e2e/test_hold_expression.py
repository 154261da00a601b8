"""`--hold EXPR`: what the expression is true of is held, and nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, By, errno_answer
from seccomp_tui.policy.expression import parse
from seccomp_tui.session.store import Store
from seccomp_tui.supervisor.wire import Status, TargetExited
from seccomp_tui.syscalls import numbers
from tests.e2e.conftest import Tool
from tests.e2e.operator import operate

pytestmark = pytest.mark.needs("user_notif")

THREE = """
import os
for name in ("/etc/hostname", "/etc/hosts", "/nonexistent/x"):
    try: os.open(name, os.O_RDONLY)
    except OSError as error: print(error.errno, flush=True)
"""


def test_values_decide_and_startup_only_where_it_is_asked_for(tmp_path: Path) -> None:
    hold = parse('openat and path glob "/etc/host*" or write and fd == 1 and buf ~ "^2"', answered=False)
    with operate([sys.executable, "-S", "-c", THREE], tmp_path / "s.db", hold=hold) as operator:
        for name in (b"/etc/hostname\0", b"/etc/hosts\0"):
            call = operator.held("openat")
            stored = operator.recorded(call.seq)
            assert next(data for address, data in stored.segments if address == call.args[1]) == name
            operator.answer(call, ALLOW)
        operator.answer(operator.held("write"), errno_answer(5))
        assert os.waitstatus_to_exitcode(operator.expect(TargetExited).status) != 0
        status = operator.expect(Status, lambda status: not status.alive)
        assert status.startup == 0
    store = Store(tmp_path / "s.db")
    rows = store.page(1, store.count())
    assert {row.by for row in rows} == {By.UNHELD, By.OPERATOR}
    assert sum(row.by == By.OPERATOR for row in rows) == 3
    store.close()


def test_what_is_not_held_only_for_the_start_up_is_counted(tmp_path: Path) -> None:
    hold = parse('openat and path ~ "^/" and not startup', answered=False)
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db", hold=hold) as operator:
        call = operator.held()
        assert numbers.name(call.arch, call.nr) == "openat"
        status = operator.expect(Status, lambda status: status.held == 1)
        assert status.startup >= 2
        operator.answer(call, ALLOW)
        operator.expect(TargetExited)


def test_the_start_up_is_held_when_nothing_excludes_it(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db", hold=parse("openat", answered=False)) as operator:
        call = operator.held("openat")
        stored = operator.recorded(call.seq)
        assert next(data for address, data in stored.segments if address == call.args[1]) != b"/etc/hostname\0"
        operator.client.hold(False, 0)
        operator.expect(TargetExited)
    assert call.seq in Store(tmp_path / "s.db").matching(parse("startup"))


def test_the_caller_decides(tmp_path: Path) -> None:
    hold = parse('execve and comm == "sh" or exit_group and exe ~ "/(u?true|coreutils)$"', answered=False)
    with operate(["sh", "-c", "true; env true; :"], tmp_path / "s.db", hold=hold) as operator:
        operator.answer(operator.held("execve"), ALLOW)
        operator.answer(operator.held("exit_group"), ALLOW)
        operator.expect(TargetExited)


def test_a_field_known_only_after_the_answer_is_refused_at_its_column(tool: Tool) -> None:
    outcome = tool("run", "--hold", "openat and errno == ENOENT", "true")
    assert outcome.returncode == 2
    assert b"'--hold': column 12: errno is known only after the answer: it can't be used here" in outcome.stderr
