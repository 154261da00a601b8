"""What README and docs tell to type does what they say: every block of commands is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, need
from tests.e2e.conftest import Open
from tests.e2e.documents import RUN, Block, blocks, stray

pytestmark = [pytest.mark.needs("user_notif"), pytest.mark.timeout(180)]

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
KNOWN = {RUN, "text", "toml", "json", "yaml", "ini", "sql"}
USED = ("sqlite3", "gdb", "curl", "gcc", "strace")
"""Programs that a block needs when it names them."""


def environment(home: Path) -> dict[str, str]:
    """Return an environment in which the installed command is found, and our user has seen the first card."""
    settings = home / ".config" / "seccomp-tui"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "config.toml").write_text("[screens]\nwelcome = false\n")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}


def in_a_shell(block: Block, folder: Path) -> None:
    ends = block.asked("exit")
    done = subprocess.run(
        ["bash", *(["-uc"] if ends else ["-euo", "pipefail", "-c"]), block.text],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == int((ends or ["0"])[0]), f"line {block.line}:\n{block.text}\n{done.stdout}{done.stderr}"
    for text in block.asked("prints") or []:
        assert text in done.stdout + done.stderr, f"line {block.line}"


def in_a_terminal(block: Block, folder: Path, terminal: Open) -> None:
    variables = [f"{name}={environment(folder)[name]}" for name in ("PATH", "HOME", "XDG_CONFIG_HOME")]
    at = terminal(["env", "-C", folder, *variables, "bash", "-euc", block.text], 120, 36)
    for word, *rest in block.parts:
        if word == "screen":
            at.wait(rest[0])
        elif word == "press" and len(rest) > 1:
            at.press(*rest)
        elif word == "press":
            at.type(*rest)
    at.wait(rf"\[exit {(block.asked('exit') or ['0'])[0]}\]")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_of_a_document_do_what_it_says(document: Path, tmp_path: Path, terminal: Open) -> None:
    for block in blocks(document):
        named = block.asked("file")
        if named:
            (tmp_path / named[0]).write_text(block.text)
        elif block.language == RUN and block.asked("elsewhere") is None:
            for tool in [*(block.asked("needs") or []), *(name for name in USED if name in block.text)]:
                need(tool)
            if block.asked("screen"):
                in_a_terminal(block, tmp_path, terminal)
            else:
                in_a_shell(block, tmp_path)


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "ARCHITECTURE.md"], ids=lambda path: path.name)
def test_every_block_says_what_it_is(document: Path) -> None:
    assert not [f"line {block.line}" for block in blocks(document) if block.language not in KNOWN]
    assert not stray(document)
