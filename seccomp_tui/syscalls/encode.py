"""Structs from text: what fill writes into a target's memory. The way back of the decoder, by the same declarations.

A value is written as the decoder prints it: `0640`, `S_IFREG|0644`, `O_RDWR|O_APPEND`, `SIGCHLD`, `NULL`, `"text"`,
`-1`, `0x10`, `htons(80)`, `inet_addr("127.0.0.1")`; a struct inside another as a mapping.
"""

from __future__ import annotations

import ast
import re
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from . import constants, structs
from .arch import Arch
from .kinds.file_values import item_size
from .kinds.scalars import SPECIAL_BITS
from .prototypes import Argument
from .structs import Field

Value = int | str | bytes | Mapping[str, "Value"]
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"(?:\.\.\.)?', re.DOTALL)
_PRODUCT = re.compile(r"(\d+)\*(\d+)")
_MAKEDEV = re.compile(r"makedev\((\w+), (\w+)\)")
_ORDERED = re.compile(r"(htons|htonl|htobs)\(([^()]*)\)")
_INET = re.compile(r'inet_addr\("([^"]*)"\)')
_QUAD = re.compile(r'"?(\d+\.\d+\.\d+\.\d+)"?')
_COLONS = re.compile(r'"?([0-9a-fA-F:.]*:[0-9a-fA-F:.]*)"?')
_INET6 = re.compile(r'inet_pton\(AF_INET6, "([^"]*)", &\w+\)')
_HARDWARE = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2})+")
_INTERFACE = re.compile(r'if_nametoindex\("([^"]*)"\)')
_WITH_NAMES = ("flags", "enum", "commented", "htons_of", "htobs_of")
_LIST = re.compile(r"\[([^]]*)\]")
_LISTS = ("numbers", "hex_numbers")
_COMMENT = re.compile(r"\s*/\*.*?\*/")


class EncodeError(ValueError):
    """A value that its field can't have; the message is one line that names the field and what would be right."""


def encode(name: str, arch: Arch, values: Mapping[str, Value], base: bytes = b"") -> bytes:
    """Return `struct name` with these fields.

    Args:
        name: of a struct in structs.h.
        arch: whose layout.
        values: by field; what is not named stays as it is in `base`.
        base: the struct as it is; zeros where it is shorter.

    Raises:
        EncodeError: there is no such field, or it can't have that value.
        KeyError: there is no such struct.
    """
    layout = structs.layout(name, arch.word)
    fields = {field.argument.name: field for field in layout.fields}
    parts = list(layout.packing.unpack(base[: layout.size].ljust(layout.size, b"\0")))
    for given, value in values.items():
        if given not in fields:
            message = f"struct {name} has no field '{given}': it has {', '.join(fields)}"
            raise EncodeError(message)
        at = list(fields).index(given)
        before = parts[at] if isinstance(parts[at], bytes) else b""
        parts[at] = _field(fields[given], arch, value, before)
    return _laid_over(base, layout, parts)


def number(argument: Argument, arch: Arch, value: int | str, size: int) -> bytes:
    """Return one number of `size` bytes that means `value`, written as a field of the argument's kind is.

    Raises:
        EncodeError: it can't have that value.
    """
    field = Field(argument, 0, size, "", "")
    return (_number(field, arch, value) & (1 << size * 8) - 1).to_bytes(size, "little")


def nested(fields: Iterable[tuple[str, str]]) -> dict[str, Value]:
    """Return fields as `encode` takes them; one of a struct inside another is named `it_value.tv_sec`.

    Raises:
        EncodeError: a name stands for a struct and for one value.
    """
    found: dict[str, Value] = {}
    for name, text in fields:
        *outer, last = name.split(".")
        inside = found
        for part in outer:
            step = inside.setdefault(part, {})
            if not isinstance(step, dict):
                message = f"{name}: '{part}' has a value already"
                raise EncodeError(message)
            inside = step
        inside[last] = text
    return found


