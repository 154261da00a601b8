"""Our text is strace's: the same calls, printed by both."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from seccomp_tui.syscalls.arch import I386
from seccomp_tui.syscalls.decode import Decoder
from tests.conftest import ROOT
from tests.syscalls.live import ProcessMemory

RESULT = re.compile(r" *= -1 EHWPOISON \(.*\)$")
COMMENT = re.compile(r"(?<=^init_module\(0x............) /\* .* \*/", re.MULTILINE)
"""What we say of a module's image, and strace does not."""
HERE = Path(__file__).parent


def refused(lines: Iterable[str]) -> list[str]:
    """Return the calls that the filter refused, without their result."""
    return [RESULT.sub("", line) for line in lines if RESULT.search(line)]


@pytest.mark.needs("strace", "x86_64")
def test_calls_are_printed_to_the_letter_as_strace_does(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    command = ["strace", "-o", str(theirs), sys.executable, "-m", "tests.syscalls.strace_calls", str(ours)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=50)
    lines = refused(theirs.read_text().splitlines())
    assert len(lines) > 300
    assert COMMENT.sub("", ours.read_text()).splitlines() == lines


@pytest.mark.needs("strace", "gcc", "gcc-m32", "x86_64")
def test_calls_of_a_32_bit_program_too(tmp_path: Path) -> None:
    program, theirs = tmp_path / "calls32", tmp_path / "theirs"
    subprocess.run(["gcc", "-m32", "-static", "-w", "-o", program, HERE / "calls32.c"], check=True)
    command = ["strace", "-o", str(theirs), str(program)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as traced:
        assert traced.stdin is not None
        assert traced.stdout is not None
        pid, *calls = iter(traced.stdout.readline, "end\n")
        decoder = Decoder()
        with ProcessMemory(int(pid)) as memory:
            ours = []
            for line in calls:
                nr, *args = (int(word) for word in line.split())
                ours.append(decoder.call(I386.token, nr, args, memory))
        traced.communicate("\n", timeout=30)
    assert refused(theirs.read_text().splitlines()) == ours
