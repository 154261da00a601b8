"""The sinks that hand on calls by how they ended, and by what they reach."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import Kind
from seccomp_tui.session.chosen import Paths, Statuses
from seccomp_tui.syscalls.memory import AT_FDCWD, descriptor_address, file_address
from tests.session.made import CLOSE, PATH, RENAME, Kept, made


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"successful"}, [3, "RETURN"]),
        ({"failed"}, [-2, -512, "ERRNO"]),
        ({"unfinished"}, [None]),
        ({"unavailable", "failed"}, [-2, None, -512, "ERRNO"]),
        ({"detached"}, []),
        (set(), []),
    ],
)
def test_calls_are_chosen_by_how_they_ended(wanted: set[str], expected: list[object]) -> None:
    kept = Kept()
    sink = Statuses(kept, wanted)
    lines = {result: made(result=result) for result in (3, -2, None, -512)}
    lines |= {kind.name: made(kind=kind) for kind in (Kind.ERRNO, Kind.RETURN)}  # type: ignore[misc]
    for line in lines.values():
        sink.returned(line)
    assert kept.returns == [lines[each] for each in expected]  # type: ignore[index]


@pytest.mark.parametrize("wanted", [b"/etc/hosts", b"/new", b"/dev/null"])
def test_calls_are_chosen_by_any_path_and_any_descriptor(wanted: bytes) -> None:
    kept = Kept()
    sink = Paths(kept, {wanted})
    opened = made()
    renamed = made(RENAME, args=(PATH, PATH + 99), segments=((PATH, b"/etc/hosts\0"), (PATH + 99, b"/new\0")))
    closed = made(CLOSE, args=(3,), segments=((descriptor_address(3), b"/dev/null\0char 1:3\0"),))
    for line in (opened, renamed, closed, made(9999), made(args=(3, 0))):
        sink.returned(line)
    expected = {b"/etc/hosts": [opened, renamed], b"/new": [renamed], b"/dev/null": [closed]}
    assert kept.returns == expected[wanted]


def test_the_working_folder_and_pieces_of_files_are_no_descriptors() -> None:
    kept = Kept()
    sink = Paths(kept, {b"/dev/null"})
    sink.returned(made(segments=((descriptor_address(AT_FDCWD), b"/dev/null"), (file_address(0), b"/dev/null"))))
    assert kept.returns == []
