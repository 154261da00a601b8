"""A profile learned from a recording is taken by a real runtime: what was done is done again, the rest is refused."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.listener import Listener
from tests.e2e.conftest import Tool
from tests.e2e.containers import NAMESPACES, make_root

CAPABILITIES = ("bounding", "effective", "permitted")
ANSWER = 99
"""EADDRNOTAVAIL: what mkdir never fails with by itself."""
Contained = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "s.db"
    options = ["-o", "/dev/null", "--session", str(path)]
    command = [sys.executable, "-m", "seccomp_tui", "log", *options, "/bin/ls", "-l", "/"]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=50)
    return path


@pytest.fixture
def contained(tmp_path: Path, need: Callable[[str], None]) -> Iterator[Contained]:
    """Return a function that runs a command of the host's /usr in a container, under a profile."""
    need("root")
    need("runc")
    root = tmp_path / "bundle" / "rootfs"
    make_root(root, "usr", "proc", "dev", "tmp")
    names: list[str] = []

    def run(profile: object, *argv: str, no_new_privs: bool = True) -> subprocess.CompletedProcess[str]:
        process = {
            "user": {"uid": 0, "gid": 0},
            "args": argv,
            "env": ["PATH=/bin"],
            "cwd": "/",
            "noNewPrivileges": no_new_privs,
            "capabilities": {name: ["CAP_KILL"] for name in CAPABILITIES},
        }
        mounts = [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
            {"destination": "/usr", "type": "none", "source": "/usr", "options": ["rbind", "ro"]},
        ]
        linux = {"namespaces": [{"type": name} for name in NAMESPACES]} | ({"seccomp": profile} if profile else {})
        config = {
            "ociVersion": "1.0.2",
            "process": process,
            "root": {"path": "rootfs", "readonly": True},
            "mounts": mounts,
            "linux": linux,
        }
        (root.parent / "config.json").write_text(json.dumps(config))
        names.append(f"seccomp-tui-{os.getpid()}-{len(names)}")
        return subprocess.run(
            ["runc", "run", "--bundle", str(root.parent), names[-1]],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
        )

    if run(None, "/bin/true").returncode:
        pytest.skip("runc runs no container here")
    yield run
    for name in names:
        subprocess.run(["runc", "delete", "--force", name], check=False, capture_output=True, timeout=30)
    shutil.rmtree(root, ignore_errors=True)


def learned(tool: Tool, recording: Path, *options: str) -> dict[str, object]:
    outcome = tool("export", "oci-profile", recording, *options)
    assert (outcome.returncode, outcome.stderr) == (0, b"")
    return json.loads(outcome.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("options", [(), ("--arguments",), ("--default", "kill")], ids=" ".join)
@pytest.mark.parametrize("no_new_privs", [True, False])
def test_what_was_done_is_done_again(
    tool: Tool, recording: Path, contained: Contained, options: tuple[str, ...], no_new_privs: bool
) -> None:
    done = contained(learned(tool, recording, "--runtime", *options), "/bin/ls", "-l", "/", no_new_privs=no_new_privs)
    assert (done.returncode, done.stderr) == (0, "")
    assert "bin -> usr/bin" in done.stdout


def test_what_was_not_done_is_refused(tool: Tool, recording: Path, contained: Contained) -> None:
    assert "Read-only file system" in contained(None, "/bin/mkdir", "/tmp/x").stderr
    refused = contained(learned(tool, recording, "--runtime"), "/bin/mkdir", "/tmp/x")
    assert (refused.returncode, "Operation not permitted" in refused.stderr) == (1, True)
    killed = contained(learned(tool, recording, "--runtime", "--default", "kill"), "/bin/mkdir", "/tmp/x")
    assert killed.returncode == 128 + 31


def test_somebody_else_is_asked(tool: Tool, recording: Path, contained: Contained, tmp_path: Path) -> None:
    path = tmp_path / "agent"
    profile = learned(tool, recording, "--runtime", "--default", "notify", "--listener", str(path))
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(path))
        server.listen()
        asked: list[int] = []
        agent = threading.Thread(target=answer_one, args=(server, asked))
        agent.start()
        done = contained(profile, "/bin/mkdir", "/tmp/x")
        agent.join(30)
    assert "Cannot assign requested address" in done.stderr
    assert len(asked) == 1


