"""Numbers that strace prints in decimal though they have names: serials of keys, actions of syslog(2), opcodes."""

from __future__ import annotations

from seccomp_tui.syscalls import constants

from .base import Place, Printer, at, kind, signed
from .scalars import hex_text

_INT = 0xFFFFFFFF


@kind("key")
def key(place: Place) -> Printer:
    """A key's serial number; those below 0 stand for keyrings."""
    names = {value: name for name, value in constants.table("key_serial").names.items()}
    return at(place, lambda value: names.get(value & _INT) or str(signed(value)))


@kind("error")
def error(place: Place) -> Printer:
    """An errno, positive."""
    names = {value: name for name, value in constants.table("errno").names.items()}
    return at(place, lambda value: names.get(value & _INT) or str(value & _INT))


@kind("named")
def named(place: Place) -> Printer:
    """A name of a set, or the number and that it has none: `named[aio_command]`."""
    table = constants.table(place.option, place.arch.token)
    names = {value: name for name, value in table.names.items()}

    def text(value: int) -> str:
        return names.get(value & _INT) or f"{signed(value)} /* {table.unknown} */"

    return at(place, text)


@kind("remarked")
def remarked(place: Place) -> Printer:
    """A number, and its name as a remark: `2 /* SYSLOG_ACTION_READ */`."""
    table = constants.table(place.option, place.arch.token)
    names = {value: name for name, value in table.names.items()}
    return at(place, lambda value: f"{signed(value)} /* {names.get(value & _INT, table.unknown)} */")


@kind("kexec_flags")
def kexec_flags(place: Place) -> Printer:
    """What kexec_load(2) is to do, with the architecture in the upper half."""

    def text(value: int) -> str:
        flags = value & ~0xFFFF0000
        machine = constants.enum("kexec_arch", value & 0xFFFF0000)
        return f"{machine}|{constants.flags('kexec_flags', flags)}" if flags else machine

    return at(place, text)


@kind("kernel_version")
def kernel_version(place: Place) -> Printer:
    """A version of the kernel in one number."""

    def text(value: int) -> str:
        return f"KERNEL_VERSION({value >> 16}, {value >> 8 & 0xFF}, {value & 0xFF})"

    return at(place, text)


@kind("nonzero")
def nonzero(place: Place) -> Printer:
    """A number in hex that is not shown where it is 0."""
    index = place.index
    return lambda args, _memory: hex_text(args[index] & place.mask) if args[index] else None
