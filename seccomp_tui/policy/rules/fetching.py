"""The values of a call's fields straight from its words and the copied memory, for what is asked of every call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from seccomp_tui.policy.calls import CallView
from seccomp_tui.policy.expression.fields import FIELDS
from seccomp_tui.syscalls import arguments
from seccomp_tui.syscalls.memory import RecordedMemory, Segment

_Found = TypeVar("_Found", int, bytes)
Fetch = Callable[[Sequence[int], Sequence[Segment]], _Found | None]
"""Returns the value of a field, as `CallView` does; None where the call has none."""
OfCaller = frozenset(("pid", "tid", "comm", "exe", "startup", "container", "container_name", "metadata"))
"""Fields that neither words nor memory tell."""


_FIRSTS = {"path": ("path",), "fd": ("fd", "module_fd")}


def fetch_number(arch: int, nr: int, field: str) -> Fetch[int]:
    """Return what gives a field of calls of system call `nr` as a number."""
    value = _argument(arch, nr, field)
    if value is None:
        return lambda args, segments: _view(arch, nr, args, segments).number(field)
    number = value.number
    return lambda args, segments: number(args)


def fetch_text(arch: int, nr: int, field: str) -> Fetch[bytes]:
    """Return what gives a field of calls of system call `nr` as a text."""
    value = _argument(arch, nr, field)
    if value is None:
        return lambda args, segments: _view(arch, nr, args, segments).text(field)
    text = value.text
    return lambda args, segments: text(args, RecordedMemory(segments))


def word_of(arch: int, nr: int, field: str) -> int:
    """Return which word points to the text of a field; -1 where that is not plain."""
    value = _argument(arch, nr, field)
    return value.index if value is not None and value.kind in ("path", "string") and value.direction == "in" else -1


def _argument(arch: int, nr: int, field: str) -> arguments.Value | None:
    """Return the argument that a field is, where that is plain: it is always there, and its words need no change."""
    found = arguments.find(arch, nr)
    if found.narrow:
        return None
    if field in _FIRSTS:
        value = found.first(*_FIRSTS[field])
        return value if value is not None and value.unconditional else None
    return None if field in FIELDS else found.always(field)


def _view(arch: int, nr: int, args: Sequence[int], segments: Sequence[Segment]) -> CallView:
    return CallView(arch, nr, args, RecordedMemory(segments), 0, 0, b"", b"", False)
