"""Opens descriptors of every sort, and writes down what we say of each: run under strace, which says it too.

Arguments: the file to write to, and the details to ask for, with commas between.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator

from seccomp_tui.kernel.descriptors import describe
from seccomp_tui.syscalls.kinds.descriptors import leads_to

_libc = ctypes.CDLL(None, use_errno=True)
_kept: list[socket.socket] = []
_epoll = select.epoll()
ODD = b'a"b\\c<d>e\nf\tg\x01\x019\x7f\xff\xc3\xa9h i<1>2"3\\4'
UNIX_ODD = b'we"i\nr\xff<>d'


def made(name: bytes | str, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    return os.open(name, flags, 0o600)


def files() -> Iterator[int]:
    yield made("file")
    yield made("gone")
    os.unlink("gone")
    yield made("x (deleted)")
    yield made("y (deleted)")
    os.unlink("y (deleted)")
    yield made("again")
    os.unlink("again")
    yield made("again")
    yield made(ODD)
    yield os.open(".", os.O_RDONLY)
    os.mkdir("folder")
    yield os.open("folder", os.O_RDONLY)
    os.rmdir("folder")
    os.symlink("nowhere", "link")
    yield os.open("link", os.O_PATH | os.O_NOFOLLOW)
    yield os.open(".", os.O_TMPFILE | os.O_RDWR)
    yield os.memfd_create('mem "<file>\n')
    yield os.open("/proc/self/maps", os.O_RDONLY)
    yield os.open("/proc/self/ns/net", os.O_RDONLY)


def devices() -> Iterator[int]:
    for name in ("null", "zero", "full", "urandom", "ptmx"):
        yield os.open(f"/dev/{name}", os.O_RDONLY | os.O_NOCTTY)
    for name in ("loop0", "ram0", "sr0"):
        try:
            yield os.open(f"/dev/{name}", os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            continue
    yield from os.openpty()
    if os.geteuid() == 0:
        os.mknod("device", 0o20600, os.makedev(1, 3))
        yield os.open("device", os.O_RDWR)
        os.unlink("device")


def others() -> Iterator[int]:
    yield from os.pipe()
    os.mkfifo("fifo")
    yield os.open("fifo", os.O_RDWR)
    yield os.eventfd(3)
    yield _epoll.fileno()
    yield _libc.timerfd_create(1, 0)
    yield _libc.signalfd(-1, (ctypes.c_ulong * 16)(), 0)
    yield _libc.inotify_init1(0)
    yield from processes()
    yield -1
    yield 1_000_000


def processes() -> Iterator[int]:
    yield os.pidfd_open(os.getpid())
    reaped, zombie = os.fork(), os.fork()
    if not reaped or not zombie:
        os._exit(0)
    ended = [os.pidfd_open(reaped), os.pidfd_open(zombie)]
    os.waitpid(reaped, 0)
    os.waitid(os.P_PID, zombie, os.WEXITED | os.WNOWAIT)
    yield from ended


def _socket(*kind: int) -> socket.socket:
    _kept.append(socket.socket(*kind))
    return _kept[-1]


def unix() -> Iterator[int]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        _kept.extend(socket.socketpair(socket.AF_UNIX, kind))
        yield from (pair.fileno() for pair in _kept[-2:])
        yield _socket(socket.AF_UNIX, kind).fileno()
    listening = _socket(socket.AF_UNIX)
    listening.bind("listening")
    listening.listen()
    yield listening.fileno()
    for accepted in (True, False):
        near = _socket(socket.AF_UNIX)
        near.connect("listening")
        if accepted:
            _kept.append(listening.accept()[0])
            yield _kept[-1].fileno()
        yield near.fileno()
    for name in (b'\0abs\x01t"r %d\0x' % os.getpid(), UNIX_ODD, b"", b"@plain"):
        bound = _socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        bound.bind(name)
        yield bound.fileno()
    towards = _socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    towards.connect(UNIX_ODD)
    yield towards.fileno()


def internet() -> Iterator[int]:
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            yield _socket(family, kind).fileno()
            everywhere = _socket(family, kind)
            everywhere.bind(("", 0))
            yield everywhere.fileno()
            bound = _socket(family, kind)
            bound.bind((address, 0))
            yield bound.fileno()
            towards = _socket(family, kind)
            if kind == socket.SOCK_STREAM:
                bound.listen()
                for ended in (False, True):
                    towards = _socket(family, kind)
                    towards.connect(bound.getsockname())
                    far, _ = bound.accept()
                    _kept.append(far)
                    if ended:
                        towards.shutdown(socket.SHUT_RDWR)
                        far.shutdown(socket.SHUT_RDWR)
                    yield from (towards.fileno(), far.fileno())
            else:
                towards.connect(bound.getsockname())
                yield towards.fileno()
    both = _socket(socket.AF_INET6)
    both.bind(("::", 0))
    both.listen()
    near = _socket(socket.AF_INET)
    near.connect(("127.0.0.1", both.getsockname()[1]))
    _kept.append(both.accept()[0])
    yield _kept[-1].fileno()


def rest() -> Iterator[int]:
    for protocol in (socket.NETLINK_ROUTE, socket.NETLINK_USERSOCK, 15, 16):
        yield _socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol).fileno()
        for _ in range(2):
            bound = _socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
            bound.bind((0, 0))
            yield bound.fileno()
    for kind in ((socket.AF_INET, socket.SOCK_RAW, 255), (socket.AF_PACKET, socket.SOCK_DGRAM, 0), (40, 1, 0)):
        try:
            yield _socket(*kind).fileno()
        except OSError:
            continue


def main() -> None:
    output = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    details = frozenset(sys.argv[2].split(","))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(tempfile.mkdtemp(dir=os.path.dirname(sys.argv[1])))
    opened = [fd for group in (files, devices, others, unix, internet, rest) for fd in list(group())]
    for fd in opened:
        noted = describe(os.getpid(), fd, details) if fd >= 0 else b""
        os.write(output, f"fsync({fd}{leads_to(noted, details)})\n".encode())
        _libc.fsync(fd)


if __name__ == "__main__":
    main()
