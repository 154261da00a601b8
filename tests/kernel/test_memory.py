"""Reading and writing a waiting thread's memory, across execve and vfork."""

from __future__ import annotations

import mmap
import os
import sys
from pathlib import Path

import pytest

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.memory import ThreadMemory
from tests.kernel.conftest import NUMBERS, Start

PAGE = mmap.PAGESIZE


def prepared(start: Start, body: str) -> tuple[ThreadMemory, object, object]:
    """Start a target that prepares memory, then calls prctl(address); return its memory, the call, the target."""
    code = (
        "import ctypes, mmap, os\nlibc = ctypes.CDLL(None)\n"
        f"def tell(a): libc.syscall(ctypes.c_long({NUMBERS['prctl']}), ctypes.c_long(99), ctypes.c_ulong(a))\n"
    ) + body
    target = start(code, "prctl")
    while True:
        call = target.next(NUMBERS["prctl"])
        assert call is not None
        if call.args[0] == 99:
            return ThreadMemory(call.tid), call, target
        target.listener.allow(call.id)


AREA = """
area = mmap.mmap(-1, 2 * mmap.PAGESIZE)
base = ctypes.addressof(ctypes.c_char.from_buffer(area))
"""


def test_a_string_across_a_page_edge_is_read_whole(start: Start) -> None:
    body = AREA + "area[mmap.PAGESIZE - 3:mmap.PAGESIZE + 5] = b'abcdefg\\0'\ntell(base + mmap.PAGESIZE - 3)"
    memory, call, _ = prepared(start, body)
    assert memory.read_string(call.args[1], 4096) == b"abcdefg\0"


def test_a_long_string_takes_a_second_read_and_a_limit_cuts_it(start: Start) -> None:
    body = AREA + "area[0:3001] = b'x' * 3000 + b'\\0'\ntell(base)"
    memory, call, _ = prepared(start, body)
    assert memory.read_string(call.args[1], 4096) == b"x" * 3000 + b"\0"
    assert memory.read_string(call.args[1], 1000) == b"x" * 1000
    assert memory.read_string(call.args[1], 10) == b"x" * 10


HOLE = AREA + (
    "libc.munmap(ctypes.c_void_p(base + mmap.PAGESIZE), ctypes.c_size_t(mmap.PAGESIZE))\n"
    "ctypes.memset(base, 120, mmap.PAGESIZE)\ntell(base + mmap.PAGESIZE - 5)"
)


def test_at_a_hole_what_lies_before_it_is_kept(start: Start) -> None:
    memory, call, _ = prepared(start, HOLE)
    assert memory.read(call.args[1], 100) == b"xxxxx"
    assert memory.read_string(call.args[1], 4096) == b"xxxxx"


def test_process_vm_readv_gives_the_same_where_there_is_no_proc(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    memory, call, _ = prepared(start, HOLE)
    monkeypatch.setattr(ThreadMemory, "_open", lambda self: -1)
    assert memory.read(call.args[1], 100) == b"xxxxx"
    assert memory.read_string(call.args[1], 4096) == b"xxxxx"
    assert memory.read(0, 8) == b""


@pytest.mark.parametrize("address", [0, 8, 1 << 47, 1 << 63, (1 << 64) - 8])
def test_a_lying_pointer_reads_as_nothing(start: Start, address: int) -> None:
    memory, _, _ = prepared(start, "tell(0)")
    assert memory.read(address, 64) == b""
    assert memory.read_string(address, 4096) == b""


def test_a_write_is_what_the_target_then_sees(start: Start) -> None:
    body = AREA + "area[0:4] = b'abcd'\ntell(base)\nos._exit(0 if area[0:4] == b'wxyz' else 1)"
    memory, call, target = prepared(start, body)
    assert memory.write(call.args[1], b"wxyz") == 4
    target.listener.allow(call.id)
    assert target.finish() == 0


def test_a_write_honours_the_protection_of_the_page(start: Start) -> None:
    body = AREA + "libc.mprotect(ctypes.c_void_p(base), ctypes.c_size_t(mmap.PAGESIZE), 1)\ntell(base)"
    memory, call, _ = prepared(start, body)
    with pytest.raises(OSError, match="Bad address"):
        memory.write(call.args[1], b"x")


def test_after_an_execve_the_forgotten_handle_reads_the_new_program(start: Start) -> None:
    target = start("import os; os.execv('/bin/echo', ['echo', 'second'])", "execve")
    first = target.next(NUMBERS["execve"])
    assert first is not None
    target.listener.allow(first.id)
    call = target.next(NUMBERS["execve"])
    assert call is not None
    memory = ThreadMemory(call.tid)
    assert memory.read_string(call.args[0], 4096) == b"/bin/echo\0"
    memory.forget()
    target.listener.allow(call.id)
    assert target.finish() == 0


def test_a_vfork_child_that_execs_is_not_read_through_its_parents_memory(start: Start, tmp_path: Path) -> None:
    # posix_spawn is vfork + execve: the child's calls before the execve read the parent's memory, those after its own.
    script = tmp_path / "child.sh"
    script.write_text("#!/bin/sh\n: > /dev/null\n")
    script.chmod(0o755)
    code = f"import os; os.waitpid(os.posix_spawn({str(script)!r}, [{str(script)!r}], os.environ), 0)"
    target = start(code, "execve", "openat")
    memories: dict[int, ThreadMemory] = {}
    paths: dict[int, list[bytes]] = {}
    while (call := target.next()) is not None:
        memory = memories.setdefault(call.tid, ThreadMemory(call.tid))
        address = call.args[0] if call.nr == NUMBERS["execve"] else call.args[1]
        paths.setdefault(call.tid, []).append(memory.read_string(address, 4096).rstrip(b"\0"))
        if call.nr == NUMBERS["execve"]:
            memory.forget()
        target.listener.allow(call.id)
    (child,) = [tid for tid in paths if tid != target.launched.process.pid]
    assert paths[child][0] == os.fsencode(script)
    assert b"/dev/null" in paths[child]
    assert all(path.startswith(b"/") for path in paths[child])
    assert sys.executable


def test_reading_by_pieces_splits_at_page_edges() -> None:
    own = b"abc" * 5000
    address = id(own) + bytes.__basicsize__ - 1
    assert abi.process_vm_readv(os.getpid(), address, len(own)) == own
