"""Lists that only few calls have: parts of a kernel to be loaded, what keys can do, security modules."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import RESULT, Place, Printer, array, at, behind, kind
from .scalars import hex_text
from .strings import bytes_text, embedded_bytes
from .structures import struct_show

SEGMENTS_MAX = 16
"""More parts of a kernel are not taken: KEXEC_SEGMENT_MAX."""
PKEY_PARAMS = struct.Struct("<iII")
"""struct keyctl_pkey_params as far as it counts: the key, the bytes of what goes in, and of what comes out."""
MOST_MODULES = 64
LSM_CONTEXT = struct.Struct("<QQQQ")
"""struct lsm_ctx: module, flags, bytes of it all, bytes of the text behind it."""
_LOW = 0xFFFFFFFF


@kind("raw")
def raw(place: Place) -> Printer:
    """A word of which nothing is known."""
    return at(place, hex_text)


@kind("reserved")
def reserved(place: Place) -> Printer:
    """Words that should be 0, shown where they are not: `reserved[uint32]`."""
    index, size = place.index, 8 if place.option == "uint64" else 4

    def show(args: Sequence[int], _memory: Memory) -> str | None:
        data = embedded_bytes(args, index)
        if not any(data):
            return None
        words = [int.from_bytes(data[start : start + size], "little") for start in range(0, len(data), size)]
        return f"[{', '.join([hex_text(word) for word in words])}]"

    return show


@kind("kexec_segments")
def kexec_segments(place: Place) -> Printer:
    """Parts of a kernel: `kexec_segments[count]`."""
    length, limit = place.length_index, place.style.string_limit
    segment = struct_show("kexec_segment", place.arch, place.style)
    size = 4 * place.arch.word

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        count = args[length]
        if count > SEGMENTS_MAX:
            return f"{address:#x}"
        return array(address, count, size, limit, memory, lambda data: segment(data, memory))

    return behind(place, pointed)


def pkey_sizes(address: int, memory: Memory) -> tuple[int, int]:
    """Return how many bytes go in, and come out (or, for a signature to be checked, go in as well)."""
    data = memory.read(address, PKEY_PARAMS.size) if address else b""
    if len(data) < PKEY_PARAMS.size:
        return -1, -1
    _, first, second = PKEY_PARAMS.unpack(data)
    return first, second


@kind("pkey_input", "pkey_output")
def pkey_buffer(place: Place) -> Printer:
    """Bytes of an operation on a key: `pkey_input[params]`."""
    params, limit = place.indexes[place.option], place.style.string_limit
    of_output = place.argument.kind == "pkey_output"
    returned = place.length_index if RESULT in place.argument.options and place.style.after else None

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        size = pkey_sizes(args[params], earlier(memory))[of_output]
        if size < 0:
            return f"{address:#x}"
        return bytes_text(address, size if returned is None else min(size, args[returned]), memory, limit)

    return behind(place, pointed)


@kind("filled_bytes", "filled_text")
def filled(place: Place) -> Printer:
    """What was filled in of a buffer, of which the call may say that it is too short: `filled_bytes[size, return]`."""
    size, got, limit = place.indexes[place.option], place.length_index, place.style.string_limit
    ends = place.argument.kind == "filled_text"

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        count = min(args[size], args[got])
        if not ends:
            return bytes_text(address, count, memory, limit)
        data = memory.read(address, min(count, limit + 1))
        return quote(data.removesuffix(b"\0"), limit) if data or not count else f"{address:#x}"

    return behind(place, pointed)


@kind("key_capabilities")
def key_capabilities(place: Place) -> Printer:
    """What the kernel's keys can do, byte by byte: `key_capabilities[size, return]`."""
    size, got = place.indexes[place.option], place.length_index

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        count = min(args[size], args[got], 2)
        data = memory.read(address, count)
        names = [constants.flags(f"keyctl_caps{at}", byte) for at, byte in enumerate(data)]
        return f"[{', '.join(names)}]" if len(data) == count else f"{address:#x}"

    return behind(place, pointed)


@kind("lsm_ids")
def lsm_ids(place: Place) -> Printer:
    """Security modules: `lsm_ids[return]`."""
    limit = place.style.string_limit

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        count = min(args[place.length_index], MOST_MODULES)
        return array(address, count, 8, limit, memory, _module)

    return behind(place, pointed)


def _module(data: bytes) -> str:
    return constants.enum("lsm_id", int.from_bytes(data, "little"))


@kind("lsm_contexts")
def lsm_contexts(place: Place) -> Printer:
    """What security modules say of a thread: `lsm_contexts[size, return]`."""
    limit = place.style.string_limit

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        texts: list[str] = []
        for _ in range(min(args[place.length_index], MOST_MODULES)):
            head = memory.read(address, LSM_CONTEXT.size)
            if len(head) < LSM_CONTEXT.size:
                break
            module, flags, size, length = LSM_CONTEXT.unpack(head)
            text = quote(memory.read(address + LSM_CONTEXT.size, min(length, limit + 1)).rstrip(b"\0"), limit)
            names = f"id={constants.enum('lsm_id', module)}, flags={constants.flags('lsm_flags', flags)}"
            texts.append(f"{{{names}, len={size}, ctx_len={length}, ctx={text}}}")
            address += max(size, LSM_CONTEXT.size)
        return f"[{', '.join(texts)}]"

    return behind(place, pointed)
