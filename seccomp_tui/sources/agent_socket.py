"""The agent's socket: made so that nobody else can connect to it, or put another in its place."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
from pathlib import Path

_LONGEST = 107
"""Bytes of a path that a runtime can connect to; unix(7)."""
_QUEUE = 128
_TRY_SECONDS = 2


class Unusable(Exception):
    """There can be no socket here; the text is one line that says why, and what would be right."""


class AgentSocket:
    """A listening socket at a path.

    Args:
        path: where; what a dead agent has left there is replaced.

    Raises:
        Unusable: another listens there, or the folder is not safe.
        OSError: it can't be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        if len(os.fsencode(self.path)) > _LONGEST:
            raise Unusable(f"{self.path}: a socket's path has at most {_LONGEST} bytes")
        self._folder = _open_folder(self.path.parent)
        fcntl.flock(self._folder, fcntl.LOCK_EX)  # two that start at a time
        try:
            self._replace_stale()
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
            before = os.umask(0o177)
            try:
                self.socket.bind(f"/proc/self/fd/{self._folder}/{self.path.name}")
            finally:
                os.umask(before)
            self.socket.listen(_QUEUE)
            self._inode = self._status().st_ino
        finally:
            fcntl.flock(self._folder, fcntl.LOCK_UN)

    @property
    def descriptors(self) -> frozenset[int]:
        """What is open for it."""
        return frozenset((self.socket.fileno(), self._folder))

    def remove(self) -> None:
        """Close it, and take it out of its folder, unless another has taken its place."""
        # While it is open no other can have its inode's number, and no agent takes it for one that a dead one has left.
        with contextlib.suppress(OSError):
            if self._status().st_ino == self._inode:
                os.unlink(self.path.name, dir_fd=self._folder)
        self.socket.close()

    def _status(self) -> os.stat_result:
        return os.stat(self.path.name, dir_fd=self._folder, follow_symlinks=False)

    def _replace_stale(self) -> None:
        try:
            status = self._status()
        except FileNotFoundError:
            return
        if not stat.S_ISSOCK(status.st_mode):
            raise Unusable(f"{self.path} exists, and is no socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            other.settimeout(_TRY_SECONDS)
            try:
                other.connect(f"/proc/self/fd/{self._folder}/{self.path.name}")
            except OSError as error:
                if error.errno != errno.ECONNREFUSED:
                    raise Unusable(f"{self.path} may be another agent's: {error.strerror or error}") from None
            else:
                raise Unusable(f"{self.path}: another agent listens there")
        os.unlink(self.path.name, dir_fd=self._folder)


def _open_folder(folder: Path) -> int:
    """Open the folder of a socket, which only its owner, we or root, may write."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise Unusable(f"{folder}: {error.strerror}; make the folder: mkdir -m 700 {folder}") from None
    status = os.fstat(opened)
    why = ""
    if status.st_uid not in (0, os.geteuid()):
        why = f"belongs to user {status.st_uid}"
    elif status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        why = "can be written by others"
    if why:
        os.close(opened)
        raise Unusable(f"{folder} {why}; the socket needs a folder of its own: mkdir -m 700 DIR")
    return opened
