"""What descriptors that are given to a target lead to, apart from files that have names."""

from __future__ import annotations

import errno
import fcntl
import os
import stat

from seccomp_tui.policy.answers import Edited

_EDITED_MOST = 64 << 20
"""Longest file that is edited, in bytes."""
_PIECE = 1 << 20


class CantGive(Exception):
    """An answer can't be given; the text is one line that says why.

    Attributes:
        number: the errno that comes nearest.
    """

    def __init__(self, why: str, number: int) -> None:
        super().__init__(why)
        self.number = number


def pipe_of(data: bytes) -> int:
    """Return the read end of a pipe that these bytes come out of, and then the end.

    Raises:
        CantGive: they are more than a pipe holds (/proc/sys/fs/pipe-max-size).
    """
    read, write = os.pipe2(os.O_CLOEXEC)
    try:
        os.set_blocking(write, False)
        try:
            if len(data) > fcntl.fcntl(write, fcntl.F_GETPIPE_SZ):
                fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, len(data))
            written = os.write(write, data) if data else 0
        except OSError as error:
            raise CantGive(f"a pipe can't hold {len(data)} bytes: {error.strerror}", errno.EFBIG) from None
        if written < len(data):
            raise CantGive(f"a pipe can't hold {len(data)} bytes, only {written}", errno.EFBIG)
    except CantGive:
        os.close(read)
        raise
    finally:
        os.close(write)
    return read


def memory_file(data: bytes) -> int:
    """Return a file that exists nowhere, with these contents, at its beginning; memfd_create(2)."""
    fd = os.memfd_create("seccomp-tui", os.MFD_CLOEXEC)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def edited(original: int, source: Edited) -> int:
    """Return such a file with the contents of another one, edited; the other is closed.

    Raises:
        CantGive: it is no regular file, too long, or can't be read.
    """
    try:
        status = os.fstat(original)
        if not stat.S_ISREG(status.st_mode):
            raise CantGive("what the call opens is no regular file: it can't be edited", errno.EINVAL)
        return memory_file(_contents(original).replace(source.old, source.new))
    except OSError as error:
        raise CantGive(f"what the call opens can't be read: {error.strerror}", error.errno or errno.EIO) from None
    finally:
        os.close(original)


def _contents(fd: int) -> bytes:
    """Return all of a file; what stands in /proc has no size beforehand."""
    pieces: list[bytes] = []
    size = 0
    while piece := os.pread(fd, _PIECE, size):
        pieces.append(piece)
        size += len(piece)
        if size > _EDITED_MOST:
            raise CantGive(
                f"what the call opens is longer than {_EDITED_MOST >> 20} MiB: it can't be edited", errno.EFBIG
            )
    return b"".join(pieces)
