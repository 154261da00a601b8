"""Structs from text, and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.encode import EncodeError, encode, unquote
from seccomp_tui.syscalls.kinds import Style, printer
from seccomp_tui.syscalls.kinds.structures import field_places
from seccomp_tui.syscalls.memory import RecordedMemory

STYLE = Style(string_limit=1 << 16, verbose=True, after=True)


def test_numbers_names_and_modes() -> None:
    lock = encode("flock", X86_64, {"l_type": "F_WRLCK", "l_whence": 2, "l_start": "-5", "l_len": "0x10"})
    assert structs.layout("flock", 8).packing.unpack(lock) == (1, 2, -5, 16, 0)
    how = encode("open_how", X86_64, {"flags": "O_RDWR|O_CREAT", "mode": "0640", "resolve": "RESOLVE_BENEATH"})
    assert structs.layout("open_how", 8).packing.unpack(how) == (0o102, 0o640, 8)


def test_limits_as_strace_prints_them() -> None:
    limit = encode("rlimit", I386, {"rlim_cur": "8192*1024", "rlim_max": "RLIM_INFINITY"})
    assert structs.layout("rlimit", 4).packing.unpack(limit) == (8192 * 1024, 0xFFFFFFFF)


def test_what_is_not_named_stays() -> None:
    before = bytes(range(1, 17))
    after = encode("timespec", X86_64, {"tv_sec": 7}, before)
    assert after == (7).to_bytes(8, "little") + before[8:]
    stack = bytes(range(1, 25))
    assert encode("stack_t", X86_64, {"ss_size": 1}, stack)[:16] == stack[:16]


def test_structs_inside() -> None:
    spec = encode("itimerspec", I386, {"it_value": {"tv_sec": 1, "tv_nsec": 2}})
    assert spec == bytes(8) + b"\1\0\0\0\2\0\0\0"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"l_size": 1}, "struct flock has no field 'l_size': it has l_type, l_whence, l_start, l_len, l_pid"),
        ({"l_type": "F_NONSENSE"}, "l_type: 'F_NONSENSE' is neither a number nor one of F_RDLCK, F_WRLCK"),
        ({"l_pid": 1 << 33}, "l_pid has 32 bits: 8589934592 does not fit"),
        ({"l_pid": b"x"}, "l_pid takes a number, not bytes"),
        ({"l_len": {"x": 1}}, "l_len is no struct"),
        ({"l_len": "1e5"}, "l_len: '1e5' is neither a number"),
    ],
)
def test_bad_values_are_named(values: dict[str, object], message: str) -> None:
    with pytest.raises(EncodeError, match=message.replace("(", r"\(")):
        encode("flock", X86_64, values)  # type: ignore[arg-type]


def test_addresses_of_the_internet() -> None:
    address = encode(
        "sockaddr_in", X86_64, {"sa_family": "AF_INET", "sin_port": "htons(80)", "sin_addr": 'inet_addr("127.0.0.1")'}
    )
    assert address == b"\2\0\0\x50\x7f\0\0\1" + bytes(8)
    address = encode("sockaddr_in6", X86_64, {"sin6_addr": 'inet_pton(AF_INET6, "::1", &sin6_addr)'})
    assert address[8:24] == bytes(15) + b"\1"
    assert encode("sockaddr_in", X86_64, {"sin_addr": "127.0.0.1"})[4:8] == b"\x7f\0\0\1"
    assert encode("sockaddr_in6", X86_64, {"sin6_addr": '"::1"'}) == address
    with pytest.raises(EncodeError, match="sin6_addr: '1:2:3' is no IPv6 address"):
        encode("sockaddr_in6", X86_64, {"sin6_addr": "1:2:3"})
    with pytest.raises(EncodeError, match="sin6_addr: 'x' is no IPv6 address"):
        encode("sockaddr_in6", X86_64, {"sin6_addr": 'inet_pton(AF_INET6, "x", &sin6_addr)'})
    with pytest.raises(EncodeError, match="sin_addr: 'inet_addr"):
        encode("sockaddr_in", X86_64, {"sin_addr": 'inet_addr("300.1")'})


def test_links() -> None:
    link = encode("sockaddr_ll", X86_64, {"sll_protocol": "htons(ETH_P_ALL)", "sll_ifindex": 'if_nametoindex("lo")'})
    assert link[2:8] == b"\0\3" + (1).to_bytes(4, "little")


def test_strings_as_strace_writes_them() -> None:
    assert unquote(r'"a\n\0\377\""') == b'a\n\0\xff"'
    assert unquote("plain") == b"plain"


@settings(max_examples=300)
@given(st.sampled_from(structs.names()), st.sampled_from(list(ARCHES.values())), st.binary(max_size=400))
def test_what_is_printed_can_be_written_back(name: str, arch: Arch, data: bytes) -> None:
    layout = structs.layout(name, arch.word)
    data = data[: layout.size].ljust(layout.size, b"\0")
    values = layout.packing.unpack(data)
    for field, place in field_places(layout, arch, STYLE):
        if structs.declared(field.argument.kind) or field.argument.direction:
            continue
        text = printer(place)(values, RecordedMemory([]))
        if text is None or field.argument.kind in ONE_WAY:
            continue
        assert encode(name, arch, {field.argument.name: text}, data) == data, (name, field.argument.name, text)


ONE_WAY = {
    "byte_list",
    "control_characters",
    "control_modes",
    "font_data",
    "hardware_address",
    "htobs_of",
    "ieee802154",
    "mac_of",
    "mode",
    "mode_flags",
    "octets_of",
    "output_modes",
    "sockaddr_inside",
    "ticks",
    "chars",
    "fd",
    "file_mode",
    "hex_numbers",
    "numbered_bits",
    "numbers",
    "octets",
    "zero",
} | {
    "aio_buffer",
    "aio_flags",
    "aio_priority",
    "aio_resfd",
    "changed",
    "error",
    "followed",
    "hidden",
    "kernel_version",
    "key",
    "named",
    "perf_bits",
    "perf_clock",
    "perf_config",
    "perf_config1",
    "perf_config2",
    "perf_period",
    "perf_wakeup",
    "reserved",
}
"""Kinds whose text says less than the bytes do."""
