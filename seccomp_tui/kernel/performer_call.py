"""Makes one call in the target's place: paths looked up, words laid out in our own memory, and what came of it."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from seccomp_tui.kernel import rawcalls
from seccomp_tui.kernel.performer_messages import (
    Bytes,
    Done,
    File,
    Job,
    Lookup,
    Number,
    Path,
    Room,
    Slot,
    Unreadable,
    Word,
)
from seccomp_tui.kernel.performer_paths import LinkText, Refusal, resolve
from seccomp_tui.kernel.performer_walk import Walker

_NOT_READABLE = 1
"""An address where nothing is ever mapped."""
_NOT_OPEN = (1 << 64) - 1
_ROOM_MOST = 1 << 20
_NOCTTY = os.O_NOCTTY
_TRIES = 32


@dataclass(slots=True)
class Prepared:
    """A call that only needs to be made.

    Attributes:
        words: as the kernel gets them.
        rooms: what it fills in: the memory, and whether only as many bytes count as it returns.
        working: its working folder; -1: /proc/self/fd.
        waits: it may take long.
        created: a path that must be new: if it is not, all is to be looked up again.
        kept: memory that the words point to.
    """

    words: list[int]
    rooms: list[tuple[ctypes.Array[ctypes.c_char], bool]] = field(default_factory=list)
    working: int = -1
    waits: bool = False
    created: bool = False
    kept: list[object] = field(default_factory=list)


class Call:
    """One job.

    Args:
        descriptors: those that came with it.
    """

    def __init__(self, job: Job, descriptors: Sequence[int], walker: Walker) -> None:
        self.job = job
        self._descriptors = descriptors
        self._walker = walker

    def prepare(self) -> Prepared | Done:
        """Look its paths up and lay its words out; where that settles it already, return what came of it."""
        prepared = Prepared([0] * len(self.job.words), working=self._slot(self.job.working))
        try:
            for index, word in enumerate(self.job.words):
                if not isinstance(word, Path):
                    prepared.words[index] = self._word(word, prepared)
            for index, word in enumerate(self.job.words):
                if isinstance(word, Path):
                    self._path(index, word, prepared)
        except OSError as error:
            return Done(self.job.id, -(error.errno or errno.EIO))
        except Refusal as refusal:
            return Done(self.job.id, -refusal.errno, refused=str(refusal))
        except LinkText as link:
            return self._link(link.text)
        return prepared

    def make(self, prepared: Prepared | Done, ours: int) -> tuple[Done, int]:
        """Make the call, and return what came of it and the new descriptor, -1 without one.

        Args:
            ours: /proc/self/fd of this process; not used where the call has another working folder.
        """
        for _ in range(_TRIES):
            if isinstance(prepared, Done):
                return prepared, -1
            try:
                os.fchdir(ours if prepared.working < 0 else prepared.working)
            except OSError as error:  # of the target's: it has no right to search it
                number = error.errno or errno.EACCES
                return Done(self.job.id, -number, refused="a folder that the call starts from can't be entered"), -1
            os.umask(self.job.umask)
            value = rawcalls.call(self.job.nr, prepared.words)
            if not (prepared.created and value == -errno.EEXIST):
                return self._outcome(prepared, value)
            self._walker.close()
            prepared = self.prepare()
        return Done(self.job.id, -errno.EAGAIN, refused="a path changes faster than it can be looked up"), -1

    def _outcome(self, prepared: Prepared, value: int) -> tuple[Done, int]:
        if value < 0:
            if self.job.checked and value == -errno.ELOOP:
                return Done(self.job.id, value, refused="the path may lead through a magic link of /proc"), -1
            return Done(self.job.id, value), -1
        rooms = tuple(memory.raw[:value] if counted else memory.raw for memory, counted in prepared.rooms)
        if not self.job.descriptor:
            return Done(self.job.id, value, rooms), -1
        if self.job.checked and rawcalls.FileSystem(value).is_proc:
            os.close(value)
            return Done(self.job.id, -errno.EPERM, refused="the path leads into a procfs, maybe to a performer"), -1
        return Done(self.job.id, 0, rooms), value

    def _link(self, text: bytes) -> Done:
        """Return the outcome of readlink(2) on a link of which we know what it says."""
        rooms = [word for word in self.job.words if isinstance(word, Room)]
        size = next((word.size for word in rooms), 0)
        if not size:
            return Done(self.job.id, -errno.EINVAL if rooms else -errno.EFAULT)
        return Done(self.job.id, len(text[:size]), (text[:size],))

    def slots_used(self) -> list[int]:
        """Return the descriptors that the call itself needs, beside those of the paths that were looked up."""
        return list(self._descriptors) + self._walker.opened

    # --- words ---

    def _slot(self, slot: int) -> int:
        return self._descriptors[slot] if 0 <= slot < len(self._descriptors) else -1

    def _word(self, word: Word, prepared: Prepared) -> int:
        """Return a word, with what it points to in our memory."""
        if isinstance(word, Number):
            return word.value
        if isinstance(word, Bytes):
            return self._bytes(word.data, word.inside, prepared)
        if isinstance(word, Room):
            memory = ctypes.create_string_buffer(max(min(word.size, _ROOM_MOST), 1))
            if word.size:
                prepared.rooms.append((memory, word.counted))
            else:
                prepared.rooms.append((ctypes.create_string_buffer(0), True))
                prepared.kept.append(memory)
            return ctypes.addressof(memory)
        if isinstance(word, Slot):
            found = self._slot(word.slot)
            return found if found >= 0 else _NOT_OPEN
        if isinstance(word, File):
            area = mmap.mmap(self._slot(word.slot), word.size, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
            start = ctypes.c_char.from_buffer(area)
            prepared.kept += [area, start]
            return ctypes.addressof(start)
        assert isinstance(word, Unreadable)
        return _NOT_READABLE

    def _bytes(self, data: bytes, inside: Sequence[tuple[int, Word]], prepared: Prepared) -> int:
        changed = bytearray(data)
        for offset, word in inside:
            changed[offset : offset + 8] = (self._word(word, prepared) & _NOT_OPEN).to_bytes(8, "little")
        memory = ctypes.create_string_buffer(bytes(changed), max(len(changed), 1))
        prepared.kept.append(memory)
        return ctypes.addressof(memory)

    def _path(self, index: int, path: Path, prepared: Prepared) -> None:
        """Look a path up, and change the words that go with it."""
        flags = self._flags(index, path, prepared)
        found = resolve(self._walker, path.text, path.lookup, self._slot(path.base), flags)
        prepared.waits = prepared.waits or found.waits
        prepared.created = prepared.created or found.created
        if found.working >= 0:
            prepared.working = found.working
        text = found.text if found.address else found.text + b"\0"
        prepared.words[index] = self._bytes(text, (), prepared)
        if found.address:
            prepared.words[index + 1] = len(text)
        elif _OPENS[path.lookup]:
            self._set_flags(index, path, prepared, flags | found.flags | (0 if flags & os.O_PATH else _NOCTTY))
        elif found.flags:
            prepared.words[index + 1] |= found.flags

    def _flags(self, index: int, path: Path, prepared: Prepared) -> int:
        """Return the flags of open(2)."""
        if not _OPENS[path.lookup]:
            return 0
        if path.flags >= 0:
            return prepared.words[path.flags]
        how = self.job.words[index + 1]
        return int.from_bytes(how.data[:8], "little") if isinstance(how, Bytes) else 0

    def _set_flags(self, index: int, path: Path, prepared: Prepared, flags: int) -> None:
        how = self.job.words[index + 1]
        if path.flags >= 0:
            prepared.words[path.flags] = flags
        elif isinstance(how, Bytes):
            prepared.words[index + 1] = self._bytes(flags.to_bytes(8, "little") + how.data[8:], (), prepared)


_OPENS = {lookup: lookup == Lookup.OPEN for lookup in Lookup}
