"""Containers of the host's /usr, run by runc under a profile that sends some calls to an agent."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from tests.conftest import PATIENCE, until

NAMESPACES = ("pid", "ipc", "uts", "mount", "network")
CAPABILITIES = ("CAP_KILL", "CAP_DAC_OVERRIDE", "CAP_FOWNER")
MAKING = ("mkdir", "mount", "mknod", "mknodat", "chmod", "fchmodat")
"""Calls that make something, for the agent to answer."""
ONE_PIPE = "exec 2>&1;"
"""What is printed and what is said of errors come in their order."""


def make_root(root: Path, *folders: str) -> None:
    """Make a root folder with these folders in it, whose programs are those of the host's /usr, to be mounted there."""
    for name in folders:
        (root / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64", "sbin"):
        if os.path.islink(f"/{name}"):
            (root / name).symlink_to(f"usr/{name}")
        elif os.path.isdir(f"/{name}"):
            pytest.skip("/bin and /lib are no links into /usr")


class Agent:
    """`seccomp-tui agent --log` at a socket of its own.

    Args:
        before: what runs it.

    Attributes:
        lines: the file that the lines go to.
    """

    def __init__(self, folder: Path, *options: str | Path, before: Sequence[str] = ()) -> None:
        self.socket = folder / "agent"
        self.lines = folder / "lines"
        self.complaints = folder / "complaints"
        command = [*before, sys.executable, "-m", "seccomp_tui", "agent", "--log", *options, self.socket]
        with self.lines.open("wb") as lines, self.complaints.open("wb") as complaints:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=lines, stderr=complaints, start_new_session=True
            )
        until(lambda: self.lines.stat().st_size or self.process.poll() is not None)

    def objects(self, kind: str) -> list[dict[str, object]]:
        """Return the objects of a type that were printed."""
        found = [json.loads(line) for line in self.lines.read_text().splitlines() if line.endswith("}")]
        return [each for each in found if each["type"] == kind]

    def role(self, name: str) -> psutil.Process:
        """Return its "recorder", "supervisor" or "acceptor"."""
        return next(each for each in psutil.Process(self.process.pid).children() if each.name() == f"stui-{name}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal to the command, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Kill all of its processes, as systemd does with a service's."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


class Containers:
    """Starts containers, and ends them.

    Args:
        folder: for what they need.
        path: of the agent's socket.
    """

    def __init__(self, folder: Path, path: Path) -> None:
        self._folder = folder
        self._path = path
        self._names: list[str] = []
        self.annotations: dict[str, str] = {}

    def root(self, name: str) -> Path:
        """Return the root folder of a container."""
        return self._folder / name / "rootfs"

    def start(
        self, name: str, argv: Sequence[str], notified: Sequence[str], metadata: str = ""
    ) -> subprocess.Popen[str]:
        """Run a command in a new container, and return runc.

        Args:
            notified: the calls that the agent answers.
        """
        make_root(self.root(name), "usr", "proc", "tmp", "etc")
        profile = {
            "defaultAction": "SCMP_ACT_ALLOW",
            "listenerPath": str(self._path),
            "listenerMetadata": metadata,
            "syscalls": [{"names": list(notified), "action": "SCMP_ACT_NOTIFY"}],
        }
        config = {
            "ociVersion": "1.0.2",
            "process": {
                "user": {"uid": 0, "gid": 0},
                "args": list(argv),
                "env": ["PATH=/bin"],
                "cwd": "/",
                "capabilities": dict.fromkeys(("bounding", "effective", "permitted"), CAPABILITIES),
            },
            "root": {"path": "rootfs"},
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/usr", "type": "none", "source": "/usr", "options": ["rbind", "ro"]},
            ],
            "annotations": self.annotations,
            "linux": {"namespaces": [{"type": each} for each in NAMESPACES], "seccomp": profile},
        }
        (self._folder / name / "config.json").write_text(json.dumps(config))
        self._names.append(self.id(name))
        return self.runc("run", "--bundle", str(self._folder / name), self.id(name))

    def id(self, name: str) -> str:
        """Return what runc calls a container."""
        return f"seccomp-tui-{os.getpid()}-{name}"

    def crun(self, name: str) -> subprocess.Popen[str]:
        """Run once more, with crun, what was started; it takes no cgroups of two versions at a time."""
        other = '$3 == "cgroup2" && $2 != "/sys/fs/cgroup" { print $2 }'
        hide = f"awk '{other}' /proc/mounts | xargs -r umount; exec \"$@\""
        command = ["crun", "run", "--bundle", str(self._folder / name), f"{self.id(name)}-crun"]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(["unshare", "-m", "sh", "-c", hide, "sh", *command], text=True, **pipes)  # type: ignore[call-overload,no-any-return]

    def runc(self, *arguments: str) -> subprocess.Popen[str]:
        """Start runc."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(["runc", *arguments], text=True, **pipes)  # type: ignore[call-overload,no-any-return]

    def end(self) -> None:
        """End all that were started."""
        for name in self._names:
            subprocess.run(["runc", "delete", "--force", name], check=False, capture_output=True, timeout=30)
        shutil.rmtree(self._folder, ignore_errors=True)


def output(runc: subprocess.Popen[str]) -> str:
    """Return what was printed in a container, once it has ended."""
    text, _ = runc.communicate(timeout=PATIENCE)
    return text
