"""What was not copied in full when a call trapped is read once more, and must be what it was."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
from pathlib import Path

import pytest

from seccomp_tui.kernel import performer_messages
from seccomp_tui.supervisor.performing import Performed
from seccomp_tui.syscalls import lookups, numbers
from seccomp_tui.syscalls.memory import RecordedMemory
from tests.supervisor.performing import TOKEN, Stage, stages

stage = pytest.fixture(stages)


class Ourselves:
    """We are the target; what it has in its memory is in ours."""

    def __init__(self) -> None:
        self.tid = self.pid = os.getpid()
        self.pidfd = None


def perform(stage: Stage, name: str, args: tuple[int, ...], segments: list[tuple[int, bytes]]) -> Performed:
    outcomes: list[Performed] = []
    nr = numbers.number(TOKEN, name)
    assert nr is not None
    words = (*args, *(0,) * (6 - len(args)))
    stage.performers.perform(Ourselves(), TOKEN, nr, words, RecordedMemory(segments), outcomes.append)
    stage.until(lambda: outcomes)
    return outcomes[0]


def test_the_rest_of_a_buffer(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    value = bytes(range(256)) * 8
    memory = ctypes.create_string_buffer(value, len(value))
    at = ctypes.addressof(memory)
    file = os.open(tmp_path / "file", os.O_RDONLY)
    try:
        args = (file, 0x1000, at, len(value), 0)
        found = perform(stage, "fsetxattr", args, [(0x1000, b"user.big\0"), (at, value[:100])])
        if found.value == -errno.EOPNOTSUPP:
            pytest.skip("this file system has no attributes of users")
        assert (found.value, found.refused) == (0, "")
        assert os.getxattr(tmp_path / "file", "user.big") == value
        changed = perform(stage, "fsetxattr", args, [(0x1000, b"user.big\0"), (at, b"\xff" + value[1:100])])
        assert "has changed" in changed.refused
    finally:
        os.close(file)


def test_what_the_target_can_not_read_either(stage: Stage) -> None:
    found = perform(stage, "removexattr", (0x1000, 0x2000), [(0x1000, b"/\0")])
    assert found.value == -errno.EFAULT


def test_a_module_image_that_was_copied_in_part(stage: Stage) -> None:
    with mmap.mmap(-1, 8 << 20) as area:
        area.write(b"\x7fELF not really")
        start = ctypes.c_char.from_buffer(area)
        at = ctypes.addressof(start)
        words = (at, 8 << 20, 0x1000)
        found = perform(stage, "init_module", words, [(at, area[:1024]), (0x1000, b"\0")])
        assert not found.refused
        assert found.value in (-errno.ENOEXEC, -errno.EPERM, -errno.ENOSYS)
        other = perform(stage, "init_module", words, [(at, b"another image"), (0x1000, b"\0")])
        assert "has changed" in other.refused
        del start


def test_a_performer_means_by_a_lookup_what_the_plan_means() -> None:
    """They may not import each other: what runs as the target knows nothing of the tables."""
    planned = {each.name: each.value for each in lookups.Lookup}
    assert planned.pop("TEXT") == len(performer_messages.Lookup)  # such a path is handed over as a string
    assert {each.name: each.value for each in performer_messages.Lookup} == planned
