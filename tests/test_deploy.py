"""What is there to install the agent with: every file is one, and what they name fits together."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from seccomp_tui.syscalls import arch, numbers
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
SOCKET = "/run/seccomp-tui/agent.sock"
yaml: Any = pytest.importorskip("yaml")


def manifests() -> dict[str, Any]:
    """Return the manifests by what they are."""
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return {each["kind"]: each for file in files for each in yaml.safe_load_all(file.read_text())}


def profile() -> Any:
    return json.loads((DEPLOY / "kubernetes" / "observe.json").read_text())


def test_the_manifests_fit_together() -> None:
    found = manifests()
    assert set(found) == {"ConfigMap", "DaemonSet", "Pod"}
    spec = found["DaemonSet"]["spec"]
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]
    pod = spec["template"]["spec"]
    volumes = {each["name"] for each in pod["volumes"]}
    used = {mount["name"] for each in pod["containers"] + pod["initContainers"] for mount in each["volumeMounts"]}
    assert used == volumes
    (agent,) = pod["containers"]
    assert agent["command"] == ["seccomp-tui", "agent", "--log", SOCKET]
    assert str(Path(SOCKET).parent) in {mount["mountPath"] for mount in agent["volumeMounts"]}
    assert json.loads(found["ConfigMap"]["data"]["observe.json"]) == profile()
    assert found["Pod"]["spec"]["securityContext"]["seccompProfile"] == {
        "type": "Localhost",
        "localhostProfile": "seccomp-tui/observe.json",
    }


def test_the_profiles_lead_to_the_agent_and_name_calls() -> None:
    guide = (ROOT / "docs" / "agent.md").read_text()
    (shown,) = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    for each in (profile(), json.loads(shown)):
        assert each["listenerPath"] == SOCKET
        for name in (name for rule in each["syscalls"] for name in rule["names"]):
            assert numbers.number(arch.X86_64.token, name) is not None, name


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "systemd" / "seccomp-tui-agent.service").read_text()
    assert f"agent --log {SOCKET}" in unit
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    # Neither the program nor its manual page has to be installed here.
    lines = [line for line in unit.splitlines() if not line.startswith("Documentation=")]
    there = "\n".join(lines).replace("/usr/bin/seccomp-tui", shutil.which("true") or "/bin/true")
    (tmp_path / "seccomp-tui-agent.service").write_text(f"{there}\n")
    done = subprocess.run(
        [program, "verify", "--man=no", tmp_path / "seccomp-tui-agent.service"],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    assert "seccomp-tui-agent.service" not in done.stderr
