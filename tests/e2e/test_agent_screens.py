"""The agent with the screens: each sort of answer by hand, and a container that lives on when they are left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import until
from tests.e2e.conftest import COMMAND, Open, Tool
from tests.e2e.containers import MAKING, ONE_PIPE, Containers, output


@pytest.mark.needs("root", "user_notif", "runc", "tmux")
def test_each_sort_of_answer_by_hand(terminal: Open, folder: Path, containers: Containers, tmp_path: Path) -> None:
    hold = 'path == "/given" or not openat and not path == "/run/mount"'  # where mount(8) writes, if it can
    at = terminal([*COMMAND, "agent", "--session", tmp_path / "s.db", "--hold", hold, folder / "agent"])
    at.wait("waiting for containers")
    at.wait("0 containers")
    containers.annotations = {"nerdctl/namespace": "shop", "nerdctl/name": "web"}
    script = (
        f"{ONE_PIPE} mkdir /tmp/e; chmod 700 /etc && stat -c %a /etc; cat /given; mkdir /tmp/m;"
        "mount -t tmpfs none /tmp/m && touch /tmp/m/x; mknod /tmp/null c 1 3 && stat -c %t,%T /tmp/null;"
        "mkdir /tmp/last; until [ -e /tmp/go ]; do sleep 0.05; done; mkdir /tmp/more && echo more"
    )
    runc = containers.start("one", ["/bin/sh", "-c", script], (*MAKING, "openat"))
    at.wait('mkdir "/tmp/e".*shop/web')
    at.wait("in container shop/web")
    at.wait("1 container ")
    for call, answer in (
        ('mkdir "/tmp/e"', "errno EROFS"),
        ("fchmodat", "return 0"),
        ("openat", 'fd memfd "made up\\n"'),
        ('mkdir "/tmp/m"', "allow"),
        ("mount ", "perform as supervisor"),
        ("mknod", "perform as supervisor"),
    ):
        at.wait(rf"^│> ?\d+ ! {call}")
        at.press("x", "answer #")
        at.type("-l", answer)
        at.wait(re.escape(answer))
        at.type("Enter")
    at.wait(r'! mkdir "/tmp/last"')
    at.press("4", "container shop/web")
    at.press("q", "1 container still there; 1 call is held")
    at.type("w")
    at.wait(r"1 still running: process \d+ lets their calls go on")
    at.wait(r"^\[exit 0\]")
    (containers.root("one") / "tmp" / "go").touch()
    told = output(runc)
    assert "'/tmp/e': Read-only file system" in told
    assert told.endswith("755\nmade up\n1,3\nmore\n")
    assert (containers.root("one") / "tmp" / "last").is_dir()
    assert not (containers.root("one") / "tmp" / "m" / "x").exists()  # it stands in the container's own tmpfs
    until(lambda: not (folder / "agent").exists())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--log", "--hold", "mkdir", "s"), "--hold needs screens, and with --log there are none"),
        (("--log", "--run", "s"), "--run needs screens, and with --log there are none"),
        (
            ("--log", "--hold-timeout", "3s=allow", "s"),
            "--hold-timeout needs screens, and with --log there are none",
        ),
        (("--log", "--rule", "mkdir => hold", "s"), "there are no screens to answer them"),
        (("--log", "--rules-dir", "none", "s"), "'--rules-dir': Directory 'none' does not exist"),
        (("--format", "strace", "s"), "--format is about lines: it needs --log"),
        (("s",), "the screens need a terminal; without one use: seccomp-tui agent --log s"),
        (("--log", "none/s"), "none: No such file or directory; make the folder: mkdir -m 700"),
        ((), "Missing argument 'SOCKET'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tool: Tool, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = tool("agent", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
