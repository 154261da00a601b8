"""System calls made under strace by a small program, on memory that we lay out: how both print them.

Cases are generators that get the `Caller`, lay out arguments in its program's memory, yield calls, and get what they
returned. The same cases serve words of 32 and of 64 bits, calls that a filter refuses, and calls that are made.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import TracebackType

from seccomp_tui.kernel.interfaces import interface_name
from seccomp_tui.kernel.memory import ThreadMemory
from seccomp_tui.syscalls import copying, errnos, numbers
from seccomp_tui.syscalls.arch import I386, X86_64, Arch
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import AfterMemory, Memory, RecordedMemory

SOURCE = Path(__file__).with_name("caller.c")
ARENA = 1 << 20
COPIED = 4096
REFUSED = 133
"""The errno of the filter."""
BAD = 8
"""An address at which nothing is mapped."""
Call = tuple[str, tuple[int, ...]]
Case = Callable[["Caller"], Generator[Call, int, None]]
REQUEST = struct.Struct("<7Q")
"""What the program reads: a number and six words."""
_NO_CALLS = ("[ Pro", "--- ")
_COLUMN = re.compile(r"\) += ")
_INJECTED = " (INJECTED)"
_STALE = re.compile(r"(?<=\(Memory page has hardware error\)) \(.*\)$")
"""What strace 6.1 leaves of an earlier result behind some calls that fail."""


@cache
def build(arch: Arch) -> Path:
    """Compile the program for x86_64 or i386, once."""
    program = Path(_folder(), f"caller-{arch.name}")
    machine = "-m64" if arch is X86_64 else "-m32"
    subprocess.run(["gcc", machine, "-static", "-no-pie", "-O1", "-w", "-o", program, SOURCE], check=True)
    return program


@cache
def _folder() -> str:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return folder


class Caller:
    """The program under strace, its memory, and what we make of its calls.

    Attributes:
        ours: the lines that we make of them, from the memory as it is.
        late: the same from what is copied of it after each call; empty where calls are refused.

    Args:
        program: of `build`.
        arch: the one it was built for.
        log: where strace writes.
        verbose: with strace's -v.
        refuse: a filter refuses all calls.
        options: more options of strace.
        hex_strings: how many times -x is given to it.
    """

    def __init__(
        self,
        program: Path,
        arch: Arch,
        log: Path,
        verbose: bool = False,
        refuse: bool = False,
        options: Sequence[str] = (),
        hex_strings: int = 0,
    ) -> None:
        self.arch, self.word, self.refuse = arch, arch.word, refuse
        self.log = log
        command = [
            "strace",
            *options,
            *(["-v"] if verbose else []),
            *["-x"] * hex_strings,
            "-o",
            str(log),
            str(program),
            *(["refuse"] if refuse else []),
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.pid, self._next = struct.unpack("<qq", self._answer(16))
        self._end = self._next + ARENA
        self._memory = ThreadMemory(self.pid)
        self._mem = os.open(f"/proc/{self.pid}/mem", os.O_RDWR)
        self._decoder = Decoder(verbose=verbose, interfaces=interface_name, hex_strings=hex_strings)
        self.ours: list[str] = []
        self.late: list[str] = []

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        os.close(self._mem)
        self._memory.forget()

    def at(self, data: bytes) -> int:
        """Return the address of a copy of `data`."""
        address = self._next
        self._next += (len(data) + 15) // 16 * 16 + 16
        assert self._next <= self._end
        os.pwrite(self._mem, data, address)
        return address

    def room(self, size: int = 256) -> int:
        """Return the address of `size` zero bytes."""
        return self.at(bytes(size))

    def text(self, value: str | Path) -> int:
        """Return the address of a string with a NUL."""
        return self.at(str(value).encode("latin-1") + b"\0")

    def words(self, *values: int) -> int:
        """Return the address of an array of words."""
        mask = (1 << 8 * self.word) - 1
        return self.at(b"".join((value & mask).to_bytes(self.word, "little") for value in values))

    def pack(self, layout: str, *values: int | bytes) -> int:
        """Return the address of packed values; `L`, `l` and `P` in the layout are words, aligned as in C by hand."""
        names = {"L": "Q", "l": "q", "P": "Q"} if self.word == 8 else {"L": "I", "l": "i", "P": "I"}
        return self.at(struct.pack("<" + "".join([names.get(code, code) for code in layout]), *values))

    def iov(self, *buffers: bytes | None) -> int:
        """Return the address of an iovec."""
        return self.words(*[word for data in buffers for word in ((self.at(data), len(data)) if data else (0, 0))])

    def read(self, address: int, size: int) -> bytes:
        """Return bytes of the program's memory."""
        return self._memory.read(address, size)

    def number(self, name: str) -> int | None:
        """Return the number of a call there."""
        return numbers.number(self.arch.token, name)

    def run(self, cases: Iterable[Case]) -> None:
        """Make all calls of some cases, those that there are on the architecture."""
        for case in cases:
            calls, result = case(self), 0
            try:
                name, args = next(calls)
                while True:
                    nr = self.number(name)
                    result = -1 if nr is None else self._make(nr, args)
                    name, args = calls.send(result)
            except StopIteration:
                pass

    def theirs(self) -> list[str]:
        """Return strace's lines of these calls; after the program has ended."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if not line.startswith(_NO_CALLS)]
        return [
            _STALE.sub("", _COLUMN.sub(") = ", line.removesuffix(_INJECTED)))
            for before, line in pairwise(lines)
            if before.startswith("read(0, ") and before.endswith(f" = {REQUEST.size}") and not line.startswith("+++")
        ]

    def _make(self, nr: int, args: tuple[int, ...]) -> int:
        mask = (1 << 8 * self.word) - 1
        padded = (*args, 0, 0, 0, 0, 0, 0)[:6]
        words = [value & mask for value in padded]
        copy = copying.copier(self.arch.token, nr, COPIED)
        before = RecordedMemory(copy(self._memory, words) if copy else [])
        line = f"{self._decoder.call(self.arch.token, nr, words, before)} = {errnos.result_text(REFUSED)}"
        assert self._process.stdin is not None
        self._process.stdin.write(REQUEST.pack(nr, *[value & (1 << 64) - 1 for value in padded]))
        (result,) = struct.unpack("<q", self._answer(8))
        if not self.refuse:
            line = self._line(nr, words, result, self._memory, before)
            late = copying.late_copier(self.arch.token, nr, COPIED)
            filled = RecordedMemory(late(AfterMemory(before, self._memory), words) if late else [])
            self.late.append(self._line(nr, words, result, filled, before))
        self.ours.append(line)
        return int(result)

    def _line(self, nr: int, words: list[int], result: int, after: Memory, before: Memory) -> str:
        """Return a call that has returned, with its result."""
        told = self._decoder.result(self.arch.token, nr, words, result, after, before)
        return f"{self._decoder.returned(self.arch.token, nr, words, result, after, before)} = {told}"

    def _answer(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        assert data is not None
        assert len(data) == size
        return data


__all__ = ["BAD", "I386", "X86_64", "Call", "Caller", "Case", "build"]
