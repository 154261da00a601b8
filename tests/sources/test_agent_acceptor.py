"""The agent's socket and who takes what comes there: nothing that a runtime does stops it, or leaves anything open."""

from __future__ import annotations

import array
import json
import os
import resource
import socket
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from seccomp_tui.kernel import filter as bpf
from seccomp_tui.kernel.launch import Program, launch
from seccomp_tui.sources import agent_acceptor
from seccomp_tui.sources.agent_acceptor import Acceptor
from seccomp_tui.sources.agent_socket import AgentSocket, Unusable
from seccomp_tui.supervisor.arrivals import Arrival, Arrivals, send
from seccomp_tui.syscalls import arch, numbers
from tests.conftest import PATIENCE

STATE = {"fds": ["seccompFd"], "pid": 5, "metadata": "lab", "state": {"id": "c1", "pid": 5}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "f"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def listener(need: Callable[[str], None]) -> Iterator[int]:
    """Return a listener of a program that waits."""
    need("user_notif")
    token = arch.native().token
    number = numbers.number(token, "mkdir") or 34
    launched = launch(Program(b"/bin/true", [b"true"], []), bpf.trap({token: {"mkdir": number}}))
    yield launched.listener
    os.close(launched.listener)
    launched.process.kill()
    launched.process.wait()
    os.close(launched.pidfd)


class Taken:
    """What the supervisor would get."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.arrived: list[Arrival] = []
        self.links: list[str] = []
        self.complaints: list[str] = []
        self._arrivals = Arrivals(sock, self._take, self.complaints.append, lambda: None)

    def _take(self, descriptor: int, arrival: Arrival) -> None:
        self.arrived.append(arrival)
        self.links.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        os.close(descriptor)

    def wait(self, what: Sequence[object]) -> None:
        """Wait until there is something in `what`, of ours."""
        while not what:
            self._sock.settimeout(PATIENCE)
            self._sock.recv(1, socket.MSG_PEEK)
            self._sock.setblocking(False)
            self._arrivals.hear()


@pytest.fixture
def agent(folder: Path) -> Iterator[Taken]:
    """Run an acceptor in a thread."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listening = AgentSocket(folder / "s")
    acceptor = Acceptor(listening, theirs, folder)
    before = len(os.listdir("/proc/self/fd"))
    thread = threading.Thread(target=acceptor.run)
    thread.start()
    taken = Taken(ours)
    yield taken
    ours.close()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    theirs.close()
    for left in acceptor._connections.values():  # of which it had not heard yet that they hung up
        left.close()
    assert len(os.listdir("/proc/self/fd")) <= before - len({"ours", "theirs", "listening"})
    assert not (folder / "s").exists()


def connect(folder: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(str(folder / "s"))
    return sock


def test_a_listener_in_one_piece(agent: Taken, folder: Path, listener: int) -> None:
    with connect(folder) as sock:
        socket.send_fds(sock, [json.dumps(STATE).encode()], [listener])
        agent.wait(agent.arrived)  # it is not closed, as runc 1.1 does not
    assert [each.container for each in agent.arrived] == ["c1"]
    assert agent.links == ["anon_inode:seccomp notify"]
    assert agent.complaints == [f"container c1: there are no rules lab in {folder}"]


def test_a_listener_in_many_pieces_beside_others_that_say_nothing(agent: Taken, folder: Path, listener: int) -> None:
    (folder / "lab.toml").write_text("")
    with connect(folder), connect(folder) as sock:
        text = json.dumps(STATE, indent=4).encode()
        socket.send_fds(sock, [text[:1]], [listener])
        for at in range(1, len(text)):
            sock.send(text[at : at + 1])
        agent.wait(agent.arrived)
    assert agent.arrived[0].rules == str(folder / "lab.toml")
    assert agent.arrived[0].metadata == "lab"


def test_others_that_come_along_are_closed(agent: Taken, folder: Path, listener: int) -> None:
    with connect(folder) as sock:
        state = STATE | {"fds": ["a", "seccompFd", "b"], "metadata": ""}
        socket.send_fds(sock, [json.dumps(state).encode()], [0, listener, 0])
        agent.wait(agent.arrived)
    assert agent.links == ["anon_inode:seccomp notify"]


def test_annotations_that_are_too_long_stay_behind(agent: Taken, folder: Path, listener: int) -> None:
    state = STATE | {"metadata": "", "state": {"id": "c1", "annotations": {"long": "x" * 200_000}}}
    with connect(folder) as sock:
        sock.settimeout(PATIENCE)
        text = json.dumps(state).encode()
        socket.send_fds(sock, [text[:1]], [listener])
        sock.sendall(text[1:])
        agent.wait(agent.arrived)
        agent.wait(agent.complaints)
    assert agent.arrived[0].annotations == {}
    assert agent.complaints == ["container c1: its annotations are too long, and left out"]


def test_a_listener_for_which_no_descriptor_is_left_is_complained_of(agent: Taken, listener: int) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    taken = Taken(ours)
    send(theirs, Arrival("c1"), listener)
    with no_descriptor_more():
        taken.wait(taken.complaints)
    assert taken.complaints[0].startswith("container c1: no descriptor is left for its listener")
    assert not taken.arrived
    ours.close()
    theirs.close()


def test_without_a_descriptor_it_waits_for_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, listener: int
) -> None:
    monkeypatch.setattr(agent_acceptor, "_REST_SECONDS", 0.3)
    agent: Taken = request.getfixturevalue("agent")
    with socket.socket(socket.AF_UNIX) as sock:
        with no_descriptor_more():
            sock.connect(str(folder / "s"))
            agent.wait(agent.complaints)
        assert agent.complaints == ["a runtime could not be accepted, and waits: Too many open files"]
        socket.send_fds(sock, [json.dumps(STATE | {"metadata": ""}).encode()], [listener])
        agent.wait(agent.arrived)
    assert len(agent.complaints) == 1


@contextmanager
def no_descriptor_more() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def garbage(sock: socket.socket) -> None:
    sock.send(b"GET / HTTP/1.1\r\n\r\n")


def nothing(sock: socket.socket) -> None:
    sock.shutdown(socket.SHUT_WR)


def half(sock: socket.socket) -> None:
    socket.send_fds(sock, [b'{"fds": ['], [0])
    sock.shutdown(socket.SHUT_WR)


def no_listener(sock: socket.socket) -> None:
    socket.send_fds(sock, [json.dumps(STATE).encode()], [0])


def without_descriptors(sock: socket.socket) -> None:
    sock.send(json.dumps(STATE).encode())


def twice(sock: socket.socket) -> None:
    socket.send_fds(sock, [json.dumps(STATE | {"fds": ["seccompFd"] * 2}).encode()], [0, 0])


def unnamed(sock: socket.socket) -> None:
    socket.send_fds(sock, [json.dumps(STATE | {"fds": []}).encode()], [0])


def late(sock: socket.socket) -> None:
    socket.send_fds(sock, [b'{"fds": ['], [0])
    socket.send_fds(sock, [b'"seccompFd"'], [0])


def nested(sock: socket.socket) -> None:
    text = json.dumps(STATE)[:-1] + ', "x": ' + "[" * 5000 + "]" * 5000 + "}"
    socket.send_fds(sock, [text.encode()], [0])


def large_pid(sock: socket.socket) -> None:
    socket.send_fds(sock, [json.dumps(STATE | {"pid": 1 << 70}).encode()], [0])


def without_id(sock: socket.socket) -> None:
    socket.send_fds(sock, [json.dumps(STATE | {"state": {"id": ""}}).encode()], [0])


def endless(sock: socket.socket) -> None:
    sock.send(b'{"a": "')
    with suppress(BrokenPipeError, ConnectionResetError):
        while True:
            sock.sendall(b"x" * 65536)


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (garbage, "it is not a JSON object"),
        (nothing, "it has said nothing"),
        (half, "it has hung up in the middle"),
        (no_listener, "its seccompFd is no seccomp listener"),
        (without_descriptors, "seccompFd is descriptor 1, and 0 came"),
        (twice, "seccompFd must stand in its fds once, not 2 times"),
        (unnamed, "seccompFd must stand in its fds once, not 0 times"),
        (late, "descriptors came after the first message"),
        (nested, "broken JSON: maximum recursion depth exceeded while deserializing an object"),
        (large_pid, "not a ContainerProcessState: Expected `int` <= 2147483647 - at `$.pid`"),
        (without_id, "not a ContainerProcessState: Expected `str` of length >= 1 - at `$.state.id`"),
        (endless, "it is longer than 1 MiB"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_wrong_is_refused_in_one_line(
    agent: Taken, folder: Path, does: Callable[[socket.socket], None], why: str
) -> None:
    with connect(folder) as sock:
        does(sock)
        agent.wait(agent.complaints)
        assert agent.complaints == [f"a runtime (process {os.getpid()}) was refused: {why}"]
        sock.settimeout(PATIENCE)
        with suppress(ConnectionResetError):
            assert sock.recv(1) == b""  # and its connection closed
    assert agent.arrived == []


def test_one_that_takes_too_long_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(agent_acceptor, "_PATIENCE_SECONDS", 0.2)
    agent: Taken = request.getfixturevalue("agent")
    with connect(folder) as sock:
        sock.send(b"{")
        agent.wait(agent.complaints)
    assert "nothing complete came in" in agent.complaints[0]


def test_descriptors_that_do_not_fit_are_noticed(agent: Taken, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_acceptor, "_DESCRIPTORS_MOST", 1)
    with connect(folder) as sock:
        many = array.array("i", [0] * 20)
        sock.sendmsg([json.dumps(STATE).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, many)])
        agent.wait(agent.complaints)
    assert "not all of its descriptors could be received" in agent.complaints[0]


@pytest.mark.needs("root")
def test_other_users_are_refused(agent: Taken, folder: Path) -> None:
    os.chmod(folder, 0o711)
    os.chmod(folder.parent, 0o711)
    (folder / "s").chmod(0o666)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.chdir(folder)
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as sock:
                sock.connect("s")
                os.close(writer)
                os.read(reader, 1)
        finally:
            os._exit(0)
    os.close(reader)
    agent.wait(agent.complaints)
    os.close(writer)
    os.waitpid(child, 0)
    assert agent.complaints == [f"a runtime (process {child}) was refused: it runs as user 65534"]


# --- the socket ---


def test_it_is_ours_alone_and_goes_with_us(folder: Path) -> None:
    listening = AgentSocket(folder / "s")
    assert stat.S_IMODE((folder / "s").stat().st_mode) == 0o600
    listening.remove()
    assert not (folder / "s").exists()
    for descriptor in listening.descriptors - {-1}:
        os.close(descriptor)


def test_what_a_dead_agent_left_is_replaced_and_a_living_one_is_not(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(folder / "s"))
    listening = AgentSocket(folder / "s")
    with pytest.raises(Unusable, match="another agent listens there"):
        AgentSocket(folder / "s")
    (folder / "s").unlink()
    (folder / "s").write_text("another's")
    listening.remove()
    assert (folder / "s").exists()


def test_places_that_are_not_safe_are_refused(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(Unusable, match="exists, and is no socket"):
        AgentSocket(folder / "file")
    with pytest.raises(Unusable, match="make the folder: mkdir -m 700"):
        AgentSocket(folder / "none" / "s")
    with pytest.raises(Unusable, match="a socket's path has at most 107 bytes"):
        AgentSocket(folder / ("x" * 108))
    folder.chmod(0o777)
    with pytest.raises(Unusable, match=r"can be written by others; .*mkdir -m 700 DIR"):
        AgentSocket(folder / "s")
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
        with pytest.raises(Unusable, match="belongs to user 65534"):
            AgentSocket(folder / "s")
