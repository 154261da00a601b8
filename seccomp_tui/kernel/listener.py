"""The notification descriptor: receive, answer, check, hand over descriptors.

Source of all errors: seccomp_unotify(2) and kernel/seccomp.c.
"""

from __future__ import annotations

import errno
import os
from fcntl import ioctl

from seccomp_tui.kernel import abi

LINK = "anon_inode:seccomp notify"
"""What the link of a listener in /proc/PID/fd says."""
_GONE = (errno.ENOENT, errno.EINPROGRESS)
_pack_response = abi.RESP.pack


def is_listener(fd: int) -> bool:
    """Tell whether a descriptor of ours is a listener."""
    return os.readlink(f"/proc/self/fd/{fd}") == LINK


class Listener:
    """A seccomp listener. One thread at a time receives; answers may come in any order.

    Args:
        fd: the descriptor; closed by `close`.
    """

    __slots__ = ("_fd", "_size")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._size = max(abi.NOTIF.size, abi.notif_sizes()[0])

    def fileno(self) -> int:
        """Return the descriptor. Register it for POLLIN only: POLLOUT is true all the time that a call is held."""
        return self._fd

    def close(self) -> None:
        """Close it. When this was the last copy every trapped call fails with ENOSYS, pending ones too."""
        os.close(self._fd)

    def receive(self) -> bytearray | None:
        """Return one `struct seccomp_notif`, or None when it was withdrawn meanwhile.

        Call it only after POLLIN: it blocks, and O_NONBLOCK has no effect.

        Raises:
            OSError: anything but ENOENT (withdrawn, or nobody left) and EINTR.
        """
        # The kernel wants a zeroed buffer each time, also after a failure; a fresh one below 1024 bytes also lets
        # fcntl.ioctl release the interpreter lock.
        buffer = bytearray(self._size)
        try:
            ioctl(self._fd, abi.IOCTL_RECV, buffer, True)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EINTR):
                return None
            raise
        return buffer

    def allow(self, notification: int) -> bool:
        """Let the call go on in the kernel, which reads its memory again. False when it is gone."""
        try:
            ioctl(self._fd, abi.IOCTL_SEND, _pack_response(notification, 0, 0, abi.RESP_CONTINUE))
        except OSError as error:
            return _only_gone(error)
        return True

    def fail(self, notification: int, number: int) -> bool:
        """Make the call fail with errno `number` (1..4095, positive; we negate). False when it is gone.

        Raises:
            ValueError: out of range: the kernel would hand it back as success.
        """
        if not 1 <= number <= 4095:
            raise ValueError(f"errno must be 1..4095, not {number}")
        try:
            ioctl(self._fd, abi.IOCTL_SEND, _pack_response(notification, 0, -number, 0))
        except OSError as error:
            return _only_gone(error)
        return True

    def give(self, notification: int, value: int) -> bool:
        """Make the call return `value` (signed 64 bit) without being done. False when it is gone."""
        return self._send(notification, value, 0)

    def is_pending(self, notification: int) -> bool:
        """Return whether the received call still waits: what was read from its memory before is then its own."""
        try:
            ioctl(self._fd, abi.IOCTL_ID_VALID, notification.to_bytes(8, "little"))
        except OSError as error:
            return _only_gone(error)
        return True

    def add_fd(
        self, notification: int, source: int, *, target: int | None = None, cloexec: bool = False, answer: bool = False
    ) -> int | None:
        """Put a copy of our descriptor `source` into the target and return its number there; None when it is gone.

        Blocks until the target's thread has run; one at a time for each call.

        Args:
            target: the number it shall have, replacing what is there; None: the lowest free one.
            answer: also answer the call with that number, in one step (Linux 5.14).

        Raises:
            OSError: EBADF, EMFILE (the target's RLIMIT_NOFILE), EBUSY, EINTR; EINVAL on a kernel without it.
        """
        flags = (abi.ADDFD_SETFD if target is not None else 0) | (abi.ADDFD_SEND if answer else 0)
        request = abi.ADDFD.pack(notification, flags, source, target or 0, os.O_CLOEXEC if cloexec else 0)
        try:
            # A mutable buffer, for ioctl to give back the result instead of the buffer.
            return int(ioctl(self._fd, abi.IOCTL_ADDFD, bytearray(request), True))
        except OSError as error:
            _only_gone(error)
            return None

    def wake_synchronously(self) -> bool:
        """Hand the CPU over at each answer (SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP). False before Linux 6.6."""
        try:
            ioctl(self._fd, abi.IOCTL_SET_FLAGS, abi.FD_SYNC_WAKE_UP)  # by value, in spite of _IOW
        except OSError as error:
            if error.errno == errno.EINVAL:
                return False
            raise
        return True

    def _send(self, notification: int, value: int, error_number: int) -> bool:
        try:
            ioctl(self._fd, abi.IOCTL_SEND, _pack_response(notification, value, error_number, 0))
        except OSError as error:
            return _only_gone(error)
        return True


def _only_gone(error: OSError) -> bool:
    """Return False for the two errors that mean *gone*; a second answer may give either. Raise any other."""
    if error.errno in _GONE:
        return False
    raise error
