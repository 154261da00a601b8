"""Calls that strace does not let through and says to have returned something: what they fill in we lay out ourselves.

So every value that a call may fill in can be compared, not only those that happen to be there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from seccomp_tui.syscalls.arch import Arch
from tests.syscalls.caller import Caller, Case

AT_START = {"arch_prctl": 1, "set_thread_area": 1}
"""Calls that the program needs itself before it makes ours, and how many."""


class Names(Caller):
    """Finds out which calls cases make."""

    def __init__(self, arch: Arch) -> None:
        self.arch, self.word, self.pid, self.refuse = arch, arch.word, 1, False
        self.names: set[str] = set()

    def at(self, data: bytes) -> int:
        """Return an address of nothing."""
        return 0x1000

    def read(self, address: int, size: int) -> bytes:
        """Return zeros."""
        return bytes(size)

    def run(self, cases: Iterable[Case]) -> None:
        """Note the names."""
        for case in cases:
            self.names |= {name for name, _ in case(self)}


class Forged(Caller):
    """A program whose calls return `result` and do nothing: an errno where it is negative.

    Args:
        program: of `build`.
        arch: the one it was built for.
        log: where strace writes.
        verbose: with strace's -v.
        result: what calls return.
        cases: those that will be run.
    """

    def __init__(self, program: Path, arch: Arch, log: Path, verbose: bool, result: int, cases: Iterable[Case]) -> None:
        asked = Names(arch)
        asked.run(cases)
        answer = f"retval={result}" if result >= 0 else f"error={-result}"
        options = []
        for name in sorted(asked.names):
            after = f":when={AT_START[name] + 1}+" if name in AT_START else ""
            options += ["-e", f"inject=?{name}:{answer}{after}"]
        super().__init__(program, arch, log, verbose, options=options)
