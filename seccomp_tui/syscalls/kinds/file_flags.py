"""Words of calls on files that are flags and something else: wide ones, a magic number, a priority, a size."""

from __future__ import annotations

from collections.abc import Callable

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.constants import Constants

from .base import Place, Printer, at, kind
from .scalars import dirfd
from .strings import MOUNT_MAGIC, MOUNT_MAGIC_MASK

_INT = 0xFFFFFFFF


@kind("wide")
def wide(place: Place) -> Printer:
    """A number of 64 bits: two words on i386, the low one first."""
    return _wide(place, str)


@kind("wide_flags")
def wide_flags(place: Place) -> Printer:
    """Flags of 64 bits in as many words: `wide_flags[fanotify_mask]`."""
    return _wide(place, constants.table(place.option, place.arch.token).text)


@kind("long_flags")
def long_flags(place: Place) -> Printer:
    """Flags in a whole word: `long_flags[kexec_file]`."""
    return at(place, constants.table(place.option, place.arch.token).text)


def _wide(place: Place, text: Callable[[int], str]) -> Printer:
    index = place.index
    if place.arch.word == 8:
        return at(place, text)
    return lambda args, _memory: text(args[index] | args[index + 1] << 32)


_FAN_NOFD = _INT


@kind("fanotify_dirfd")
def fanotify_dirfd(place: Place) -> Printer:
    """The directory of fanotify_mark(2), which may be none."""
    show = dirfd(place)
    index = place.index
    return lambda args, memory: "FAN_NOFD" if args[index] & _INT == _FAN_NOFD else show(args, memory)


@kind("mount_flags")
def mount_flags(place: Place) -> Printer:
    """Flags of mount(2), in front the old magic number."""
    table = constants.table("mount", place.arch.token)

    def text(value: int) -> str:
        if value & MOUNT_MAGIC_MASK != MOUNT_MAGIC:
            return table.text(value)
        flags = value & ~MOUNT_MAGIC_MASK
        return f"MS_MGC_VAL|{table.text(flags)}" if flags else "MS_MGC_VAL"

    return at(place, text)


_HUGE_SHIFT = 26


@kind("memfd_flags")
def memfd_flags(place: Place) -> Printer:
    """Flags of memfd_create(2), with the size of huge pages in the high bits."""
    table = constants.table("memfd", place.arch.token)

    def text(value: int) -> str:
        flags, huge = value & (1 << _HUGE_SHIFT) - 1, (value & _INT) >> _HUGE_SHIFT
        size = f"{huge}<<MFD_HUGE_SHIFT"
        if not huge:
            return table.text(flags)
        return f"{table.text(flags)}|{size}" if flags else size

    return at(place, text)


_PRIORITY = 0x7FFF


@kind("swap_flags")
def swap_flags(place: Place) -> Printer:
    """Flags of swapon(2), with the priority in the low bits."""
    table = constants.table("swap", place.arch.token)

    def text(value: int) -> str:
        flags, priority = value & _INT & ~_PRIORITY, value & _PRIORITY
        return f"{table.text(flags)}|{priority}" if flags else str(priority)

    return at(place, text)


@kind("quota_cmd")
def quota_cmd(place: Place) -> Printer:
    """What quotactl(2) does, and for which kind of owners."""
    commands, types = constants.table("quota_cmd").text, constants.table("quota_type").text
    return at(place, lambda value: f"QCMD({commands((value & _INT) >> 8)}, {types(value & 0xFF)})")


def bits_text(table: Constants, value: int, shift: str) -> str:
    """Return the bits that are set, of a set that has their numbers: `1<<RTC_FEATURE_ALARM`."""
    known = [f"1{shift}{bit}" for bit, number in table.names.items() if value >> number & 1]
    rest = value & ~sum(1 << number for number in table.names.values())
    if not known:
        return f"{rest:#x} /* {table.unknown} */" if rest else "0"
    return "|".join(known + ([f"{rest:#x}"] if rest else []))


@kind("nice_bits")
def nice_bits(place: Place) -> Printer:
    """Flags by the numbers of their bits: `1 << IDE_NICE_0`."""
    table = constants.table(place.option)
    return at(place, lambda value: bits_text(table, value & _INT, " << "))


@kind("numbered_bits")
def numbered_bits(place: Place) -> Printer:
    """The same in 64 bits: `1<<_UFFDIO_WAKE|1<<_UFFDIO_COPY`."""
    table = constants.table(place.option, place.arch.token)
    return at(place, lambda value: bits_text(table, value, "<<"))
