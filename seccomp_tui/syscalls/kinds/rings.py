"""Requests for input and output that are queued: aio's control blocks, and what io_uring_register(2) registers."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier

from .base import Place, Printer, array, behind, kind, pointer
from .scalars import hex_text, signed_text
from .scheduling import io_priority_text
from .strings import bytes_text
from .structures import struct_show
from .vectors import iovec_text

MOST_BLOCKS = 32
"""So many control blocks of io_submit(2) are read and shown at most."""
MOST_PARTS = 32
"""So many items of a vector in a control block, descriptors, and operations are read and shown at most."""
BLOCK = 64
"""Bytes of a struct iocb."""
WRITES, WAITS, READS_VECTOR, WRITES_VECTOR = 1, 5, 7, 8
"""IOCB_CMD_PWRITE, POLL, PREADV, PWRITEV."""
_RESFD, _IOPRIO = 1, 2


@kind("iocb_list")
def iocb_list(place: Place) -> Printer:
    """Pointers to control blocks: `iocb_list[count]`."""
    length, limit, word = place.length_index, place.style.string_limit, place.arch.word
    block = struct_show("iocb", place.arch, place.style)

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        def item(data: bytes) -> str:
            where = int.from_bytes(data, "little")
            found = memory.read(where, BLOCK) if where else b""
            return block(found, memory) if len(found) == BLOCK else pointer(where)

        count = args[length]
        if count >> (word * 8 - 1):
            return f"{address:#x}"
        return array(address, count, word, min(limit, MOST_BLOCKS), memory, item)

    return behind(place, pointed)


@kind("aio_priority")
def aio_priority(place: Place) -> Printer:
    """A block's priority: a number of the caller's, or with a flag a class and a level."""
    index, flags = place.index, place.indexes["aio_flags"]

    def show(args: Sequence[int], _memory: Memory) -> str | None:
        if args[flags] & _IOPRIO:
            return io_priority_text(args[index] & 0xFFFF)
        return str(args[index]) if args[index] else None

    return show


@kind("aio_buffer")
def aio_buffer(place: Place) -> Printer:
    """What a block writes, where it reads to, or what it waits for."""
    index, command, length = (place.indexes[name] for name in ("aio_buf", "aio_lio_opcode", "aio_nbytes"))
    limit = place.style.string_limit
    events = constants.table("poll_events")
    to_fill = replace(place, argument=replace(place.argument, direction="out"), style=replace(place.style, after=False))

    def show(args: Sequence[int], memory: Memory) -> str:
        value, count, what = args[index], args[length], args[command]
        if what == WAITS:
            return events.text(value)
        if what == WRITES and value:
            return bytes_text(value, count, memory, limit)
        if what in (READS_VECTOR, WRITES_VECTOR) and value:
            return iovec_text(value, count, MOST_PARTS, to_fill if what == READS_VECTOR else place, memory)
        return pointer(value)

    return show


@kind("aio_flags")
def aio_flags(place: Place) -> Printer:
    """A block's flags, where it has any."""
    index = place.index
    return lambda args, _memory: constants.flags("aio_flags", args[index]) if args[index] else None


@kind("aio_resfd")
def aio_resfd(place: Place) -> Printer:
    """The eventfd that is told when a block is done, if the flags say so; else it should be 0."""
    index, flags = place.index, place.indexes["aio_flags"]

    def show(args: Sequence[int], _memory: Memory) -> str | None:
        if args[flags] & _RESFD:
            return signed_text(args[index])
        return f"{args[index]:#x}" if args[index] else None

    return show


@kind("io_uring_params")
def io_uring_params(place: Place) -> Printer:
    """What a ring is to be; then what it is."""
    asked = struct_show("io_uring_asked", place.arch, place.style)
    given = struct_show("io_uring_given", place.arch, place.style)

    def pointed(address: int, _args: Sequence[int], memory: Memory) -> str:
        before = earlier(memory).read(address, PARAMS)
        if len(before) < PARAMS:
            return f"{address:#x}"
        text = asked(before, memory)
        now = memory.read(address, PARAMS) if place.style.after else b""
        return f"{text[:-1]}, {given(now, memory)[1:]}" if len(now) == PARAMS else text

    return behind(place, pointed)


PARAMS = 120
"""Bytes of a struct io_uring_params."""


def numbers_text(address: int, count: int, size: int, limit: int, memory: Memory, signed: bool) -> str:
    """Return an array of numbers at an address that is not 0: in hex, or signed."""

    def item(data: bytes) -> str:
        return str(int.from_bytes(data, "little", signed=True)) if signed else hex_text(int.from_bytes(data, "little"))

    return array(address, count, size, limit, memory, item)


@kind("fd_list")
def fd_list(place: Place) -> Printer:
    """Descriptors: `fd_list[count]`."""
    length, limit = place.length_index, place.style.string_limit
    return behind(
        place,
        lambda address, args, memory: numbers_text(address, args[length] & 0xFFFFFFFF, 4, limit, memory, signed=True),
    )


