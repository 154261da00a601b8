"""Descriptors with what they lead to, as strace -y and -yy print them: `3</etc/passwd>`, `4<TCP:[127.0.0.1:22]>`."""

from __future__ import annotations

import re

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import PATH_MAX, Memory
from seccomp_tui.syscalls.text import escape, escape_name, quote

from .base import Style

_UNNAMED = ((b"socket:[", "socket"), (b"anon_inode:[pidfd]", "pidfd"))
"""Links that are shown where more was asked for and is not known."""
_DEVICES = (b"char ", b"block ")
_MOST = PATH_MAX + 512
_NETLINK = re.compile(r"NETLINK:\[(\d{1,9}):(\d+)\]")


def descriptor_text(fd: int, memory: Memory, style: Style) -> str:
    """Return a descriptor (signed) with what it leads to; without, where that is not known or not wanted."""
    details = style.descriptors
    if fd < 0 or not details:
        return str(fd)
    return f"{fd}{leads_to(memory.descriptor(fd, details), details, style.hex_strings)}"


def leads_to(noted: bytes, details: frozenset[str], hex_strings: int = 0) -> str:
    """Return what stands behind the number, `<...>`.

    Args:
        noted: what `Memory.descriptor` gives.
        details: which of it to show.
        hex_strings: as in `Style`.
    """
    link, _, rest = noted[:_MOST].partition(b"\0")
    fact, _, name = rest.partition(b"\0")
    shown = escape_name(link, hex_strings)
    by_path = f"<{shown}>" if link and "path" in details else ""
    if fact == b"deleted":
        return by_path and f"{by_path}(deleted)"
    if fact.startswith(_DEVICES):
        return f"<{shown}<{escape_name(fact)}>>" if "dev" in details else by_path
    if fact.startswith(b"pid:"):
        return f"<{escape_name(fact)}>" if "pidfd" in details else by_path
    if fact and "socket" in details:
        return f"<{_socket(escape(fact), name)}>"
    unnamed = any(link.startswith(start) and detail in details for start, detail in _UNNAMED)
    return f"<{shown}>" if unnamed else by_path


def _socket(ends: str, name: bytes) -> str:
    """Return a socket's protocol and ends, with the name of a unix socket inside the brackets."""
    netlink = _NETLINK.fullmatch(ends)
    if netlink:
        protocol = constants.enum("netlink_protocol", int(netlink[1])).removeprefix("NETLINK_")
        return f"NETLINK:[{protocol}:{netlink[2]}]"
    if not name:
        return ends
    abstract = name[:1] == b"\0"
    shown = quote(name[abstract:].partition(b"\0")[0])
    return f"{ends.removesuffix(']')},{'@' * abstract}{shown}]"
