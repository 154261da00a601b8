"""Arguments that depend on another one: fcntl, ioctl, futex, prctl. Such a printer may print several, or none."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, kind, pointer, signed
from .process import fprog
from .scalars import hex_text, signal_text, signed_text, unsigned_text
from .strings import string_text
from .structures import size_of

_INT = 0xFFFFFFFF
By = Callable[[Place], Printer]
_BY: dict[str, By] = {}
Targets = tuple[int, dict[int, tuple[int, int, bool]]]
TARGETS: dict[str, Callable[[Place], Targets]] = {}
"""What the printers read, for those who only copy it: which bits of the deciding argument count, and for each of its
values which word is the address, how many bytes are read there, and whether they are a string."""


@kind("by")
def by(place: Place) -> Printer:
    """Choose by the argument that decides: `by cmd`."""
    return _BY[place.option](place)


# --- fcntl ---

_NOTHING = ("F_GETFD", "F_GETFL", "F_GETOWN", "F_GETSIG", "F_GETLEASE", "F_GETPIPE_SZ", "F_GET_SEALS")
_FCNTL_SETS = {
    "F_SETFD": "fdflags",
    "F_SETFL": "open",
    "F_SETLEASE": "lease",
    "F_NOTIFY": "notify",
    "F_ADD_SEALS": "seals",
}
_FCNTL_TEXTS: dict[str, Callable[[int], str]] = {
    "F_DUPFD": signed_text,
    "F_DUPFD_CLOEXEC": signed_text,
    "F_SETOWN": signed_text,
    "F_SETPIPE_SZ": signed_text,
    "F_SETSIG": signal_text,
    **dict.fromkeys(("F_GETLK", "F_OFD_GETLK", "F_GETLK64", "F_GETOWN_EX", "F_GETOWNER_UIDS"), pointer),
}
_LOCKS = ("F_SETLK", "F_SETLKW")
_LOCKS64 = ("F_OFD_SETLK", "F_OFD_SETLKW", "F_SETLK64", "F_SETLKW64")


def _lock_layout(wide: bool, word: int) -> struct.Struct:
    return struct.Struct("<HH4xqqi4x" if word == 8 else "<HHqqi" if wide else "<HHiii")


def _lock(address: int, wide: bool, word: int, memory: Memory) -> str:
    """Return a struct flock."""
    layout = _lock_layout(wide, word)
    data = memory.read(address, layout.size) if address else b""
    if len(data) < layout.size:
        return pointer(address)
    what, whence, start, length, _ = layout.unpack(data)
    names = f"l_type={constants.enum('lock_type', what)}, l_whence={constants.enum('whence', whence)}"
    return f"{{{names}, l_start={start}, l_len={length}}}"


def _commands(place: Place) -> dict[int, str]:
    return {value: name for name, value in constants.table("fcntl_cmd", place.arch.token).names.items()}


def _fcntl_targets(place: Place) -> Targets:
    locks = {value: name for value, name in _commands(place).items() if name in _LOCKS or name in _LOCKS64}
    sizes = {value: _lock_layout(name in _LOCKS64, place.arch.word).size for value, name in locks.items()}
    return _INT, {value: (place.index, size, False) for value, size in sizes.items()}


def _fcntl(place: Place) -> Printer:
    index, command = place.index, place.indexes["cmd"]
    arch, names = place.arch, _commands(place)

    def show(args: Sequence[int], memory: Memory) -> str | None:
        name, value = names.get(args[command] & _INT, ""), args[index]
        if name in _NOTHING:
            return None
        if name in _FCNTL_SETS:
            return constants.flags(_FCNTL_SETS[name], value & _INT, arch.token)
        if name in _FCNTL_TEXTS:
            return _FCNTL_TEXTS[name](value)
        if name in _LOCKS or name in _LOCKS64:
            return _lock(value, name in _LOCKS64, arch.word, memory)
        return hex_text(value)

    return show


_BY["cmd"], TARGETS["cmd"] = _fcntl, _fcntl_targets

# --- ioctl ---

_DIRECTIONS = ("_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE")
_IOCTL_NOTHING = {"FIOCLEX", "FIONCLEX", "TIOCNOTTY", "TIOCSBRK", "TIOCCBRK", "TIOCCONS", "TIOCEXCL", "TIOCNXCL"}
_IOCTL_NUMBER = {"FIONBIO", "FIOASYNC", "TIOCSPGRP", "FIOSETOWN", "SIOCSPGRP", "TIOCSETD", "TIOCSPTLCK", "TIOCPKT"}
_IOCTL_VALUE = {"TCSBRK", "TCSBRKP", "TIOCSCTTY", "FICLONE", "TCXONC", "TCFLSH"}


def _requests(place: Place) -> dict[int, str]:
    return {value: name for name, value in reversed(list(constants.table("ioctl", place.arch.token).names.items()))}


@kind("ioctl_request")
def ioctl_request(place: Place) -> Printer:
    """A request of ioctl(2): its name, or what its number is made of."""
    index = place.index
    names = _requests(place)

    def show(args: Sequence[int], _memory: Memory) -> str:
        value = args[index] & _INT
        name = names.get(value)
        if name:
            return name
        parts = f"{_DIRECTIONS[value >> 30]}, {value >> 8 & 0xFF:#x}, {value & 0xFF:#x}, {value >> 16 & 0x3FFF:#x}"
        return f"_IOC({parts.replace(' 0x0,', ' 0,') if value >> 8 & 0xFF == 0 else parts})"

    return show


_WINSIZE = 8


def _winsize(address: int, memory: Memory) -> str:
    data = memory.read(address, _WINSIZE)
    if len(data) < _WINSIZE:
        return f"{address:#x}"
    rows, columns, width, height = struct.unpack("<4H", data)
    return f"{{ws_row={rows}, ws_col={columns}, ws_xpixel={width}, ws_ypixel={height}}}"


def _ioctl_targets(place: Place) -> Targets:
    sizes = {**dict.fromkeys(_IOCTL_NUMBER, 4), "TIOCSWINSZ": _WINSIZE}
    return _INT, {value: (place.index, sizes[name], False) for value, name in _requests(place).items() if name in sizes}


def _ioctl(place: Place) -> Printer:
    index, request = place.index, place.indexes["request"]
    names = _requests(place)

    def show(args: Sequence[int], memory: Memory) -> str | None:
        name, value = names.get(args[request] & _INT, ""), args[index]
        if name in _IOCTL_NOTHING:
            return None
        if name in _IOCTL_VALUE:
            return signed_text(value)
        if name in _IOCTL_NUMBER and value:
            data = memory.read(value, 4)
            return f"[{int.from_bytes(data, 'little', signed=True)}]" if len(data) == 4 else f"{value:#x}"
        if name == "TIOCSWINSZ" and value:
            return _winsize(value, memory)
        return pointer(value) if name else hex_text(value)

    return show


_BY["request"], TARGETS["request"] = _ioctl, _ioctl_targets

# --- futex ---

_PRIVATE, _REALTIME = 0x80, 0x100
_ANY_BIT = _INT
_OPERATIONS = ("SET", "ADD", "OR", "ANDN", "XOR")
_COMPARISONS = ("EQ", "NE", "LT", "LE", "GT", "GE")
_FUTEX = {
    0: "val timeout",
    1: "val",
    3: "val val2 uaddr2",
    4: "val val2 uaddr2 val3",
    5: "val val2 uaddr2 wake_op",
    6: "timeout",
    7: "",
    8: "",
    9: "val timeout bits",
    10: "val bits",
    11: "val timeout uaddr2",
    12: "val val2 uaddr2 val3",
    13: "timeout",
}
"""What follows each operation; FUTEX_WAIT is 0."""


@kind("futex_op")
def futex_op(place: Place) -> Printer:
    """A futex operation: `FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME`."""
    index = place.index
    names = {value: name for name, value in constants.table("futex_op").names.items()}

    def show(args: Sequence[int], _memory: Memory) -> str:
        value = args[index] & _INT
        name = names.get(value & ~(_PRIVATE | _REALTIME))
        if not name:
            return f"{value:#x} /* FUTEX_??? */"
        private = "_PRIVATE" if value & _PRIVATE else ""
        return f"{name}{private}{'|FUTEX_CLOCK_REALTIME' if value & _REALTIME else ''}"

    return show


def _wake_op(value: int) -> str:
    operation, comparison = value >> 28 & 7, value >> 24 & 0xF
    what = f"FUTEX_OP_{_OPERATIONS[operation]}" if operation < len(_OPERATIONS) else f"{operation:#x}"
    how = f"FUTEX_OP_CMP_{_COMPARISONS[comparison]}" if comparison < len(_COMPARISONS) else f"{comparison:#x}"
    shift = "FUTEX_OP_OPARG_SHIFT<<28|" if value >> 28 & 8 else ""
    return f"{shift}{what}<<28|{hex_text(value >> 12 & 0xFFF)}<<12|{how}<<24|{hex_text(value & 0xFFF)}"


def _timeout_layout(place: Place) -> struct.Struct:
    return struct.Struct("<qQ" if place.arch.word == 8 or place.call.endswith("64") else "<iI")


def _timeout(address: int, layout: struct.Struct, memory: Memory) -> str:
    data = memory.read(address, layout.size) if address else b""
    if len(data) < layout.size:
        return pointer(address)
    seconds, nanoseconds = layout.unpack(data)
    return f"{{tv_sec={seconds}, tv_nsec={nanoseconds}}}"


def _futex_targets(place: Place) -> Targets:
    timed = [operation for operation, parts in _FUTEX.items() if "timeout" in parts.split()]
    return _INT & ~(_PRIVATE | _REALTIME), dict.fromkeys(timed, (3, _timeout_layout(place).size, False))


def _futex(place: Place) -> Printer:
    operation = place.indexes["futex_op"]
    layout = _timeout_layout(place)

    def part(name: str, args: Sequence[int], memory: Memory) -> str:
        match name:
            case "val":
                return unsigned_text(args[2])
            case "val2":
                return unsigned_text(args[3])
            case "timeout":
                return _timeout(args[3], layout, memory)
            case "uaddr2":
                return pointer(args[4])
            case "val3":
                return unsigned_text(args[5])
            case "bits":
                bits = args[5] & _INT
                return "FUTEX_BITSET_MATCH_ANY" if bits == _ANY_BIT else f"{bits:#x}" if bits else "0"
            case _:
                return _wake_op(args[5] & _INT)

    def show(args: Sequence[int], memory: Memory) -> str | None:
        parts = _FUTEX.get(args[operation] & _INT & ~(_PRIVATE | _REALTIME))
        if parts is None:
            return f"{unsigned_text(args[2])}, {pointer(args[3])}, {pointer(args[4])}, {hex_text(args[5] & _INT)}"
        return ", ".join([part(name, args, memory) for name in parts.split()]) or None

    return show


_BY["futex_op"], TARGETS["futex_op"] = _futex, _futex_targets

# --- prctl ---

_PRCTL_NOTHING = {
    "PR_GET_DUMPABLE",
    "PR_GET_KEEPCAPS",
    "PR_GET_SECCOMP",
    "PR_GET_SECUREBITS",
    "PR_GET_TIMERSLACK",
    "PR_GET_TIMING",
    "PR_TASK_PERF_EVENTS_DISABLE",
    "PR_TASK_PERF_EVENTS_ENABLE",
}
_PRCTL_POINTERS = {
    "PR_GET_PDEATHSIG",
    "PR_GET_NAME",
    "PR_GET_CHILD_SUBREAPER",
    "PR_GET_TID_ADDRESS",
    "PR_GET_ENDIAN",
    "PR_GET_FPEMU",
    "PR_GET_FPEXC",
    "PR_GET_TSC",
    "PR_GET_UNALIGN",
}
_PRCTL_NUMBERS = {"PR_SET_KEEPCAPS", "PR_SET_CHILD_SUBREAPER", "PR_SET_TIMERSLACK", "PR_SET_TIMING"}
_DUMPABLE = ("SUID_DUMP_DISABLE", "SUID_DUMP_USER", "SUID_DUMP_ROOT")
_COMM = 16
_VMA_NAME = 80


def _comm(address: int, memory: Memory) -> str:
    """Return a thread's name, which ends after 15 bytes."""
    data = memory.read_string(address, _COMM) if address else b""
    if not data:
        return pointer(address)
    return quote(data[:-1]) if data[-1:] == b"\0" else f"{quote(data[: _COMM - 1])}..."