@kind("hex_list")
def hex_list(place: Place) -> Printer:
    """Words of 64 bits: `hex_list[count]`."""
    length, limit = place.length_index, place.style.string_limit
    return behind(
        place,
        lambda address, args, memory: numbers_text(address, args[length] & 0xFFFFFFFF, 8, limit, memory, signed=False),
    )


FILES_UPDATE = struct.Struct("<IIQ")
"""struct io_uring_files_update: offset, unused, the descriptors' address."""


@kind("io_uring_files_update")
def files_update(place: Place) -> Printer:
    """Descriptors to be registered from a place on: `io_uring_files_update[count]`."""
    length, limit = place.length_index, place.style.string_limit

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, FILES_UPDATE.size)
        if len(data) < FILES_UPDATE.size:
            return f"{address:#x}"
        offset, unused, where = FILES_UPDATE.unpack(data)
        rest = f", resv={unused:#x}" if unused else ""
        count = args[length] & 0xFFFFFFFF
        fds = numbers_text(where, count, 4, limit, memory, signed=True) if where else "NULL"
        return f"{{offset={offset}{rest}, fds={fds}}}"

    return behind(place, pointed)


PROBE = struct.Struct("<BBHIII")
"""struct io_uring_probe without the operations, each of which has as many bytes as `PROBE_OPERATION` says."""
PROBE_OPERATION = 8


@kind("io_uring_probe")
def io_uring_probe(place: Place) -> Printer:
    """Which operations the kernel knows: `io_uring_probe[count]`; cleared, as it must be, it is an address."""
    length, limit, after = place.length_index, place.style.string_limit, place.style.after
    operation = struct_show("io_uring_probe_op", place.arch, place.style)
    names = constants.table("io_uring_op")

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        count = args[length] & 0xFFFFFFFF
        size = PROBE.size + PROBE_OPERATION * min(count, 256)
        data = memory.read(address, size)
        if len(data) < size or not (after or any(data)):
            return f"{address:#x}"
        last, known, unused, *more = PROBE.unpack_from(data)
        by_value = {value: name for name, value in names.names.items()}
        text = f"last_op={by_value.get(last) or f'{last} /* {names.unknown} */'}, ops_len={known}"
        text += f", resv={unused:#x}" if unused else ""
        text += f", resv2=[{', '.join([hex_text(value) for value in more])}]" if any(more) else ""
        ops = array(
            address + PROBE.size,
            min(known if after else count, count),
            PROBE_OPERATION,
            limit,
            memory,
            lambda op: operation(op, memory),
        )
        return f"{{{text}, ops={ops}}}"

    return behind(place, pointed)


RESTRICTION = struct.Struct("<HBBIII")
"""struct io_uring_restriction: what is restricted, to which, and unused bytes."""
_RESTRICTED = {
    0: ("register_op", "io_uring_register"),
    1: ("sqe_op", "io_uring_op"),
    2: ("sqe_flags", "io_uring_sqe"),
    3: ("sqe_flags", "io_uring_sqe"),
}


def _restriction(data: bytes) -> str:
    opcode, value, unused, *more = RESTRICTION.unpack(data)
    text = f"opcode={constants.enum('io_uring_restriction', opcode)}"
    if opcode in _RESTRICTED:
        name, names = _RESTRICTED[opcode]
        text += f", {name}={constants.table(names).text(value)}"
    else:
        text += f" /* op: {hex_text(value)} */"
    text += f", resv={unused:#x}" if unused else ""
    text += f", resv2=[{', '.join([hex_text(rest) for rest in more])}]" if any(more) else ""
    return f"{{{text}}}"


@kind("io_uring_restrictions")
def io_uring_restrictions(place: Place) -> Printer:
    """What a ring may be used for: `io_uring_restrictions[count]`."""
    length, limit = place.length_index, place.style.string_limit

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        return array(address, args[length] & 0xFFFFFFFF, RESTRICTION.size, limit, memory, _restriction)

    return behind(place, pointed)


@kind("io_uring_workers")
def io_uring_workers(place: Place) -> Printer:
    """How many kernel threads there may be; then how many there might have been."""

    def text(address: int, memory: Memory) -> str:
        data = memory.read(address, 8)
        if len(data) < 8:
            return f"{address:#x}"
        bound, unbound = (int.from_bytes(data[at : at + 4], "little") for at in (0, 4))
        return f"[[IO_WQ_BOUND]={bound}, [IO_WQ_UNBOUND]={unbound}]"

    def pointed(address: int, _args: Sequence[int], memory: Memory) -> str:
        before = text(address, earlier(memory))
        if not before.startswith("["):
            return before
        return f"{before} => {text(address, memory) if place.style.after else f'{address:#x}'}"

    return behind(place, pointed)
