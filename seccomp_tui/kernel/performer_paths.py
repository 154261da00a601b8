"""Turns each path of a call into one that nobody can change any more.

The call is made with /proc/self/fd as working folder. There `7` is the file itself that was looked up, and `7/name` a
name in the folder that was looked up, which the call does not follow. So the kernel never walks what the target wrote.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass

from seccomp_tui.kernel import rawcalls
from seccomp_tui.kernel.performer_messages import Lookup
from seccomp_tui.kernel.performer_walk import Walker, failure

_UMOUNT_NOFOLLOW = 8
_O_TMPFILE = 0o20000000
_FUSE = 0x65735546
_TTY = os.makedev(5, 0)
_MEMORY = 1
_NO_MAGICLINKS = 2
_AF_UNIX = (1).to_bytes(2, "little")
_ADDRESS_MOST = 110
_DOTS = (b"", b".", b"..")


class Refusal(Exception):
    """A call that must not be made for the target; with the errno to give it."""

    def __init__(self, reason: str, number: int) -> None:
        super().__init__(reason)
        self.errno = number


class LinkText(Exception):
    """The link to be read depends on who reads it; this is what the target would read."""

    def __init__(self, text: bytes) -> None:
        super().__init__()
        self.text = text


@dataclass(slots=True)
class Resolved:
    """A path that was looked up.

    Attributes:
        text: what the kernel gets instead, without NUL.
        flags: added to those of the call, or None.
        working: the working folder of the call; -1: /proc/self/fd.
        waits: to open it may take long.
        created: it was not there: if now it is, it must be looked up again.
        address: it is a socket's address.
    """

    text: bytes
    flags: int = 0
    working: int = -1
    waits: bool = False
    created: bool = False
    address: bool = False


def resolve(walker: Walker, path: bytes, lookup: Lookup, base: int, flags: int) -> Resolved:
    """Look a path up for the target.

    Args:
        base: the folder that a relative one starts from.
        flags: of open(2), where the lookup depends on them.

    Raises:
        OSError: as the kernel would give it to the target.
        Refusal: the kernel would not do for us what it does for the target.
        LinkText: the path is a link that says something else to everyone.
    """
    if len(path) >= 4096:
        raise failure(errno.ENAMETOOLONG)
    if lookup == Lookup.OPEN:
        return _open(walker, path, base, flags)
    return _BY_LOOKUP[lookup](walker, path, base)


def _split(path: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the path of the folder, the last component, and a slash where there are some behind it."""
    core = path.rstrip(b"/")
    head, found, last = core.rpartition(b"/")
    return (head or b"/") if found else head, last, path[len(core) : len(core) + 1]


def _follow(walker: Walker, path: bytes, base: int) -> Resolved:
    return Resolved(b"%d%s" % (walker.follow(path, base), b"/" if path[-1:] == b"/" else b""))


def _name(walker: Walker, path: bytes, base: int) -> Resolved:
    head, last, slash = _split(path)
    if not last:
        return Resolved(b"/")
    return Resolved(b"%d/%s%s" % (walker.folder(head, base), last, slash))


def _keep(walker: Walker, path: bytes, base: int) -> Resolved:
    return _follow(walker, path, base) if path[-1:] == b"/" else _name(walker, path, base)


def _read_link(walker: Walker, path: bytes, base: int) -> Resolved:
    head, last, slash = _split(path)
    if last and not slash:
        folder = walker.folder(head, base)
        text = walker.own_link(last, folder)
        if text:
            raise LinkText(text)
        return Resolved(b"%d/%s" % (folder, last))
    return _keep(walker, path, base)


def _unmount(walker: Walker, path: bytes, base: int) -> Resolved:
    """Name a mount point by its folder: a descriptor of the mount itself would keep it busy."""
    head, last, slash = _split(path)
    if last in _DOTS:
        return _follow(walker, path, base) if last else Resolved(b"/")
    folder = walker.folder(head, base)
    node = walker.open_link(last, folder)
    mode = os.fstat(node).st_mode
    walker.drop(node)
    if stat.S_ISLNK(mode):
        found = walker.walk(path, base)
        if found.last in _DOTS:
            return Resolved(b"%d" % found.node)
        folder, last = found.parent, found.last
        walker.drop(found.node)
    elif slash and not stat.S_ISDIR(mode):
        raise failure(errno.ENOTDIR)
    return Resolved(b"%d/%s" % (folder, last), flags=_UMOUNT_NOFOLLOW)


