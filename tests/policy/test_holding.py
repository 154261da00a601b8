"""What is held by default."""

from __future__ import annotations

from seccomp_tui.policy.holding import held_numbers
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import ARCHES


def test_what_acts_on_the_world_is_held_and_what_a_program_does_to_itself_is_not() -> None:
    for token in ARCHES:
        held = held_numbers(ARCHES)[token]
        names = {numbers.name(token, number) for number in held}
        assert {"openat", "connect", "execve", "setresuid"} <= names
        assert not {"read", "write", "brk", "mmap", "rt_sigaction", "clock_gettime"} & names
