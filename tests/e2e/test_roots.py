"""Targets with another root, or other mounts: paths, descriptors and performed calls are theirs, not ours."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Tool

pytestmark = [pytest.mark.needs("root", "user_notif"), pytest.mark.timeout(60)]
EDITED = 'fd edit "theirs" "edited"'
READ = 'print(open("/place/which").read())'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder that has a file `place/which`."""
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "which").write_text("theirs")
    return tmp_path


@pytest.mark.parametrize("answer", ["allow", "perform", EDITED])
def test_of_a_program_that_has_changed_its_root(answer: str, place: Path, tool: Tool) -> None:
    code = f"import os; os.chroot({str(place)!r}); os.chdir('/'); {READ}"
    rule = f'openat and path == "/place/which" => {answer}'
    outcome = tool("log", "-q", "-y", "-e", "trace=openat,read", "--rule", rule, sys.executable, "-c", code)
    assert outcome.stdout == (b"edited\n" if answer == EDITED else b"theirs\n"), outcome.stderr
    assert b'openat(AT_FDCWD<%s>, "/place/which", ' % str(place).encode() in outcome.stderr
    if answer != EDITED:
        assert b"<%s/place/which>" % str(place).encode() in outcome.stderr


@pytest.mark.parametrize("answer", ["allow", "perform"])
def test_of_a_program_with_mounts_of_its_own(answer: str, place: Path, tool: Tool) -> None:
    over = place / "over"
    over.mkdir()
    (over / "which").write_text("ours")
    rule = f'openat and path == "{over}/which" => {answer}'
    script = f"mount --bind {place}/place {over} && exec {sys.executable} -c 'print(open(\"{over}/which\").read())'"
    options = ("-q", "-y", "-e", "trace=openat,read", "--rule", rule)
    outcome = tool("log", *options, "unshare", "-m", "sh", "-c", script)
    assert outcome.stdout == b"theirs\n", outcome.stderr
    assert f"<{over}/which>".encode() in outcome.stderr