def _mount_point(walker: Walker, path: bytes, base: int) -> Resolved:
    """Enter a mount point, so that what else the kernel reads as a path finds nothing of ours to start from."""
    node = walker.follow(path, base)
    if not stat.S_ISDIR(os.fstat(node).st_mode):
        raise failure(errno.ENOTDIR)
    return Resolved(b".", working=node)


def _connect(walker: Walker, path: bytes, base: int) -> Resolved:
    return Resolved(_AF_UNIX + b"%d\0" % walker.follow(path, base), address=True)


def _bind(walker: Walker, path: bytes, base: int) -> Resolved:
    """Leave the name to the kernel: it is what others see of the socket."""
    head, _, _ = _split(path)
    if head and walker.confined:
        raise Refusal("where the name of the socket leads can change meanwhile: not as supervisor", errno.EPERM)
    walker.folder(head, base)
    try:
        os.close(rawcalls.openat2(base, head or b".", os.O_PATH, _NO_MAGICLINKS))
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise Refusal("the name of the socket leads through a magic link of /proc", errno.EPERM) from None
    return Resolved((_AF_UNIX + path + b"\0")[:_ADDRESS_MOST], working=base, address=True)


_BY_LOOKUP = {
    Lookup.FOLLOW: _follow,
    Lookup.KEEP: _keep,
    Lookup.NAME: _name,
    Lookup.UNMOUNT: _unmount,
    Lookup.READ_LINK: _read_link,
    Lookup.MOUNT_POINT: _mount_point,
    Lookup.CONNECT: _connect,
    Lookup.BIND: _bind,
}


# --- open(2) ---


def _open(walker: Walker, path: bytes, base: int, flags: int) -> Resolved:
    creates = flags & os.O_CREAT and not flags & (os.O_PATH | _O_TMPFILE)
    if creates and not flags & (os.O_EXCL | os.O_NOFOLLOW):
        return _create(walker, path, base)
    if creates or (flags & os.O_NOFOLLOW and path[-1:] != b"/"):
        found = _name(walker, path, base)
        if found.text == b"/" or flags & os.O_PATH:
            return found
        folder, last, _ = _split(found.text)
        try:
            node = walker.open_link(last, int(folder))
        except OSError:
            return found  # the kernel says what is wrong
        return _opened(found, node)
    node = walker.follow(path, base)
    found = Resolved(b"%d%s" % (node, b"/" if path[-1:] == b"/" else b""))
    return found if flags & os.O_PATH else _opened(found, node)


def _create(walker: Walker, path: bytes, base: int) -> Resolved:
    """Look up a file that is made if it is not there: to the kernel it is either there, or must be new."""
    head, last, slash = _split(path)
    if slash or last in _DOTS:
        return _name(walker, path, base)  # a folder: the kernel says so
    folder = walker.folder(head, base)
    try:
        node = walker.open_link(last, folder)
    except FileNotFoundError:
        return Resolved(b"%d/%s" % (folder, last), flags=os.O_EXCL, created=True)
    if stat.S_ISLNK(os.fstat(node).st_mode):
        found = walker.walk(path, base, missing=True)
        if found.node < 0:
            return Resolved(b"%d/%s" % (found.parent, found.last), flags=os.O_EXCL, created=True)
        folder, last, node = found
    if last not in _DOTS:
        _check_sticky(walker, os.fstat(folder), os.fstat(node))
    return _opened(Resolved(b"%d" % node), node)


def _check_sticky(walker: Walker, folder: os.stat_result, file: os.stat_result) -> None:
    """Do as fs.protected_regular and fs.protected_fifos: in a folder like /tmp O_CREAT opens no file of another."""
    if stat.S_ISREG(file.st_mode):
        protection = walker.protections.regular
    else:
        protection = walker.protections.fifos if stat.S_ISFIFO(file.st_mode) else 0
    if not protection or not folder.st_mode & stat.S_ISVTX or file.st_uid in (folder.st_uid, walker.file_uid):
        return
    if folder.st_mode & stat.S_IWOTH or (folder.st_mode & stat.S_IWGRP and protection >= 2):
        raise failure(errno.EACCES)


def _opened(found: Resolved, node: int) -> Resolved:
    """Return it with what follows from the file that is there."""
    file = os.fstat(node)
    if stat.S_ISCHR(file.st_mode) and file.st_rdev == _TTY:
        raise Refusal("/dev/tty is the terminal of whoever opens it, and a performer has none", errno.ENXIO)
    memory = stat.S_ISCHR(file.st_mode) and os.major(file.st_rdev) == _MEMORY  # /dev/null and its like
    plain = memory or stat.S_ISREG(file.st_mode) or stat.S_ISDIR(file.st_mode)
    found.waits = not plain or rawcalls.FileSystem(node).type == _FUSE
    return found
