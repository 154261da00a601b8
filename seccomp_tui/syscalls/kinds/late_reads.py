"""What is read of the kinds that a call only fills in.

How much it has filled in is not known yet when they are read: as much as there was room for.
"""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory, Segment

from .base import MOST_ITEMS, Place
from .file_ioctls import FIEMAP, FIEMAP_EXTENT, MOST_INFOS
from .files import MOST_ENTRIES
from .kernel_lists import LSM_CONTEXT, MOST_MODULES
from .pages import PAGE
from .plain_reads import buffer, fixed
from .reads import Reads, reader
from .siginfo import SIGINFO_SIZE
from .tracing import SYSCALL_INFO_SIZE
from .vectors import EPOLL_EVENT
from .waiting import filled_struct, may_be_status

_NAME_MAX = 256
_HEADER_MAX = 24
"""Bytes before the name in a directory entry, or more."""
_LOW = 0xFFFFFFFF


@reader("attribute_names", "filled_bytes", "filled_text")
def _bytes(place: Place, limit: int, share: int) -> Reads:
    return buffer(place.index, place.indexes[place.option], min(limit + 1, share), _LOW)


@reader("attribute_value")
def _attribute_value(place: Place, limit: int, _share: int) -> Reads:
    """Also where the call was only asked for the length: strace shows what lies there then."""
    index, length = place.index, place.length_index

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        data = memory.read(args[index], min(args[length] or limit, limit)) if args[index] else b""
        return [(args[index], data)] if data else []

    return read


@reader("key_capabilities", most=2)
def _key_capabilities(place: Place, _limit: int, _share: int) -> Reads:
    return buffer(place.index, place.indexes[place.option], 2, _LOW)


@reader("syscall_info", most=SYSCALL_INFO_SIZE)
def _syscall_info(place: Place, _limit: int, _share: int) -> Reads:
    return buffer(place.index, place.indexes["addr"], SYSCALL_INFO_SIZE)


@reader("wait_status", most=4)
def _wait_status(place: Place, _limit: int, _share: int) -> Reads:
    index = place.index

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        data = memory.read(args[index], 4) if args[index] else b""
        return [(args[index], data)] if len(data) == 4 and may_be_status(int.from_bytes(data, "little")) else []

    return read


@reader("child_rusage", "time_left", most=144)
def _struct(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, structs.layout(filled_struct(place), place.arch.word).size)


@reader("dirents", "dirents64")
def _dirents(place: Place, _limit: int, share: int) -> Reads:
    """All entries, since they are counted; the zeros behind them are not kept."""
    index, length, most = place.index, place.length_index, min(MOST_ENTRIES, share)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, min(args[length] & _LOW, most)) if address else b""
        used = data[: len(data.rstrip(b"\0")) + _HEADER_MAX]
        return [(address, used)] if used else []

    return read


@reader("dirent", most=_HEADER_MAX + _NAME_MAX)
def _dirent(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _HEADER_MAX + _NAME_MAX)


@reader("hex_array", "lsm_ids", "siginfo_list", most=SIGINFO_SIZE * MOST_MODULES)
def _list(place: Place, limit: int, _share: int) -> Reads:
    size = SIGINFO_SIZE if place.argument.kind == "siginfo_list" else 8
    return fixed(place.index, size * min(limit, MOST_MODULES))


@reader("fiemap", most=FIEMAP + MOST_INFOS * FIEMAP_EXTENT)
def _fiemap(place: Place, _limit: int, _share: int) -> Reads:
    index, after = place.index, place.style.after

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        data = memory.read(args[index], FIEMAP) if args[index] else b""
        if after and len(data) == FIEMAP:
            extents = int.from_bytes(data[20:24], "little")
            data += memory.read(args[index] + FIEMAP, FIEMAP_EXTENT * min(extents, MOST_INFOS))
        return [(args[index], data)] if data else []

    return read


@reader("page_vector", most=MOST_ITEMS)
def _page_vector(place: Place, _limit: int, _share: int) -> Reads:
    index, length = place.index, place.length_index

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        pages = (args[length] + PAGE - 1) // PAGE
        data = memory.read(args[index], min(pages, MOST_ITEMS)) if args[index] and pages else b""
        return [(args[index], data)] if data else []

    return read


@reader("lsm_contexts")
def _lsm_contexts(place: Place, limit: int, share: int) -> Reads:
    most = MOST_MODULES * (LSM_CONTEXT.size + limit)
    return fixed(place.index, min(most, share))


@reader("epoll_events", most=EPOLL_EVENT * MOST_ITEMS)
def _epoll_events(place: Place, limit: int, _share: int) -> Reads:
    index, length, most = place.index, place.length_index, min(limit, MOST_ITEMS)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        count = min(args[length] & _LOW, most)
        data = memory.read(args[index], EPOLL_EVENT * count) if args[index] and count else b""
        return [(args[index], data)] if data else []

    return read
