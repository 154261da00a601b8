"""What ioctl(2) does with terminals and consoles: modes, speeds, control characters, keyboards, fonts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .addresses import int_at
from .base import Place, Printer, array, at, behind, kind, pointed_value, pointer, signed
from .scalars import hex_text
from .strings import embedded_bytes, string_text
from .structures import structure_text

_INT = 0xFFFFFFFF


def _modes(value: int, name: str) -> str:
    """Return the flags of a mode; nothing where none is set."""
    return constants.flags(name, value) if value else ""


@kind("mode_flags")
def mode_flags(place: Place) -> Printer:
    """A terminal's mode that is flags only."""
    name = place.option
    return at(place, lambda value: _modes(value, name))


_DELAYS = (
    (8, ("NL0", "NL1")),
    (9, ("CR0", "CR1", "CR2", "CR3")),
    (11, ("TAB0", "TAB1", "TAB2", "XTABS")),
    (13, ("BS0", "BS1")),
    (14, ("VT0", "VT1")),
    (15, ("FF0", "FF1")),
)
"""Delays in c_oflag: from which bit on, and their names."""
_DELAY_BITS = 0xFF00


@kind("output_modes")
def output_modes(place: Place) -> Printer:
    """c_oflag: the delays, then the flags."""

    def text(value: int) -> str:
        delays = [names[value >> shift & len(names) - 1] for shift, names in _DELAYS]
        return "|".join([*delays, _modes(value & ~_DELAY_BITS, "c_oflag")])

    return at(place, text)


_SPEED, _SIZE_SHIFT, _INPUT_SHIFT = 0x100F, 4, 16


@kind("control_modes")
def control_modes(place: Place) -> Printer:
    """c_cflag: the speed, that of input if it is another one, the bits of a character, then the flags."""
    speed = constants.table("baud").text

    def text(value: int) -> str:
        parts = [speed(value & _SPEED)]
        if value >> _INPUT_SHIFT & _SPEED:
            parts.append(f"{speed(value >> _INPUT_SHIFT & _SPEED)}<<IBSHIFT")
        parts.append(f"CS{5 + (value >> _SIZE_SHIFT & 3)}")
        rest = value & ~(_SPEED | _SPEED << _INPUT_SHIFT | 3 << _SIZE_SHIFT)
        return "|".join([*parts, _modes(rest, "c_cflag")])

    return at(place, text)


@kind("control_characters")
def control_characters(place: Place) -> Printer:
    """c_cc: `[[VINTR]=0x3, ..]`."""
    index = place.index
    names = {value: name for name, value in constants.table("control_character").names.items()}

    def show(args: Sequence[int], _memory: Memory) -> str:
        items = [f"[{names.get(at, at)}]={hex_text(byte)}" for at, byte in enumerate(embedded_bytes(args, index))]
        return f"[{', '.join(items)}]"

    return show


# --- values of one byte, and names of numbers without hex ---


@kind("enum_byte", "flags_byte")
def named_byte(place: Place) -> Printer:
    """A byte with names behind a pointer: `[KB_101]`."""
    return behind(place, pointed_value(1, constants.table(place.option).text))


def lock_leds_text(value: int) -> str:
    """Return which lights of a keyboard are on, and which by default."""
    table = constants.table("keyboard_leds")
    now = [name for name, bit in table.names.items() if value & bit]
    by_default = [f"{name}<<4" for name, bit in table.names.items() if value >> 4 & bit]
    rest = value & 0x88
    if not now and not by_default:
        return table.text(value)
    return "|".join([*now, *by_default, *([hex_text(rest)] if rest else [])])


@kind("leds")
def leds(place: Place) -> Printer:
    """Lights of a keyboard, a byte."""
    text = constants.table("keyboard_leds").text
    return at(place, lambda value: text(value & 0xFF))


@kind("lock_leds")
def lock_leds(place: Place) -> Printer:
    """Lights of a keyboard, and which are on by default."""
    return at(place, lambda value: lock_leds_text(value & 0xFF))


@kind("lock_leds_byte")
def lock_leds_byte(place: Place) -> Printer:
    """The same behind a pointer."""
    return behind(place, pointed_value(1, lock_leds_text))


def _decimal(name: str) -> Callable[[int], str]:
    """Return what names a number; one without a name is decimal."""
    table = constants.table(name)
    names = {value: each for each, value in table.names.items()}

    def text(value: int) -> str:
        return names.get(value & _INT) or f"{signed(value)} /* {table.unknown} */"

    return text


@kind("enum_decimal")
def enum_decimal(place: Place) -> Printer:
    """A name, or a decimal number."""
    return at(place, _decimal(place.option))


@kind("enum_decimal_value")
def enum_decimal_value(place: Place) -> Printer:
    """The same behind a pointer."""
    return behind(place, pointed_value(4, _decimal(place.option)))


# --- bytes of fixed length ---


