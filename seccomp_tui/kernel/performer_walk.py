"""Walks a path as the kernel would for another thread: `self` in a procfs means that thread, and not who walks.

Each component is opened with O_PATH, and each link is read from what was opened, so nothing can be swapped in between.
Ordinary paths take one openat2(2); the walk is for those that lead into a procfs or through its magic links.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

from seccomp_tui.kernel import rawcalls
from seccomp_tui.kernel.rawcalls import FileSystem

PATH_MAX = 4096
_LINKS_MOST = 40
_NO_XDEV, _NO_MAGICLINKS = 1, 2
_PROC_ROOT_INODE = 1
_PROC_DEPTH = 5
"""Folders of a procfs with magic links in them stand no deeper below its root: 12/task/13/fd."""
_AS_PATH = os.O_PATH | os.O_CLOEXEC
_AS_LINK = _AS_PATH | os.O_NOFOLLOW
_SELF = (b"self", b"thread-self")
_STICKY_WRITABLE = stat.S_ISVTX | stat.S_IWOTH


def failure(number: int) -> OSError:
    """Return the error that the kernel would give."""
    return OSError(number, os.strerror(number))


class Found(NamedTuple):
    """Where a path leads.

    Attributes:
        parent, last: the folder, and the name in it, which is no link; "" behind a magic link.
        node: the file; -1: there is none of that name.
    """

    parent: int
    last: bytes
    node: int


class Protections(NamedTuple):
    """The sysctls fs.protected_*."""

    symlinks: int
    fifos: int
    regular: int


class Walker:
    """Walks paths for one call; what it opens stays open until `close`.

    Args:
        numbers: of the target's thread and process in each pid namespace, the outermost first.
        protections: what the kernel forbids in folders like /tmp.
        file_uid: whom files are opened as.
        confined: magic links are followed where they are the target's own only.
    """

    def __init__(
        self,
        numbers: tuple[Sequence[int], Sequence[int]],
        protections: Protections,
        file_uid: int,
        confined: bool,
    ) -> None:
        self._numbers = numbers
        self.protections = protections
        self.file_uid = file_uid
        self.confined = confined
        self.opened: list[int] = []

    def close(self) -> None:
        """Close all that was opened."""
        while self.opened:
            os.close(self.opened.pop())

    def follow(self, path: bytes, base: int) -> int:
        """Return what `path` leads to, opened with O_PATH.

        Raises:
            OSError: as the kernel gives it.
        """
        if len(path) >= PATH_MAX:
            raise failure(errno.ENAMETOOLONG)
        try:
            node = self._keep(rawcalls.openat2(base, path, _AS_PATH, _NO_MAGICLINKS))
        except OSError:
            pass  # by a magic link, or by what is wrong with an entry of our own in a procfs, or really
        else:
            if not FileSystem(node).is_proc:
                return node
            self.drop(node)
        return self.walk(path, base).node

    def folder(self, head: bytes, base: int) -> int:
        """Return the folder that the first part of a path leads to; without one it is `base`."""
        if head:
            return self.follow(head, base)
        if base < 0:
            raise failure(errno.EBADF)
        return base

    def open_link(self, name: bytes, folder: int) -> int:
        """Return what stands under a name, opened with O_PATH; a link is not followed."""
        return self._keep(os.open(name, _AS_LINK, dir_fd=folder))

    def walk(self, path: bytes, base: int, missing: bool = False) -> Found:
        """Return where `path` leads, component by component; the last link is followed.

        Args:
            missing: the last component need not exist.

        Raises:
            OSError: as the kernel gives it.
        """
        rest = [name for name in reversed(path.split(b"/")) if name]
        at = self._root() if path[:1] == b"/" else base
        node, last, links, slash = at, b"", 0, path[-1:] == b"/"
        while rest:
            left, at = at, node
            if left not in (at, base):
                self.drop(left)
            name = rest.pop()
            substitute = self._substitute(at, name)
            if substitute is None:
                try:
                    node = self._step(name, at)
                except FileNotFoundError:
                    if missing and not rest:
                        return Found(at, name + (b"/" if slash else b""), -1)
                    raise
                last = name
                found = os.fstat(node)
                if not stat.S_ISLNK(found.st_mode):
                    continue
                substitute = self._link_text(name, at, node, found)
            links += 1
            if links > _LINKS_MOST:
                raise failure(errno.ELOOP)
            if substitute is None:
                self.drop(node)
                if self.confined and not self._is_callers(at):
                    raise failure(errno.EACCES)
                node, last = self._keep(os.open(name, _AS_PATH, dir_fd=at)), b""
                continue
            if node != at:
                self.drop(node)
            slash = slash or (not rest and substitute[-1:] == b"/")
            rest += [part for part in reversed(substitute.split(b"/")) if part]
            node = self._root() if substitute[:1] == b"/" else at
            last = b""
        if slash and not stat.S_ISDIR(os.fstat(node).st_mode):
            raise failure(errno.ENOTDIR)
        return Found(at, last, node)

    def own_link(self, name: bytes, folder: int) -> bytes:
        """Return what a link that depends on who reads it says to the target; nothing for any other name."""
        return self._substitute(folder, name) or b""

    def drop(self, fd: int) -> None:
        """Close one that was opened."""
        self.opened.remove(fd)
        os.close(fd)

    def _keep(self, fd: int) -> int:
        self.opened.append(fd)
        return fd

    def _root(self) -> int:
        return self._keep(os.open("/", _AS_PATH))

    def _step(self, name: bytes, at: int) -> int:
        """Open one component. To walk our own entry in a procfs would show what is ours to the target."""
        node = self.open_link(name, at)
        if name.isdigit() and _is_proc_root(at):
            try:
                own = os.stat(b"self/", dir_fd=at)
            except OSError:
                return node
            if os.path.samestat(own, os.fstat(node)):
                raise failure(errno.EACCES)
        return node

    def _substitute(self, at: int, name: bytes) -> bytes | None:
        """Return the target's number for `self` in a procfs; None for any other name."""
        if name not in _SELF or not _is_proc_root(at):
            return None
        for level, number in enumerate(self._numbers[0]):
            if _same_thread(at, number, self._numbers[0][level:]):
                process = self._numbers[1][level]
                return b"%d" % process if name == b"self" else b"%d/task/%d" % (process, number)
        raise failure(errno.ENOENT)

    def _is_callers(self, folder: int) -> bool:
        """Tell whether a folder of a procfs is the target's own; behind a mount in there it could be anyone's."""
        try:
            for _ in range(_PROC_DEPTH):
                above = self._keep(rawcalls.openat2(folder, b"..", _AS_PATH, _NO_XDEV))
                if _is_proc_root(above):
                    own = self._keep(rawcalls.openat2(above, self.own_link(b"self", above), _AS_PATH, _NO_XDEV))
                    return os.path.samestat(os.fstat(own), os.fstat(folder))
                folder = above
        except OSError:
            pass
        return False

    def _link_text(self, name: bytes, at: int, node: int, link: os.stat_result) -> bytes | None:
        """Return where an ordinary link leads; None for a magic one, which only the kernel can follow."""
        system = FileSystem(node)
        if not system.follows_links:
            raise failure(errno.ELOOP)
        if system.is_proc and _is_magic(name, at):
            return None
        folder = os.fstat(at)
        if (
            self.protections.symlinks
            and folder.st_mode & _STICKY_WRITABLE == _STICKY_WRITABLE
            and link.st_uid not in (self.file_uid, folder.st_uid)
        ):
            raise failure(errno.EACCES)
        text = os.readlink(b"", dir_fd=node)
        if not text:
            raise failure(errno.ENOENT)
        return text


def _is_proc_root(fd: int) -> bool:
    return FileSystem(fd).is_proc and os.fstat(fd).st_ino == _PROC_ROOT_INODE


def _is_magic(name: bytes, at: int) -> bool:
    try:
        os.close(rawcalls.openat2(at, name, _AS_PATH, _NO_MAGICLINKS))
    except OSError as error:
        if error.errno == errno.ENOSYS:
            return os.fstat(at).st_ino != _PROC_ROOT_INODE
        return error.errno == errno.ELOOP
    return False


def _same_thread(proc: int, number: int, numbers: Sequence[int]) -> bool:
    """Tell whether, in this procfs, `number` is the thread that has these numbers from its pid namespace inwards."""
    try:
        # Another file that is mounted on it says what who has mounted it likes.
        fd = rawcalls.openat2(proc, b"%d/status" % number, os.O_RDONLY, _NO_XDEV | _NO_MAGICLINKS)
        try:
            status = os.read(fd, 4096)
        finally:
            os.close(fd)
    except OSError:
        return False
    line = status.partition(b"\nNSpid:")[2].partition(b"\n")[0]
    return [int(word) for word in line.split()] == list(numbers)
