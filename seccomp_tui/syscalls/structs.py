"""Layouts of C structs, from structs.h, each worked out when first asked for.

A struct is to the decoder what a call is: its fields are its arguments, with the same kinds, lengths and conditions
(prototypes.txt). One declaration serves all architectures, since the alignment follows from the size of a word.

The declarations are a small part of C, read here by hand: a C parser as a library takes longer to import than the
supervisor may take to answer its first call.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .prototypes import Argument, parse_argument

_FILE = Path(__file__).with_name("structs.h")
_STRUCT = re.compile(r"^struct (?P<name>\w+)(?P<packed> packed)? \{(?P<body>.*?)\};", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(
    r"(?P<struct>struct )?(?P<type>\w+) (?P<name>\w+)(?:\[(?P<count>\d+)\])?;"
    r"(?:[ \t]*//[ \t]*(?P<meaning>[^\n]*?)(?:[ \t]*\b(?P<mark>verbose|terse|result))?(?=\n|$))?"
)
_ORDER = re.compile(r"/\* printed: (?P<names>[\w,\s]+?)\s*\*/")
_CODES = {
    "char": "c",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
}
_WORDS = {8: {"slong": "q", "ulong": "Q", "pointer": "Q"}, 4: {"slong": "i", "ulong": "I", "pointer": "I"}}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a struct.

    Attributes:
        argument: what it means; a number by itself where structs.h says nothing.
        offset: where it starts, in bytes.
        size: its bytes.
        code: how struct packs it: a lower-case letter for a signed number, "..s" for bytes.
        mark: "verbose": shown only when everything is wanted; "terse": its condition counts only when not everything
            is; "result": shown only when the call has filled it in.
    """

    argument: Argument
    offset: int
    size: int
    code: str
    mark: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A struct on architectures of one word size.

    Attributes:
        name: its name in structs.h.
        size: its bytes.
        fields: without padding.
        printed: those that are shown, in this order.
        packing: takes all fields at once; nested structs and arrays come as bytes.
        alignment: of the whole, in bytes.
    """

    name: str
    size: int
    fields: tuple[Field, ...]
    printed: tuple[Field, ...]
    packing: struct.Struct
    alignment: int


@cache
def _declarations() -> dict[str, re.Match[str]]:
    """Return the declarations, unread."""
    return {match["name"]: match for match in _STRUCT.finditer(_FILE.read_text(encoding="ascii"))}


def names() -> list[str]:
    """Return the names of all structs, those that only i386 has (NAME32) as well."""
    return list(_declarations())


def declared(name: str) -> bool:
    """Tell whether there is such a struct."""
    return name in _declarations()


@cache
def layout(name: str, word: int) -> Layout:
    """Return the layout of `struct name` where pointers have `word` bytes.

    Raises:
        KeyError: structs.h has no such struct.
    """
    narrow = f"{name}32"
    match = _declarations()[narrow if word == 4 and declared(narrow) else name]
    fields: list[Field] = []
    code, at, alignment = "<", 0, 1
    for found in _FIELD.finditer(match["body"]):
        piece, single, aligned = _type(found, word)
        size = single * int(found["count"] or 1)
        aligned = 1 if match["packed"] else aligned
        gap = -at % aligned
        alignment = max(alignment, aligned)
        at += gap
        code += f"{gap}x" if gap else ""
        if found["name"].startswith("pad") and found["name"] != "padding":
            code += f"{size}x"
        else:
            code += piece
            fields.append(Field(_meaning(found), at, size, piece, found["mark"] or ""))
        at += size
    gap = -at % alignment
    printed = _printed(fields, match["body"])
    return Layout(name, at + gap, tuple(fields), printed, struct.Struct(f"{code}{gap}x"), alignment)


def _printed(fields: list[Field], body: str) -> tuple[Field, ...]:
    """Return the fields as the struct's comment `printed:` has them; without one as they are."""
    order = _ORDER.search(body)
    if not order:
        return tuple(fields)
    by_name = {field.argument.name: field for field in fields}
    return tuple(by_name[name.strip()] for name in order["names"].split(","))


def _type(found: re.Match[str], word: int) -> tuple[str, int, int]:
    """Return struct's code for a field, the bytes of one item of it, and its alignment."""
    if found["struct"]:
        nested = layout(found["type"], word)
        return f"{nested.size * int(found['count'] or 1)}s", nested.size, nested.alignment
    code = _CODES.get(found["type"]) or _WORDS[word][found["type"]]
    size = struct.calcsize(f"<{code}")
    return (f"{size * int(found['count'])}s" if found["count"] else code), size, min(size, word)


def _meaning(found: re.Match[str]) -> Argument:
    """Return the argument that a field is: as its comment says, or by its type."""
    if found["meaning"]:
        return parse_argument(f"{found['name']}: {found['meaning'].strip()}")
    if found["struct"]:
        return Argument(found["name"], found["type"])
    if found["count"]:
        if found["type"] in ("char", "uint8"):
            return Argument(found["name"], "chars" if found["type"] == "char" else "octets")
        return Argument(found["name"], "numbers", "", (found["type"],))
    return Argument(found["name"], "ptr" if found["type"] == "pointer" else "number")
