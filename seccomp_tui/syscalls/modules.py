"""Images of kernel modules: which pieces of one to copy when it is handed over, and what they say.

A module is a relocatable ELF file. What matters is in a few places: the headers of its sections, the section .modinfo
(`key=value`, each with a NUL), the struct module itself for its name, and the signature appended behind the ELF file
(kernel/module_signature: PKCS#7 data, a struct module_signature, a magic line).

`pieces` is for the supervisor: plain structs, bounded reads. `inspect` reads the same pieces again later, with
pyelftools. Images are hostile: whatever is in them, both end soon and raise nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[int, int], bytes]
"""Returns up to so many bytes (second) at an offset (first) of the image; fewer, or none, where they can't be read."""

PIECES_MOST = 48 << 10
"""No more than so many bytes of an image are copied beside its beginning."""
SECTIONS_MOST = 512
"""Images with more sections are not looked into."""
INFO_END = 4 << 10
"""Of a .modinfo too long to be copied whole, so much of its end is: name and vermagic come last."""
_NAMES_MOST = 8 << 10
_SIGNATURE_MOST = 4 << 10
_MAGIC = b"~Module signature appended~\n"
_TRAILER = struct.Struct(">BBBBB3xI")
"""struct module_signature: algorithm, hash, type of key id, length of signer and of key id, length of the signature."""
_TAIL = _TRAILER.size + len(_MAGIC)
_INFO, _SELF = b".modinfo", b".gnu.linkonce.this_module"
_COMPRESSED = ((b"\x1f\x8b", "gzip"), (b"\xfd7zXZ\0", "xz"), (b"(\xb5/\xfd", "zstd"))
_ENTRIES_MOST = 4096


@dataclass(frozen=True, slots=True)
class _Class:
    """Layouts of 32 or 64-bit ELF files, and of the beginning of struct module.

    Attributes:
        header: offset of the section headers, size of one, their number, which section holds the names.
        section: name, offset, size.
        name_at: where the name is in struct module: behind its state and the links of a list.
    """

    header: struct.Struct
    section: struct.Struct
    name_at: int


_CLASSES = {
    1: _Class(struct.Struct("<32xI10xHHH"), struct.Struct("<I12xII16x"), 12),
    2: _Class(struct.Struct("<40xQ10xHHH"), struct.Struct("<I20xQQ24x"), 24),
}
"""By EI_CLASS."""
_NAME_SIZE = 64


@dataclass(frozen=True, slots=True)
class Signature:
    """What is appended to a signed module.

    Attributes:
        signer: common name of who signed it, b"" when not found.
        hash: the algorithm, "" when not found.
    """

    signer: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class Module:
    """What an image says.

    Attributes:
        problem: why it is no module: "not an ELF module: ..."; else "".
        compression: what it is compressed with, "" when it is not; then nothing else is known.
        name: the module's name, b"" when not found.
        info: the other entries of .modinfo, in order.
        signature: None without one, or where the end of the image can't be read.
        cut: not all of .modinfo was there.
    """

    problem: str = ""
    compression: str = ""
    name: bytes = b""
    info: tuple[tuple[bytes, bytes], ...] = ()
    signature: Signature | None = None
    cut: bool = False

    def value(self, key: bytes) -> bytes | None:
        """Return the first entry of this key."""
        return next((value for found, value in self.info if found == key), None)

    def parameters(self) -> list[tuple[bytes, bytes, bytes]]:
        """Return name, type and description of each parameter."""
        kinds = dict(_halves(value) for key, value in self.info if key == b"parmtype")
        texts = dict(_halves(value) for key, value in self.info if key == b"parm")
        names = dict.fromkeys([*texts, *kinds])
        return [(name, kinds.get(name, b""), texts.get(name, b"")) for name in names]


def _halves(value: bytes) -> tuple[bytes, bytes]:
    name, _, rest = value.partition(b":")
    return name, rest


# --- what to copy ---


