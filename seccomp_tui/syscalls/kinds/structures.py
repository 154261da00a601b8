"""Structs of a fixed layout: `{tv_sec=1, tv_nsec=0}`. The layouts are in structs.h.

Sizes are also here, so that what only copies memory needn't read structs.h; a test holds the two together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Pointed, Printer, behind, kind, pointer, signed
from .scalars import hex_text, mode_text

SIZES = {
    "timespec": (16, 8),
    "timespec64": (16, 16),
    "timeval": (16, 8),
    "utimbuf": (16, 8),
    "itimerspec": (32, 16),
    "itimerval": (32, 16),
    "rlimit": (16, 8),
    "rlimit64": (16, 16),
    "stack_t": (24, 12),
    "sched_param": (4, 4),
    "cap_header": (8, 8),
    "mmap_arguments": (48, 24),
    "sock_fprog": (16, 8),
}
"""Bytes of a struct, on 64 and on 32 bits."""
_UTIME = {(1 << 30) - 1: "UTIME_NOW", (1 << 30) - 2: "UTIME_OMIT"}
_CAP_VERSIONS = {0x19980330: 1, 0x20071026: 2, 0x20080522: 3}


def size_of(name: str, word: int) -> int:
    """Return the bytes of a struct."""
    return SIZES[name][word == 4]


def _layout(name: str, word: int) -> structs.Layout:
    """Return a layout; NAME64 is what 64 bits have, on all architectures."""
    return structs.layout("timespec", 8) if name == "timespec64" else structs.layout(name, word)


def _limit(value: int, infinity: int, name: str) -> str:
    if value == infinity:
        return name
    return f"{value // 1024}*1024" if value > 1024 and value % 1024 == 0 else str(value)


def struct_text(layout: structs.Layout, data: bytes, word: int) -> str:
    """Return all fields of a struct."""
    parts = []
    for member, value in zip(layout.members, layout.fields.unpack(data), strict=True):
        if member.struct:
            text = struct_text(structs.layout(member.struct.removesuffix("32"), word), value, word)
        elif member.name.startswith("rlim_"):
            wide = member.size == 8
            text = _limit(value, (1 << member.size * 8) - 1, "RLIM64_INFINITY" if wide else "RLIM_INFINITY")
        else:
            text = str(value)
        parts.append(f"{member.name}={text}")
    return f"{{{', '.join(parts)}}}"


def structure(name: str, place: Place, text: Callable[[bytes], str] | None = None) -> Pointed:
    """Return what prints a struct at an address: by `text`, or all its fields as they are declared."""
    word = place.arch.word
    size = size_of(name, word)

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        if len(data) < size:
            return f"{address:#x}"
        return text(data) if text else struct_text(_layout(name, word), data, word)

    return show


def _simple(name: str) -> None:
    @kind(name)
    def factory(place: Place) -> Printer:
        return behind(place, structure(name, place))


for _name in ("timespec", "timespec64", "timeval", "itimerspec", "itimerval", "rlimit", "rlimit64"):
    _simple(_name)


@kind("sched_param")
def sched_param(place: Place) -> Printer:
    """A priority: `[0]`."""
    return behind(
        place, structure("sched_param", place, lambda data: f"[{int.from_bytes(data, 'little', signed=True)}]")
    )


def _date(seconds: int, fraction: str) -> str:
    """Return a time as strace's comment, "" for none."""
    try:
        local = time.localtime(seconds)
    except (OverflowError, ValueError, OSError):
        return ""
    if not seconds and not fraction.strip("0"):
        return ""
    return f" /* {time.strftime('%Y-%m-%dT%H:%M:%S', local)}{fraction}{time.strftime('%z', local)} */"


