"""One thread's memory, read while it waits.

The kernel keeps /proc/TID/mem bound to the address space it was opened on. After an execve the old handle reads
nothing, or, in a vfork child, still the parent's memory: `forget` must be called at every execve of the thread and
before its id can be used again.
"""

from __future__ import annotations

import errno
import os

from seccomp_tui.kernel import abi, descriptors

_FIRST_READ = 256
"""Nearly every path is shorter; the rest costs a second read."""


_pread = os.pread


class ThreadMemory:
    """Reads and writes the memory of thread `tid`. Reads never raise: what can't be read is short or empty.

    Args:
        keep: keep a handle open between reads; whoever says so must `forget` it in time. Else each read is a
            process_vm_readv(2), which always reads what the thread has now.

    A result is only worth something when the notification is found pending *after* the read.
    """

    __slots__ = ("_fd", "_keep", "tid")

    def __init__(self, tid: int, *, keep: bool = True) -> None:
        self.tid = tid
        self._keep = keep
        self._fd = -1

    def read(self, address: int, size: int, /) -> bytes:
        """Return up to `size` bytes at `address`; fewer at a hole, `b""` where nothing is readable."""
        if size <= 0:
            return b""
        fd = self._fd
        if fd < 0:
            fd = self._open()
            if fd < 0:
                return self._read_by_call(address, size)
        try:
            return _pread(fd, size, address)
        except (OSError, OverflowError):
            # EIO: not mapped. OverflowError: an address in the kernel's half.
            return b""

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return the bytes up to and with the first NUL, at most `limit`; without a NUL at the end it was cut."""
        size = _FIRST_READ if limit > _FIRST_READ else limit
        if self._fd >= 0:
            # In the hot loop for every path: spelled out rather than by `read`.
            try:
                data = _pread(self._fd, size, address)
            except (OSError, OverflowError):
                return b""
        else:
            data = self.read(address, size)
        end = data.find(0)
        if end >= 0:
            return data[: end + 1]
        if len(data) < size or size == limit:
            return data
        data += self.read(address + size, limit - size)
        end = data.find(0)
        return data if end < 0 else data[: end + 1]

    def descriptor(self, fd: int, details: frozenset[str], /) -> bytes:
        """Return what the thread's descriptor leads to; `descriptors.describe`."""
        return descriptors.describe(self.tid, fd, details)

    def file_size(self, fd: int, /) -> int:
        """Return the size of the regular file behind a descriptor, 0 when that is not known."""
        return descriptors.file_size(self.tid, fd)

    def read_file(self, fd: int, offset: int, size: int, /) -> bytes:
        """Return up to `size` bytes of that file; `descriptors.read_file`."""
        return descriptors.read_file(self.tid, fd, offset, size)

    def write(self, address: int, data: bytes) -> int:
        """Write `data` and return how many bytes went in. Honours page protection, as the kernel's own copy would.

        Raises:
            OSError: EFAULT, EPERM, ESRCH; process_vm_writev(2).
        """
        return abi.process_vm_writev(self.tid, address, data)

    def forget(self) -> None:
        """Drop the handle; the next read opens the address space that the thread has then."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _open(self) -> int:
        if not self._keep:
            return -1
        try:
            self._fd = os.open(f"/proc/{self.tid}/mem", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            # No /proc, or too many open files: `_read_by_call` needs neither.
            self._fd = -1
        return self._fd

    def _read_by_call(self, address: int, size: int) -> bytes:
        if self.tid <= 0 or address >> 63:  # nothing of a user program lies there, whatever the kernel might read
            return b""
        try:
            return abi.process_vm_readv(self.tid, address, size)
        except OSError as error:
            return self._read_once(address, size) if error.errno == errno.ENOSYS else b""

    def _read_once(self, address: int, size: int) -> bytes:
        """For kernels without CONFIG_CROSS_MEMORY_ATTACH."""
        try:
            with open(f"/proc/{self.tid}/mem", "rb", buffering=0) as memory:
                return _pread(memory.fileno(), size, address)
        except OSError:
            return b""
