"""What stands behind the `=` of a call: what is known of it, and nothing that is not."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.syscalls import numbers, prototypes, results
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory, Segment, descriptor_address

NOTHING = RecordedMemory([])
AREA, TIME = 0x8000, 0x9000
PATHS = frozenset(("path",))
READY = struct.pack("<ihh", 3, 1, 1)


def told(
    name: str,
    value: int,
    *args: int,
    after: list[Segment] | None = None,
    before: list[Segment] | None = None,
    decoder: Decoder | None = None,
    arch: Arch = X86_64,
) -> str:
    """Return what is told of a result."""
    number = numbers.number(arch.token, name)
    assert number is not None
    words = [*[arg & (1 << 64) - 1 for arg in args], 0, 0, 0, 0, 0, 0][:6]
    memory, earlier = RecordedMemory(after or []), RecordedMemory(before or [])
    return (decoder or Decoder()).result(arch.token, number, words, value, memory, earlier)


def test_a_result_says_what_it_means() -> None:
    assert told("fcntl", 0x8002, 3, 3) == "0x8002 (flags O_RDWR|O_LARGEFILE)"
    assert told("fcntl", 4096, 3, 1032) == "4096"
    assert told("openat", -2) == "-1 ENOENT (No such file or directory)"
    assert told("mmap", 0x7F0000000000) == "0x7f0000000000"
    assert told("mmap2", -0x8083000, arch=I386) == "0xf7f7d000"


def test_what_memory_tells_of_a_result_is_left_out_where_it_is_not_known() -> None:
    assert told("poll", 1, AREA, 1, 5, after=[(AREA, READY)]) == "1 ([{fd=3, revents=POLLIN}])"
    assert told("poll", 1, AREA, 1, 5) == "1"
    both = [(AREA, READY), (TIME, struct.pack("<qq", 0, 5))]
    assert told("ppoll", 1, AREA, 1, TIME, after=both) == "1 ([{fd=3, revents=POLLIN}], left {tv_sec=0, tv_nsec=5})"
    assert told("ppoll", 1, AREA, 1, TIME, after=both[:1]) == "1"
    assert told("ppoll", 1, AREA, 1, 0, after=both[:1]) == "1 ([{fd=3, revents=POLLIN}])"
    assert told("select", 1, 4, AREA, 0, 0, TIME) == "1"
    assert told("poll", 0, AREA, 1, 5) == "0 (Timeout)"


def test_a_new_descriptor_leads_where_the_old_one_does_or_where_it_was_seen_to_lead() -> None:
    decoder = Decoder(descriptors=PATHS)
    before = [(descriptor_address(3), b"/etc/hosts"), (descriptor_address(5), b"/dev/null")]
    assert told("dup2", 5, 3, 5, before=before, decoder=decoder) == "5</etc/hosts>"
    assert told("fcntl", 7, 3, 0, before=before, decoder=decoder) == "7</etc/hosts>"
    assert told("openat", 5, before=before, decoder=decoder) == "5"
    seen = [(descriptor_address(5), b"/etc/passwd")]
    assert told("openat", 5, before=before, after=seen, decoder=decoder) == "5</etc/passwd>"
    assert told("openat", 5, after=seen) == "5"
    shown = Decoder(descriptors=PATHS, hex_strings=2)
    assert told("openat", 5, after=[(descriptor_address(5), b"/a")], decoder=shown) == r"5<\x2f\x61>"


def test_an_unknown_call_has_a_number() -> None:
    assert Decoder().result(X86_64.token, 9999, [0] * 6, 5, NOTHING) == "5"
    assert Decoder().result(0, 0, [0] * 6, 5, NOTHING) == "5"


def test_the_number_alone_is_told_without_a_decoder() -> None:
    assert results.text("fcntl", X86_64.token, 2) == "2"
    assert results.text("mmap", I386.token, -0x8083000) == "0xf7f7d000"
    assert results.text("umask", None, 0o22) == "022"


def test_a_bad_result_in_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="bad result"):
        prototypes.parse_result("-")


@given(
    st.sampled_from(list(ARCHES.values())),
    st.lists(st.integers(0, (1 << 64) - 1), min_size=6, max_size=6),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.binary(max_size=64),
)
def test_every_call_has_a_printable_result(arch: Arch, args: list[int], value: int, data: bytes) -> None:
    decoder = Decoder(descriptors=PATHS, hex_strings=1)
    memory = RecordedMemory([(arg, data) for arg in args])
    for nr in numbers.names(arch.token):
        text = decoder.result(arch.token, nr, args, value, memory, memory)
        assert text.isprintable()
        assert text.isascii()
