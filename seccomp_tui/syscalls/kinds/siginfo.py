"""What comes with a signal (siginfo_t), and who is told about a timer or a message queue (struct sigevent)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import cache

from seccomp_tui.syscalls import constants, errnos, numbers, signals
from seccomp_tui.syscalls.arch import I386, X86_64, Arch
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, at, behind, kind, pointer, signed
from .scalars import hex_text, uid_text

SIGINFO_SIZE = 128
SIGEVENT_SIZE = 64
_SIGILL, _SIGTRAP, _SIGBUS, _SIGFPE, _SIGSEGV, _SIGCHLD, _SIGIO, _SIGSYS = 4, 5, 7, 8, 11, 17, 29, 31
_CODES = {
    _SIGILL: "si_code_ill",
    _SIGTRAP: "si_code_trap",
    _SIGBUS: "si_code_bus",
    _SIGFPE: "si_code_fpe",
    _SIGSEGV: "si_code_segv",
    _SIGCHLD: "si_code_chld",
    _SIGIO: "si_code_poll",
    _SIGSYS: "si_code_sys",
}
"""The sets of what signals of the kernel are about."""
_SI_USER, _SI_TIMER, _SI_SIGIO, _SI_TKILL = 0, -2, -5, -6
_CLD_EXITED = 1
_BUS_MCEERR = (4, 5)
_SEGV_BNDERR, _SEGV_PKUERR = 3, 4
Values = dict[str, int]


def _layout(narrow: str, wide: str) -> dict[int, struct.Struct]:
    return {4: struct.Struct(f"<12x{narrow}"), 8: struct.Struct(f"<16x{wide}")}


_KILL = _layout("iII", "iIQ")
_TIMER = _layout("IiI", "IiQ")
_CHILD = _layout("iIiII", "iIi4xQQ")
_FAULT = _layout("IH2xII", "QH6xQQ")
_POLL = _layout("ii", "qi")
_SYS = _layout("III", "QII")


def ticks_text(value: int) -> str:
    """Return a time in clock ticks, of which there are 100 in a second; a negative one as strace takes it."""
    value &= (1 << 64) - 1
    return f"{value} /* {value // 100}.{value % 100:02d} s */" if value else "0"


def _value(value: int) -> str:
    """Return a union sigval: as an int, and as a pointer."""
    low = value & 0xFFFFFFFF
    return f"si_int={signed(low)}, si_ptr={pointer(value)}"


def _sent(data: bytes, word: int, always: bool) -> list[str]:
    """Return who sent the signal, and what with it."""
    pid, uid, value = _KILL[word].unpack_from(data)
    parts = [f"si_pid={pid}, si_uid={uid_text(uid)}"] if always or pid or uid else []
    return [*parts, _value(value)] if value else parts


def _from_user(code: int, data: bytes, word: int) -> list[str]:
    """Return the fields of a signal that a process made, or the kernel in the name of one."""
    if code in (_SI_USER, _SI_TKILL):
        pid, uid, _ = _KILL[word].unpack_from(data)
        return [f"si_pid={pid}, si_uid={uid_text(uid)}"]
    if code == _SI_TIMER:
        timer, overrun, value = _TIMER[word].unpack_from(data)
        return [f"si_timerid={hex_text(timer)}, si_overrun={overrun}, {_value(value)}"]
    return _poll(code, data, word) if code == _SI_SIGIO else _sent(data, word, always=True)


def _poll(_code: int, data: bytes, word: int) -> list[str]:
    band, descriptor = _POLL[word].unpack_from(data)
    return [f"si_band={band}, si_fd={descriptor}"]


def _poll_of_kernel(code: int, data: bytes, word: int) -> list[str]:
    return _poll(code, data, word) if 1 <= code <= len(constants.table("si_code_poll").names) else []


def _child(code: int, data: bytes, word: int) -> list[str]:
    pid, uid, status, utime, stime = _CHILD[word].unpack_from(data)
    how = str(status) if code == _CLD_EXITED else signals.name(status)
    times = f"si_utime={ticks_text(utime)}, si_stime={ticks_text(stime)}"
    return [f"si_pid={pid}, si_uid={uid_text(uid)}, si_status={how}, {times}"]


def _fault(_code: int, data: bytes, word: int) -> list[str]:
    return [f"si_addr={pointer(_FAULT[word].unpack_from(data)[0])}"]


def _bus(code: int, data: bytes, word: int) -> list[str]:
    lsb = _FAULT[word].unpack_from(data)[1]
    return [*_fault(code, data, word), *([f"si_addr_lsb={hex_text(lsb)}"] if code in _BUS_MCEERR else [])]


def _segv(code: int, data: bytes, word: int) -> list[str]:
    _, _, lower, upper = _FAULT[word].unpack_from(data)
    parts = _fault(code, data, word)
    if code == _SEGV_BNDERR:
        parts.append(f"si_lower={pointer(lower)}, si_upper={pointer(upper)}")
    elif code == _SEGV_PKUERR:
        parts.append(f"si_pkey={lower & 0xFFFFFFFF}")
    return parts


_OF_KERNEL: dict[int, Callable[[int, bytes, int], list[str]]] = {
    _SIGILL: _fault,
    _SIGTRAP: _fault,
    _SIGFPE: _fault,
    _SIGBUS: _bus,
    _SIGSEGV: _segv,
    _SIGCHLD: _child,
    _SIGIO: _poll_of_kernel,
}


def _call(data: bytes, arch: Arch) -> list[str]:
    """Return the fields of SIGSYS: the call that was refused, by its name where it is one of the caller's own table."""
    address, nr, token = _SYS[arch.word].unpack_from(data)
    text = call_text(nr, token, arch)
    return [f"si_call_addr={pointer(address)}", f"si_syscall={text}", f"si_arch={constants.enum('audit_arch', token)}"]