def _pair(name: str, size: int, place: Place, item: Callable[[bytes], str]) -> Printer:
    """Return the printer of two structs: access and modification time."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, 2 * size)
        if len(data) < 2 * size:
            return f"{address:#x}"
        return f"[{item(data[:size])}, {item(data[size:])}]"

    return behind(place, show)


@kind("timespec_pair", "timespec64_pair")
def timespec_pair(place: Place) -> Printer:
    """Two times of utimensat(2)."""
    name = place.argument.kind.removesuffix("_pair")
    word = place.arch.word

    def item(data: bytes) -> str:
        seconds, nanoseconds = _layout(name, word).fields.unpack(data)
        if nanoseconds in _UTIME:
            return _UTIME[nanoseconds]
        comment = _date(seconds, f".{nanoseconds:09d}") if 0 <= nanoseconds < 10**9 else ""
        return f"{{tv_sec={seconds}, tv_nsec={nanoseconds}}}{comment}"

    return _pair(name, size_of(name, word), place, item)


@kind("timeval_pair")
def timeval_pair(place: Place) -> Printer:
    """Two times of utimes(2)."""
    word = place.arch.word

    def item(data: bytes) -> str:
        seconds, microseconds = _layout("timeval", word).fields.unpack(data)
        comment = _date(seconds, f".{microseconds:06d}") if 0 <= microseconds < 10**6 else ""
        return f"{{tv_sec={seconds}, tv_usec={microseconds}}}{comment}"

    return _pair("timeval", size_of("timeval", word), place, item)


@kind("utimbuf")
def utimbuf(place: Place) -> Printer:
    """Two times of utime(2)."""
    word = place.arch.word

    def text(data: bytes) -> str:
        access, modification = _layout("utimbuf", word).fields.unpack(data)
        return f"{{actime={access}{_date(access, '')}, modtime={modification}{_date(modification, '')}}}"

    return behind(place, structure("utimbuf", place, text))


@kind("stack_t")
def stack_t(place: Place) -> Printer:
    """A stack for signal handlers."""
    word = place.arch.word
    flags = constants.table("ss_flags", place.arch.token)

    def text(data: bytes) -> str:
        address, bits, size = _layout("stack_t", word).fields.unpack(data)
        return f"{{ss_sp={pointer(address)}, ss_flags={flags.text(bits & 0xFFFFFFFF)}, ss_size={size}}}"

    return behind(place, structure("stack_t", place, text))


@kind("mmap_arguments")
def mmap_arguments(place: Place) -> Printer:
    """The six arguments of i386's old mmap, in memory."""
    word, arch = place.arch.word, place.arch.token

    def text(data: bytes) -> str:
        address, length, prot, flags, descriptor, offset = _layout("mmap_arguments", word).fields.unpack(data)
        names = f"{constants.flags('prot', prot, arch)}, {constants.flags('mmap', flags, arch)}"
        return f"{pointer(address)}, {length}, {names}, {signed(descriptor)}, {hex_text(offset)}"

    return behind(place, structure("mmap_arguments", place, text))


def cap_version(address: int, memory: Memory) -> tuple[int, int, int] | None:
    """Return the version, how many structs of data go with it, and the pid; None where it can't be read."""
    data = memory.read(address, 8) if address else b""
    if len(data) < 8:
        return None
    version, pid = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:], "little", signed=True)
    return version, min(_CAP_VERSIONS.get(version, 0), 2), pid


@kind("cap_header")
def cap_header(place: Place) -> Printer:
    """Version and process of capget(2) and capset(2)."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        header = cap_version(address, memory)
        if header is None:
            return f"{address:#x}"
        version, _, pid = header
        number = _CAP_VERSIONS.get(version)
        name = f"_LINUX_CAPABILITY_VERSION_{number}" if number else f"{version:#x} /* _LINUX_CAPABILITY_VERSION_??? */"
        return f"{{version={name}, pid={pid}}}"

    return behind(place, show)


@cache
def _capability_bits() -> list[tuple[int, str]]:
    return [(value, name) for name, value in constants.table("capability").names.items()]


def _capabilities(mask: int) -> str:
    names = [f"1<<{name}" for bit, name in _capability_bits() if mask >> bit & 1]
    rest = mask & ~sum(1 << bit for bit, _ in _capability_bits())
    return "|".join(names + ([f"{rest:#x}"] if rest and names else [])) or hex_text(mask)


@kind("cap_data")
def cap_data(place: Place) -> Printer:
    """Capabilities; how many words there are depends on the version in the header."""
    header_index = place.length_index

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        header = cap_version(args[header_index], memory)
        words = header[1] if header else 0
        data = memory.read(address, words * 12) if words else b""
        if not words or len(data) < words * 12:
            return f"{address:#x}"
        masks = []
        for field, name in enumerate(("effective", "permitted", "inheritable")):
            low, high = (data[half * 12 + field * 4 :][:4] if half < words else b"" for half in (0, 1))
            masks.append(f"{name}={_capabilities(int.from_bytes(low + high, 'little'))}")
        return f"{{{', '.join(masks)}}}"

    return behind(place, show)


@kind("int_value")
def int_value(place: Place) -> Printer:
    """A number that the call changes: `[16]`."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, 4)
        return f"[{int.from_bytes(data, 'little', signed=True)}]" if len(data) == 4 else f"{address:#x}"

    return behind(place, show)


@kind("offset_value", "offset_value64")
def offset_value(place: Place) -> Printer:
    """A position that the call changes: `[0]`."""
    size = 8 if place.argument.kind == "offset_value64" else place.arch.word

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        return f"[{int.from_bytes(data, 'little', signed=True)}]" if len(data) == size else f"{address:#x}"

    return behind(place, show)


@kind("open_how")
def open_how(place: Place) -> Printer:
    """How openat2(2) opens: `open_how[size]`."""
    length, arch = place.length_index, place.arch.token
    has_mode = (0o100, constants.table("open", arch).value("O_TMPFILE") or 0)

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = args[length]
        data = memory.read(address, min(size, 24)) if size >= 24 else b""
        if len(data) < 24:
            return f"{address:#x}"
        flags, mode, resolve = (int.from_bytes(data[start : start + 8], "little") for start in (0, 8, 16))
        text = f"{{flags={constants.flags('open', flags, arch)}"
        if mode or any(flags & bits == bits for bits in has_mode):
            text += f", mode={mode_text(mode) if mode < 0x10000 else f'0{mode:o}'}"
        text += f", resolve={constants.flags('openat2_resolve', resolve)}"
        return text + (", ...}" if size > 24 else "}")

    return behind(place, show)
