"""What is filled in is what the decoder then shows: in the real memory of this process, and on all architectures."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.kernel.memory import ThreadMemory
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import AARCH64, ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.copying import copier
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.filling import EncodeError, fill, form
from seccomp_tui.syscalls.memory import RecordedMemory

ROOM = 4096
AT = 0x10000
"""Where an argument lies in tests without real memory."""


@dataclass(frozen=True)
class Content:
    argument: str
    given: tuple[bytes | str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def word(self) -> str:
        """One text alone, as it stands without quotes."""
        return self.given[0] if len(self.given) == 1 and isinstance(self.given[0], str) else ""

    @property
    def values(self) -> tuple[bytes, ...]:
        return () if self.word else tuple(each if isinstance(each, bytes) else each.encode() for each in self.given)


def number(name: str, arch: Arch = X86_64) -> int:
    return next(nr for nr, known in numbers.names(arch.token).items() if known == name)


class Ours:
    """Pieces of this process's memory, written and read as a target's are."""

    def __init__(self) -> None:
        self.memory = ThreadMemory(os.getpid())
        self._kept: list[ctypes.Array[ctypes.c_char]] = []

    def room(self, data: bytes = b"", size: int = ROOM) -> int:
        self._kept.append(ctypes.create_string_buffer(data, size))
        return ctypes.addressof(self._kept[-1])

    def fill(self, name: str, args: Sequence[int], *contents: Content, result: int | None = None) -> tuple[str, int]:
        """Fill in the arguments of a call, by its copy at the trap; return its line and what it returns."""
        words, nr = (*args, *[0] * (6 - len(args))), number(name)
        before = RecordedMemory([(at, self.memory.read(at, ROOM)) for at in words if at > ROOM])
        copy = copier(X86_64.token, nr, 1024)
        copied = copy(self.memory, words) if copy else []
        counted = 0
        for content in contents:
            filled = fill(X86_64.token, nr, words, content, RecordedMemory(copied))
            for address, data in filled.writes:
                assert self.memory.write(address, data) == len(data)
            counted += filled.counted
        decoder = Decoder(string_limit=256, verbose=True)
        shown = decoder.returned(X86_64.token, nr, words, counted if result is None else result, self.memory, before)
        return shown, counted

    def entered(self, name: str, args: Sequence[int]) -> str:
        """Return the line of a call that is yet to be made."""
        return Decoder().call(X86_64.token, number(name), (*args, *[0] * (6 - len(args))), self.memory)


@pytest.fixture
def ours() -> Iterator[Ours]:
    made = Ours()
    yield made
    made.memory.forget()


# --- in real memory ---


def test_bytes_of_a_read(ours: Ours) -> None:
    buf = ours.room()
    assert ours.fill("read", (3, buf, 100), Content("buf", (b"one\n", b"two"))) == ('read(3, "one\\ntwo", 100)', 7)
    assert ours.fill("pread64", (3, buf, 9, 5), Content("arg1", (b"x",))) == ('pread64(3, "x", 9, 5)', 1)
    line, counted = ours.fill("getrandom", (buf, 4, 0), Content("buf", (b"\1\2\3\4",)))
    assert (line, counted) == (r'getrandom("\x01\x02\x03\x04", 4, 0)', 4)


def test_buffers_of_a_vector(ours: Ours) -> None:
    first, second = ours.room(), ours.room()
    parts = b"".join(part.to_bytes(8, "little") for part in (first, 2, second, 10))
    line, counted = ours.fill("readv", (3, ours.room(parts), 2), Content("iov", (b"hello",)))
    assert line == 'readv(3, [{iov_base="he", iov_len=2}, {iov_base="llo", iov_len=10}], 2)'
    assert counted == 5


@pytest.mark.parametrize(
    ("name", "args", "fields", "shown"),
    [
        ("fstat", (3, "*"), {"st_mode": "S_IFREG|0644", "st_size": "7"}, "st_mode=S_IFREG|0644, st_nlink=0"),
        ("stat", (0, "*"), {"st_uid": "5", "st_mode": "S_IFDIR|0755"}, "st_mode=S_IFDIR|0755, st_nlink=0, st_uid=5"),
        ("newfstatat", (3, 0, "*", 0), {"st_mtime": "5"}, "st_mtime=5 /* 1970-01-01"),
        ("statx", (3, 0, 0, 0, "*"), {"stx_mask": "STATX_MTIME", "stx_mtime.tv_sec": "9"}, "stx_mtime={tv_sec=9,"),
        ("uname", ("*",), {"sysname": '"Plan9"', "release": "4"}, '{sysname="Plan9", nodename="", release="4"'),
        ("sysinfo", ("*",), {"uptime": "77", "loads": "[1, 2]", "procs": "3"}, "uptime=77, loads=[1, 2, 0]"),
        ("clock_gettime", (0, "*"), {"tv_sec": "2000000000"}, "{tv_sec=2000000000, tv_nsec=0}"),
        ("gettimeofday", ("*", 0), {"tv_sec": "5", "tv_usec": "6"}, "{tv_sec=5, tv_usec=6}"),
        ("getrusage", (0, "*"), {"ru_utime.tv_sec": "4", "ru_maxrss": "8"}, "ru_utime={tv_sec=4, tv_usec=0}"),
        ("ioctl", (0, 0x5413, "*"), {"ws_row": "24", "ws_col": "80"}, "{ws_row=24, ws_col=80, ws_xpixel=0,"),
        ("prlimit64", (0, 7, 0, "*"), {"rlim_max": "RLIM64_INFINITY"}, "{rlim_cur=0, rlim_max=RLIM64_INFINITY}"),
    ],
)
def test_fields_of_a_struct(
    ours: Ours, name: str, args: tuple[int | str, ...], fields: dict[str, str], shown: str
) -> None:
    at = ours.room(b"\xff" * (ROOM - 1))
    words = [at if arg == "*" else int(arg) for arg in args]
    line, counted = ours.fill(name, words, Content(f"arg{args.index('*')}", (), tuple(fields.items())))
    assert shown in line
    assert not counted


def test_numbers_behind_pointers(ours: Ours) -> None:
    status, uids, pair = ours.room(), [ours.room() for _ in range(3)], ours.room()
    line, _ = ours.fill("wait4", (-1 & 0xFFFFFFFF, status, 0, 0), Content("wstatus", ("256",)), result=7)
    assert line == "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 1}], 0, NULL)"
    line, _ = ours.fill("getresuid", uids, Content("ruid", ("0",)), Content("euid", ("7",)), Content("suid", ("-1",)))
    assert line == "getresuid([0], [7], [-1])"
    assert ours.fill("pipe2", (pair, 0), Content("pipefd", ("5", "6"))) == ("pipe2([5, 6], 0)", 0)
    groups = Content("list", ("0", "1000"))
    assert ours.fill("getgroups", (8, pair), groups) == ("getgroups(8, [0, 1000])", 2)
    line, _ = ours.fill("prctl", (2, pair), Content("arg2", ("SIGTERM",)))
    assert line == "prctl(PR_GET_PDEATHSIG, [SIGTERM])"


def test_seconds_are_returned_as_well(ours: Ours) -> None:
    at = ours.room()
    line, counted = ours.fill("time", (at,), Content("tloc", ("86400",)))
    assert (line.startswith("time([86400 /* 1970-01-02"), counted) == (True, 86400)
    assert ours.fill("time", (0,), Content("tloc", ("86400",))) == ("time(NULL)", 86400)


def test_paths(ours: Ours) -> None:
    at = ours.room(b"/etc/hosts")
    assert ours.fill("getcwd", (at, 100), Content("buf", (b"/some/where",))) == ('getcwd("/some/where", 100)', 12)
    line, counted = ours.fill("readlink", (at, ours.room(b"\xff" * 99), 50), Content("buf", (b"there",)))
    assert (line, counted) == ('readlink("/some/where", "there", 50)', 5)
    ours.fill("chdir", (at,), Content("path", (b"/tmp",)))
    assert ours.entered("chdir", (at,)) == 'chdir("/tmp")'


def test_entries_of_a_folder(ours: Ours) -> None:
    line, counted = ours.fill("getdents64", (3, ours.room(), 200), Content("dirp", (b"hosts", "sub/", b"x")))
    assert line == (
        'getdents64(3, [{d_ino=1, d_off=1, d_reclen=32, d_type=DT_UNKNOWN, d_name="hosts"}, '
        '{d_ino=2, d_off=2, d_reclen=24, d_type=DT_DIR, d_name="sub"}, '
        '{d_ino=3, d_off=3, d_reclen=24, d_type=DT_UNKNOWN, d_name="x"}], 200)'
    )
    assert counted == 80
    assert ours.fill("getdents64", (3, ours.room(), 200), Content("dirp"))[1] == 0
    line, counted = ours.fill("getdents", (3, ours.room(), 200), Content("dirp", (b"sub/",)))
    assert 'd_reclen=24, d_name="sub", d_type=DT_DIR}' in line


def test_addresses_with_their_lengths(ours: Ours) -> None:
    buf, addr, length = ours.room(), ours.room(), ours.room((128).to_bytes(4, "little"))
    source = Content("src_addr", (), (("sin_port", "htons(53)"), ("sin_addr", 'inet_addr("1.2.3.4")')))
    line, counted = ours.fill("recvfrom", (3, buf, 9, 0, addr, length), Content("buf", (b"hi",)), source)
    shown = '{sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("1.2.3.4")}'
    assert (line, counted) == (f'recvfrom(3, "hi", 9, 0, {shown}, [128 => 16])', 2)
    line, _ = ours.fill("getsockname", (3, addr, length), Content("addr", (), (("sun_path", '"/x"'),)))
    assert line == 'getsockname(3, {sa_family=AF_UNIX, sun_path="/x"}, [16 => 5])'
    address = (2).to_bytes(2, "little") + b"\0\x50\x7f\0\0\1" + bytes(8)
    args = (3, ours.room(address), 16)
    ours.fill("connect", args, Content("addr", (), (("sin_port", "htons(81)"),)))
    assert (
        ours.entered("connect", args)
        == 'connect(3, {sa_family=AF_INET, sin_port=htons(81), sin_addr=inet_addr("127.0.0.1")}, 16)'
    )


def test_messages(ours: Ours) -> None:
    buf, name = ours.room(), ours.room()
    vector = ours.room(buf.to_bytes(8, "little") + (50).to_bytes(8, "little"))
    head = b"".join(part.to_bytes(8, "little") for part in (name, 64, vector, 1, ours.room(), 64, 0))
    msg = ours.room(head)
    asked = Content("msg", (b"text",), (("sin_port", "htons(9)"),))
    line, counted = ours.fill("recvmsg", (3, msg, 0), asked)
    address = '{sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("0.0.0.0")}'
    assert f"msg_name={address}, msg_namelen=64 => 16" in line
    assert 'msg_iov=[{iov_base="text", iov_len=50}], msg_iovlen=1, msg_controllen=0' in line
    assert counted == 4


def test_what_has_happened(ours: Ours) -> None:
    fds = b"".join(fd.to_bytes(4, "little") + b"\1\0\0\0" for fd in (3, 4, 5))
    at = ours.room(fds)
    _, counted = ours.fill("poll", (at, 3, -1), Content("fds", (), (("1.revents", "POLLIN|POLLHUP"),)))
    assert counted == 1
    shown = Decoder().result(X86_64.token, number("poll"), (at, 3, 0, 0, 0, 0), 1, ours.memory)
    assert shown == "1 ([{fd=4, revents=POLLIN|POLLHUP}])"
    events = Content("events", (), (("events", "EPOLLIN"), ("1.events", "EPOLLHUP"), ("1.data", "7")))
    line, counted = ours.fill("epoll_wait", (3, ours.room(), 8, 0), events)
    assert "[{events=EPOLLIN, data={u32=0, u64=0}}, {events=EPOLLHUP, data={u32=7, u64=7}}]" in line
    assert counted == 2
    sets = Content("readfds", ("3", "5"))
    line, counted = ours.fill("select", (9, ours.room(), 0, 0, 0), sets)
    assert counted == 2


def test_sets_and_attributes(ours: Ours) -> None:
    line, _ = ours.fill("rt_sigpending", (ours.room(), 8), Content("set", ("SIGINT", "TERM")))
    assert line == "rt_sigpending([INT TERM], 8)"
    line, counted = ours.fill("sched_getaffinity", (0, 8, ours.room()), Content("mask", ("0", "2")))
    assert (line, counted) == ("sched_getaffinity(0, 8, [0 2])", 8)
    assert ours.fill("getxattr", (0, 0, 0, 0), Content("value", (b"12345",)))[1] == 5
    length = ours.room((4).to_bytes(4, "little"))
    line, _ = ours.fill("getsockopt", (3, 1, 4, ours.room(), length), Content("optval", ("111",)))
    assert line == "getsockopt(3, SOL_SOCKET, SO_ERROR, [111], [4])"


# --- what can't be ---

SHORT = RecordedMemory([(AT, b"/etc\0rest"), (2 * AT, b"\x08\0\0\0")])


@pytest.mark.parametrize(
    ("name", "args", "content", "message"),
    [
        ("read", (3, AT, 4), Content("buf", (b"12345",)), "buf has room for 4 bytes, not 5"),
        ("read", (3, 0, 4), Content("buf", (b"1",)), "buf is NULL: nothing can be written there"),
        ("read", (3, AT, 4), Content("fd", ("1",)), "fd is no pointer: nothing can be written there"),
        ("read", (3, AT, 4), Content("x"), "read has no argument 'x' here: it has fd, buf, count"),
        ("read", (3, AT, 4), Content("buf", (), (("a", "1"),)), "buf has no fields: 'a' means nothing there"),
        ("getcwd", (AT, 4), Content("buf", (b"/tmp",)), "buf has room for 4 bytes, not 5"),
        ("chdir", (AT,), Content("path", (b"/etc/hosts",)), "path has room for 4 bytes where it is, not 10"),
        ("chdir", (AT,), Content("path", (b"a\0b",)), "path is a string: it has no \\0 inside"),
        ("fstat", (3, AT), Content("statbuf", ("7",)), "statbuf is a struct: it takes fields (name=value), or its"),
        ("fstat", (3, AT), Content("statbuf", (), (("st_x", "7"),)), "struct stat has no field 'st_x': it has st_dev"),
        ("fstat", (3, AT), Content("statbuf", (bytes(145),)), "statbuf has room for 144 bytes, not 145"),
        ("getitimer", (0, AT), Content("arg1", (), (("it_value", "1"),)), "it_value is a struct: it has it_value.tv_s"),
        ("getitimer", (0, AT), Content("arg1", (), (("a", "1"), ("a.b", "1"))), "a.b: 'a' has a value already"),
        ("wait4", (0, AT), Content("wstatus", ("x",)), "wstatus: 'x' is neither a number nor a name"),
        ("wait4", (0, AT), Content("wstatus", ("1", "2")), "wstatus takes one number, not 2"),
        ("pipe", (AT,), Content("pipefd", ("1",)), "pipefd takes two descriptors, not 1"),
        ("getdents64", (3, AT, 9), Content("dirp", (b"a/b",)), "dirp: 'a/b' is no name of a file"),
        ("getdents64", (3, AT, 9), Content("dirp", (b"a",)), "dirp has room for 9 bytes, not 24"),
        (
            "getsockname",
            (3, AT, 2 * AT),
            Content("addr", (), (("sin_port", "9"),)),
            "addr has room for 8 bytes, not 16",
        ),
        ("getsockname", (3, AT, 2 * AT), Content("addr", (), (("port", "9"),)), "addr: no address has the fields port"),
        ("poll", (AT, 1), Content("fds", (), (("1.revents", "1"),)), "fds has room for 1 items, not 2"),
        (
            "rt_sigaction",
            (2, 0, AT, 8),
            Content("oldact", ("1",)),
            "oldact takes only bytes (hex:..): its parts are no",
        ),
        ("close", (AT,), Content("arg1", ("1",)), "arg1 takes only bytes (hex:..): it is not described as a pointer"),
    ],
)
def test_what_can_not_be_is_said(name: str, args: tuple[int, ...], content: Content, message: str) -> None:
    with pytest.raises(EncodeError) as error:
        fill(X86_64.token, number(name), (*args, *[0] * (6 - len(args))), content, SHORT)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_a_copy_takes_longer_strings() -> None:
    content = Content("path", (b"/etc/hosts",))
    filled = fill(X86_64.token, number("chdir"), (AT, 0, 0, 0, 0, 0), content, SHORT, free=True)
    assert filled.writes == ((AT, b"/etc/hosts\0"),)


def test_a_word_that_is_no_pointer_takes_bytes() -> None:
    filled = fill(X86_64.token, number("close"), (3, AT, 0, 0, 0, 0), Content("arg1", (b"x",)), SHORT)
    assert filled.writes == ((AT, b"x"),)


def test_what_was_performed_is_laid_under() -> None:
    base = bytes(range(144))
    filled = fill(
        X86_64.token, number("fstat"), (3, AT, 0, 0, 0, 0), Content("arg1", (), (("st_size", "1"),)), SHORT, base
    )
    (_, data) = filled.writes[0]
    assert data == base[:48] + (1).to_bytes(8, "little") + base[56:]


# --- on all architectures ---


def test_layouts_are_those_of_the_architecture() -> None:
    asked = Content("tp", (), (("tv_sec", "1"), ("tv_nsec", "2")))
    sizes = {}
    for arch in (X86_64, I386, AARCH64):
        filled = fill(arch.token, number("clock_gettime", arch), (0, AT, 0, 0, 0, 0), asked, SHORT)
        sizes[arch.name] = len(filled.writes[0][1])
    assert sizes == {"x86_64": 16, "i386": 8, "aarch64": 16}
    asked = Content("events", (), (("events", "EPOLLIN"),))
    arm, x86 = [
        fill(arch.token, number("epoll_pwait", arch), (0, AT, 3, 0, 0, 0), asked, SHORT).writes[0][1]
        for arch in (AARCH64, X86_64)
    ]
    assert (len(arm), len(x86)) == (16, 12)


def test_a_call_through_another() -> None:
    words = b"".join(word.to_bytes(4, "little") for word in (3, AT, 2 * AT))
    memory = RecordedMemory([(3 * AT, words), (2 * AT, (16).to_bytes(4, "little"))])
    call = (6, 3 * AT, 0, 0, 0, 0)
    asked = Content("addr", (), (("sin_port", "htons(80)"),))
    filled = fill(I386.token, number("socketcall", I386), call, asked, memory)
    assert filled.writes[0] == (AT, b"\2\0\0\x50" + bytes(12))


@settings(max_examples=200)
@given(
    st.sampled_from([(arch, nr) for arch in ARCHES.values() for nr in numbers.names(arch.token)]),
    st.lists(st.sampled_from([0, 1, 16, AT, 2 * AT, (1 << 64) - 1]), min_size=6, max_size=6),
    st.integers(0, 5),
    st.lists(st.one_of(st.binary(max_size=20), st.text(max_size=9)), max_size=3),
    st.lists(st.tuples(st.text(max_size=5), st.text(max_size=9)), max_size=2),
)
def test_nothing_but_an_encode_error_is_raised(
    call: tuple[Arch, int], args: list[int], index: int, values: list[bytes | str], fields: list[tuple[str, str]]
) -> None:
    arch, nr = call
    content = Content(f"arg{index}", tuple(values), tuple(fields))
    try:
        filled = fill(arch.token, nr, args, content, SHORT)
    except EncodeError:
        return
    assert all(data for _, data in filled.writes)
    form(arch.token, nr, args, content.argument, SHORT)
