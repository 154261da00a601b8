"""A process's own user time, in finer steps than the kernel's."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.decode.usertime import UserTime

SPINS = "import os; t = os.times()\nwhile os.times().user - t.user < 0.2: sum(range(2000))"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SPINS!r}])"


def used(code: str) -> float:
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", code]) as process, UserTime(process.pid) as time:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        return time.seconds()


@pytest.mark.needs("x86_64")
def test_what_a_process_uses_is_its_own() -> None:
    assert 0.15 < used(SPINS) < 0.6
    assert used(CHILD) < 0.15