def _vma(args: Sequence[int], memory: Memory) -> str:
    if args[1]:
        return f"{args[1]:#x} /* PR_SET_VMA_??? */, {args[2]:#x}, {args[3]:#x}, {args[4]:#x}"
    name = string_text(args[4], memory, _VMA_NAME) if args[4] else "NULL"
    return f"PR_SET_VMA_ANON_NAME, {pointer(args[2])}, {args[3]}, {name}"


def _prctl_targets(place: Place) -> Targets:
    numbers = constants.table("prctl").names
    return _INT, {
        numbers["PR_SET_NAME"]: (1, _COMM, True),
        numbers["PR_SET_SECCOMP"]: (2, size_of("sock_fprog", place.arch.word), False),
        numbers["PR_SET_VMA"]: (4, _VMA_NAME + 1, True),
    }


def _prctl(place: Place) -> Printer:
    names = {value: name for name, value in constants.table("prctl").names.items()}
    program = fprog(place)
    bits = place.arch.word * 8

    def seccomp(args: Sequence[int], memory: Memory) -> str:
        mode = constants.enum("prctl_seccomp", args[1])
        if args[1] != 2:
            return mode
        return f"{mode}, {program(args[2], args, memory) if args[2] else 'NULL'}"

    def count_first(args: Sequence[int], _memory: Memory) -> str:
        return ", ".join([str(args[1]), *[hex_text(value) for value in args[2:5]]])

    special: dict[str, Callable[[Sequence[int], Memory], str]] = {
        "PR_SET_NAME": lambda args, memory: _comm(args[1], memory),
        "PR_SET_SECCOMP": seccomp,
        "PR_SET_VMA": _vma,
        "PR_SET_NO_NEW_PRIVS": count_first,
        "PR_SET_THP_DISABLE": count_first,
        "PR_SET_PDEATHSIG": lambda args, _memory: signal_text(args[1]),
        "PR_CAPBSET_READ": lambda args, _memory: constants.enum("capability", args[1]),
        "PR_CAPBSET_DROP": lambda args, _memory: constants.enum("capability", args[1]),
        "PR_SET_DUMPABLE": lambda args, _memory: (
            _DUMPABLE[args[1]] if args[1] < 3 else f"{args[1]:#x} /* SUID_DUMP_??? */"
        ),
        "PR_SET_PTRACER": lambda args, _memory: (
            "PR_SET_PTRACER_ANY" if signed(args[1], bits) == -1 else str(signed(args[1], bits))
        ),
    }

    def show(args: Sequence[int], memory: Memory) -> str | None:
        name = names.get(args[0] & _INT, "")
        if name in special:
            return special[name](args, memory)
        if name in _PRCTL_NOTHING:
            return None
        if name in _PRCTL_POINTERS:
            return pointer(args[1])
        if name in _PRCTL_NUMBERS:
            return str(args[1])
        return ", ".join([hex_text(value) for value in args[1:5]])

    return show


_BY["option"], TARGETS["option"] = _prctl, _prctl_targets
