"""What sockets take and give: addresses with their lengths, options, vectors of buffers, messages."""

from __future__ import annotations

import struct
from dataclasses import replace

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.encode import EncodeError, encode, nested, number, unquote
from seccomp_tui.syscalls.kinds.addresses import SOCKADDR_MAX, family_of, structs_of
from seccomp_tui.syscalls.kinds.base import Place, signed
from seccomp_tui.syscalls.kinds.network import msghdr_layout
from seccomp_tui.syscalls.memory import Segment

from .asked import MOST_ITEMS, Asked, Fields, Filled, filler
from .plain import number_bytes
from .structures import raw_bytes


def address_struct(fields: Fields, base: bytes, place: Place) -> str:
    """Return the struct of a socket address: by its family, or the first that has these fields; "" for AF_UNIX.

    Raises:
        EncodeError: none has them.
    """
    given = dict(fields)
    if "sun_path" in given:
        return ""
    family = given.get("sa_family", "")
    if not family and any(base[:2]):
        family = next((name for name in _families() if _number_of(name, place) == base[:2]), "")
    candidates = structs_of(family) if not given or family else structs_of("")
    if family == "AF_UNIX":
        return ""
    names = {field.partition(".")[0] for field in given}
    for name in candidates:
        if names <= {field.argument.name for field in structs.layout(name, place.arch.word).fields}:
            return name
    of = f" of {family}" if family else ""
    message = f"{place.argument.name}: no address{of} has the fields {', '.join(names)}"
    raise EncodeError(message)


def _families() -> list[str]:
    return ["AF_UNIX", *dict.fromkeys(family_of(name) for name in structs_of(""))]


def _number_of(family: str, place: Place) -> bytes:
    argument = replace(place.argument, kind="enum", options=("family",))
    return number(argument, place.arch, family, 2)


def _address(asked: Asked, base: bytes, room: int) -> bytes:
    """Return a socket address."""
    if asked.values:
        return raw_bytes(asked, room)
    name = address_struct(asked.fields, base, asked.place)
    if not name:
        return _unix(asked, room)
    fields = nested(asked.fields)
    if not any(base[:2]):
        fields = {"sa_family": family_of(name)} | fields
    data = encode(name, asked.place.arch, fields, base)
    asked.fits(len(data), room)
    return data + base[len(data) :]


def _unix(asked: Asked, room: int) -> bytes:
    fields = dict(asked.fields)
    text = fields.pop("sun_path", '""')
    fields.pop("sa_family", "")
    if fields:
        message = f"{asked.name}: an address of AF_UNIX has sa_family and sun_path, not {', '.join(fields)}"
        raise EncodeError(message)
    abstract = text.startswith("@")
    path = b"\0" + unquote(text[1:]) if abstract else unquote(text)
    data = _number_of("AF_UNIX", asked.place) + (path if abstract or not path else path + b"\0")
    asked.fits(len(data), min(room, 110))
    return data


@filler("sockaddr")
def _given_address(asked: Asked) -> Filled:
    """Change an address that the call reads: its length stays as it is."""
    room = min(max(signed(asked.count), 0), SOCKADDR_MAX)
    data = _address(asked, asked.before(room), room)
    return asked.written(data.ljust(room, b"\0"))


@filler("sockaddr_filled")
def _filled_address(asked: Asked) -> Filled:
    """Fill in an address, and beside it how long it is."""
    data = _address(asked, asked.base or b"", asked.count)
    length = asked.words[asked.place.indexes[asked.place.option]]
    return Filled(((asked.address, data), (length, len(data).to_bytes(4, "little"))))


@filler("socket_option_value")
def _option(asked: Asked) -> Filled:
    """Fill in the value of an option, and how long it is: a number is an int."""
    bare = asked.values and all(isinstance(value, str) and not value.startswith('"') for value in asked.values)
    data = b"".join([number_bytes(asked, text, 4) for text in asked.words_given()]) if bare else asked.data()
    asked.fits(len(data), asked.count)
    writes = asked.written(data).writes
    if asked.place.argument.direction != "out":
        return Filled(writes)
    return Filled((*writes, (asked.words[asked.place.indexes[asked.place.option]], len(data).to_bytes(4, "little"))))


def _spread(asked: Asked, vector: int, count: int, data: bytes) -> tuple[Segment, ...]:
    """Return what is written into the buffers of a vector, one after the other."""
    layout = struct.Struct("<QQ" if asked.place.arch.word == 8 else "<II")
    read = asked.memory.read(vector, min(count, MOST_ITEMS) * layout.size) if vector else b""
    writes, at, room = [], 0, 0
    for base, length in layout.iter_unpack(read[: len(read) // layout.size * layout.size]):
        room += length
        piece = data[at : at + length]
        if piece:
            writes.append((base, piece))
        at += len(piece)
    asked.fits(len(data), room)
    return tuple(writes)


@filler("iovec")
def _vector(asked: Asked) -> Filled:
    data = asked.data()
    writes = _spread(asked, asked.address, asked.count, data)
    return Filled(writes, len(data) if asked.place.argument.direction == "out" else 0)


@filler("msghdr", "msghdr_to_fill")
def _message(asked: Asked) -> Filled:
    """Write a message: values into its buffers, fields into its address; when received, without control data.

    What is there before (`base`) is the head that was written for the one when the other is: its address stays.
    """
    layout, address = msghdr_layout(asked.place.arch.word), asked.address
    head = asked.memory.read(address, layout.size)
    if len(head) < layout.size:
        message = f"{asked.name} can't be read"
        raise EncodeError(message)
    name, room, vector, count, control, _, _ = layout.unpack(head)
    data = replace(asked, fields=()).data()
    writes = _spread(asked, vector, count, data)
    received = asked.place.argument.direction != "in"
    there = b"" if received else asked.memory.read(name, min(max(room, 0), SOCKADDR_MAX)) if name else b""
    source = _address(replace(asked, values=()), there, room if name else 0) if asked.fields else b""
    writes += ((name, source),) if source else ()
    if not received:
        return Filled(writes)
    written = layout.unpack(asked.base)[1] if asked.base and len(asked.base) == layout.size else 0
    head = layout.pack(name, len(source) or written, vector, count, control, 0, 0)
    return Filled(((address, head), *writes), len(data))