def _laid_over(base: bytes, layout: structs.Layout, parts: list[int | bytes]) -> bytes:
    """Return the packed parts, with the padding that was there."""
    packed = bytearray(base[: layout.size].ljust(layout.size, b"\0"))
    fresh = layout.packing.pack(*parts)
    for field in layout.fields:
        packed[field.offset : field.offset + field.size] = fresh[field.offset : field.offset + field.size]
    return bytes(packed)


def _field(field: Field, arch: Arch, value: Value, before: bytes) -> int | bytes:
    """Return the value of a field as it is packed."""
    argument = field.argument
    if isinstance(value, Mapping):
        if not structs.declared(argument.kind):
            message = f"{argument.name} is no struct: one value is wanted"
            raise EncodeError(message)
        return encode(argument.kind, arch, value, before)
    if field.code.endswith("s"):
        return _bytes(field, arch, value)
    return _number(field, arch, value)


def _bytes(field: Field, arch: Arch, value: int | str | bytes) -> bytes:
    """Return the bytes of an array of characters or bytes."""
    name, kind = field.argument.name, field.argument.kind
    if isinstance(value, int):
        message = f"{name} takes text in quotes or bytes, not {value}"
        raise EncodeError(message)
    if structs.declared(kind) and isinstance(value, str) and not _QUOTED.fullmatch(value):
        inside = ", ".join([f"{name}.{each.argument.name}" for each in structs.layout(kind, 8).fields])
        message = f"{name} is a struct: it has {inside}"
        raise EncodeError(message)
    if kind in _LISTS and isinstance(value, str) and (match := _LIST.fullmatch(value)):
        return _numbers(field, arch, match[1].split(","))
    data = _text(field, value) if isinstance(value, str) else value
    room = field.size - (1 if field.argument.kind == "chars" else 0)
    if len(data) > room:
        message = f"{name} has room for {room} bytes, not {len(data)}"
        raise EncodeError(message)
    return data.ljust(field.size, b"\0")


def _numbers(field: Field, arch: Arch, items: Sequence[str]) -> bytes:
    """Return an array of numbers."""
    single = item_size(field.argument.options[0], arch.word)
    data = b"".join([number(field.argument, arch, item.strip(), single) for item in items if item.strip()])
    if len(data) > field.size:
        message = f"{field.argument.name} has room for {field.size // single} numbers, not {len(data) // single}"
        raise EncodeError(message)
    return data.ljust(field.size, b"\0")


def _text(field: Field, text: str) -> bytes:
    """Return the bytes that a text means: an address in its own way of writing, else a string."""
    if field.argument.kind == "mac" and _HARDWARE.fullmatch(text):
        return bytes.fromhex(text.replace(":", ""))
    match = _INET6.fullmatch(text) or (_COLONS.fullmatch(text) if field.argument.kind == "in6_address" else None)
    if match:
        try:
            return socket.inet_pton(socket.AF_INET6, match[1])
        except OSError:
            message = f"{field.argument.name}: '{match[1]}' is no IPv6 address"
            raise EncodeError(message) from None
    return unquote(text)


def unquote(text: str) -> bytes:
    r"""Return the bytes of a string as strace writes it (`"a\n\0"`); text without quotes stands for itself."""
    if not _QUOTED.fullmatch(text):
        return text.encode()
    return ast.literal_eval("b" + text.removesuffix("..."))  # type: ignore[no-any-return]


def _number(field: Field, arch: Arch, value: int | str | bytes) -> int:
    """Return a number that fits its field."""
    argument = field.argument
    if isinstance(value, bytes):
        message = f"{argument.name} takes a number, not bytes"
        raise EncodeError(message)
    number = value if isinstance(value, int) else _parse(argument, arch, _COMMENT.sub("", value).strip(), field.size)
    bits = field.size * 8
    if not -(1 << bits - 1) <= number < 1 << bits:
        message = f"{argument.name} has {bits} bits: {value} does not fit"
        raise EncodeError(message)
    number &= (1 << bits) - 1
    return number - (1 << bits) if field.code.islower() and number >> bits - 1 else number


