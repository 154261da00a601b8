"""What is read of the kinds of arguments that calls on processes, signals, memory and scheduling have."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls.memory import Memory, Segment

from .base import MOST_ITEMS, Place
from .lists import ITEMS, item_size
from .machine import USER_DESC_SIZE
from .pages import node_words
from .plain_reads import fixed
from .reads import Reads, reader
from .scheduling import MOST_CPUS, SCHED_ATTR_SIZE
from .siginfo import SIGEVENT_SIZE, SIGINFO_SIZE
from .signal import OLD_SIGACTION
from .tracing import METADATA_SIZE, MOST_REGISTERS_SIZE, register_layouts, vector_layout
from .vectors import MOST_VECTOR

_WORD_MAX = 8
_FIXED = {
    "siginfo": SIGINFO_SIZE,
    "sigevent": SIGEVENT_SIZE,
    "old_sigaction": OLD_SIGACTION.size,
    "old_sigset": _WORD_MAX,
    "user_desc": USER_DESC_SIZE,
    "user_desc_to_fill": USER_DESC_SIZE,
    "sched_attr": SCHED_ATTR_SIZE,
    "futex_waitv_pair": 48,
    "seccomp_metadata": METADATA_SIZE,
}
"""Kinds of one size."""


@reader(*_FIXED, most=max(_FIXED.values()))
def _fixed(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _FIXED[place.argument.kind])


@reader(*ITEMS, most=_WORD_MAX * MOST_ITEMS)
def _list(place: Place, limit: int, _share: int) -> Reads:
    index, length = place.index, place.length_index
    size, most = item_size(place.argument.kind, place.arch.word), min(limit, MOST_ITEMS)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length]
        data = memory.read(address, size * min(count, most)) if address and count else b""
        return [(address, data)] if data else []

    return read


@reader("node_mask", most=_WORD_MAX * MOST_ITEMS)
def _node_mask(place: Place, limit: int, _share: int) -> Reads:
    index, length, word = place.index, place.length_index, place.arch.word
    most = min(limit, MOST_ITEMS)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, bits = args[index], args[length]
        size = word * min(node_words(bits, word), most) if bits else 0
        data = memory.read(address, size) if address and size > 0 else b""
        return [(address, data)] if data else []

    return read


@reader("remote_iovec", most=2 * _WORD_MAX * MOST_VECTOR)
def _remote_iovec(place: Place, _limit: int, _share: int) -> Reads:
    index, length, size = place.index, place.length_index, 2 * place.arch.word

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length]
        data = memory.read(address, size * min(count, MOST_VECTOR)) if address and count else b""
        return [(address, data)] if data else []

    return read


@reader("cpu_set", most=MOST_CPUS // 8)
def _cpu_set(place: Place, _limit: int, _share: int) -> Reads:
    index, length, word = place.index, place.length_index, place.arch.word

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, size = args[index], min(args[length] & 0xFFFFFFFF, MOST_CPUS // 8)
        data = memory.read(address, (size + word - 1) // word * word) if address and size else b""
        return [(address, data)] if data else []

    return read


@reader("regset", most=2 * _WORD_MAX + MOST_REGISTERS_SIZE)
def _regset(place: Place, _limit: int, _share: int) -> Reads:
    index, note, filled = place.index, place.indexes["addr"], place.argument.direction == "in" or place.style.after
    vector, layouts = vector_layout(place.arch.word), register_layouts(place.arch)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, layout = args[index], layouts.get(args[note] & 0xFFFFFFFF)
        data = memory.read(address, vector.size) if address else b""
        if len(data) < vector.size:
            return []
        segments = [(address, data)]
        base, size = vector.unpack(data)
        registers = memory.read(base, min(size, layout.size)) if filled and layout and base and size else b""
        return [*segments, (base, registers)] if registers else segments

    return read
