"""Making processes, and filters for them."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import constants, signals
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, array, at, behind, kind, pointer
from .scalars import hex_text, signed_text

_EXIT_SIGNAL = 0xFF
_PIDFD, _PARENT_SETTID = 0x00001000, 0x00100000
_PARENT_TID = _PARENT_SETTID | _PIDFD
_CHILD_TID = 0x01000000 | 0x00200000  # CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID
_TLS = 0x00080000  # CLONE_SETTLS
_INTO_CGROUP = 0x200000000


@kind("clone_flags")
def clone_flags(place: Place) -> Printer:
    """Flags of clone(2) with the signal of the child's end in the low byte."""
    table = constants.table("clone", place.arch.token)

    def text(value: int) -> str:
        flags, signal = value & ~_EXIT_SIGNAL, value & _EXIT_SIGNAL
        parts = [table.text(flags)] if flags else []
        if signal:
            parts.append(signals.name(signal))
        return "|".join(parts) or "0"

    return at(place, text)


def _made(address: int, memory: Memory) -> str:
    """Return the number that the call has left at an address."""
    data = memory.read(address, 4) if address else b""
    return f"[{signed_text(int.from_bytes(data, 'little'))}]" if len(data) == 4 else pointer(address)


def clone_call(place: Place) -> Printer:
    """Return the printer of all arguments of clone(2): strace names them and sorts them its own way."""
    flags = clone_flags(place)
    index = place.indexes

    def show(args: Sequence[int], memory: Memory) -> str:
        bits = args[index["flags"]]
        text = f"child_stack={pointer(args[index['stack']])}, flags={flags(args, memory)}"
        if bits & _PARENT_TID:
            parent = args[index["parent_tid"]]
            text += f", parent_tid={_made(parent, memory) if place.style.after else pointer(parent)}"
        if bits & _TLS:
            text += f", tls={pointer(args[index['tls']])}"
        if bits & _CHILD_TID:
            text += f", child_tidptr={pointer(args[index['child_tid']])}"
        return text

    return show


_CLONE_ARGS = (
    "flags",
    "pidfd",
    "child_tid",
    "parent_tid",
    "exit_signal",
    "stack",
    "stack_size",
    "tls",
    "set_tid",
    "set_tid_size",
    "cgroup",
)
CLONE_ARGS_SMALLEST = 64
CLONE_ARGS_SIZE = 8 * len(_CLONE_ARGS)
CLONE_ARGS_MOST = 4096
"""More bytes are no struct clone_args of a kernel to come (a page, as the kernel has it)."""
_UP_TO_SET_TID = CLONE_ARGS_SIZE - 8
SET_TID_MAX = 32
"""As many namespaces as there can be inside each other."""


def _clone_args_text(values: dict[str, int], size: int, memory: Memory) -> str:
    """Return the fields of struct clone_args that matter with these flags."""
    flags = values["flags"]
    parts = [f"flags={constants.flags('clone3', flags) if flags else '0'}"]
    if flags & _PIDFD:
        parts.append(f"pidfd={pointer(values['pidfd'])}")
    if flags & _CHILD_TID:
        parts.append(f"child_tid={pointer(values['child_tid'])}")
    if flags & _PARENT_SETTID:
        parts.append(f"parent_tid={pointer(values['parent_tid'])}")
    parts.append(f"exit_signal={signals.name(values['exit_signal'])}")
    parts.append(f"stack={pointer(values['stack'])}")
    parts.append(f"stack_size={hex_text(values['stack_size'])}")
    if flags & _TLS:
        parts.append(f"tls={pointer(values['tls'])}")
    count, tids = values["set_tid_size"], values["set_tid"]
    if count or tids:
        text = pointer(tids)
        if tids and 0 < count <= SET_TID_MAX:
            text = array(tids, count, 4, SET_TID_MAX, memory, lambda data: signed_text(int.from_bytes(data, "little")))
        parts.append(f"set_tid={text}, set_tid_size={count}")
    if size > _UP_TO_SET_TID and (flags & _INTO_CGROUP or values["cgroup"]):
        parts.append(f"cgroup={values['cgroup']}")
    return ", ".join(parts)


_MADE = {"pidfd": _PIDFD, "parent_tid": _PARENT_SETTID}
"""Fields that say where a number is to be left, and the flags that ask for it."""


def _values(data: bytes) -> dict[str, int]:
    """Return the fields of a struct clone_args; what is not there is 0."""
    data = data.ljust(CLONE_ARGS_SIZE, b"\0")
    numbers = (int.from_bytes(data[start : start + 8], "little") for start in range(0, CLONE_ARGS_SIZE, 8))
    return dict(zip(_CLONE_ARGS, numbers, strict=True))


def clone_made(data: bytes) -> list[int]:
    """Return the addresses at which clone3(2) leaves numbers, by its arguments."""
    values = _values(data)
    return [values[name] for name, flag in _MADE.items() if values["flags"] & flag]


def _clone_made(values: dict[str, int], memory: Memory) -> str:
    """Return what clone3(2) has filled in."""
    filled = [f"{name}={_made(values[name], memory)}" for name, flag in _MADE.items() if values["flags"] & flag]
    return f" => {{{', '.join(filled)}}}" if filled else ""


@kind("clone_args")
def clone_args(place: Place) -> Printer:
    """What clone3(2) makes: `clone_args[size]`; a struct that is too short is printed as its address."""
    length, limit = place.length_index, place.style.string_limit
    full = CLONE_ARGS_SIZE

    def unknown(address: int, size: int, memory: Memory) -> str:
        """Return the bytes behind the struct as we know it, unless they are all 0."""
        rest = memory.read(address + full, min(size, CLONE_ARGS_MOST) - full) if size > full else b""
        if not rest.strip(b"\0"):
            return ""
        return f", /* bytes {full}..{full + len(rest) - 1} */ {quote(rest, limit, hexa=True)}"

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = args[length]
        wanted = min(size, full)
        given = earlier(memory)
        data = given.read(address, wanted) if size >= CLONE_ARGS_SMALLEST else b""
        if not data or len(data) < wanted:
            return f"{address:#x}"
        values = _values(data)
        made = _clone_made(values, memory) if place.style.after else ""
        return f"{{{_clone_args_text(values, size, given)}{unknown(address, size, given)}}}{made}"

    return behind(place, show)
