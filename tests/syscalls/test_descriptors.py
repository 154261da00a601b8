"""What is noted of a call's descriptors when it traps, and how it is printed."""

from __future__ import annotations

import struct
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.copying import call_budget, copier
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.descriptors import MOST_NAMED, MOST_NOTED
from seccomp_tui.syscalls.kinds.descriptors import leads_to
from seccomp_tui.syscalls.memory import AT_FDCWD, DETAILS, OURS, RecordedMemory, descriptor_address, of_memory
from tests.syscalls.live import LiveMemory
from tests.syscalls.test_copying_bounds import FILLS, WORDS, EndlessMemory
from tests.syscalls.test_decode import AREA, PATH

PATHS = frozenset(("path",))
KNOWN = {
    AT_FDCWD: b"/home/<me>",
    0: b"/dev/pts/1\0char 136:1",
    3: b"/etc/passwd",
    5: b"socket:[9]\0TCP:[127.0.0.1:1->127.0.0.1:2]",
    6: b"socket:[8]\0UNIX:[8->9]\0/run/x",
}


def both(
    name: str,
    *args: int,
    at: dict[int, bytes] | None = None,
    details: frozenset[str] = DETAILS,
    arch: Arch = X86_64,
    known: dict[int, bytes] | None = None,
) -> str:
    """Return a call as text, checked to be the same from live memory and from what was copied."""
    number = numbers.number(arch.token, name)
    assert number is not None
    live = LiveMemory(at or {PATH: b"x\0"}, known or KNOWN)
    words = [*[arg & (1 << arch.word * 8) - 1 for arg in args], 0, 0, 0, 0, 0, 0][:6]
    copy = copier(arch.token, number, 1024, details)
    recorded = RecordedMemory(copy(live, words) if copy else [])
    decoder = Decoder(descriptors=details)
    text = decoder.call(arch.token, number, words, recorded)
    assert text == decoder.call(arch.token, number, words, live)
    return text


def test_descriptors_are_printed_with_what_they_lead_to() -> None:
    assert both("close", 3) == "close(3</etc/passwd>)"
    assert both("dup2", 3, 4) == "dup2(3</etc/passwd>, 4)"
    assert both("openat", AT_FDCWD, PATH, 0) == r'openat(AT_FDCWD</home/\74me\76>, "x", O_RDONLY)'
    assert both("openat", 3, PATH, 0) == 'openat(3</etc/passwd>, "x", O_RDONLY)'
    assert both("mmap", 0, 4096, 1, 2, 3, 0) == "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</etc/passwd>, 0)"
    assert both("mmap", 0, 4096, 1, 0x22, -1, 0).endswith(", -1, 0)")


def test_descriptors_of_a_call_that_socketcall_stands_for_are_noted() -> None:
    words = struct.pack("<IIII", 5, PATH, 1, 0)
    text = both("socketcall", 9, AREA, at={AREA: words, PATH: b"x"}, arch=I386)
    assert text == 'send(5<TCP:[127.0.0.1:1->127.0.0.1:2]>, "x", 1, 0)'
    assert both("socketcall", 9, 1, at={AREA: words}, arch=I386) == "socketcall(SYS_SEND, 0x1)"
    assert both("ipc", 21, 1, 0, 0x1000, 0, 0, arch=I386).startswith("shmat(1, ")
    assert both("close", AT_FDCWD) == "close(-100)"


@pytest.mark.parametrize("arch", [X86_64, I386], ids=lambda arch: arch.name)
def test_descriptors_in_memory_too(arch: Arch) -> None:
    word = "Q" if arch.word == 8 else "I"
    polled = {AREA: struct.pack("<ihhihhihh", 3, 1, 0, -1, 1, 0, 5, 1, 0)}
    socket = "5<TCP:[127.0.0.1:1->127.0.0.1:2]>"
    text = both("poll", AREA, 3, 0, at=polled, arch=arch)
    assert text == f"poll([{{fd=3</etc/passwd>, events=POLLIN}}, {{fd=-1}}, {{fd={socket}, events=POLLIN}}], 3, 0)"
    selected = {AREA: struct.pack(f"<{word}", 0b101000)}
    select = "_newselect" if arch is I386 else "select"
    assert both(select, 6, AREA, 0, 0, 0, at=selected, arch=arch).startswith(
        f"{select}(6, [3</etc/passwd> {socket}], NULL"
    )
    rights = struct.pack(f"<{word}iiii", arch.word + 16, 1, 1, 3, 7)
    header = struct.pack("<Qi4xQQQQi4x" if arch is X86_64 else "<IiIIIIi", 0, 0, 0, 0, AREA + 256, len(rights), 0)
    message = {AREA: header, AREA + 256: rights}
    assert "cmsg_data=[3</etc/passwd>, 7]" in both("sendmsg", 5, AREA, 0, at=message, arch=arch)