def _fixed(place: Place, hexa: bool) -> Printer:
    size, limit = int(place.option), place.style.string_limit

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, min(size, limit))
        if len(data) < min(size, limit):
            return f"{address:#x}"
        return f"{quote(data, hexa=hexa)}{'...' if size > limit else ''}"

    return behind(place, show)


@kind("octets_at")
def octets_at(place: Place) -> Printer:
    """So many bytes: `octets_at[1]`."""
    return _fixed(place, hexa=False)


@kind("hex_octets_at")
def hex_octets_at(place: Place) -> Printer:
    """So many bytes in hex: `hex_octets_at[256]`."""
    return _fixed(place, hexa=True)


_DIRECT_BASE, _DIRECT = 0xF000, 0x1FF
"""Characters of Unicode that mean places of the font."""


def _character(data: bytes) -> str:
    value = int.from_bytes(data, "little")
    direct = value & ~_DIRECT == _DIRECT_BASE
    return f"UNI_DIRECT_BASE+{hex_text(value & _DIRECT)}" if direct else hex_text(value)


@kind("unicodes_at")
def unicodes_at(place: Place) -> Printer:
    """So many characters of Unicode: `unicodes_at[256]`."""
    count = int(place.option)
    limit = count if place.style.verbose else place.style.string_limit

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        return array(address, count, 2, limit, memory, _character)

    return behind(place, show)


# --- consoles ---

_CLOCK = 1193180
"""Ticks of the clock behind the speaker in a second."""


@kind("tone")
def tone(place: Place) -> Printer:
    """A sound: its length in milliseconds, and how many ticks a wave takes."""

    def text(value: int) -> str:
        length, period = value >> 16 & 0xFFFF, value & 0xFFFF
        comment = f"{_CLOCK // period} Hz, {length} ms" if period and length else "off"
        number = f"{length}<<16|{period}" if length else str(period)
        return f"{number} /* {comment} */"

    return at(place, text)


@kind("keycode")
def keycode(place: Place) -> Printer:
    """A key's code, asked for: what was there before, and what it is."""
    after = place.style.after

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data, given = memory.read(address, 8), earlier(memory).read(address, 8)
        if len(data) < 8 or len(given) < 8:
            return f"{address:#x}"
        code, asked, found = (int.from_bytes(part, "little") for part in (given[:4], given[4:], data[4:]))
        told = f" => {hex_text(found)}" if after else ""
        return f"{{scancode={hex_text(code)}, keycode={hex_text(asked)}{told}}}"

    return behind(place, show)


@kind("changing")
def changing(place: Place) -> Printer:
    """A struct that the call changes, before and after: `changing[kbd_repeat]`, or what is shown of it afterwards."""
    given = structure_text(place.option, replace(place, style=replace(place.style, after=False)))
    filled = structure_text(place.argument.options[-1], place)
    after = place.style.after

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        text = given(address, args, earlier(memory))
        return f"{text} => {filled(address, args, memory)}" if after and text != f"{address:#x}" else text

    return behind(place, show)


FONT_SET, FONT_GET, FONT_SET_DEFAULT = 0, 1, 2
_ROWS = 32
"""A character has so many rows in memory, however many are seen."""


def font_size(width: int, count: int) -> int:
    """Return the bytes of a font of `count` characters that are so many dots wide."""
    return (width + 7) // 8 * _ROWS * count


@kind("font_data")
def font_data(place: Place) -> Printer:
    """The dots of a font where they are given, or have been got; the name of the default one."""
    index, operation, width, count = (place.indexes[name] for name in ("data", "op", "width", "charcount"))
    limit, whole = place.style.string_limit, FONT_GET if place.style.after else FONT_SET

    def show(args: Sequence[int], memory: Memory) -> str:
        address = args[index]
        if address and args[operation] == FONT_SET_DEFAULT:
            return string_text(address, memory, limit)
        if not address or args[operation] != whole:
            return pointer(address)
        size = font_size(args[width], args[count])
        data = memory.read(address, min(size, limit))
        if size and not data:
            return f"{address:#x}"
        return f"{quote(data, hexa=True)}{'...' * (len(data) < size)}"

    return show


_TELLS_NOTHING = (0, 3)
"""KD_FONT_OP_SET and KD_FONT_OP_COPY."""


@kind("font_operation")
def font_operation(place: Place) -> Printer:
    """What is done with the font of a console: as it is asked for, and what there is where it is told."""
    show = changing(replace(place, argument=replace(place.argument, options=("console_font_op", "console_font_done"))))
    asked = structure_text("console_font_op", replace(place, style=replace(place.style, after=False)))

    def text(args: Sequence[int], memory: Memory) -> str | None:
        address = args[place.index]
        silent = int_at(address, earlier(memory)) in _TELLS_NOTHING
        return asked(address, args, earlier(memory)) if silent else show(args, memory)

    return text
