"""A child ends when its parent can take the SIGCHLD; nothing else is delayed."""

from __future__ import annotations

from collections import deque

import pytest

from seccomp_tui.supervisor import exits
from seccomp_tui.supervisor.exits import Exits


class Answers:
    """Stands for the listener: notes what is allowed."""

    def __init__(self) -> None:
        self.allowed: list[int] = []

    def allow(self, notification: int) -> bool:
        self.allowed.append(notification)
        return notification != 404


class Child:
    class identity:
        tid, ppid = 20, 10


PARENT, EXIT = 10, 7


class Stage:
    """An `Exits` among stand-ins: the parent's state is set by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asleep, self.catches, self.queued, self.known = False, True, set[int](), {PARENT: object()}
        self.listener, self.ready = Answers(), deque[bytearray]()
        monkeypatch.setattr(exits, "asleep_and_catching", lambda tid, number: (self.asleep, self.catches))
        self.exits = Exits(self.listener, self.known, lambda: self.queued, self.ready)  # type: ignore[arg-type]

    def exit(self, notification: int = EXIT) -> bool:
        return self.exits.allow(notification, Child, 0)  # type: ignore[arg-type]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def test_a_parent_without_a_handler_makes_nobody_wait(stage: Stage) -> None:
    stage.catches = False
    assert stage.exit()
    assert stage.listener.allowed == [EXIT]
    assert not stage.exits.waiting


def test_a_parent_outside_the_target_makes_nobody_wait(stage: Stage) -> None:
    stage.known.clear()
    assert stage.exit()
    assert stage.listener.allowed == [EXIT]


def test_a_parent_asleep_in_a_real_call_takes_it_at_once(stage: Stage) -> None:
    stage.asleep = True
    stage.exit()
    assert stage.listener.allowed == [EXIT]
    assert not stage.exits.waiting


def test_a_parent_asleep_in_a_trap_is_answered_after_the_death(stage: Stage) -> None:
    stage.asleep, stage.queued = True, {PARENT}
    stage.exit()
    assert stage.listener.allowed == []
    assert stage.exits.stops(PARENT, bytearray(b"call"), 0)
    assert stage.listener.allowed == [EXIT]
    assert not stage.ready
    stage.exits.thread_ended(99)
    assert not stage.ready
    stage.exits.thread_ended(Child.identity.tid)
    assert list(stage.ready) == [b"call"]
    assert not stage.exits.waiting


def test_a_running_parent_is_waited_for_until_it_sleeps(stage: Stage) -> None:
    stage.exit()
    stage.exits.tick(1)
    assert stage.listener.allowed == []
    stage.asleep = True
    stage.exits.tick(2)
    assert stage.listener.allowed == [EXIT]


def test_patience_ends(stage: Stage) -> None:
    stage.exit()
    stage.exits.tick(10**9)
    assert stage.listener.allowed == [EXIT]
    stage.exit(8)
    stage.exits.stops(PARENT, bytearray(b"call"), 0)
    stage.exits.tick(10**9)
    assert list(stage.ready) == [b"call"]
    assert not stage.exits.waiting


def test_a_child_that_is_gone_keeps_no_parent_waiting(stage: Stage) -> None:
    stage.exit(404)
    assert not stage.exits.stops(PARENT, bytearray(b"call"), 0)


def test_calls_of_others_are_not_stopped(stage: Stage) -> None:
    stage.exit()
    assert not stage.exits.stops(11, bytearray(b"call"), 0)
