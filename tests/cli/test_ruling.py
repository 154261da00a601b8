"""The options that give rules: their order, and what they come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from seccomp_tui.cli import log as log_command
from seccomp_tui.cli import run as run_command
from seccomp_tui.cli import starting
from seccomp_tui.policy.answers import ALLOW, Answer, Kind
from seccomp_tui.policy.rules.line import line
from seccomp_tui.policy.rules.trapping import trapping
from seccomp_tui.sources import launch
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native

SECOND = 1_000_000_000


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the options of each start, of which there is none in truth."""
    starts: list[dict[str, Any]] = []
    monkeypatch.setattr(starting, "start", lambda **options: starts.append(options))
    monkeypatch.setattr(launch, "is_terminal", lambda: True)
    return starts


def log(*words: str) -> None:
    log_command.log.main([*words, "true"], "log", standalone_mode=False)


def run(*words: str) -> None:
    run_command.run.main([*words, "true"], "run", standalone_mode=False)


def test_rules_are_in_the_order_of_the_command_line(started: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[[rule]]\nwhen = "unlink"\nanswer = "errno EPERM"\n[[rule]]\nwhen = "rmdir"\nanswer = "allow"\n')
    log(
        *("--fault", "link", "--rule", "openat => allow", "-e", "trace=read", "-e", "inject=close:retval=0"),
        *(
            "--rules",
            str(file),
            "--rule=write, nth 2+ => errno EIO",
            "-e",
            "fault=?nosuch",
            "--inject",
            "read:error=EIO",
        ),
    )
    assert [line(rule.rule) for rule in started[0]["rules"]] == [
        "link => errno ENOSYS",
        "openat => allow",
        "close => return 0",
        "unlink => errno EPERM",
        "rmdir => allow",
        "write, nth 2+ => errno EIO",
        "read => errno EIO",
    ]


def test_only_screens_can_hold(started: list[dict[str, Any]]) -> None:
    run("--rule", "openat => hold")
    assert started[0]["rules"][0].answer == Answer(Kind.HOLD)
    with pytest.raises(click.UsageError, match="the rule 'openat => hold' holds calls, and there are no screens"):
        log("--rule", "openat => hold")


@pytest.mark.parametrize(
    ("text", "meant"),
    [("30s=allow", (30 * SECOND, ALLOW)), ("0.5s=errno EINTR", (SECOND // 2, Answer(Kind.ERRNO, 4))), (None, None)],
)
def test_a_timeout_of_held_calls(started: list[dict[str, Any]], text: str | None, meant: object) -> None:
    run(*(("--hold-timeout", text) if text else ()))
    assert started[0]["hold_timeout"] == meant


@pytest.mark.parametrize("text", ["30s", "allow", "30=allow", "0s=allow", "1s=kill", "1s=allow after 1s", "1s=errno X"])
def test_what_is_no_timeout(started: list[dict[str, Any]], text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"expected|unknown errno"):
        run("--hold-timeout", text)


def rules_of(*words: str, started: list[dict[str, Any]]) -> set[str]:
    """Return the names of the native calls that must trap for rules."""
    log(*words)
    token = native().token
    return {numbers.name(token, nr) for nr in trapping(started[-1]["rules"])[token]}


def test_what_rules_name_traps(started: list[dict[str, Any]]) -> None:
    assert rules_of("--rule", "getpid or getppid => return 1", started=started) == {"getpid", "getppid"}
    assert rules_of("--rule", 'path == "/x" => allow', started=started) == set(), "it names no system call"
    assert rules_of("--rule", "not getpid => allow", started=started) == set(), "so it applies to what traps anyway"
    assert rules_of("--inject", "all:delay_enter=1", started=started) == set()
    file_calls = rules_of("--inject", "%file:delay_enter=1", started=started)
    assert {"openat", "execve"} <= file_calls
    narrowed = rules_of("--rule", "%file and flags has O_CREAT => allow", started=started)
    assert "openat" in narrowed < file_calls
