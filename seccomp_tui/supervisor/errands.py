"""Makes the message that a performer gets out of a plan: the target's descriptors fetched, what was missing read.

Done while the call waits. Whoever uses the outcome asks whether it still does.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from typing import Protocol

from seccomp_tui.kernel import abi
from seccomp_tui.kernel import performer_messages as messages
from seccomp_tui.kernel.credentials import Standing
from seccomp_tui.kernel.memory import ThreadMemory
from seccomp_tui.kernel.processes import is_over, open_thread
from seccomp_tui.syscalls import marshalling
from seccomp_tui.syscalls.lookups import Lookup
from seccomp_tui.syscalls.marshalling import Plan, Refused
from seccomp_tui.syscalls.memory import AT_FDCWD

_CHUNK = 1 << 20
"""process_vm_readv(2) takes a limited number of pages."""


class Caller(Protocol):
    """The thread that waits.

    Attributes:
        pidfd: None where there is none to have.
    """

    @property
    def tid(self) -> int:
        """Its id."""
        ...

    @property
    def pid(self) -> int:
        """Its process."""
        ...

    @property
    def pidfd(self) -> int | None:
        """Its pidfd."""
        ...


def missing(plan: Plan) -> int:
    """Return how many bytes of the target's memory are still to be read for a call."""
    copies = [item for item in plan.all_items() if isinstance(item, marshalling.Copy)]
    return sum(marshalling.STRING_MOST if copy.size < 0 else copy.size for copy in copies)


class Errand:
    """A job for a performer, with the descriptors that go with it.

    Args:
        number: of the job.

    Attributes:
        message: the job.
        descriptors: ours, to be sent beside it.
    """

    def __init__(self, number: int, plan: Plan, caller: Caller, stands: Standing) -> None:
        self.descriptors: list[int] = []
        self._caller = caller
        self._slots: dict[int, int] = {}
        try:
            self.message = messages.Job(
                number,
                plan.nr,
                tuple(self._word(item) for item in plan.words),
                plan.descriptor,
                plan.blocks,
                plan.checked,
                self._slot(AT_FDCWD) if plan.working else -1,
                stands.umask,
                stands.numbers,
            )
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close our descriptors: they are sent, or not needed."""
        while self.descriptors:
            os.close(self.descriptors.pop())

    def _word(self, item: marshalling.Item) -> messages.Word:
        if isinstance(item, marshalling.Number):
            return messages.Number(item.value)
        if isinstance(item, marshalling.Bytes):
            return self._bytes(item.data, [(at, self._word(each)) for at, each in item.inside])
        if isinstance(item, marshalling.Room):
            return messages.Room(item.size, item.counted)
        if isinstance(item, marshalling.Descriptor):
            return messages.Slot(self._slot(item.number))
        if isinstance(item, marshalling.Copy):
            data = self._read(item)
            return messages.Unreadable() if data is None else self._bytes(data, [])
        if isinstance(item, marshalling.Path):
            wanted = item.text[:1] != b"/" or item.lookup == Lookup.BIND
            base = self._slot(item.base) if wanted else -1
            return messages.Path(item.text, messages.Lookup(item.lookup), base, item.flags)
        return messages.Unreadable()

    def _bytes(self, data: bytes, inside: Sequence[tuple[int, messages.Word]]) -> messages.Word:
        if len(data) <= messages.DATA_MOST:
            return messages.Bytes(data, tuple(inside))
        file = os.memfd_create("performed", os.MFD_CLOEXEC)
        self.descriptors.append(file)
        view = memoryview(data)
        while view:
            view = view[os.write(file, view) :]
        return messages.File(len(self.descriptors) - 1, len(data))

    def _slot(self, number: int) -> int:
        """Return where a duplicate of the target's descriptor stands; -1: it has no such one."""
        slot = self._slots.get(number)
        if slot is None:
            ours = self._fetch(number)
            if ours < 0:
                slot = -1
            else:
                self.descriptors.append(ours)
                slot = len(self.descriptors) - 1
            self._slots[number] = slot
        return slot

    def _fetch(self, number: int) -> int:
        if number == AT_FDCWD:
            return os.open(f"/proc/{self._caller.tid}/cwd", os.O_PATH | os.O_CLOEXEC)
        if number < 0:
            return -1
        pidfd = self._caller.pidfd
        opened = open_thread(self._caller.tid) if pidfd is None else None
        try:
            return abi.pidfd_getfd(opened if pidfd is None else pidfd, number)  # type: ignore[arg-type]
        except OSError as error:
            if error.errno == errno.EBADF:
                return -1
            raise
        finally:
            if opened is not None:
                os.close(opened)

    def _read(self, copy: marshalling.Copy) -> bytes | None:
        """Return what was not copied in full; None when the target can't read it either.

        Raises:
            Refused: it has changed since it was copied.
        """
        memory = ThreadMemory(self._caller.tid, keep=False)
        if copy.size < 0:
            data = memory.read_string(copy.address, marshalling.STRING_MOST)
            complete = data[-1:] == b"\0"
            if len(data) == marshalling.STRING_MOST and not complete:
                raise Refused("a string of the call is too long to be copied")
        else:
            data = b"".join(
                memory.read(copy.address + at, min(_CHUNK, copy.size - at)) for at in range(0, copy.size, _CHUNK)
            )
            complete = len(data) == copy.size
        pidfd = self._caller.pidfd
        if pidfd is not None and is_over(pidfd):
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
        if not data.startswith(copy.copied):
            raise Refused("what the call reads has changed since it was looked at")
        return data if complete else None