def pieces(read: Read, size: int, most: int = PIECES_MOST) -> list[tuple[int, bytes]]:
    """Return the pieces of an image of `size` bytes that `inspect` needs, as (offset, bytes), at most `most` bytes."""
    found: list[tuple[int, bytes]] = []
    left = most

    def take(offset: int, wanted: int) -> bytes:
        nonlocal left
        wanted = min(wanted, left, size - offset)
        data = read(offset, wanted) if offset >= 0 and wanted > 0 else b""
        if data:
            found.append((offset, data))
            left -= len(data)
        return data

    start = take(0, 64)
    _take_signature(take, size)
    layout = _CLASSES.get(start[4]) if len(start) == 64 and start[:4] == b"\x7fELF" else None
    if layout is not None:
        _take_sections(take, layout, start)
    return found


def _take_signature(take: Read, size: int) -> None:
    trailer = take(size - _TAIL, _TAIL)
    if len(trailer) == _TAIL and trailer.endswith(_MAGIC):
        length = min(_TRAILER.unpack_from(trailer)[-1], _SIGNATURE_MOST, size - _TAIL)
        take(size - _TAIL - length, length)


def _take_sections(take: Read, layout: _Class, start: bytes) -> None:
    at, entry, count, names_index = layout.header.unpack_from(start)
    if entry != layout.section.size or not names_index < count <= SECTIONS_MOST:
        return
    table = take(at, count * entry)
    if len(table) < count * entry:
        return
    sections = list(layout.section.iter_unpack(table))
    _, names_at, names_size = sections[names_index]
    names = take(names_at, min(names_size, _NAMES_MOST))
    by_name = {_name(names, name): (offset, length) for name, offset, length in reversed(sections)}
    if _SELF in by_name:
        offset, length = by_name[_SELF]
        take(offset + layout.name_at, min(length, _NAME_SIZE))
    if _INFO in by_name:
        offset, length = by_name[_INFO]
        if length > INFO_END:
            take(offset + length - INFO_END, INFO_END)
        take(offset, length)


def _name(names: bytes, at: int) -> bytes:
    """Return the name that begins at `at` in the table of names."""
    return names[at : at + _NAME_SIZE].partition(b"\0")[0]


# --- what it says ---


class _NotModule(Exception):
    """The image is no module; the text says why."""


def inspect(read: Read, size: int) -> Module | None:
    """Return what an image of `size` bytes says; None when nothing of it can be read."""
    start = read(0, min(size, 64))
    if not start:
        return None
    for magic, name in _COMPRESSED:
        if start.startswith(magic):
            return Module(compression=name)
    try:
        return _inspect(read, size)
    except _NotModule as why:
        return Module(f"not an ELF module: {why}")
    except Exception:  # noqa: BLE001 - hostile bytes, and a library that takes them for an honest file
        return Module("not an ELF module: its headers contradict themselves")


def _inspect(read: Read, size: int) -> Module:
    sections, layout = _sections(read, size)
    if _INFO not in sections:
        raise _NotModule("it has no section .modinfo")
    entries, cut = _entries(read, *sections[_INFO])
    name = next((value for key, value in entries if key == b"name"), b"")
    if not name and _SELF in sections:
        name = read(sections[_SELF][0] + layout.name_at, _NAME_SIZE).partition(b"\0")[0]
    info = tuple((key, value) for key, value in entries if key != b"name")
    return Module(name=name, info=info, signature=_signature(read, size), cut=cut)


class _Stream:
    """An image as pyelftools wants it."""

    def __init__(self, read: Read, size: int) -> None:
        self._read, self._size, self._at = read, size, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (self._size if whence == 2 else self._at if whence == 1 else 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int) -> bytes:
        room = max(self._size - self._at, 0)
        data = self._read(self._at, min(size, room)) if size and room else b""
        self._at += len(data)
        return data


