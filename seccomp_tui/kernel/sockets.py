"""The ends of a thread's sockets.

The protocol is read off the descriptor in /proc; the ends are asked of a duplicate of the socket, so that they are
right whatever network namespace it belongs to. Only the other end of a unix socket has to be asked of the kernel's
list, which knows the sockets of our own namespace.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import threading
from collections.abc import Callable
from functools import cache

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.processes import open_thread

_PROTOCOL_NAME = "system.sockprotoname"
_ALIASES = {b"UDP-Lite": b"UDPLITE"}
_SO_COOKIE = 57
_COOKIE = struct.Struct("=Q")
_LINGER = struct.Struct("=ii")
_TCP_INFO = struct.Struct("=B135xI")
"""The parts of struct tcp_info that we want: the state, and how many segments were sent."""
_TCP_CLOSE = 7

_REQUEST = struct.Struct("=IHHII BBHIIIQ")
"""struct nlmsghdr and struct unix_diag_req: length, type, flags, seq, port; family, protocol, padding, states, inode,
show, cookie."""
_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_F_REQUEST = 1
_ALL_STATES = 0xFFFFFFFF
_UDIAG_SHOW_PEER = 4
_REPLY_HEAD = 32
"""struct nlmsghdr and struct unix_diag_msg."""
_ATTRIBUTE = struct.Struct("=HH")
_UNIX_DIAG_PEER = 2


def ends(tid: int, fd: int, inode: int) -> bytes:
    """Return a socket's protocol and ends, `TCP:[127.0.0.1:22->127.0.0.1:4000]`; what is not known is left out.

    The name of a unix socket follows after a NUL. Without any end the socket's number stands in the brackets. Protocols
    whose ends we don't know give `b""`.

    Args:
        tid: the thread.
        fd: its descriptor.
        inode: the number of the socket, from the link in /proc.

    Raises:
        OSError: the descriptor is gone, or we may not look.
    """
    protocol = os.getxattr(f"/proc/{tid}/fd/{fd}", _PROTOCOL_NAME).rstrip(b"\0")
    protocol = _ALIASES.get(protocol, protocol)
    if protocol not in _ENDS:
        return b""
    ask = _ENDS[protocol]
    found, name = b"", b""
    ours = _duplicate(tid, fd, inode) if ask is not None else None
    if ask is not None and ours is not None:
        try:
            found, name = ask(ours, inode)
        except OSError:
            pass
        finally:
            _close(ours)
    text = b"%s:[%s]" % (protocol, found or b"%d" % inode)
    return b"%s\0%s" % (text, name) if name else text


def _duplicate(tid: int, fd: int, inode: int) -> socket.socket | None:
    pidfd = open_thread(tid)
    if pidfd is None:
        return None
    try:
        number = abi.pidfd_getfd(pidfd, fd)
    except OSError:
        return None
    finally:
        os.close(pidfd)
    try:
        if os.fstat(number).st_ino == inode:  # else the pidfd is a process's, and the thread has descriptors of its own
            return socket.socket(fileno=number)
    except OSError:
        pass
    os.close(number)
    return None


def _close(ours: socket.socket) -> None:
    """Close our duplicate. Had the target closed its own meanwhile, that would wait as long as the socket lingers."""
    try:
        lingers, _ = _LINGER.unpack(ours.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER.size))
    except OSError:
        lingers = 0
    if lingers:
        try:
            threading.Thread(target=ours.close, daemon=True).start()
        except RuntimeError:  # no more threads; the target's own close is hardly ever just now
            ours.close()
    else:
        ours.close()


def _internet(ours: socket.socket, _inode: int) -> tuple[bytes, bytes]:
    near = ours.getsockname()
    if not near[1]:
        return b"", b""
    try:
        return f"{_address(near)}->{_address(ours.getpeername())}".encode(), b""
    except OSError as error:
        if error.errno != errno.ENOTCONN:
            raise
        return _address(near).encode(), b""


def _tcp(ours: socket.socket, inode: int) -> tuple[bytes, bytes]:
    """As `_internet`, but after a connection the kernel still tells the address, which may be another's by then."""
    info = ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
    if len(info) == _TCP_INFO.size:
        state, sent = _TCP_INFO.unpack(info)
        if state == _TCP_CLOSE and sent:
            return b"", b""
    return _internet(ours, inode)


def _address(name: tuple[str, int]) -> str:
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _netlink(ours: socket.socket, _inode: int) -> tuple[bytes, bytes]:
    port, _groups = ours.getsockname()
    return (b"%d:%d" % (ours.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL), port) if port else b""), b""


def _unix(ours: socket.socket, inode: int) -> tuple[bytes, bytes]:
    name = ours.getsockname()
    (cookie,) = _COOKIE.unpack(ours.getsockopt(socket.SOL_SOCKET, _SO_COOKIE, _COOKIE.size))
    peer = _peer(inode, cookie)
    return (b"%d->%d" % (inode, peer) if peer else b""), os.fsencode(name)


_ENDS: dict[bytes, Callable[[socket.socket, int], tuple[bytes, bytes]] | None] = {
    **dict.fromkeys((b"TCP", b"TCPv6"), _tcp),
    **dict.fromkeys((b"UDP", b"UDPv6", b"UDPLITE", b"UDPLITEv6"), _internet),
    **dict.fromkeys((b"UNIX", b"UNIX-STREAM"), _unix),
    **dict.fromkeys((b"RAW", b"RAWv6"), None),
    b"NETLINK": _netlink,
}
"""By the kernel's name of the protocol, what finds the ends and the name; None where only the number is shown."""


# --- the kernel's list of unix sockets ---


@cache
def _list() -> socket.socket | None:
    """Return the socket that lists sockets; None where we may not have one."""
    try:
        made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_SOCK_DIAG)
    except OSError:
        return None
    made.setblocking(False)
    return made


def _peer(inode: int, cookie: int) -> int:
    """Return the number of a unix socket's other end; 0 without one, and for sockets of other network namespaces."""
    asked = _list()
    if asked is None:
        return 0
    diag = (socket.AF_UNIX, 0, 0, _ALL_STATES, inode, _UDIAG_SHOW_PEER, cookie)
    asked.send(_REQUEST.pack(_REQUEST.size, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 0, 0, *diag))
    reply = asked.recv(4096)  # the kernel has answered before send() returned
    length, kind = struct.unpack_from("=IH", reply)
    at = _REPLY_HEAD
    while kind == _SOCK_DIAG_BY_FAMILY and at + _ATTRIBUTE.size < min(length, len(reply)):
        size, attribute = _ATTRIBUTE.unpack_from(reply, at)
        if attribute == _UNIX_DIAG_PEER:
            return int(struct.unpack_from("=I", reply, at + _ATTRIBUTE.size)[0])
        at += max(size + 3 & ~3, _ATTRIBUTE.size)
    return 0
