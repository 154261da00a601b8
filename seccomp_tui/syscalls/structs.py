"""Layouts of C structs, from structs.h.

The declarations are read by dissect.cstruct, which takes 90 ms to import: nothing here does so before a layout is
asked for.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("structs.h")
_CODES = {(1, False): "B", (2, False): "H", (4, False): "I", (8, False): "Q"}
_CODES.update({(size, True): code.lower() for (size, _), code in _CODES.items()})


@dataclass(frozen=True, slots=True)
class Member:
    """One field of a struct.

    Attributes:
        name: its name.
        offset: where it starts, in bytes.
        size: its bytes.
        struct: the name of its own struct, "" for a number or an array.
    """

    name: str
    offset: int
    size: int
    struct: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A struct on architectures of one word size.

    Attributes:
        name: its name in structs.h.
        size: its bytes.
        members: its fields, without padding.
        fields: unpacks all fields at once; nested structs and arrays come as bytes.
    """

    name: str
    size: int
    members: tuple[Member, ...]
    fields: struct.Struct


@cache
def _declarations() -> Any:
    from dissect.cstruct import cstruct  # type: ignore[import-untyped,unused-ignore]

    return cstruct().load(_FILE.read_text(encoding="ascii"), align=False)


@cache
def layout(name: str, word: int) -> Layout:
    """Return the layout of `struct name` where pointers have `word` bytes.

    Raises:
        KeyError: structs.h has no such struct.
    """
    declared = _declarations().typedefs
    kind = declared.get(f"{name}32", declared.get(name)) if word == 4 else declared.get(name)
    if kind is None:
        raise KeyError(name)
    members: list[Member] = []
    code = "<"
    for field in kind.__fields__:
        size = len(field.type)
        if field.name.startswith("pad"):
            code += f"{size}x"
            continue
        nested = hasattr(field.type, "__fields__")
        number = not nested and getattr(field.type, "num_entries", None) is None
        code += _CODES[size, str(getattr(field.type, "packchar", "")).islower()] if number else f"{size}s"
        members.append(Member(field.name, field.offset, size, field.type.__name__ if nested else ""))
    return Layout(kind.__name__, len(kind), tuple(members), struct.Struct(code))
