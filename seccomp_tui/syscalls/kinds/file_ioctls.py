"""Arguments of ioctl(2) on files and devices whose length lies in themselves, or which mean one thing by another."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, behind, kind, pointer, signed
from .file_flags import bits_text
from .scalars import hex_text
from .structures import struct_show

MOST_INFOS = 64
"""Of so many ranges of a FIDEDUPERANGE, and so many extents of a FIEMAP, something is read and shown at most."""
FIEMAP, FIEMAP_EXTENT = 32, 56
"""Bytes of the two structs of a FIEMAP."""
_BRIEF = 2
"""So many ranges are shown without -v."""


def _items(text: Callable[[bytes], str], data: bytes, size: int, shown: int, count: int) -> str:
    """Return at most `shown` structs out of `count`."""
    whole = min(shown, count, len(data) // size)
    items = [text(data[at * size : (at + 1) * size]) for at in range(whole)]
    if whole < count:
        items.append("...")
    return f"[{', '.join(items)}]"


@kind("fiemap")
def fiemap(place: Place) -> Printer:
    """Where a file lies: what is asked for, and after the call `=>` what was found."""
    layout, item = structs.layout("fiemap", 8), structs.layout("fiemap_extent", 8)
    flags = constants.table("fiemap_flags").text
    extent = struct_show("fiemap_extent", place.arch, place.style)
    after, verbose = place.style.after, place.style.verbose

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        asked = earlier(memory).read(address, layout.size)
        if len(asked) < layout.size:
            return pointer(address)
        start, length, wanted, _, count = layout.packing.unpack(asked)
        text = f"{{fm_start={start}, fm_length={length}, fm_flags={flags(wanted)}, fm_extent_count={count}}}"
        found = memory.read(address, layout.size) if after else b""
        if len(found) < layout.size:
            return text
        _, _, given, mapped, room = layout.packing.unpack(found)
        text += f" => {{fm_flags={flags(given)}, fm_mapped_extents={mapped}"
        if not verbose:
            return f"{text}, ...}}"
        there = min(mapped, room)
        data = memory.read(address + layout.size, min(there, MOST_INFOS) * item.size)
        extents = _items(lambda piece: extent(piece, memory), data, item.size, MOST_INFOS, there)
        return f"{text}, fm_extents={extents}}}"

    return behind(place, show)


@kind("dedupe_range")
def dedupe_range(place: Place) -> Printer:
    """Ranges that may be the same, and after the call `=>` which were."""
    layout, item = structs.layout("file_dedupe_range", 8), structs.layout("file_dedupe_range_info", 8)
    status = constants.table("dedupe_status")
    after = place.style.after
    shown = MOST_INFOS if place.style.verbose else _BRIEF

    def asked(data: bytes) -> str:
        descriptor, offset, _, _ = item.packing.unpack(data)
        return f"{{dest_fd={descriptor}, dest_offset={offset}}}"

    def answered(data: bytes) -> str:
        _, _, same, state = item.packing.unpack(data)
        name = status.text(state) if state >= 0 else str(state)
        return f"{{bytes_deduped={same}, status={name}}}"

    def infos(address: int, count: int, memory: Memory, text: Callable[[bytes], str]) -> str:
        data = memory.read(address + layout.size, min(count, shown) * item.size) if count else b""
        return _items(text, data, item.size, shown, count)

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        before = earlier(memory)
        data = before.read(address, layout.size)
        if len(data) < layout.size:
            return pointer(address)
        start, length, count = layout.packing.unpack(data)
        text = f"{{src_offset={start}, src_length={length}, dest_count={count}"
        text += f", info={infos(address, count, before, asked)}}}"
        return f"{text} => {{info={infos(address, count, memory, answered)}}}" if after else text

    return behind(place, show)


_INT = 0xFFFFFFFF
_POOL = struct.Struct("<ii")


@kind("rand_pool_info")
def rand_pool_info(place: Place) -> Printer:
    """Entropy for the kernel, and how much it is."""
    limit = place.style.string_limit

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        header = memory.read(address, _POOL.size)
        if len(header) < _POOL.size:
            return pointer(address)
        count, size = _POOL.unpack(header)
        length = size & _INT
        data = memory.read(address + _POOL.size, min(length, limit))
        rest = "..." if length > len(data) else ""
        return f"{{entropy_count={count}, buf_size={size}, buf={quote(data)}{rest}}}"

    return behind(place, show)


_PARAM = struct.Struct("<QQII")


def _param_value(param: int, value: int) -> str:
    """Return the field that the parameter of a clock makes of its value."""
    match constants.table("rtc_param").text(param):
        case "RTC_PARAM_FEATURES":
            return f"uvalue={bits_text(constants.table('rtc_feature'), value, '<<')}"
        case "RTC_PARAM_CORRECTION":
            return f"svalue={signed(value, 64)}"
        case "RTC_PARAM_BACKUP_SWITCH_MODE":
            return f"uvalue={constants.enum('rtc_bsm', value)}"
    return f"uvalue={hex_text(value)}"


@kind("rtc_param", "rtc_param_get")
def rtc_param(place: Place) -> Printer:
    """A parameter of a clock: with its value, or, to be got, after the call `=>` its value."""
    getting, after = place.argument.kind == "rtc_param_get", place.style.after

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = earlier(memory).read(address, _PARAM.size)
        if len(data) < _PARAM.size:
            return pointer(address)
        param, value, index, padding = _PARAM.unpack(data)
        name = constants.enum("rtc_param", param)
        tail = f"index={index}" + (f", __pad={padding:#x}" if padding else "") + "}"
        if not getting:
            return f"{{param={name}, {_param_value(param, value)}, {tail}"
        found = memory.read(address, _PARAM.size) if after else b""
        if len(found) < _PARAM.size:
            return f"{{param={name}, {tail} => {pointer(address)}"
        return f"{{param={name}, {tail} => {{{_param_value(param, _PARAM.unpack(found)[1])}}}"

    return behind(place, show)
