"""Images of kernel modules, made by hand: small, and right as far as their sections go."""

from __future__ import annotations

import struct

_SHT_PROGBITS, _SHT_STRTAB = 1, 3
MAGIC = b"~Module signature appended~\n"
INFO = (
    b"license=GPL",
    b'description=A "test"',
    b"parm=count:how many",
    b"parmtype=count:int",
    b"parmtype=mode:charp",
    b"name=dummy",
    b"depends=a,b",
    b"vermagic=6.1.0-9-amd64 SMP preempt mod_unload modversions ",
)


def module(info: bytes | None = None, name: bytes = b"dummy", bits: int = 64, text: int = 300) -> bytes:
    """Return a module whose section .modinfo is `info`; without any of it when that is b""."""
    wide = bits == 64
    own = bytes(24 if wide else 12) + name.ljust(56, b"\0") + bytes(64)
    sections = [(b".text", bytes(text)), (b".gnu.linkonce.this_module", own)]
    info = b"".join(entry + b"\0" for entry in INFO) if info is None else info
    return elf(sections + ([(b".modinfo", info)] if info else []), bits)


def elf(sections: list[tuple[bytes, bytes]], bits: int = 64, kind: int = 1) -> bytes:
    """Return a little-endian ELF file with these sections, named in one more at the end."""
    wide = bits == 64
    names = b"\0" + b"".join(name + b"\0" for name, _ in sections) + b".shstrtab\0"
    body, table = b"", bytes(64 if wide else 40)
    start = 64 if wide else 52
    layout = "<IIQQQQIIQQ" if wide else "<IIIIIIIIII"
    for name, data in [*sections, (b".shstrtab", names)]:
        type_of = _SHT_STRTAB if data is names else _SHT_PROGBITS
        at = names.index(b"\0" + name + b"\0") + 1
        table += struct.pack(layout, at, type_of, 0, 0, start + len(body), len(data), 0, 0, 1, 0)
        body += data
    count = len(sections) + 2
    header = b"\x7fELF" + bytes((2 if wide else 1, 1, 1)) + bytes(9)
    fields = (kind, 62 if wide else 3, 1, 0, 0, start + len(body), 0, start, 0, 0, 64 if wide else 40, count, count - 1)
    return header + struct.pack("<HHIQQQIHHHHHH" if wide else "<HHIIIIIHHHHHH", *fields) + body + table


def signed(image: bytes, signature: bytes, kind: int = 2, digest: int = 0) -> bytes:
    """Return the image with a signature appended, of PKCS#7 unless said otherwise."""
    return image + signature + struct.pack(">BBBBB3xI", 0, digest, kind, 0, 0, len(signature)) + MAGIC
