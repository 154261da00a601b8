"""What ptrace(2) reads and changes of a process: its registers, its signals, the call it is in."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from seccomp_tui.syscalls import constants, errnos, structs
from seccomp_tui.syscalls.arch import Arch
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.structs import Layout

from .base import RESULT, Place, Printer, array, at, behind, kind, pointer
from .lists import items_text
from .scalars import hex_text
from .siginfo import SIGINFO_SIZE, call_text, siginfo_text

_REGISTERS = {
    "x86_64": "R15 R14 R13 R12 RBP RBX R11 R10 R9 R8 RAX RCX RDX RSI RDI ORIG_RAX RIP CS EFL RSP SS",
    "i386": "EBX ECX EDX ESI EDI EBP EAX DS ES FS GS ORIG_EAX EIP CS EFL UESP SS",
}
"""The first words of struct user."""
_PARTS = (
    "u_fpvalid i387 u_tsize u_dsize u_ssize start_code start_stack signal reserved u_ar0 u_fpstate magic u_comm"
    " u_debugreg"
)
_STARTS = {
    "x86_64": (216, 224, 736, 744, 752, 760, 768, 776, 784, 792, 800, 808, 816, 848, 912),
    "i386": (68, 72, 180, 184, 188, 192, 196, 200, 204, 208, 212, 216, 220, 252, 284),
}
"""Where the other parts of struct user start, and where it ends."""


def _user(arch: str, word: int) -> dict[int, str]:
    """Return the parts of struct user by their offset."""
    if arch not in _REGISTERS:
        return {}
    registers = {index * word: f"{word}*{name}" for index, name in enumerate(_REGISTERS[arch].split())}
    parts = [f"offsetof(struct user, {name})" for name in _PARTS.split()]
    return registers | dict(zip(_STARTS[arch], [*parts, "sizeof(struct user)"], strict=True))


@kind("user_offset")
def user_offset(place: Place) -> Printer:
    """A place in struct user: a register, or another of its parts."""
    names = _user(place.arch.name, place.arch.word)
    starts = sorted(names)

    def text(offset: int) -> str:
        if not starts or offset > starts[-1]:
            return pointer(offset)
        start = starts[bisect_right(starts, offset) - 1]
        return names[start] + (f"+{offset - start}" if offset > start else "")

    return at(place, text)


_NT_PRSTATUS, _NT_FPREGSET = 1, 2
_SETS = {
    _NT_PRSTATUS: {"x86_64": "user_regs_struct", "i386": "user_regs_struct", "aarch64": "user_pt_regs"},
    _NT_FPREGSET: {"x86_64": "user_fpregs_struct", "i386": "user_fpregs_struct"},
}
"""The sets of registers that are known, by note and architecture."""
MOST_REGISTERS_SIZE = 512
"""Bytes of the biggest set."""
_BIGGEST = 1 << 16


def registers_text(data: bytes, layout: Layout, limit: int) -> str:
    """Return the registers that are in `data`."""
    parts = []
    for field in layout.fields:
        piece = data[field.offset : field.offset + field.size]
        if not piece:
            break
        is_array = field.argument.kind == "hex_numbers"
        size = 8 if field.argument.options == ("uint64",) else 4
        text = items_text(piece, size, limit) if is_array else hex_text(int.from_bytes(piece, "little"))
        parts.append(f"{field.argument.name}={text}")
    return f"{{{', '.join(parts)}{', ...' if len(data) > layout.size else ''}}}"


@cache
def register_layouts(arch: Arch) -> dict[int, Layout]:
    """Return the layouts of the sets of registers that are known, by note."""
    named = {note: names[arch.name] for note, names in _SETS.items() if arch.name in names}
    return {note: structs.layout(name, arch.word) for note, name in named.items()}


def vector_layout(word: int) -> struct.Struct:
    """Return the layout of a struct iovec."""
    return struct.Struct("<QQ" if word == 8 else "<II")


@kind("regset")
def regset(place: Place) -> Printer:
    """A set of registers in a vector of one buffer; which, the argument before says. It may be cut short."""
    word, note = place.arch.word, place.indexes["addr"]
    vector = vector_layout(word)
    limit = place.style.item_limit
    known = register_layouts(place.arch)
    filled = place.argument.direction == "in" or place.style.after

    def contents(base: int, size: int, layout: Layout | None, memory: Memory) -> str:
        wanted = min(size, layout.size + 1) if layout and size < _BIGGEST else 0
        if not filled or layout is None or not wanted or size % word:
            return pointer(base)
        data = memory.read(base, min(wanted, layout.size))
        if len(data) < min(wanted, layout.size):
            return pointer(base)
        return registers_text(data + bytes(wanted - len(data)), layout, limit)

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, vector.size)
        given = earlier(memory).read(address, vector.size)
        if len(data) < vector.size or len(given) < vector.size:
            return f"{address:#x}"
        base, size = vector.unpack(data)
        before = vector.unpack(given)[1]
        length = f"{before} => {size}" if before != size else str(size)
        text = contents(base, size, known.get(args[note] & 0xFFFFFFFF), memory)
        return f"{{iov_base={text}, iov_len={length}}}"

    return behind(place, show)


@kind("siginfo_list")
def siginfo_list(place: Place) -> Printer:
    """Signals that wait: as many as the call returned."""
    result, limit = place.indexes[RESULT], place.style.item_limit

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        return array(address, args[result], SIGINFO_SIZE, limit, memory, lambda data: siginfo_text(data, place.arch))

    return behind(place, show)


_ENTRY, _EXIT, _SECCOMP = 1, 2, 3
_ERRNO_MAX = 4095
_CALL_INFO = struct.Struct("<B3xIQQ")
_PLACES = ("arch", 4, 8), ("instruction_pointer", 8, 16), ("stack_pointer", 16, 24)


def _call_entry(name: str, data: bytes, token: int, arch: Arch) -> str:
    """Return the call that a process is about to make."""
    if len(data) < 32:
        return ""
    number = int.from_bytes(data[24:32], "little")
    text = f", {name}={{nr={call_text(number, token, arch)}"
    words = [int.from_bytes(data[start : start + 8], "little") for start in range(32, min(len(data), 80) - 7, 8)]
    if words:
        text += f", args=[{', '.join([hex_text(word) for word in words])}]"
    if name == "seccomp" and len(data) >= 84:
        text += f", ret_data={int.from_bytes(data[80:84], 'little')}"
    return text + "}"


def _call_exit(data: bytes) -> str:
    """Return what a call has returned."""
    if len(data) < 32:
        return ""
    value = int.from_bytes(data[24:32], "little", signed=True)
    if len(data) == 32:
        return f", exit={{rval={value}}}"
    failed = data[32]
    text = f"-{errnos.name(-value)}" if failed and -_ERRNO_MAX <= value < 0 else str(value)
    return f", exit={{rval={text}, is_error={failed}}}"


def syscall_info_text(data: bytes, arch: Arch) -> str:
    """Return what is there of a struct ptrace_syscall_info, of which only whole fields were asked for."""
    operation, token, ip, sp = _CALL_INFO.unpack(data[:24].ljust(24, b"\0"))
    text = f"{{op={constants.enum('syscall_info_op', operation)}"
    for (name, _, end), shown in zip(
        _PLACES, (constants.enum("audit_arch", token), pointer(ip), pointer(sp)), strict=True
    ):
        if len(data) >= end:
            text += f", {name}={shown}"
    if operation == _EXIT:
        text += _call_exit(data)
    elif operation in (_ENTRY, _SECCOMP):
        text += _call_entry("entry" if operation == _ENTRY else "seccomp", data, token, arch)
    return f"{text}}}"


SYSCALL_INFO_SIZE = 88
"""Bytes of a struct ptrace_syscall_info."""


@kind("syscall_info")
def syscall_info(place: Place) -> Printer:
    """The call in which a process stands: as much of it as there is room for."""
    room, result = place.indexes["addr"], place.indexes[RESULT]

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = max(0, min(args[room], args[result], SYSCALL_INFO_SIZE))
        data = memory.read(address, size) if size else b""
        return syscall_info_text(data, place.arch) if data and len(data) == size else f"{address:#x}"

    return behind(place, show)


_METADATA = struct.Struct("<QQ")
METADATA_SIZE = _METADATA.size
_FILTER_NUMBER_SIZE = 8
"""Bytes of what says which filter is meant."""


@kind("seccomp_metadata")
def seccomp_metadata(place: Place) -> Printer:
    """Which filter is meant, and, as far as the call has filled it in, its flags."""
    flags, result = constants.table("seccomp_flags", place.arch.token), place.indexes[RESULT]

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        got = args[result] if place.style.after else 0
        size = _METADATA.size if got > _FILTER_NUMBER_SIZE else _FILTER_NUMBER_SIZE
        data = memory.read(address, size)
        if len(data) < size:
            return f"{address:#x}"
        number, bits = _METADATA.unpack(data.ljust(_METADATA.size, b"\0"))
        shown = f", flags={flags.text(bits)}" if got > _FILTER_NUMBER_SIZE else ""
        return f"{{filter_off={number}{shown}{', ...' if got > _METADATA.size else ''}}}"

    return behind(place, show)