def _parse(argument: Argument, arch: Arch, text: str, size: int) -> int:
    """Return the number that a text means for this argument: its parts, joined by `|`."""
    table = constants.table(argument.options[0], arch.token) if argument.kind in _WITH_NAMES else None
    known = table.value if table else partial(_named, argument.kind, size)
    number = 0
    for part in text.split("|"):
        word = part.strip()
        ordered = _ORDERED.fullmatch(word)
        found = _found(ordered[2] if ordered else word, argument.kind, known)
        if found is None:
            message = f"{argument.name}: '{word}' is neither a number nor {_expected(argument, table)}"
            raise EncodeError(message)
        if ordered and ordered[1] != "htobs":
            found = int.from_bytes((found & (1 << size * 8) - 1).to_bytes(size, "little"), "big")
        number |= found if found >= 0 else found & (1 << size * 8) - 1
    return number


def _found(word: str, kind: str, known: Callable[[str], int | None]) -> int | None:
    found = known(word)
    return _literal(word, kind) if found is None else found


def _expected(argument: Argument, table: constants.Constants | None) -> str:
    if table:
        return f"one of {', '.join(list(table.names)[:6])}, ..."
    return {"signal": "a signal such as SIGCHLD", "ptr": "NULL"}.get(argument.kind, "a name that can stand here")


def _named(kind: str, size: int, word: str) -> int | None:
    """Return the value of a name that can stand for a field of this kind."""
    find = _NAMED.get(kind)
    return find(word, size) if find else None


def _signal(word: str, _size: int) -> int | None:
    return constants.table("signal").value(word)


def _limit(word: str, size: int) -> int | None:
    if word in ("RLIM_INFINITY", "RLIM64_INFINITY"):
        return (1 << size * 8) - 1
    product = _PRODUCT.fullmatch(word)
    return int(product[1]) * int(product[2]) if product else None


def _device(word: str, _size: int) -> int | None:
    match = _MAKEDEV.fullmatch(word)
    if not match:
        return None
    major, minor = int(match[1], 0), int(match[2], 0)
    return minor & 0xFF | (major & 0xFFF) << 8 | (minor & ~0xFF) << 12 | (major & ~0xFFF) << 32


def _file_mode(word: str, _size: int) -> int | None:
    return SPECIAL_BITS.get(word) or constants.table("file_type").value(word)


def _internet(word: str, _size: int) -> int | None:
    match = _INET.fullmatch(word) or _QUAD.fullmatch(word)
    try:
        return int.from_bytes(socket.inet_aton(match[1]), "little") if match else None
    except OSError:
        return None


def _interface(word: str, _size: int) -> int | None:
    match = _INTERFACE.fullmatch(word)
    try:
        return socket.if_nametoindex(match[1]) if match else None
    except OSError:
        return None


_NAMED: dict[str, Callable[[str, int], int | None]] = {
    "signal": _signal,
    "limit": _limit,
    "dev": _device,
    "file_mode": _file_mode,
    "mode": _file_mode,
    "in_address": _internet,
    "interface": _interface,
    "scope_id": _interface,
    "ptr": lambda word, _size: 0 if word == "NULL" else None,
}
_OCTAL = ("mode", "file_mode", "open_how_mode")


def _literal(word: str, kind: str) -> int | None:
    """Return a number written in decimal, hex or, for modes and with a leading 0, octal."""
    sign, digits = (-1, word[1:]) if word.startswith("-") else (1, word)
    if not digits.isalnum() or not digits.isascii():
        return None
    octal = kind in _OCTAL or (digits.startswith("0") and digits.isdigit())
    try:
        return sign * int(digits, 8 if octal and digits.isdigit() else 0)
    except ValueError:
        return None
