"""The fields of calls as expressions see them."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.policy.calls import AnsweredView, CallView, Outcome, address_text
from seccomp_tui.policy.expression import parse
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import AARCH64, I386, X86_64, Arch
from seccomp_tui.syscalls.memory import RecordedMemory, Segment
from tests.policy.expressions import ADDRESS, INET, INET6, MESSAGE, OTHER, PATH, UNIX

CWD = 0xFFFFFF9C


def call(name: str, *args: int, memory: tuple[Segment, ...] = (), arch: Arch = X86_64) -> CallView:
    number = numbers.number(arch.token, name)
    assert number is not None
    words = [value & (1 << 64) - 1 for value in args] + [0] * (6 - len(args))
    return CallView(arch.token, number, words, RecordedMemory(memory), 7, 8, b"curl", b"/usr/bin/curl", False)


def opened(flags: int = 0o102, path: bytes = b"/etc/hosts\0", arch: Arch = X86_64) -> CallView:
    return call("openat", CWD, PATH, flags, 0o644, memory=((PATH, path),), arch=arch)


def to(address: bytes) -> CallView:
    return call("connect", 3, ADDRESS, len(address), memory=((ADDRESS, address),))


@pytest.mark.parametrize(
    ("text", "view", "expected"),
    [
        ("openat", opened(), True),
        ("open", opened(), False),
        ("%file and %desc and not %network", opened(), True),
        ("%%stat", call("fstat", 3), True),
        ("%net", to(INET), True),
        ("pid == 7 and tid in (8, 9)", opened(), True),
        ('comm == "curl" and exe glob "/usr/*/curl"', opened(), True),
        ('path == "/etc/hosts" and pathname == "/etc/hosts"', opened(), True),
        ('path ~ "^/etc/" and path has "host"', opened(), True),
        ('path glob "/etc/*"', opened(path=b"/etc/a\nb/c\0"), True),
        ('path glob "/etc"', opened(), False),
        ('not path ~ "^/etc"', opened(path=b"cut"), True),
        ('path != "/etc/passwd"', opened(path=b"cut"), False),
        ("flags has O_CREAT", opened(), True),
        ("flags has O_CREAT|O_RDWR", opened(), True),
        ("flags has O_RDONLY", opened(), False),
        ("flags has O_RDONLY", opened(0o100), True),
        ("flags == O_RDWR|O_CREAT", opened(), True),
        ("flags has O_DIRECTORY", opened(0o200000), True),
        ("flags has O_DIRECTORY", opened(0o200000, arch=AARCH64), False),
        ("flags has O_DIRECTORY", opened(0o40000, arch=AARCH64), True),
        ('flags ~ "O_CREAT"', opened(), True),
        ("mode == 0644", opened(), True),
        ("mode == 0644", opened(0), False),
        ("dirfd == AT_FDCWD", opened(), True),
        ("fd == 1", call("write", 1), True),
        ("fd == -1", call("mmap", 0, 0, 0, 0, 0xFFFFFFFF), True),
        ("flags has MAP_PRIVATE", call("mmap", 0, 0, 0, 2, 0), True),
        ("prot has PROT_NONE", call("mmap", 0, 0, 0, 2, 0), True),
        ("prot has PROT_NONE", call("mmap", 0, 0, 1, 2, 0), False),
        ("fd == 3", opened(), False),
        ("fd != 3", opened(), False),
        ("not fd == 3", opened(), True),
        ('buf ~ "^GET" and count == 5', call("write", 1, OTHER, 5, memory=((OTHER, b"GET /index"),)), True),
        ('buf == "GET /"', call("write", 1, OTHER, 5, memory=((OTHER, b"GET /index"),)), True),
        ('buf == ""', call("write", 1, OTHER, 0), True),
        ('buf ~ ""', call("read", 1, OTHER, 5, memory=((OTHER, b"stale"),)), False),
        (f"buf == {OTHER}", call("read", 1, OTHER, 5), True),
        ("port == 443", to(INET), True),
        ("port == 80 and family == AF_INET6", to(INET6), True),
        ("port in (80, 443)", to(UNIX), False),
        ('addr == "127.0.0.1"', to(INET), True),
        ('addr == "::1"', to(INET6), True),
        ('addr == "/run/x"', to(UNIX), True),
        ('addr == "@ab"', to(b"\1\0\0ab"), True),
        ('addr ~ ""', to(b"\2"), False),
        ('addr ~ ""', call("connect", 3, ADDRESS, -1), False),
        ("addr == 0x1000", call("munmap", 0x1000, 1), True),
        ("port == 443", call("sendmsg", 3, ADDRESS, memory=((ADDRESS, MESSAGE), (OTHER, INET))), True),
        ("family == AF_INET", call("socket", 2, 1, 6), True),
        ("protocol == IPPROTO_TCP", call("socket", 2, 1, 6), True),
        ("protocol == IPPROTO_TCP", call("socket", 16, 1, 6), False),
        ("type == SOCK_STREAM", call("socket", 2, 1 | 0o2000000), False),
        ("type has SOCK_STREAM|SOCK_CLOEXEC", call("socket", 2, 1 | 0o2000000), True),
        ("optname == TCP_NODELAY", call("setsockopt", 3, 6, 1), True),
        ("optname == TCP_NODELAY", call("setsockopt", 3, 1, 1), False),
        ("optname == SO_DEBUG", call("setsockopt", 3, 1, 1), True),
        ("sig == SIGKILL and arg0 == 12", call("kill", 12, 9), True),
        ("pid == 12", call("kill", 12, 9), False),
        ("cmd == F_SETFL and arg has O_NONBLOCK", call("fcntl", 3, 4, 0o4000), True),
        ("arg == 2", call("fcntl", 3, 0, 2), True),
        ("arg has O_NONBLOCK", call("fcntl", 3, 2, 0o4000), False),
        ("arg == 2", call("fcntl", 3, 1, 2), False),
        ("offset == -1 and whence == SEEK_END", call("lseek", 3, -1, 2), True),
        ("offset == 0x100000002", call("pread64", 3, 0, 0, 2, 1, arch=I386), True),
        ("owner == -1", call("fchown", 3, 0xFFFFFFFF, 0), True),
        ("arg0 == 0xffffffff", call("close", -1, arch=I386), True),
        ("arg0 == 0xffffffffffffffff", call("close", -1), True),
        ("clone and flags has CLONE_VM", call("clone", 0x100 | 17), True),
        ("request == TCGETS", call("ioctl", 0, 0x5401), True),
        ("ambient == PR_CAP_AMBIENT_RAISE and arg2 == 10", call("prctl", 47, 2, 10), True),
        ("ambient == PR_CAP_AMBIENT_RAISE", call("prctl", 47, (1 << 32) + 2, 10), False),
        ("length == 0x100000002", call("truncate64", 0, 2, 1, arch=I386), True),
        ("mask has FAN_OPEN", call("fanotify_mark", 3, 1, 0x20, -100, 0), True),
        ('filesystemtype == "tmpfs"', call("mount", 0, 0, OTHER, 0, 0, memory=((OTHER, b"tmpfs\0"),)), True),
        ('data has "size"', call("mount", 0, 0, 0, 0, OTHER, memory=((OTHER, b"size=1m\0"),)), True),
        ('data has "size"', call("mount", 0, 0, 0, 0, OTHER), False),
        ("startup or errno == EIO", opened(), False),
        ("state == answered or held > 0s or time > 0s or rule == 0", opened(), False),
    ],
)
def test_fields(text: str, view: CallView, expected: bool) -> None:
    assert parse(text).matches(view) is expected


@pytest.mark.parametrize(
    ("text", "outcome", "expected"),
    [
        ("state == held", Outcome(State.HELD, Kind.NONE, 0, 5), True),
        ("answer == allow or not answer == allow", Outcome(State.HELD, Kind.NONE, 0, 5), True),
        ("answer != allow", Outcome(State.HELD, Kind.NONE, 0, 5), False),
        ("state == gone", Outcome(State.GONE, Kind.NONE, 0, 5), True),
        ("errno == ENOENT and return == -1", Outcome(State.ANSWERED, Kind.ERRNO, 2, 5), True),
        ("errno == ENOENT and return == -1", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5, None, -2, 9), True),
        ("return == 7 and answer == return", Outcome(State.ANSWERED, Kind.RETURN, 7, 5), True),
        ("return == 3", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5, None, 3, 9), True),
        ("errno != EIO", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5, None, 3, 9), False),
        ("return < 0 or return >= 0", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5), False),
        ("errno == ERESTARTSYS", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5, None, -512, 9), True),
        ("return == -1", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5, None, -512, 9), False),
        ("held == 2s", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5, 2_000_000_005), True),
        ("time > 1ms", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5, None, 0, 1_000_006), True),
        ("rule == 1", Outcome(State.ANSWERED, Kind.ALLOW, 0, 5), False),
    ],
)
def test_fields_of_the_answer(text: str, outcome: Outcome, expected: bool) -> None:
    view = AnsweredView(outcome, str, X86_64.token, 3, [1] * 6, RecordedMemory([]), 7, 8, b"", b"", False)
    assert parse(text).matches(view) is expected


def test_what_is_not_known_is_missing() -> None:
    view = CallView(12345, 3, [1] * 6, RecordedMemory([]), 0, 0, b"", b"", True)
    for text in ("pid == 0", "tid >= 0", 'comm ~ ""', 'exe ~ ""', 'path ~ ""', "fd == 1", "flags has O_CREAT"):
        assert not parse(text).matches(view)
        assert parse(f"not {text}").matches(view)
    assert parse("syscall_0x3 and startup and arg0 == 1").matches(view)


def test_the_start_up_is_asked_for_once_and_only_when_needed() -> None:
    asked = []

    def startup() -> bool:
        asked.append(1)
        return True

    view = CallView(X86_64.token, 3, [1] * 6, RecordedMemory([]), 7, 8, b"", b"", startup)
    assert not parse("open and startup").matches(view)
    assert asked == []
    assert parse("close and startup and (open or startup)").matches(view)
    assert asked == [1]


def test_address_text_of_short_and_odd_ones() -> None:
    for data in (b"", b"\2", b"\2\0", INET[:15], INET6[:23], b"\1\0", b"\x63\0rest"):
        assert address_text(data) is None
