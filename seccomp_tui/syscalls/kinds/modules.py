"""Images of kernel modules: in the line a comment behind where the image is, in the details a row for each fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from seccomp_tui.syscalls import modules
from seccomp_tui.syscalls.memory import FILE_MOST, OURS, Memory, Segment, file_address
from seccomp_tui.syscalls.modules import Module, Read
from seccomp_tui.syscalls.text import quote

from .base import Part, Parts, Place, Printer, kind, parts, pointer, signed
from .descriptors import descriptor_text
from .reads import Reads, reader

_SHOWN = ("vermagic", "license", "depends")
"""The entries of .modinfo that stand in the line."""
_IN_ROWS = (*_SHOWN, "description", "version")
_IN_LINE_MOST = 80
"""Bytes of a value in the line, and names of parameters."""
_IN_ROW_MOST = 400
_PARAMETERS_MOST = 16
_PLAIN_NAME = re.compile(rb"[\w.-]{1,64}", re.ASCII)
_PARAMETER_ROWS_MOST = 64


class _Image(NamedTuple):
    """An image that a call hands over.

    Attributes:
        base: where its first byte is, or travels.
        read: reads pieces of it.
        size: its bytes, as far as the call says so.
    """

    base: int
    read: Read
    size: int


def _in_memory(place: Place) -> Callable[[Sequence[int], Memory], _Image]:
    index, length = place.index, place.length_index

    def image(args: Sequence[int], memory: Memory) -> _Image:
        address = args[index]

        def read(offset: int, size: int) -> bytes:
            return memory.read(address + offset, size) if address + offset < OURS else b""

        return _Image(address, read, args[length] if address else 0)

    return image


def _in_file(place: Place) -> Callable[[Sequence[int], Memory], _Image]:
    index = place.index

    def image(args: Sequence[int], memory: Memory) -> _Image:
        fd = signed(args[index])
        size = min(memory.file_size(fd), FILE_MOST)
        return _Image(file_address(0), lambda offset, size: memory.read_file(fd, offset, size), size)

    return image


_IMAGES = {"module_image": _in_memory, "module_fd": _in_file}
"""What finds the image, by kind."""


@reader("module_image", "module_fd")
def _copy(place: Place, limit: int, share: int) -> Reads:
    find = _IMAGES[place.argument.kind](place)

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        image = find(args, memory)
        return [(image.base + offset, data) for offset, data in _pieces(image, limit, share)]

    return copy


def _pieces(image: _Image, limit: int, share: int) -> list[tuple[int, bytes]]:
    """Return the beginning of an image, as of any buffer, and those of its pieces that go beyond that."""
    first = image.read(0, min(image.size, limit)) if image.size else b""
    if not first:
        return []
    most = min(modules.PIECES_MOST, share - len(first))
    pieces = modules.pieces(image.read, image.size, most)
    return [(0, first), *((offset, data) for offset, data in pieces if offset + len(data) > len(first))]


@kind("module_image")
def module_image(place: Place) -> Printer:
    """A module image in memory: `module_image[length]`."""
    find = _in_memory(place)

    def show(args: Sequence[int], memory: Memory) -> str:
        image = find(args, memory)
        return f"{pointer(image.base)}{_comment(modules.inspect(image.read, image.size))}"

    return show


@kind("module_fd")
def module_fd(place: Place) -> Printer:
    """A module image in a file."""
    index, find, style = place.index, _in_file(place), place.style

    def show(args: Sequence[int], memory: Memory) -> str:
        image = find(args, memory)
        text = descriptor_text(signed(args[index]), memory, style)
        return f"{text}{_comment(modules.inspect(image.read, image.size))}"

    return show


@parts("module_image", "module_fd")
def _parts(place: Place) -> Parts:
    find = _IMAGES[place.argument.kind](place)

    def rows(args: Sequence[int], memory: Memory) -> list[Part]:
        image = find(args, memory)
        return _rows(modules.inspect(image.read, image.size))

    return rows


def _comment(module: Module | None) -> str:
    if module is None:
        return ""
    if module.problem or module.compression:
        return f" /* {_why_unknown(module)} */"
    texts = [_name(module.name)] if module.name else []
    texts += [f"{key}={quote(value, _IN_LINE_MOST)}" for key, value in _values(module, _SHOWN)]
    names = [_name(name) for name, _, _ in module.parameters()]
    if names:
        more = ["..."] if len(names) > _PARAMETERS_MOST else []
        texts.append(f"parameters=[{', '.join(names[:_PARAMETERS_MOST] + more)}]")
    if module.signature:
        texts.append(_signature(module))
    return f" /* {', '.join([*texts, *(['...'] if module.cut else [])])} */"


def _rows(module: Module | None) -> list[Part]:
    if module is None:
        return []
    if module.problem or module.compression:
        return [("image", _why_unknown(module))]
    rows = [("name", _name(module.name))] if module.name else []
    rows += [(key, quote(value, _IN_ROW_MOST)) for key, value in _values(module, _IN_ROWS)]
    parameters = module.parameters()
    for name, type_of, text in parameters[:_PARAMETER_ROWS_MOST]:
        told = [_name(name), _name(type_of) if type_of else "", quote(text, _IN_ROW_MOST) if text else ""]
        rows.append(("parameter", ", ".join(filter(None, told))))
    if len(parameters) > _PARAMETER_ROWS_MOST:
        rows.append(("parameter", f"... {len(parameters) - _PARAMETER_ROWS_MOST} more"))
    rows.append(("signature", _signature(module) if module.signature else "none"))
    if module.cut:
        rows.append((".modinfo", "not all of it was copied"))
    return rows


def _values(module: Module, keys: Sequence[str]) -> list[tuple[str, bytes]]:
    return [(key, value) for key in keys if (value := module.value(key.encode())) is not None]


def _why_unknown(module: Module) -> str:
    return module.problem or f"compressed with {module.compression}"


def _signature(module: Module) -> str:
    signature = module.signature
    assert signature is not None
    by = f" by {quote(signature.signer, _IN_LINE_MOST)}" if signature.signer else ""
    return f"signed{by}{f' with {signature.hash}' if signature.hash else ''}"


def _name(name: bytes) -> str:
    """Return a name as it is, in quotes when it is no plain name."""
    return name.decode("ascii") if _PLAIN_NAME.fullmatch(name) else quote(name, _IN_LINE_MOST)
