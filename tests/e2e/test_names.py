"""What our processes are called: each by its role, and the target by its own name."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.e2e.operator import operate

pytestmark = pytest.mark.needs("user_notif")


def test_each_process_is_named_by_its_role_and_the_target_by_itself(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db") as operator:
        call = operator.held()
        keeper = psutil.Process(operator.keeper)
        names = {Path(f"/proc/{pid}/comm").read_text().strip() for pid in [keeper.pid, *map(_pid, keeper.children())]}
        assert names == {"seccomp-tui", "stui-recorder", "stui-supervisor", "stui-screens"}
        assert Path(f"/proc/{call.pid}/comm").read_text().strip() == "cat"


def _pid(process: psutil.Process) -> int:
    return int(process.pid)
