"""Making processes, and filters for them."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import constants, signals
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, array, at, behind, kind, pointer
from .scalars import hex_text, signed_text

_EXIT_SIGNAL = 0xFF
_PARENT_TID = 0x00100000 | 0x00001000  # CLONE_PARENT_SETTID, CLONE_PIDFD
_CHILD_TID = 0x01000000 | 0x00200000  # CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID
_TLS = 0x00080000  # CLONE_SETTLS


@kind("clone_flags")
def clone_flags(place: Place) -> Printer:
    """Flags of clone(2) with the signal of the child's end in the low byte."""
    table = constants.table("clone", place.arch.token)

    def text(value: int) -> str:
        flags, signal = value & 0xFFFFFFFF & ~_EXIT_SIGNAL, value & _EXIT_SIGNAL
        parts = [table.text(flags)] if flags else []
        if signal:
            parts.append(signals.name(signal))
        return "|".join(parts) or "0"

    return at(place, text)


def clone_call(place: Place) -> Printer:
    """Return the printer of all arguments of clone(2): strace names them and sorts them its own way."""
    flags = clone_flags(place)
    index = place.indexes

    def show(args: Sequence[int], memory: Memory) -> str:
        bits = args[index["flags"]]
        text = f"child_stack={pointer(args[index['stack']])}, flags={flags(args, memory)}"
        if bits & _PARENT_TID:
            text += f", parent_tid={pointer(args[index['parent_tid']])}"
        if bits & _TLS:
            text += f", tls={hex_text(args[index['tls']])}"
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
SET_TID_MAX = 32
"""As many namespaces as there can be inside each other."""


def _clone_args_text(values: dict[str, int], word: int, memory: Memory) -> str:
    """Return the fields of struct clone_args that matter with these flags."""
    flags = values["flags"]
    signal = values["exit_signal"]
    parts = [f"flags={constants.flags('clone', flags) if flags else '0'}"]
    if flags & 0x1000:
        parts.append(f"pidfd={pointer(values['pidfd'])}")
    if flags & _CHILD_TID:
        parts.append(f"child_tid={pointer(values['child_tid'])}")
    if flags & 0x100000:
        parts.append(f"parent_tid={pointer(values['parent_tid'])}")
    parts.append(f"exit_signal={signals.name(signal)}")
    parts.append(f"stack={pointer(values['stack'])}")
    parts.append(f"stack_size={hex_text(values['stack_size'])}")
    if flags & _TLS:
        parts.append(f"tls={hex_text(values['tls'])}")
    count = values["set_tid_size"]
    if count or values["set_tid"]:
        tids = pointer(values["set_tid"])
        if values["set_tid"] and 0 < count <= SET_TID_MAX:
            tids = array(
                values["set_tid"],
                count,
                4,
                SET_TID_MAX,
                memory,
                lambda data: signed_text(int.from_bytes(data, "little")),
            )
        parts.append(f"set_tid={tids}, set_tid_size={count}")
    if flags & 0x200000000:
        parts.append(f"cgroup={values['cgroup']}")
    return f"{{{', '.join(parts)}}}"


@kind("clone_args")
def clone_args(place: Place) -> Printer:
    """What clone3(2) makes: `clone_args[size]`; a struct that is too short is printed as its address."""
    length, word = place.length_index, place.arch.word
    full = CLONE_ARGS_SIZE

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = args[length]
        wanted = min(size, full)
        data = memory.read(address, wanted) if size >= CLONE_ARGS_SMALLEST else b""
        if not data or len(data) < wanted:
            return f"{address:#x}"
        data = data.ljust(full, b"\0")
        numbers = (int.from_bytes(data[start : start + 8], "little") for start in range(0, full, 8))
        text = _clone_args_text(dict(zip(_CLONE_ARGS, numbers, strict=True)), word, memory)
        return f"{text[:-1]}, ...}}" if size > full else text

    return behind(place, show)
