"""What is copied of a call is bounded, whatever the target passes; and what is cut is decoded as cut."""

from __future__ import annotations

import gc
import struct
import time
from collections.abc import Iterator
from itertools import product

import pytest

from seccomp_tui.syscalls import constants, ioctls, numbers
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.copying import BUDGET_LEAST, BUDGET_MOST, call_budget, copier
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.kinds.message_reads import MESSAGES_COPIED
from seccomp_tui.syscalls.kinds.nested_reads import STRING_MAX
from seccomp_tui.syscalls.kinds.vectors import MOST_BUFFERS, MOST_STRINGS, MOST_VARIABLES
from seccomp_tui.syscalls.memory import RecordedMemory, Segment
from tests.syscalls.live import LiveMemory
from tests.syscalls.test_decode import areas

LIMIT = 1024
HELD = 1 << 20
MOST_READS = 1 + MESSAGES_COPIED * (3 + MOST_BUFFERS)
ARGV, ENVP, VECTOR, TEXT, NAME = 0x10_0000, 0x20_0000, 0x30_0000, 0x40_0000, 0x50_0000


class EndlessMemory:
    """Readable at every address, and everywhere the same; what is read is counted."""

    def __init__(self, fill: bytes) -> None:
        self._data = fill * (BUDGET_MOST // len(fill))
        self.reads = self.size = 0

    def read(self, _address: int, size: int, /) -> bytes:
        assert size > 0
        data = self._data[:size]
        self.reads += 1
        self.size += len(data)
        return data

    def read_string(self, address: int, limit: int, /) -> bytes:
        data = self.read(address, limit)
        end = data.find(0)
        return data if end < 0 else data[: end + 1]

    def descriptor(self, _fd: int, _details: frozenset[str], /) -> bytes:
        return self.read(0, 8)

    def file_size(self, _fd: int, /) -> int:
        return 1 << 63

    def read_file(self, _fd: int, offset: int, size: int, /) -> bytes:
        return self.read(offset, size)


FILLS = [
    b"\xff" * 8,  # pointers, and counts beyond all bounds
    b"\x01" * 8,
    struct.pack("<Q", 1 << 40),  # pointers on 64 bits, an empty string
    struct.pack("<Q", 4096),
    struct.pack("<II", 64, 64),
    struct.pack("<QQ", 1 << 20, 1024),
    bytes(8),
]
WORDS = [[(1 << 64) - 1] * 6, [0x10000] * 6, [64] * 6, [2] * 6, [0x8000, 1, 0x10000, 4, 0x10000, 8]]


@pytest.fixture
def _no_collection() -> Iterator[None]:
    """Keep the collection of all that other tests have left out of what is timed."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collection")
@pytest.mark.parametrize("limit", [0, LIMIT, HELD, 1 << 40])
@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_no_call_takes_more_than_its_budget(arch: Arch, limit: int) -> None:
    memories = [EndlessMemory(fill) for fill in FILLS]
    for number, name in numbers.names(arch.token).items():
        copy = copier(arch.token, number, limit)
        if copy is None:
            continue
        for memory, args in product(memories, WORDS):
            memory.reads = memory.size = 0
            before = time.process_time()
            segments = copy(memory, args)
            assert time.process_time() - before < 0.1, name
            assert sum(len(data) for _, data in segments) <= call_budget(limit), name
            assert memory.size <= call_budget(limit) + MOST_STRINGS * (STRING_MAX + 1), name
            assert memory.reads <= MOST_READS, name
            assert all(data for _, data in segments), name


@pytest.mark.parametrize("fill", FILLS, ids=bytes.hex)
def test_what_is_cut_is_decoded_without_raising(fill: bytes) -> None:
    for number, name in numbers.names(X86_64.token).items():
        copy = copier(X86_64.token, number, LIMIT)
        for args in WORDS[:2] if copy else ():
            recorded = RecordedMemory(copy(EndlessMemory(fill), args) if copy else [])
            text = DECODER.call(X86_64.token, number, args, recorded)
            assert text.startswith(f"{name}(")
            assert text.isprintable()


DECODER = Decoder()


def test_the_budget_follows_the_limit_between_two_bounds() -> None:
    assert call_budget(LIMIT) == BUDGET_LEAST == 64 << 10
    assert call_budget(100_000) == 400_000
    assert call_budget(HELD) == call_budget(1 << 40) == BUDGET_MOST == 4 << 20


def both(
    name: str,
    *args: int,
    at: dict[int, bytes],
    limit: int = LIMIT,
    string_limit: int = 32,
    arch: Arch = X86_64,
) -> tuple[str, str, list[Segment]]:
    """Return a call as text from live memory and from what was copied of it, and the copy."""
    number = numbers.number(arch.token, name)
    assert number is not None
    copy = copier(arch.token, number, limit)
    assert copy is not None
    words = [*args, 0, 0, 0, 0, 0, 0][:6]
    segments = copy(LiveMemory(at), words)
    decoder = Decoder(string_limit)
    live = decoder.call(arch.token, number, words, LiveMemory(at))
    return live, decoder.call(arch.token, number, words, RecordedMemory(segments)), segments


def pointers(*values: int, arch: Arch = X86_64) -> bytes:
    return struct.pack(f"<{len(values)}{'Q' if arch.word == 8 else 'I'}", *values)


def program(arguments: int, variables: int, arch: Arch = X86_64) -> dict[int, bytes]:
    """Return the memory of an execve."""
    return {
        NAME: b"/bin/ls\0",
        TEXT: b"abc\0" * 4,
        ARGV: pointers(*[TEXT + 4 * (i % 4) for i in range(arguments)], 0, arch=arch),
        ENVP: pointers(*[TEXT] * variables, 0, arch=arch),
    }


@pytest.mark.parametrize("arch", [X86_64, I386], ids=lambda arch: arch.name)
@pytest.mark.parametrize("string_limit", [32, 4096])
def test_arguments_and_variables_around_the_caps(arch: Arch, string_limit: int) -> None:
    for count in (0, 1, 31, 32, 33, 63, 64, 65, MOST_STRINGS - 1, MOST_STRINGS, MOST_STRINGS + 1, 2000):
        at = program(count, 3, arch)
        live, recorded, _ = both("execve", NAME, ARGV, ENVP, at=at, string_limit=string_limit, arch=arch)
        assert recorded == live
        assert recorded.count('"abc"') == min(count, MOST_STRINGS, string_limit)
        assert recorded.count('"abc", ...]') == (count > min(MOST_STRINGS, string_limit))
    for count in (0, 1, 63, 64, 65, MOST_VARIABLES - 1, MOST_VARIABLES, MOST_VARIABLES + 1, 9000):
        at = program(1, count, arch)
        live, recorded, _ = both("execve", NAME, ARGV, ENVP, at=at, string_limit=string_limit, arch=arch)
        assert recorded == live
        shown = f"{ENVP:#x} /* {count} var{'' if count == 1 else 's'} */" if count <= MOST_VARIABLES else f"{ENVP:#x}"
        assert recorded == f'execve("/bin/ls", ["abc"], {shown})'


@pytest.mark.parametrize("count", [1, 63, 64, 65, 100])
def test_arrays_of_pointers_without_an_end(count: int) -> None:
    at = program(0, 0) | {ARGV: pointers(*[TEXT] * count) + b"abc", ENVP: pointers(*[TEXT] * count) + b"abc"}
    live, recorded, _ = both("execve", NAME, ARGV, ENVP, at=at, string_limit=4096)
    assert recorded == live
    assert f"... /* {ARGV + 8 * count:#x} */], {ENVP:#x} /* {count} vars, unterminated */" in recorded


@pytest.mark.parametrize("limit", [LIMIT, HELD])
def test_long_arguments_are_cut_and_then_pointers(limit: int) -> None:
    at = program(0, 35) | {TEXT: b"x" * (2 << 20) + b"\0", ARGV: pointers(*[TEXT] * 200, 0)}
    _, recorded, segments = both("execve", NAME, ARGV, ENVP, at=at, limit=limit, string_limit=4096)
    assert sum(len(data) for _, data in segments) <= call_budget(limit)
    assert f'"{"x" * (STRING_MAX + 1)}"...' in recorded
    assert f'"{"x" * (STRING_MAX + 2)}' not in recorded
    assert "/* 35 vars */" in recorded


def test_the_first_buffers_of_a_vector_are_copied_of_the_others_where_they_are() -> None:
    at = {VECTOR: pointers(*[TEXT, 3] * 100), TEXT: b"abc"}
    live, recorded, _ = both("writev", 1, VECTOR, 100, at=at)
    assert recorded == live
    _, recorded, _ = both("writev", 1, VECTOR, 100, at=at, string_limit=4096)
    assert recorded.count("iov_len=3") == 100
    assert recorded.count("iov_base=") == 100
    at = {VECTOR: pointers(*[word for i in range(100) for word in (TEXT + 8 * i, 8)]), TEXT: b"abcdefg\0" * 100}
    _, recorded, segments = both("writev", 1, VECTOR, 100, at=at, string_limit=4096)
    assert len(segments) == 1 + MOST_BUFFERS
    assert recorded.count('"abcdefg') == MOST_BUFFERS
    assert f"{{iov_base={TEXT + 8 * MOST_BUFFERS:#x}, iov_len=8}}" in recorded


def test_a_held_vector_is_copied_up_to_the_budget() -> None:
    at = {VECTOR: pointers(*[TEXT, HELD] * 128), TEXT: b"x" * HELD}
    _, recorded, segments = both("writev", 1, VECTOR, 128, at=at, limit=HELD)
    assert BUDGET_MOST - 4096 <= sum(len(data) for _, data in segments) <= BUDGET_MOST
    assert recorded.startswith('writev(1, [{iov_base="' + "x" * 32 + '"..., iov_len=1048576}')


def messages(count: int, buffers: int, control: bytes = b"") -> dict[int, bytes]:
    """Return the memory of a sendmmsg whose messages have all different addresses."""
    header = []
    for i in range(count):
        where = (NAME + 16 * i, 16, VECTOR + 1024 * i, buffers, ARGV if control else 0, len(control), 0)
        header.append(struct.pack("<Qi4xQQQQI4xQ", *where, 0))
    names = b"".join(struct.pack("<HH", 2, i) + bytes(12) for i in range(count))
    vectors = b"".join(
        pointers(*[word for j in range(buffers) for word in (TEXT + 8 * j, 5)]).ljust(1024, b"\0") for _ in range(count)
    )
    return {ENVP: b"".join(header), NAME: names, VECTOR: vectors, TEXT: b"hello\0\0\0" * 64, ARGV: control or b"\0"}


RIGHTS = struct.pack("<Qiiii", 24, 1, 1, 3, 4)


@pytest.mark.parametrize("string_limit", [32, 4096])
@pytest.mark.parametrize("buffers", [0, 1, MOST_BUFFERS, MOST_BUFFERS + 1])
@pytest.mark.parametrize("count", [1, 2, MESSAGES_COPIED])
def test_messages_within_the_caps(count: int, buffers: int, string_limit: int) -> None:
    at = messages(count, buffers, RIGHTS)
    live, recorded, _ = both("sendmmsg", 3, ENVP, count, at=at, string_limit=string_limit)
    assert recorded == live
    assert recorded.count("cmsg_data=[3, 4]") == count
    live, recorded, _ = both("sendmsg", 3, ENVP, at=at, string_limit=string_limit)
    assert recorded == live


def test_messages_beyond_the_cap_are_headers() -> None:
    live, recorded, _ = both("sendmmsg", 3, ENVP, 20, at=messages(20, 2))
    assert recorded != live
    assert recorded.count("msg_hdr=") == 20
    assert recorded.count("sa_family=AF_INET") == MESSAGES_COPIED
    at = NAME + 16 * MESSAGES_COPIED
    assert f"{{msg_name={at:#x}, msg_namelen=16, msg_iov={VECTOR + 1024 * MESSAGES_COPIED:#x}" in recorded


def test_control_messages_are_shown_whole_or_as_cut() -> None:
    live, recorded, _ = both("sendmsg", 3, ENVP, at=messages(1, 1, RIGHTS * 200))
    assert recorded == live
    assert ", ...], msg_controllen=4800" in recorded
    at = messages(1, 1, RIGHTS * 3)
    at[ARGV] = at[ARGV][:40]
    live, recorded, _ = both("sendmsg", 3, ENVP, at=at)
    assert recorded == live
    assert f"msg_control={ARGV:#x}, msg_controllen=72" in recorded


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
@pytest.mark.parametrize(
    ("call", "decides", "table"),
    [
        ("fcntl", 1, "fcntl_cmd"),
        ("fcntl64", 1, "fcntl_cmd"),
        ("futex", 1, "futex_op"),
        ("futex_time64", 1, "futex_op"),
        ("prctl", 0, "prctl"),
        ("seccomp", 0, "seccomp"),
    ],
)
def test_what_another_argument_decides_is_copied(call: str, decides: int, table: str, arch: Arch) -> None:
    if numbers.number(arch.token, call) is None:
        return
    for value in constants.table(table, arch.token).names.values():
        for bits in (0, 0x80, 0x180, 1 << 32):
            assert_copied(call, decides, (value | bits) & (1 << 64) - 1, arch)


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_what_a_request_means_is_copied(arch: Arch) -> None:
    for value in sorted(set(ioctls.numbers(arch.token).values()))[::7]:
        assert_copied("ioctl", 1, value, arch)


def assert_copied(call: str, decides: int, value: int, arch: Arch) -> None:
    """Assert that a call is shown from its copy as from memory, whatever its other arguments are."""
    area = 0x8000
    for other in (0, 1, 2, area):
        args = [other if i % 2 else area for i in range(6)]
        for words in (args, args[::-1], [area] * 6):
            words[decides] = value
            live, recorded, _ = both(call, *words, at=areas(b"name\0" + bytes(90)), arch=arch)
            assert recorded == live


@pytest.mark.parametrize("size", [63, 64, 80, 88, 100])
@pytest.mark.parametrize("count", [0, 1, 32, 33])
def test_ids_of_a_new_process_are_copied(size: int, count: int) -> None:
    at = {ARGV: pointers(0x1100, *[0] * 7, TEXT, count, 0) + bytes(20), TEXT: bytes(range(128))}
    live, recorded, _ = both("clone3", ARGV, size, at=at)
    assert recorded == live
