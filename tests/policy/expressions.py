"""Random calls and random expressions, for the tests that hold what narrows or simplifies against what defines."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.policy.calls import AnsweredView, Outcome
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import AARCH64, ARCHES, I386, X86_64
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory, Segment

PATH, OTHER, ADDRESS = 0x7F00_0000, 0x7F00_1000, 0x7F00_2000
PATHS = [b"/etc/hosts", b"/etc/", b"/lib/libc.so.6", b'a\xff\n"b', b"", b"/home/u/.ssh/id"]
CALLS = [
    *("openat", "open", "write", "read", "connect", "sendmsg", "socket", "fcntl", "kill", "rename", "mmap"),
    *("setsockopt", "execve", "prctl", "lseek", "getpid", "fchownat", "rt_sigaction", "fsconfig", "close"),
]  # fmt: skip
NUMBERS = [
    (arch.token, number)
    for arch in ARCHES.values()
    for name in CALLS
    if (number := numbers.number(arch.token, name)) is not None
]
ODD = [(X86_64.token, 99999), (I386.token, -1), (12345, 3), (AARCH64.token, 5000)]
INET = struct.pack("<H", 2) + struct.pack(">H", 443) + bytes((127, 0, 0, 1)) + bytes(8)
INET6 = struct.pack("<H", 10) + struct.pack(">HI", 80, 0) + bytes(15) + b"\1" + bytes(4)
UNIX = struct.pack("<H", 1) + b"/run/x\0"
MESSAGE = struct.pack("<Qi4xQQQQI4x", OTHER, 16, 0, 0, 0, 0, 0)

words = st.one_of(
    st.sampled_from([0, 1, 2, 3, 4, 16, 28, 0o100, 0o102, PATH, OTHER, ADDRESS, 0xFFFFFF9C, 0xFFFFFFFF, (1 << 64) - 1]),
    st.integers(0, (1 << 64) - 1),
)
memories = st.builds(
    lambda path, other, address: [(PATH, path + b"\0"), (OTHER, other), (ADDRESS, address)],
    st.sampled_from(PATHS),
    st.sampled_from([INET, b"text", b"/etc/passwd\0"]),
    st.sampled_from([INET, INET6, UNIX, MESSAGE, b"\1\0\0abstract", b"\2\0"]),
)
arguments = st.lists(words, min_size=6, max_size=6)
times = st.one_of(st.none(), st.integers(0, 5_000_000_000))
results = st.one_of(
    st.none(), st.sampled_from([0, -1, -2, -512, -4095, -4096, 3]), st.integers(-(1 << 63), (1 << 63) - 1)
)


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    """Draw what has become of a call, of the sorts that there are."""
    state = draw(st.sampled_from(list(State)))
    kind = draw(st.sampled_from(list(Kind)[1 : Kind.PERFORM + 1])) if state == State.ANSWERED else Kind.NONE
    value = draw(st.integers(1, 4095) if kind == Kind.ERRNO else st.sampled_from([0, -1, 7, -13])) if kind > 1 else 0
    result = draw(results) if kind == Kind.ALLOW else None
    time = draw(st.integers(0, 1 << 60))
    settled = draw(times)
    took = draw(times) if result is not None else None
    return Outcome(
        state,
        kind,
        value,
        time,
        None if settled is None else time + settled,
        result if took is not None else None,
        None if took is None else time + took,
        draw(st.sampled_from([0, 0, 2])) if state == State.ANSWERED else 0,
    )


calls = st.tuples(
    st.sampled_from(NUMBERS + ODD),
    arguments,
    memories,
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([b"", b"curl", b"sh\xfe"]),
    st.sampled_from([b"", b"/usr/bin/curl"]),
    st.booleans(),
    outcomes(),
)
Random = tuple[tuple[int, int], list[int], list[Segment], int, int, bytes, bytes, bool, Outcome]


def view_of(call: Random) -> AnsweredView:
    """Return a random call as expressions look at it."""
    (arch, nr), args, memory, pid, tid, comm, exe, startup, outcome = call

    def text() -> str:
        return Decoder().call(arch, nr, args, RecordedMemory(memory))

    return AnsweredView(outcome, text, arch, nr, args, RecordedMemory(memory), pid, tid, comm, exe, startup)


# --- texts that are expressions ---

_strings = st.sampled_from(['"/etc/hosts"', "'/etc/'", '"/"', '""', r'"a\xff\n\"b"', '"curl"', '"127.0.0.1"', '"::1"'])
_integers = st.sampled_from(["0", "1", "2", "3", "-1", "443", "0x50", "0102", "-100", "4294967295", str((1 << 64) - 1)])
_naturals = st.sampled_from(["0", "1", "2", "3", "80", "443", "0x7f000000", str((1 << 64) - 1), str(1 << 70)])
_texts = ["path", "text", "comm", "exe", "addr", "pathname", "oldpath", "newpath", "buf", "argv", "flags"]
_numbers = ["fd", "return", "errno", "flags", "dirfd", "sockfd", "count", "offset", "family", "sig", "newfd", "addr"]
_unsigned = ["pid", "tid", "port", "rule", *(f"arg{at}" for at in range(6))]
_named = [
    *(("flags", name) for name in ("O_CREAT", "O_RDONLY", "O_RDWR", "MAP_PRIVATE", "O_CREAT|O_EXCL", "O_DIRECTORY")),
    *(("errno", "ENOENT"), ("errno", "EWOULDBLOCK"), ("errno", "ERESTARTSYS"), ("family", "AF_INET")),
    *(("signum", "SIGKILL"), ("dirfd", "AT_FDCWD"), ("cmd", "F_SETFL"), ("arg", "O_NONBLOCK"), ("type", "SOCK_STREAM")),
    *(("optname", "TCP_NODELAY"), ("protocol", "IPPROTO_TCP"), ("prot", "PROT_NONE"), ("whence", "SEEK_END")),
]
_words = [("state", "held"), ("state", "gone"), ("answer", "allow"), ("answer", "errno"), ("answer", "return")]
_equal = st.sampled_from(["==", "!="])
_ordered = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_globs = st.sampled_from(['"/etc/*"', '"*"', '"/etc/hosts"', '"[/]etc*"', '"/?tc/*"', '"*.so*"', '"/[!a]*"'])
_regexes = st.sampled_from(
    [
        *('"^/etc/"', '"^/etc/*"', '"hosts$"', r'"\.so(\.[0-9]+)*$"', '"^/lib|etc"', '"^/(etc|lib)"', '"(?i)^/ETC"'),
        *('"^/e?tc"', r'"^/etc/hosts\Z"', '"^/etc/hosts$"', '"^"', '"^[/]"', '"^/x{0}etc"', '"^/etc+/"', r'"^\x2fetc"'),
    ]
)
_durations = st.sampled_from(["0s", "1s", "200ms", "1.5s", "3h", "1ns"])


def _joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map(" ".join)


def _list(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=3).map(lambda found: f"({', '.join(found)})")


_flags_and_words = st.sampled_from([*_named, *_words])
atoms = st.one_of(
    st.sampled_from(CALLS),
    st.sampled_from(["%file", "%network", "%%stat", "%net", "%desc", "startup", "syscall_0x1869f"]),
    _joined(st.sampled_from(_texts), _equal, _strings),
    _joined(st.sampled_from(_texts), "in", _list(_strings)),
    _joined(st.sampled_from(_texts), "has", _strings),
    _joined(st.sampled_from(_texts), "glob", _globs),
    _joined(st.sampled_from(_texts), "~", _regexes),
    _joined(st.sampled_from(_numbers), _ordered, _integers),
    _joined(st.sampled_from(_numbers), "in", _list(_integers)),
    _joined(st.sampled_from(_numbers), "has", _naturals),
    _joined(st.sampled_from(_unsigned), _ordered, _naturals),
    _joined(st.sampled_from(_unsigned), "in", _list(_naturals)),
    _joined(st.sampled_from(["held", "time"]), _ordered, _durations),
    _joined(st.sampled_from(["held", "time"]), "in", _list(_durations)),
    st.tuples(_flags_and_words, st.sampled_from(["==", "!=", "has"])).map(lambda it: f"{it[0][0]} {it[1]} {it[0][1]}"),
)
texts = st.recursive(
    atoms,
    lambda inner: st.one_of(
        _joined(inner, st.sampled_from(["and", "or"]), inner),
        inner.map(lambda text: f"not ({text})"),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"not {text}"),
    ),
    max_leaves=6,
)