def _sections(read: Read, size: int) -> tuple[dict[bytes, tuple[int, int]], _Class]:
    """Return offset and size of each section by name."""
    from elftools.common.utils import struct_parse
    from elftools.elf.elffile import ELFFile

    if read(0, 4) != b"\x7fELF":
        raise _NotModule("it does not begin as an ELF file does")
    if len(read(0, 64)) < 64:
        raise _NotModule("it is cut in its header")
    elf = ELFFile(_Stream(read, size))  # type: ignore[arg-type] # it only seeks, tells and reads
    if elf["e_type"] != "ET_REL":
        raise _NotModule("it is an ELF file, but not a relocatable one")
    count = elf.num_sections()
    if not 0 < count <= SECTIONS_MOST:
        raise _NotModule(f"it has {count} sections" + (", too many to look into" if count else ""))
    at, step = elf["e_shoff"], elf["e_shentsize"]
    if len(read(at, count * step)) < count * step:
        raise _NotModule("it is cut before the end of its section headers")
    headers = [struct_parse(elf.structs.Elf_Shdr, elf.stream, at + number * step) for number in range(count)]
    index = elf.get_shstrndx()
    if index >= count:
        raise _NotModule("its sections have no names")
    names = read(headers[index]["sh_offset"], min(headers[index]["sh_size"], _NAMES_MOST))
    found = {_name(names, header["sh_name"]): (header["sh_offset"], header["sh_size"]) for header in reversed(headers)}
    return found, _CLASSES[elf.elfclass // 32]


def _entries(read: Read, at: int, size: int) -> tuple[list[tuple[bytes, bytes]], bool]:
    """Return the entries of .modinfo, and whether some are missing."""
    text = read(at, min(size, PIECES_MOST))
    end_at = max(size - INFO_END, 0)
    end = read(at + end_at, INFO_END) if len(text) < size else b""
    if len(text) >= end_at:
        text += end[len(text) - end_at :]
    else:  # what was cut in two is in neither piece
        text = text[: text.rfind(0) + 1] + end.partition(b"\0")[2]
    cut = len(text) < size
    pairs = [line.partition(b"=") for line in text.split(b"\0")[:_ENTRIES_MOST] if b"=" in line]
    return [(key, value) for key, _, value in pairs], cut


# --- the signature ---

_HASHES = ("md4", "md5", "sha1", "rmd160", "sha256", "sha384", "sha512", "sha224")
"""By the number in struct module_signature (linux/hash_info.h); PKCS#7 signatures say it themselves."""
_PKCS7 = 2
_COMMON_NAME = bytes.fromhex("0603550403")
_SHA2 = ["sha256", "sha384", "sha512", "sha224", "sha512-224", "sha512-256"]
_SHA3 = ["sha3-224", "sha3-256", "sha3-384", "sha3-512"]
_DIGESTS = {bytes.fromhex("06096086480165030402") + bytes((n,)): name for n, name in enumerate(_SHA2 + _SHA3, 1)}
_DIGESTS[bytes.fromhex("06052b0e03021a")] = "sha1"
"""Object identifiers, as DER has them (RFC 5754, FIPS 202)."""


def _signature(read: Read, size: int) -> Signature | None:
    trailer = read(size - _TAIL, _TAIL) if size > _TAIL else b""
    if len(trailer) < _TAIL or not trailer.endswith(_MAGIC):
        return None
    _, digest, kind, _, _, length = _TRAILER.unpack_from(trailer)
    length = min(length, _SIGNATURE_MOST, size - _TAIL)
    data = read(size - _TAIL - length, length)
    if kind != _PKCS7:
        return Signature(b"", _HASHES[digest] if digest < len(_HASHES) else "")
    found = [(data.find(oid), name) for oid, name in _DIGESTS.items() if oid in data]
    return Signature(_common_name(data), min(found)[1] if found else "")


def _common_name(der: bytes) -> bytes:
    """Return the last common name in DER data: the issuer's of the signer's key; b"" without one."""
    at = der.rfind(_COMMON_NAME) + len(_COMMON_NAME)
    if at < len(_COMMON_NAME) or at + 2 > len(der) or der[at + 1] > 127:
        return b""
    return der[at + 2 : at + 2 + der[at + 1]]