@pytest.mark.parametrize(
    ("noted", "everything", "paths"),
    [
        (b"", "", ""),
        (b"/a", "</a>", "</a>"),
        (b"/a\0deleted", "</a>(deleted)", "</a>(deleted)"),
        (b"/a (deleted)", "</a (deleted)>", "</a (deleted)>"),
        (b'/"\\<>\x1b\xff\n<1', r"</\"\\\74\76\33\377\n\0741>", r"</\"\\\74\76\33\377\n\0741>"),
        (b"/dev/null\0char 1:3", "</dev/null<char 1:3>>", "</dev/null>"),
        (b"/dev/sda\0block 8:0", "</dev/sda<block 8:0>>", "</dev/sda>"),
        (b"pipe:[1]", "<pipe:[1]>", "<pipe:[1]>"),
        (b"anon_inode:[pidfd]\0pid:7", "<pid:7>", "<anon_inode:[pidfd]>"),
        (b"anon_inode:[pidfd]", "<anon_inode:[pidfd]>", "<anon_inode:[pidfd]>"),
        (b"socket:[1]", "<socket:[1]>", "<socket:[1]>"),
        (b"socket:[1]\0TCPv6:[[::1]:2]", "<TCPv6:[[::1]:2]>", "<socket:[1]>"),
        (b"socket:[1]\0NETLINK:[1]", "<NETLINK:[1]>", "<socket:[1]>"),
        (b"socket:[1]\0NETLINK:[0:9]", "<NETLINK:[ROUTE:9]>", "<socket:[1]>"),
        (b'socket:[1]\0UNIX:[1->2]\0/a"<', '<UNIX:[1->2,"/a\\"<"]>', "<socket:[1]>"),
        (b"socket:[1]\0UNIX:[1]\0\0a\0b", '<UNIX:[1,@"a"]>', "<socket:[1]>"),
        (b"socket:[1]\0UNIX:[1]\0@a", '<UNIX:[1,"@a"]>', "<socket:[1]>"),
    ],
)
def test_what_a_descriptor_leads_to_is_printed_as_strace_does(noted: bytes, everything: str, paths: str) -> None:
    assert leads_to(noted, DETAILS) == everything
    assert leads_to(noted, PATHS) == paths
    assert leads_to(noted, frozenset()) == ""


@given(st.binary(max_size=300))
def test_whatever_was_noted_is_printable(noted: bytes) -> None:
    for details in (DETAILS, PATHS, frozenset(("socket",)), frozenset(("dev", "pidfd"))):
        assert leads_to(noted, details).isprintable() or not leads_to(noted, details)
        for fact in (b"UNIX:[1]\0", b"char ", b"pid:", b"NETLINK:[1:"):
            assert leads_to(b"x\0" + fact + noted, details).isascii()


def test_without_being_asked_nothing_is_looked_up_and_copiers_are_the_same() -> None:
    for arch in ARCHES.values():
        for number in numbers.names(arch.token):
            assert copier(arch.token, number, 1024) is copier(arch.token, number, 1024, frozenset())
    getpid = numbers.number(X86_64.token, "getpid")
    execve = numbers.number(X86_64.token, "execve")
    assert getpid is not None
    assert execve is not None
    assert copier(X86_64.token, getpid, 1024, DETAILS) is None
    assert copier(X86_64.token, execve, 1024, DETAILS) is copier(X86_64.token, execve, 1024)
    assert copier(X86_64.token, 999, 1024, DETAILS) is None


def test_a_pointer_that_lies_never_reaches_what_is_ours() -> None:
    noted = descriptor_address(3)
    assert noted >= OURS
    memory = RecordedMemory([(noted, b"/etc/passwd\0"), (PATH, b"x\0")])
    assert memory.descriptor(3) == b"/etc/passwd\0"
    assert memory.descriptor(4) == memory.descriptor(-1) == b""
    for address in (noted, noted + 1, OURS, (1 << 64) - 1):
        assert memory.read(address, 10) == b""
        assert memory.read_string(address, 10) == b""
    assert of_memory([(noted, b"x"), (PATH, b"y")]) == [(PATH, b"y")]
    openat = numbers.number(X86_64.token, "openat")
    assert openat is not None
    assert Decoder().call(X86_64.token, openat, [3, noted, 0, 0, 0, 0], memory) == f"openat(3, {noted:#x}, O_RDONLY)"


def test_each_descriptor_is_noted_once_and_not_more_than_so_many() -> None:
    poll = numbers.number(X86_64.token, "poll")
    assert poll is not None
    copy = copier(X86_64.token, poll, 1 << 20, DETAILS)
    assert copy is not None
    same = LiveMemory({AREA: struct.pack("<ihh", 3, 1, 0) * 500}, KNOWN)
    assert len(copy(same, [AREA, 500, 0, 0, 0, 0])) == 2
    polled = b"".join(struct.pack("<ihh", fd, 1, 0) for fd in range(1000))
    many = LiveMemory({AREA: polled}, dict.fromkeys(range(1000), b"/x"))
    assert len(copy(many, [AREA, 1000, 0, 0, 0, 0])) == 1 + MOST_NAMED
    long = LiveMemory({AREA: polled}, dict.fromkeys(range(1000), b"/" + b"x" * 4000))
    noted = copy(long, [AREA, 1000, 0, 0, 0, 0])[1:]
    assert MOST_NOTED <= sum(len(data) for _, data in noted) < MOST_NOTED + 4200


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_whatever_a_call_passes_noting_is_bounded_and_raises_nothing(arch: Arch) -> None:
    decoder = Decoder(descriptors=DETAILS)
    for fill, (number, name) in product(FILLS, numbers.names(arch.token).items()):
        copy = copier(arch.token, number, 1024, DETAILS)
        for args in WORDS if copy else ():
            segments = copy(EndlessMemory(fill), args) if copy else []
            assert sum(len(data) for _, data in segments) <= call_budget(1024) + MOST_NOTED, name
            assert all(address < 1 << 64 for address, _ in segments), name
            decoder.call(arch.token, number, args, RecordedMemory(segments))
