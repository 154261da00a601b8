"""Programs for the kernel's two BPF machines, instruction by instruction, as strace -v prints them.

The old machine's (seccomp, socket filters): `BPF_STMT(BPF_LD|BPF_W|BPF_ABS, 0x4)`. The new one's (bpf(2)):
`{code=BPF_ALU64|BPF_K|BPF_MOV, dst_reg=BPF_REG_0, src_reg=BPF_REG_0, off=0, imm=0x5}`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import cache

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, behind, kind
from .scalars import hex_text

MOST_INSTRUCTIONS = 4096
"""So many instructions are read and shown at most: BPF_MAXINSNS."""
INSTRUCTION = 8
"""Bytes of an instruction, of either machine."""
_CLASSIC = struct.Struct("<HBBI")
_EXTENDED = struct.Struct("<BBhI")
_RETURN = 6
_LOAD_ABSOLUTE = 0x20
_LOAD = 0xE7
"""The bits of a code that say whether it loads, and from where."""
_ACTION = 0xFFFF0000
_ANCILLARY, _NETWORK, _LINK = 0xFFFFF000, 0xFFF00000, 0xFFE00000


def _names(*parts: tuple[str, int]) -> Callable[[int], str]:
    """Return what names the parts of a code: for each the set of constants and the bits."""
    return lambda code: "|".join([constants.enum(name, code & bits) for name, bits in parts])


def _with_rest(named: int, *parts: tuple[str, int]) -> Callable[[int], str]:
    """Return the same, which shows what is beyond the `named` bits as well."""
    names = _names(*parts)

    def show(code: int) -> str:
        rest = code & ~named
        return f"{names(code)}|{rest:#x} /* BPF_??? */" if rest else names(code)

    return show


_ARITHMETIC = (("bpf_source", 0x08), ("bpf_alu", 0xF0))
_JUMPS = (("bpf_source", 0x08), ("bpf_jump", 0xF0))


@cache
def _classic_codes() -> list[Callable[[int], str]]:
    kind_of = ("bpf_class", 0x07)
    load = _names(kind_of, ("bpf_size", 0x18), ("bpf_mode", 0xE0))
    store = _with_rest(0x07, kind_of)
    arithmetic, jump = _names(kind_of, *_ARITHMETIC), _names(kind_of, *_JUMPS)
    returning = _with_rest(0x1F, kind_of, ("bpf_return", 0x18))
    others = _with_rest(0xFF, kind_of, ("bpf_misc", 0xF8))
    return [load, load, store, store, arithmetic, jump, returning, others]


@cache
def _extended_codes() -> list[Callable[[int], str]]:
    kind_of = ("ebpf_class", 0x07)
    load = _names(kind_of, ("bpf_size", 0x18), ("ebpf_mode", 0xE0))
    arithmetic, jump = _names(kind_of, *_ARITHMETIC), _names(kind_of, *_JUMPS)
    return [load, load, load, load, arithmetic, jump, _with_rest(0x07, kind_of), arithmetic]


def _action(value: int) -> str:
    """Return what a seccomp filter answers."""
    text, data = constants.enum("seccomp_action", value & _ACTION), value & ~_ACTION
    return f"{text}|{data:#x}" if data else text


def _offset(value: int) -> str:
    """Return where a socket filter loads from: below the packet lies what is known of it."""
    if value >= _ANCILLARY:
        return f"SKF_AD_OFF+{constants.enum('bpf_ancillary', value - _ANCILLARY)}"
    if value >= _NETWORK:
        return f"SKF_NET_OFF+{value - _NETWORK}"
    return f"SKF_LL_OFF+{value - _LINK}" if value >= _LINK else hex_text(value)


def _classic(data: bytes, of_seccomp: bool) -> str:
    """Return an instruction of the old machine."""
    code, yes, no, value = _CLASSIC.unpack(data)
    name = _classic_codes()[code & 7](code)
    if yes or no:
        return f"BPF_JUMP({name}, {hex_text(value)}, {hex_text(yes)}, {hex_text(no)})"
    operand = hex_text(value)
    if of_seccomp and code & 7 == _RETURN:
        operand = _action(value)
    elif not of_seccomp and code & _LOAD == _LOAD_ABSOLUTE:
        operand = _offset(value)
    return f"BPF_STMT({name}, {operand})"


def _extended(data: bytes) -> str:
    """Return an instruction of the new machine."""
    code, registers, offset, value = _EXTENDED.unpack(data)
    to, source = (constants.enum("bpf_register", number) for number in (registers & 15, registers >> 4))
    name = _extended_codes()[code & 7](code)
    return f"{{code={name}, dst_reg={to}, src_reg={source}, off={offset}, imm={hex_text(value)}}}"


def program_text(address: int, count: int, memory: Memory, text: Callable[[bytes], str]) -> str:
    """Return the instructions of a program at an address that is not 0."""
    if not count:
        return "[]"
    wanted = min(count, MOST_INSTRUCTIONS)
    data = memory.read(address, wanted * INSTRUCTION)
    found = len(data) // INSTRUCTION
    if not found:
        return f"{address:#x}"
    lines = [text(data[start : start + INSTRUCTION]) for start in range(0, found * INSTRUCTION, INSTRUCTION)]
    if found < wanted:
        lines.append(f"... /* {address + found * INSTRUCTION:#x} */")
    elif wanted < count:
        lines.append("...")
    return f"[{', '.join(lines)}]"


def _program(place: Place, text: Callable[[bytes], str]) -> Printer:
    """Return the printer of a program: its address, unless everything is wanted."""
    length = place.length_index

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        if not place.style.verbose:
            return f"{address:#x}"
        return program_text(address, args[length] & 0xFFFFFFFF, memory, text)

    return behind(place, pointed)


@kind("seccomp_filter")
def seccomp_filter(place: Place) -> Printer:
    """A filter for system calls: `seccomp_filter[count]`."""
    return _program(place, lambda data: _classic(data, of_seccomp=True))


def packet_instruction(data: bytes) -> str:
    """Return an instruction of a filter for packets."""
    return _classic(data, of_seccomp=False)


@kind("socket_filter")
def socket_filter(place: Place) -> Printer:
    """A filter for packets: `socket_filter[count]`."""
    return _program(place, packet_instruction)


@kind("bpf_program")
def bpf_program(place: Place) -> Printer:
    """A program for bpf(2): `bpf_program[count]`."""
    return _program(place, _extended)
