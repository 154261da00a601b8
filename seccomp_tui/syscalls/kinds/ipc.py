"""System V IPC and message queues: keys, resources, commands, messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier

from .base import FACTORIES, Place, Printer, at, behind, kind, pointer
from .scalars import mode_text
from .strings import bytes_text
from .structures import structure

_INT = 0xFFFFFFFF
_PERMISSIONS = 0o777
_IPC_64 = 0x100
_HUGE_SHIFT = 26
"""Where the size of huge pages stands in the flags of shmget(2)."""


@kind("ipc_key")
def ipc_key(place: Place) -> Printer:
    """The name of a resource, which all know."""
    return at(place, lambda value: f"{value & _INT:#x}" if value & _INT else "IPC_PRIVATE")


@kind("ipc_flags")
def ipc_flags(place: Place) -> Printer:
    """How a resource is made: `IPC_CREAT|0600`."""
    table = constants.table(place.option)
    huge = "SHM_HUGETLB" in table.names

    def text(value: int) -> str:
        value &= _INT
        pages = value >> _HUGE_SHIFT if huge else 0
        flags = value & ~_PERMISSIONS & (_INT if not huge else (1 << _HUGE_SHIFT) - 1)
        parts = [table.text(flags).partition(" /*")[0]] if flags else []
        parts += [f"{pages}<<SHM_HUGE_SHIFT"] if pages else []
        return "|".join([*parts, mode_text(value & _PERMISSIONS)])

    return at(place, text)


@kind("ipc_command")
def ipc_command(place: Place) -> Printer:
    """A command of msgctl(2) and its kin, which may say that structs are the newer ones."""
    names = constants.table(place.option).text

    def text(value: int) -> str:
        newer = "IPC_64|" if value & _IPC_64 else ""
        return f"{newer}{names(value & _INT & ~_IPC_64)}"

    return at(place, text)


@kind("msgbuf")
def msgbuf(place: Place) -> Printer:
    """A message with its type: `msgbuf[size]`."""
    length, limit, word = place.length_index, place.style.string_limit, place.arch.word

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, word)
        if len(data) < word:
            return f"{address:#x}"
        kind_of = int.from_bytes(data, "little", signed=True)
        return f"{{mtype={kind_of}, mtext={bytes_text(address + word, args[length], memory, limit)}}}"

    return behind(place, show)


@kind("semid64_filled")
def semid64_filled(place: Place) -> Printer:
    """What is known of a set of semaphores; x86 has its own struct."""
    name = "semid64_generic" if place.arch.name == "aarch64" else "semid64_ds"
    return structure(replace(place, argument=replace(place.argument, kind=name)))


@kind("ipc_call")
def ipc_call(place: Place) -> Printer:
    """A call of ipc(2) that there isn't, with its version."""

    def text(value: int) -> str:
        version, call = value >> 16 & 0xFFFF, value & 0xFFFF
        return f"{version}<<16|{call}" if version else str(call)

    return at(place, text)


_INFO = (3, 19)
"""IPC_INFO and SEM_INFO."""


@kind("semun")
def semun(place: Place) -> Printer:
    """The last argument of semctl(2), to which ipc(2) has a pointer."""
    index, command = place.index, place.indexes["cmd"]
    inner = FACTORIES["by"](replace(place, argument=replace(place.argument, kind="by", options=("cmd",))))

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        data = earlier(memory).read(address, place.arch.word)
        if len(data) < place.arch.word:
            return f"{address:#x}"
        value = int.from_bytes(data, "little")
        text = inner([*args[:index], value, *args[index + 1 :]], memory) or ""
        bare = args[command] & ~_IPC_64 in _INFO or text != pointer(value)
        return text if bare else f"[{text}]"

    return behind(place, show)
