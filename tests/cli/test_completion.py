"""What a shell offers after `tab`, asked of the shells themselves with the scripts that are installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SHARE = ROOT / "share"
BASH = """
source {script}
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_seccomp_tui_completion seccomp-tui 2>/dev/null
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
FISH = "source {script}; complete -C {words}"


def ask(shell: str, text: str) -> list[str]:
    """Return what the shell offers for the last word of a command line."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [shell, "-c", text],
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return [line.split("\t")[0] for line in done.stdout.splitlines() if line]


def bash(words: str) -> list[str]:
    return ask("bash", BASH.format(script=SHARE / "bash-completion/completions/seccomp-tui", words=words))


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("seccomp-tui -- expor", []),
        ("seccomp-tui --hold-", ["--hold-timeout"]),
        ("seccomp-tui log --hol", []),
        ("seccomp-tui log --wh", ["--where"]),
        ("seccomp-tui log --results o", ["on", "off"]),
        ("seccomp-tui -e openat,connec", ["openat,connect"]),
        ("seccomp-tui log -e %net", ["%network"]),
        ("seccomp-tui log --trace !openat2", ["!openat2"]),
        ("seccomp-tui log -u roo", ["root"]),
        ("seccomp-tui export oci", ["oci-profile"]),
        ("seccomp-tui log ls --al", []),
        ("seccomp-tui learn tim", ["time-travel"]),
        ("seccomp-tui learn time-travel sys", []),
        ("seccomp-tui learn --check time-travel sys", ["system-call"]),
    ],
)
def test_bash_offers_what_may_follow(words: str, offered: list[str]) -> None:
    before, _, last = words.rpartition(" ")
    assert bash(f"{before} '{last}'") == offered


def test_commands_and_programs_are_offered_together() -> None:
    assert {"log", "ls"} <= set(bash("seccomp-tui l"))
    assert "log" not in bash("seccomp-tui run lo")


@pytest.mark.needs("fish")
def test_fish_offers_the_same() -> None:
    script = SHARE / "fish/vendor_completions.d/seccomp-tui.fish"
    assert ask("fish", FISH.format(script=script, words="'seccomp-tui --hold-'")) == ["--hold-timeout"]


@pytest.mark.needs("zsh")
def test_zsh_reads_its_script_and_is_answered() -> None:
    script = SHARE / "zsh/site-functions/_seccomp-tui"
    assert ask("zsh", f"zsh -n {script}") == []
    asked = "COMP_WORDS='seccomp-tui log --wh' COMP_CWORD=2 _SECCOMP_TUI_COMPLETE=zsh_complete seccomp-tui"
    assert ask("zsh", asked)[:2] == ["plain", "--where"]


@pytest.mark.needs("man")
def test_the_manual_page_is_one(tmp_path: Path) -> None:
    page = SHARE / "man/man1/seccomp-tui.1"
    done = subprocess.run(
        ["man", "--warnings", "-l", page],
        env=os.environ | {"MANPAGER": "cat", "MANWIDTH": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == 0
    for word in ("SYNOPSIS", "seccomp-tui log", "--hold-timeout", "EXIT STATUS", "SEE ALSO"):
        assert word in done.stdout
