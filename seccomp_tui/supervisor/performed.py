"""What came of a call that was made in the target's place, checked: a performer is no more trusted than the target."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from seccomp_tui.kernel import performer_messages as messages
from seccomp_tui.syscalls import marshalling
from seccomp_tui.syscalls.marshalling import Plan
from seccomp_tui.syscalls.text import escape

_ERRNO_MAX = 4095
_REASON_MOST = 200


@dataclass(frozen=True, slots=True)
class Performed:
    """What came of a call.

    Attributes:
        value: as the kernel returned it, -errno when it failed; of a new descriptor 0.
        rooms: what it filled in, and where that belongs in the target.
        descriptor: a new descriptor of ours, which the receiver closes; -1 without one.
        cloexec: that is to be closed at an execve.
        refused: why it was not made.
        errno: of a refusal, what the call may fail with.
    """

    value: int = 0
    rooms: tuple[tuple[int, bytes], ...] = ()
    descriptor: int = -1
    cloexec: bool = False
    refused: str = ""
    errno: int = 0


DIED = Performed(refused="the process that was to make the call died", errno=errno.EIO)


def outcome(plan: Plan, done: messages.Done | None, descriptors: list[int]) -> Performed:
    """Return an outcome in the target's terms; a refusal when it is none that this call can have."""
    if done is None:
        return DIED
    if done.refused:
        reason = escape(done.refused[:_REASON_MOST].encode())
        return Performed(refused=reason, errno=-done.value if -_ERRNO_MAX <= done.value < 0 else errno.EPERM)
    if done.value < 0:
        return Performed(done.value) if done.value >= -_ERRNO_MAX else DIED
    rooms = [item for item in plan.all_items() if isinstance(item, marshalling.Room)]
    wrong = done.value >= 1 << 63 or len(descriptors) != plan.descriptor or len(done.rooms) > len(rooms)
    if wrong or any(len(data) > room.size for data, room in zip(done.rooms, rooms, strict=False)):
        return DIED
    filled = tuple((room.address, data) for room, data in zip(rooms, done.rooms, strict=False) if data)
    return Performed(done.value, filled, descriptors[0] if plan.descriptor else -1, plan.cloexec)
