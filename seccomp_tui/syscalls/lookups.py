"""How each call looks its paths up: whether the last link is followed, and by which flag that is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum


class Lookup(IntEnum):
    """What becomes of the last component of a path."""

    FOLLOW = 0
    """A link is followed: the call acts on what it leads to."""
    KEEP = 1
    """A link is not followed, except behind a slash."""
    NAME = 2
    """It is the name itself that is made, removed or replaced."""
    OPEN = 3
    """By the flags of open(2)."""
    UNMOUNT = 4
    """A link is followed, and what it leads to must not be kept busy."""
    READ_LINK = 5
    """As KEEP; the link's text is the outcome."""
    MOUNT_POINT = 6
    """As FOLLOW, while the kernel reads other arguments as paths."""
    CONNECT = 7
    """The socket that an address names."""
    BIND = 8
    """The name for a socket, which must stay as it is written."""
    TEXT = 9
    """It is no path to this call."""


_NOFOLLOW = 0x100
_EMPTY_PATH = 0x1000
_SYMLINK_FOLLOW = 0x400
_FSPICK_NOFOLLOW, _FSPICK_EMPTY = 2, 8
_UMOUNT_NOFOLLOW = 8
_MS_REMOUNT, _MS_BIND, _MS_MOVE = 32, 4096, 8192
_MS_PROPAGATION = 1 << 17 | 1 << 18 | 1 << 19 | 1 << 20
_MS_MAGIC, _MS_MAGIC_MASK = 0xC0ED0000, 0xFFFF0000
_FROM_LINKS, _FROM_EMPTY, _TO_LINKS, _TO_EMPTY = 1, 4, 0x10, 0x40
_KEEPING = ("lstat", "lchown", "lgetxattr", "lsetxattr", "llistxattr", "lremovexattr", "link")
_NAMING = ("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mknod", "mknodat")
_READING = ("readlink", "readlinkat")
_OPENING = ("creat", "open", "openat", "openat2")
_LINKING = ("link", "linkat", "symlink", "symlinkat")
_AT_FLAGS = {
    "newfstatat": 3,
    "statx": 2,
    "faccessat2": 3,
    "fchownat": 4,
    "fchmodat2": 3,
    "utimensat": 3,
    "setxattrat": 2,
    "getxattrat": 2,
    "listxattrat": 2,
    "removexattrat": 2,
    "open_tree": 2,
    "mount_setattr": 2,
    "linkat": 4,
}
"""Which word has AT_SYMLINK_NOFOLLOW, AT_SYMLINK_FOLLOW or AT_EMPTY_PATH."""


def lookup(call: str, argument: str, args: Sequence[int]) -> Lookup:
    """Return how a call with these words looks up one of its paths, named as in prototypes.txt."""
    if call in _KEEPING and argument != "newpath":
        return Lookup.KEEP
    if call in _NAMING or (call in _LINKING and argument in ("newpath", "linkpath")):
        return Lookup.NAME
    for calls, found in ((_READING, Lookup.READ_LINK), (_OPENING, Lookup.OPEN)):
        if call in calls:
            return found
    special = _SPECIAL.get(call)
    if special:
        return special(argument, args)
    return Lookup.KEEP if call in _AT_FLAGS and args[_AT_FLAGS[call]] & _NOFOLLOW else Lookup.FOLLOW


def takes_empty(call: str, argument: str, args: Sequence[int]) -> bool:
    """Tell whether a path that is empty means the folder's descriptor itself."""
    if call == "fspick":
        return bool(args[2] & _FSPICK_EMPTY)
    if call == "move_mount":
        return bool(args[4] & (_FROM_EMPTY if argument == "from_pathname" else _TO_EMPTY))
    return call in _AT_FLAGS and bool(args[_AT_FLAGS[call]] & _EMPTY_PATH)


def mount_flags(word: int) -> int:
    """Return the flags of mount(2) without the number that old programs put into them."""
    return word & ~_MS_MAGIC_MASK if word & _MS_MAGIC_MASK == _MS_MAGIC else word


def _mount(argument: str, args: Sequence[int]) -> Lookup:
    flags = mount_flags(args[3])
    changes = flags & _MS_REMOUNT or (not flags & _MS_BIND and flags & _MS_PROPAGATION)
    attaches = not changes and flags & (_MS_BIND | _MS_MOVE)
    if argument == "source":
        return Lookup.FOLLOW if attaches else Lookup.TEXT
    return Lookup.FOLLOW if attaches or changes else Lookup.MOUNT_POINT


def _move_mount(argument: str, args: Sequence[int]) -> Lookup:
    flag = _FROM_LINKS if argument == "from_pathname" else _TO_LINKS
    return Lookup.FOLLOW if args[4] & flag else Lookup.KEEP


_SPECIAL: dict[str, Callable[[str, Sequence[int]], Lookup]] = {
    "mount": _mount,
    "move_mount": _move_mount,
    "umount2": lambda _argument, args: Lookup.NAME if args[1] & _UMOUNT_NOFOLLOW else Lookup.UNMOUNT,
    "fspick": lambda _argument, args: Lookup.KEEP if args[2] & _FSPICK_NOFOLLOW else Lookup.FOLLOW,
    "linkat": lambda _argument, args: Lookup.FOLLOW if args[4] & _SYMLINK_FOLLOW else Lookup.KEEP,
    "symlink": lambda _argument, _args: Lookup.TEXT,
    "symlinkat": lambda _argument, _args: Lookup.TEXT,
}
