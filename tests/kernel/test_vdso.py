"""Programs whose vDSO is replaced ask the kernel for the time, and run as before otherwise."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from seccomp_tui.kernel import vdso
from seccomp_tui.kernel.memory import ThreadMemory
from seccomp_tui.kernel.vdso import Vdso
from tests.kernel.conftest import NATIVE, Notification, Start, Target

EXECVE, CLOCK_GETTIME = (221, 113) if os.uname().machine == "aarch64" else (59, 228)
IN_VDSO = {113: "clock_gettime", 169: "gettimeofday"}
if os.uname().machine == "x86_64":
    IN_VDSO = {228: "clock_gettime", 96: "gettimeofday", 201: "time", 309: "getcpu", 318: "getrandom"}
IN_VDSO_32 = {265: "clock_gettime", 403: "clock_gettime64", 78: "gettimeofday", 13: "time"}
I386 = 0x40000003
YEAR_2033 = 2_000_000_000


class Disabling:
    """Makes the programs of a target ask the kernel, and counts what they ask it."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.vdso = Vdso()
        self.asked: Counter[str] = Counter()
        self._exec: set[int] = set()

    def next(self) -> Notification | None:
        """Return the next call; one that starts a program has been allowed, and is not returned."""
        while (call := self.target.next()) is not None:
            if call.tid in self._exec:
                self._exec.remove(call.tid)
                assert self.vdso.disable(call.tid) == ""
            if call.arch == NATIVE and call.nr == EXECVE:
                self._exec.add(call.tid)
                self.target.listener.allow(call.id)
                continue
            name = (IN_VDSO if call.arch == NATIVE else IN_VDSO_32).get(call.nr)
            if name:
                self.asked[name] += 1
            return call
        return None

    def finish(self) -> int:
        while (call := self.next()) is not None:
            self.target.listener.allow(call.id)
        return self.target.launched.process.wait()


ASKS = """
import ctypes, os, time
libc = ctypes.CDLL(None)
for _ in range(3):
    libc.time(None), libc.getcpu(None, None), libc.gettimeofday(ctypes.create_string_buffer(16), None), time.time()
    assert len(os.getrandom(5)) == 5
assert abs(time.time() - libc.time(None)) < 5
"""


def test_without_it_nobody_asks(start: Start) -> None:
    target = start(ASKS)
    seen = Counter(call.nr for call in iter(target.next, None) if target.listener.allow(call.id))
    assert target.launched.process.wait() == 0
    assert not seen[CLOCK_GETTIME]


def test_all_functions_of_the_vdso_become_calls(start: Start) -> None:
    watched = Disabling(start(ASKS))
    assert watched.finish() == 0
    assert all(watched.asked[name] >= 3 for name in IN_VDSO.values()), watched.asked


def test_what_a_program_forks_asks_as_well(start: Start) -> None:
    watched = Disabling(start(f"import os\nif os.fork():\n os._exit(os.wait()[1])\n{ASKS}"))
    assert watched.finish() == 0
    assert all(watched.asked[name] >= 3 for name in IN_VDSO.values()), watched.asked


def test_date_shows_another_year(start: Start, tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    watched = Disabling(start(["/bin/sh", "-c", f"date -u +%Y > {shown}"]))
    while (call := watched.next()) is not None:
        if call.nr == CLOCK_GETTIME:
            ThreadMemory(call.tid, keep=False).write(call.args[1], struct.pack("=qq", YEAR_2033, 0))
            watched.target.listener.give(call.id, 0)
        else:
            watched.target.listener.allow(call.id)
    assert watched.target.launched.process.wait() == 0
    assert shown.read_text() == "2033\n"


@pytest.mark.parametrize(
    "argv",
    [
        ["/bin/ls", "-l", "/"],
        ["/bin/bash", "-c", "echo $RANDOM $SECONDS; (sleep 0.01 &) ; wait; ls > /dev/null"],
        ["/usr/bin/perl", "-e", "print time, rand"],
        ["/usr/bin/git", "--version"],
        [sys.executable, "-c", "import asyncio, random, threading; asyncio.run(asyncio.sleep(0.01))"],
    ],
    ids=lambda argv: Path(argv[0]).name,
)
def test_programs_run_as_before(start: Start, argv: Sequence[str]) -> None:
    if not Path(argv[0]).exists():
        pytest.skip(f"no {argv[0]}")
    assert Disabling(start(list(argv))).finish() == 0


I386_PROGRAM = r"""
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
int main(void) {
  struct timespec t; struct timeval v; time_t now;
  int saved = 7;
  if (clock_gettime(CLOCK_REALTIME, &t) || gettimeofday(&v, 0) || time(&now) < 1 || saved != 7) return 1;
  return llabs((long long)t.tv_sec - now) > 5 || llabs((long long)v.tv_sec - now) > 5;
}
"""


@pytest.mark.needs("gcc-m32")
def test_programs_of_32_bits_ask_too(start: Start, tmp_path: Path) -> None:
    (tmp_path / "program.c").write_text(I386_PROGRAM)
    subprocess.run(["gcc", "-m32", "-O2", "program.c", "-o", "program"], cwd=tmp_path, check=True)
    watched = Disabling(start([str(tmp_path / "program")]))
    assert watched.finish() == 0
    assert watched.asked["time"] or watched.asked["clock_gettime"] or watched.asked["clock_gettime64"]
    assert sum(watched.asked.values()) >= 3, watched.asked


def test_why_it_can_not_be_is_said() -> None:
    assert Vdso().disable(0) == "the vDSO can't be reached: No such file or directory"


def test_an_image_that_is_none_is_told() -> None:
    assert vdso.stubs(b"\x7fELF\2" + bytes(13) + b"\x3e\0" + b"\xff" * 100)[1] == "the vDSO can't be read"
    assert vdso.stubs(b"\x7fELF\2" + bytes(100))[1] == "the vDSO is of a machine that is not known"
    assert vdso.stubs(b"")[1] == "the vDSO is of a machine that is not known"


def test_the_length_that_asks_for_the_room_is_refused() -> None:
    """With that answer nobody uses the vDSO's getrandom; here the stub is run."""
    import ctypes
    import mmap

    if os.uname().machine != "x86_64":
        pytest.skip("the stub of x86_64")
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(vdso.STUBS[62]["__vdso_getrandom"])
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    function = ctypes.CFUNCTYPE(
        ctypes.c_long, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_void_p, ctypes.c_size_t
    )(address)
    buffer = ctypes.create_string_buffer(8)
    assert function(buffer, 8, 0, None, 0) == 8
    assert function(buffer, 8, 0, None, ctypes.c_size_t(-1).value) == -38
