"""What descriptors lead to: as strace prints it, for every sort of descriptor; and reading the file behind one."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from seccomp_tui.kernel import abi, descriptors, sockets
from seccomp_tui.kernel.descriptors import describe, file_size, read_file
from seccomp_tui.kernel.memory import ThreadMemory
from seccomp_tui.syscalls.memory import DETAILS
from tests.conftest import ROOT

ME = os.getpid()
PATH = frozenset(("path",))
RESULT = re.compile(r"\) += .*$", re.MULTILINE)


@pytest.mark.needs("strace")
@pytest.mark.parametrize("details", ["path", "path,socket,dev,pidfd", "socket", "dev", "pidfd", "path,dev"])
def test_every_sort_of_descriptor_is_printed_to_the_letter_as_strace_does(tmp_path: Path, details: str) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    program = [sys.executable, "-m", "tests.kernel.opened", str(ours), details]
    strace = ["strace", "-o", str(theirs), "-e", "trace=fsync", "-e", "signal=none", f"--decode-fds={details}"]
    subprocess.run([*strace, *program], cwd=ROOT, check=True, timeout=50)
    lines = [line for line in RESULT.sub(")", theirs.read_text()).splitlines() if line.startswith("fsync(")]
    assert len(lines) > 80
    assert ours.read_text().splitlines() == lines


def test_the_working_folder() -> None:
    assert describe(ME, -100, PATH) == os.fsencode(os.getcwd())


def test_what_is_not_there_is_not_known() -> None:
    for tid, fd in ((0, 0), (-1, 0), (1 << 30, 0), (ME, 1 << 30), (ME, -7), (ME, -1)):
        assert describe(tid, fd, DETAILS) == b""
        assert file_size(tid, fd) == 0
        assert read_file(tid, fd, 0, 10) == b""


def test_an_unlinked_file_with_another_name_left_is_told_in_the_kernel_s_words(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"")
    os.link(tmp_path / "one", tmp_path / "two")
    with (tmp_path / "one").open() as file:
        os.unlink(tmp_path / "one")
        assert describe(ME, file.fileno(), DETAILS) == os.fsencode(tmp_path / "one") + b" (deleted)"


# --- sockets ---


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def ends(one: socket.socket) -> bytes:
    return describe(ME, one.fileno(), DETAILS).partition(b"\0")[2]


def number(one: socket.socket) -> int:
    return os.fstat(one.fileno()).st_ino


def test_where_no_duplicate_can_be_had_the_protocol_and_the_number_are_known(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "_duplicate", lambda *_: None)
    assert ends(pair[0]) == b"UNIX-STREAM:[%d]" % number(pair[0])


def test_where_sockets_can_t_be_listed_the_other_end_is_left_out(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "_list", lambda: None)
    assert ends(pair[0]) == b"UNIX-STREAM:[%d]" % number(pair[0])


def test_another_socket_of_that_number_is_not_taken_for_it(pair: tuple[socket.socket, socket.socket]) -> None:
    near, far = pair
    assert sockets.ends(ME, near.fileno(), number(far)) == b"UNIX-STREAM:[%d]" % number(far)
    assert sockets._peer(number(near), 0) == 0


@pytest.mark.needs("root")
def test_ends_in_another_network_namespace() -> None:
    script = (
        "import os, socket, sys\n"
        "tcp = socket.socket(); tcp.bind(('0.0.0.0', 0))\n"
        "named = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); named.bind(b'\\0named')\n"
        "print(tcp.fileno(), tcp.getsockname()[1], named.fileno(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        ["unshare", "--net", sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        tcp, port, named = (int(word) for word in other.stdout.readline().split())
        assert describe(other.pid, tcp, DETAILS).endswith(b"\0TCP:[0.0.0.0:%d]" % port)
        assert re.fullmatch(rb"socket:\[(\d+)\]\0UNIX:\[\1\]\0\0named", describe(other.pid, named, DETAILS))
        other.communicate()


def test_looking_leaves_nothing_open(pair: tuple[socket.socket, socket.socket]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ends(pair[0])
        before = os.listdir("/proc/self/fd")
        for one in (*pair, server):
            assert ends(one)
        assert os.listdir("/proc/self/fd") == before


def test_a_socket_that_lingers_does_not_hold_us_up_when_the_target_closes_it_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Our duplicate is then the last: to close it waits until everything is sent, or a minute."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as near:
        far, _ = server.accept()
        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 60))
        near.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                near.send(bytes(1 << 16))
        ask = sockets._ENDS[b"TCP"]
        assert ask is not None

        def meanwhile(ours: socket.socket, inode: int) -> tuple[bytes, bytes]:
            found = ask(ours, inode)
            near.close()
            return found

        monkeypatch.setitem(sockets._ENDS, b"TCP", meanwhile)
        text = describe(ME, near.fileno(), DETAILS)
        assert b"->" in text
        waiting = [thread for thread in threading.enumerate() if thread.daemon and thread.name.endswith("(close)")]
        assert waiting
        far.close()  # the rest can't be sent any more
        for thread in waiting:
            thread.join(30)
            assert not thread.is_alive()


# --- the file behind a descriptor ---


def test_reading_does_not_move_the_position(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    with (tmp_path / "file").open("rb", buffering=0) as file:
        assert file.read(2) == b"01"
        assert file_size(ME, file.fileno()) == 10
        assert read_file(ME, file.fileno(), 4, 3) == b"456"
        assert read_file(ME, file.fileno(), 8, 100) == b"89"
        assert read_file(ME, file.fileno(), 100, 1) == b""
        assert read_file(ME, file.fileno(), 1 << 63, 1) == b""
        assert file.read(2) == b"23"


def test_a_memfd_can_be_read_and_what_is_open_for_writing_only_can_t(tmp_path: Path) -> None:
    memfd = os.memfd_create("name")
    with open(memfd, "r+b", buffering=0) as file, (tmp_path / "file").open("wb") as writing:
        file.write(b"abc")
        assert read_file(ME, memfd, 1, 5) == b"bc"
        writing.write(b"abc")
        writing.flush()
        assert file_size(ME, writing.fileno()) == 3
        assert read_file(ME, writing.fileno(), 0, 5) == b""


def test_only_regular_files_are_read(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].send(b"abc")
    pipe_out, pipe_in = os.pipe()
    os.write(pipe_in, b"abc")
    with open(pipe_out, "rb", buffering=0) as pipe, open(pipe_in, "wb"), open("/dev/zero", "rb") as zero:
        for fd in (pair[0].fileno(), pipe.fileno(), zero.fileno()):
            assert file_size(ME, fd) == 0
            assert read_file(ME, fd, 0, 3) == b""
        assert pipe.read(3) == b"abc"


def test_files_that_a_server_stands_behind_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    with (tmp_path / "file").open("rb") as file:
        found = abi.statx(f"/proc/self/fd/{file.fileno()}")
        assert found is not None
        assert descriptors._is_local(ME, found)
        assert not descriptors._is_local(ME, found._replace(mount=0, file_system=(0, 0)))
    for name in (b"fuse", b"fuse.sshfs", b"fuseblk", b"nfs", b"nfs4", b"cifs", b"smb3", b"9p"):
        assert descriptors._SERVED.fullmatch(name)
    for name in (b"ext4", b"tmpfs", b"overlay", b"fusectl", b"nfsd", b"virtiofs"):
        assert not descriptors._SERVED.fullmatch(name)


# --- a thread's memory gives both ---


def test_the_memory_of_a_thread_knows_its_descriptors(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    memory = ThreadMemory(ME)
    with (tmp_path / "file").open("rb") as file:
        assert memory.descriptor(file.fileno(), DETAILS) == os.fsencode(tmp_path / "file")
        assert (memory.file_size(file.fileno()), memory.read_file(file.fileno(), 1, 9)) == (3, b"bc")


def test_no_way_of_reading_reaches_above_the_user_s_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abi, "process_vm_readv", lambda *_: b"what the kernel would give")
    memory = ThreadMemory(ME, keep=False)
    assert memory.read(1 << 63, 8) == memory.read_string((1 << 64) - 4096, 8) == b""
