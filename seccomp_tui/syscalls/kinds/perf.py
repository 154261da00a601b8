"""Struct perf_event_attr, whose fields mean different things by type of event; 38 of them are single bits."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, behind, kind
from .scalars import hex_text
from .structures import struct_show

_STRUCT = "perf_event_attr"
_HEAD = 8
"""Bytes of the type and the size."""
ATTRIBUTES_LEAST = 64
"""The first version of the struct; a size of 0 means it as well."""
_HARDWARE, _SOFTWARE, _TRACEPOINT, _CACHE, _BREAKPOINT = 0, 1, 2, 3, 5
_FREQUENCY, _WATERMARK, _CLOCK = 1 << 10, 1 << 14, 1 << 25
# fmt: off
_BITS = (
    "disabled", "inherit", "pinned", "exclusive", "exclude_user", "exclude_kernel", "exclude_hv", "exclude_idle",
    "mmap", "comm", "freq", "inherit_stat", "enable_on_exec", "task", "watermark", "precise_ip", "precise_ip",
    "mmap_data", "sample_id_all", "exclude_host", "exclude_guest", "exclude_callchain_kernel",
    "exclude_callchain_user", "mmap2", "comm_exec", "use_clockid", "context_switch", "write_backward", "namespaces",
    "ksymbol", "bpf_event", "aux_output", "cgroup", "text_poke", "build_id", "inherit_thread", "remove_on_exec",
    "sigtrap",
)
# fmt: on
_PRECISE = 15
_SKID = ("arbitrary skid", "constant skid", "requested to have 0 skid", "must have 0 skid")


@kind("perf_event_attr_sized")
def perf_event_attr(place: Place) -> Printer:
    """An event to be counted; its size stands in it."""
    full = structs.layout(_STRUCT, place.arch.word).size
    show = struct_show(_STRUCT, place.arch, place.style)
    verbose = place.style.verbose

    def pointed(address: int, _args: Sequence[int], memory: Memory) -> str:
        head = memory.read(address, _HEAD)
        size = int.from_bytes(head[4:], "little") or ATTRIBUTES_LEAST
        data = memory.read(address, min(size, full)) if size >= ATTRIBUTES_LEAST else b""
        if len(data) < min(size, full) or not data:
            return f"{address:#x}"
        text = show(data, memory)
        return f"{text[:-1]}, ...}}" if verbose and size > full else text

    return behind(place, pointed)


@kind("perf_config")
def perf_config(place: Place) -> Printer:
    """Which event it is, by its type."""
    index, of_type = place.index, place.indexes["type"]

    def show(args: Sequence[int], _memory: Memory) -> str:
        value = args[index]
        match args[of_type]:
            case 0:
                high = f"{value >> 32:#x}<<32|" if value >> 32 else ""
                return high + constants.enum("perf_hardware", value & 0xFFFFFFFF)
            case 1:
                return constants.enum("perf_software", value)
            case 2:
                return str(value)
            case 3:
                return _cache(value)
        return hex_text(value)

    return show


def _cache(value: int) -> str:
    """Return an event of a cache: what came of what operation on which."""
    unused = ((value >> 32, 32), (value >> 24 & 0xFF, 24))
    parts = [f"{bits:#x}<<{shift}" for bits, shift in unused if bits]
    parts.append(f"{constants.enum('perf_cache_result', value >> 16 & 0xFF)}<<16")
    parts.append(f"{constants.enum('perf_cache_op', value >> 8 & 0xFF)}<<8")
    return "|".join([*parts, constants.enum("perf_cache", value & 0xFF)])


@kind("perf_bits")
def perf_bits(place: Place) -> Printer:
    """The single bits, those that are set; all of them with -v."""
    index, verbose = place.index, place.style.verbose

    def show(args: Sequence[int], _memory: Memory) -> str:
        bits = args[index]
        parts = []
        for bit, name in enumerate(_BITS):
            if bit == _PRECISE:
                skid = bits >> bit & 3
                parts.append(f"{name}={skid} /* {_SKID[skid]} */")
            elif bit != _PRECISE + 1 and (verbose or bits >> bit & 1):
                parts.append(f"{name}={bits >> bit & 1}")
        rest = bits >> len(_BITS)
        if rest:
            parts.append(f"__reserved_1={rest:#x} /* Bits 63..{len(_BITS)} */")
        return ", ".join(parts)

    return show


def _either(place: Place, decides: str, bit: int, yes: str, no: str) -> Printer:
    """Return the printer of a number that has one name or the other, by a bit in another field."""
    index, deciding = place.index, place.indexes[decides]
    return lambda args, _memory: f"{yes if args[deciding] & bit else no}={args[index]}"


@kind("perf_period")
def perf_period(place: Place) -> Printer:
    """After how many events there is a sample; or how many samples a second."""
    return _either(place, "bits", _FREQUENCY, "sample_freq", "sample_period")


@kind("perf_wakeup")
def perf_wakeup(place: Place) -> Printer:
    """After how many events the reader is woken; or bytes."""
    return _either(place, "bits", _WATERMARK, "wakeup_watermark", "wakeup_events")


@kind("perf_config1", "perf_config2")
def perf_more_config(place: Place) -> Printer:
    """More of the event; of a breakpoint its address and length."""
    index, of_type, first = place.index, place.indexes["type"], place.argument.kind.endswith("1")

    def show(args: Sequence[int], _memory: Memory) -> str:
        value = args[index]
        if args[of_type] != _BREAKPOINT:
            return f"{place.argument.name}={hex_text(value)}"
        return f"bp_addr={hex_text(value)}" if first else f"bp_len={value}"

    return show


@kind("perf_clock")
def perf_clock(place: Place) -> Printer:
    """Whose time the samples carry, where that was chosen."""
    index, bits = place.index, place.indexes["bits"]

    def show(args: Sequence[int], _memory: Memory) -> str | None:
        return constants.enum("clockid", args[index] & 0xFFFFFFFF) if args[bits] & _CLOCK else None

    return show


@kind("followed")
def followed(place: Place) -> Printer:
    """A number with unused bytes behind it, which are told of where they are not 0: `followed[field]`."""
    index, unused = place.index, place.indexes[place.option]
    field = structs.layout(place.call, place.arch.word).fields[unused]
    first, last = field.offset, field.offset + field.size - 1

    def show(args: Sequence[int], _memory: Memory) -> str:
        rest = f" /* bytes {first}..{last}: {args[unused]:#x} */" if args[unused] else ""
        return f"{args[index]}{rest}"

    return show


@kind("hidden")
def hidden(place: Place) -> Printer:
    """A field that is shown with another one."""
    return lambda _args, _memory: None


@kind("perf_query_bpf")
def perf_query_bpf(place: Place) -> Printer:
    """Programs of an event: how many there is room for, then their numbers."""
    limit, after = place.style.string_limit, place.style.after

    def pointed(address: int, _args: Sequence[int], memory: Memory) -> str:
        head = memory.read(address, _HEAD)
        if len(head) < _HEAD:
            return f"{address:#x}"
        room, count = (int.from_bytes(head[start : start + 4], "little") for start in (0, 4))
        if not after:
            return f"{{ids_len={room}, ...}}"
        wanted = min(count, limit)
        data = memory.read(address + _HEAD, 4 * wanted)
        ids = [str(int.from_bytes(data[start : start + 4], "little")) for start in range(0, len(data), 4)]
        return f"{{ids_len={room}, prog_cnt={count}, ids=[{', '.join(ids)}]}}"

    return behind(place, pointed)