def call_text(nr: int, token: int, arch: Arch) -> str:
    """Return a system call of the architecture `token` as a program of `arch` would name it."""
    related = token == arch.token or {token, arch.token} == {X86_64.token, I386.token}
    name = numbers.names(token).get(nr) if related else None
    if not name:
        return str(nr)
    return f"__NR_{name}" if token == arch.token else f"{nr} /* {name} */"


@cache
def _code_names(signal: int) -> dict[int, str]:
    names = [constants.table(name).names for name in ("si_code", _CODES.get(signal)) if name]
    return {value: name for each in names for name, value in each.items()}


def siginfo_text(data: bytes, arch: Arch) -> str:
    """Return a siginfo_t of `SIGINFO_SIZE` bytes."""
    signal, errno, code = struct.unpack_from("<iii", data)
    if not signal:
        return "{}"
    name = _code_names(signal if signal in _CODES else 0).get(code & 0xFFFFFFFF)
    parts = [f"si_signo={signals.name(signal)}", f"si_code={name or hex_text(code & 0xFFFFFFFF)}"]
    if errno:
        parts.append(f"si_errno={errnos.name(errno) if errno > 0 else errno & 0xFFFFFFFF}")
    if code <= 0:
        parts += _from_user(code, data, arch.word)
    elif signal == _SIGSYS:
        parts += _call(data, arch)
    elif signal in _OF_KERNEL:
        parts += _OF_KERNEL[signal](code, data, arch.word)
    else:
        parts += _sent(data, arch.word, always=False)
    return f"{{{', '.join(parts)}}}"


@kind("ticks")
def ticks(place: Place) -> Printer:
    """A time in clock ticks."""
    return at(place, ticks_text)


@kind("siginfo")
def siginfo(place: Place) -> Printer:
    """What comes with a signal."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, SIGINFO_SIZE)
        return siginfo_text(data, place.arch) if len(data) == SIGINFO_SIZE else f"{address:#x}"

    return behind(place, show)


_SIGEVENT = {4: struct.Struct("<IiIII"), 8: struct.Struct("<QiIQQ")}
_SIGEV_NONE, _SIGEV_THREAD, _SIGEV_THREAD_ID = 1, 2, 4


@kind("sigevent")
def sigevent(place: Place) -> Printer:
    """How to tell that something has happened: by a signal, to a thread, or not at all."""
    layout = _SIGEVENT[place.arch.word]

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, SIGEVENT_SIZE)
        if len(data) < SIGEVENT_SIZE:
            return f"{address:#x}"
        value, signal, notify, first, second = layout.unpack_from(data)
        low = value & 0xFFFFFFFF
        with_signal = notify in (0, _SIGEV_THREAD, _SIGEV_THREAD_ID)
        text = f"sigev_value={{sival_int={signed(low)}, sival_ptr={pointer(value)}}}, " if value else ""
        text += f"sigev_signo={signals.name(signal) if with_signal else signal & 0xFFFFFFFF}"
        text += f", sigev_notify={constants.enum('sigev_notify', notify)}"
        if notify == _SIGEV_THREAD_ID:
            thread = first & 0xFFFFFFFF
            text += f", sigev_notify_thread_id={signed(thread)}"
        elif notify == _SIGEV_THREAD:
            text += f", sigev_notify_function={pointer(first)}, sigev_notify_attributes={pointer(second)}"
        return f"{{{text}}}"

    return behind(place, show)