def answer_one(server: socket.socket, asked: list[int]) -> None:
    """Take a listener from the runtime and answer one call."""
    connection, _ = server.accept()
    with connection:
        _, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, 4)
    with closing(Listener(descriptors[-1])) as listener:
        buffer = listener.receive()
        assert buffer is not None
        notification = abi.NOTIF.unpack_from(buffer)
        asked.append(notification[3])
        listener.fail(notification[0], ANSWER)


def test_the_reasons_stand_beside_it(tool: Tool, recording: Path, tmp_path: Path) -> None:
    outcome = tool("export", "oci-profile", recording, "-o", tmp_path / "p.json", "--runtime")
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, b"", b"")
    profile = json.loads((tmp_path / "p.json").read_text())
    reasons = (tmp_path / "p.json.txt").read_text()
    allowed = {name for rule in profile["syscalls"] for name in rule["names"]}
    assert all(f"\n{name} " in reasons for name in allowed)
    assert "execve                   allowed once, first as call 1 by ls" in reasons


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("oci-profile", "none.db"), "none.db: No such file or directory"),
        (("oci-profile", "s.db", "-o", "s.db"), "-o s.db: that is the recording"),
        (("oci-profile", "s.db", "--reasons", "s.db"), "s.db: that is the recording"),
        (("oci-profile", "s.db", "--default", "notify"), "--default notify and --listener SOCKET need each other"),
        (("oci-profile", "s.db", "--default", "trap"), "'trap' is not one of 'errno', 'kill', 'log', 'notify'"),
        (("rules", "s.db", "-o", "s.db"), "-o s.db: that is the recording"),
        (("-v", "rules", "s.db"), "rules must stand before its options"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tool: Tool, recording: Path, arguments: tuple[str, ...], message: str
) -> None:
    before = recording.read_bytes()
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    outcome = tool("export", *arguments, cwd=recording.parent, env=environment)
    assert outcome.returncode == 2
    assert message in outcome.stderr.decode()
    assert outcome.stderr.count(b"\n") == 1
    assert recording.read_bytes() == before


def test_a_file_that_can_not_be_written_is_told_of(tool: Tool, recording: Path) -> None:
    outcome = tool("export", "rules", recording, "-o", "/dev/full")
    assert (outcome.returncode, outcome.stderr) == (1, b"seccomp-tui: -o /dev/full: No space left on device\n")


def test_a_recording_without_answers_of_an_operator_gives_no_rules_and_that_is_said(
    tool: Tool, recording: Path
) -> None:
    outcome = tool("export", "rules", recording)
    assert (outcome.returncode, outcome.stdout.count(b"[[rule]]")) == (0, 0)
    assert b"no call was answered by an operator" in outcome.stderr


def test_answers_of_the_operator_become_rules_that_give_them_again(tool: Tool, recording: Path, tmp_path: Path) -> None:
    copied = tmp_path / "answered.db"
    with closing(sqlite3.connect(recording)) as source, closing(sqlite3.connect(copied)) as target:
        source.backup(target)
        target.execute("update call set kind = 2, value = 13, by = 3 where name = 'openat' and path = x'2f'")
        assert target.execute("update call set path = path where kind = 2").rowcount == 1
        target.commit()
    outcome = tool("export", "rules", copied, "-o", tmp_path / "rules.toml")
    assert (outcome.returncode, outcome.stderr) == (0, b"")
    text = (tmp_path / "rules.toml").read_text()
    assert "[[rule]]\nwhen = 'openat and path == \"/\"'\nanswer = 'errno EACCES'\n" in text
    done = tool("log", "-o", "/dev/null", "--rules", tmp_path / "rules.toml", "/bin/ls", "/")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Permission denied" in done.stderr
