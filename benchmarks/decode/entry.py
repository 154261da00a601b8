"""What strace prints of our recorded calls when it knows no more of them than we do: their entry.

The calls are made again by replay.c, with the recorded memory at its place, under a strace that makes every one of them
fail before it reaches the kernel. An argument that is filled in by the kernel is then an address. Memory that was not
recorded reads as zeros there, so that strace decodes what we left as an address, and the difference shows.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.decode.lines import Call, parse
from seccomp_tui.syscalls.arch import I386, X86_64

_SOURCE = Path(__file__).with_name("replay.c")
_BASE = 0x600000000000
_PAGE = 4096
_LOWEST = 0x10000
_HIGHEST = 0x7FFFFFFFF000
_ROUNDS = 3
"""Memory that turns up as an address in the first round may hold addresses again: that often it is looked for."""
_MAX_PAGES = 50_000
_AT_ONCE = 4000
_GATES = {X86_64.token: 0, I386.token: 1 << 32}
"""What replay.c wants in the number of a call that is made by `int 0x80`."""
_ADDRESS = re.compile(r"0x[0-9a-f]{4,12}\b")
_IN_EARNEST = (("", X86_64.token), ("", I386.token), ("exit_group", X86_64.token), ("mmap", I386.token))
"""What strace would not stop: what it doesn't know, the end of replay.c, and a call of the name of one it needs."""


class Recorded(NamedTuple):
    """A call as our recording has it: the architecture's token, the words unsigned, segments as (address, bytes)."""

    arch: int
    nr: int
    args: tuple[int, ...]
    segments: Sequence[tuple[int, bytes]]


def entries(calls: Sequence[Recorded], names: Sequence[str]) -> list[Call | None]:
    """Return for each recorded call strace's line of its entry; None where there is none.

    Args:
        calls: of x86_64 and i386.
        names: the name of each; "" for a call that strace doesn't know by name, which it would not stop.
    """
    found: list[Call | None] = [None] * len(calls)
    known = [index for index, call in enumerate(calls) if call.arch in _GATES]
    repeatable = [index for index in known if (names[index], calls[index].arch) not in _IN_EARNEST]
    for start in range(0, len(repeatable), _AT_ONCE):
        chosen = repeatable[start : start + _AT_ONCE]
        for index, call in zip(chosen, _ask([calls[index] for index in chosen]), strict=True):
            found[index] = call
    return found


def _ask(calls: Sequence[Recorded]) -> list[Call | None]:
    """Replay until no new memory turns up."""
    pages = {page for call in calls for address, data in call.segments for page in _pages(address, len(data))}
    pages |= {page for call in calls for word in call.args for page in _pages(word, _PAGE)}
    found: list[Call | None] = [None] * len(calls)
    for _ in range(_ROUNDS):
        found = _replay(calls, pages)
        named = (int(address, 16) for call in found if call for address in _ADDRESS.findall(call.arguments))
        more = {page for address in named for page in _pages(address, _PAGE)} - pages
        if not more or len(pages) + len(more) > _MAX_PAGES:
            break
        pages |= more
    return found


def _pages(address: int, size: int) -> Iterable[int]:
    """Return the pages of an area, if a program may have memory there."""
    if address < _LOWEST or address + size >= _HIGHEST or _BASE <= address < _BASE + (1 << 32):
        return ()
    return range(address - address % _PAGE, address + size, _PAGE)


def _replay(calls: Sequence[Recorded], pages: set[int]) -> list[Call | None]:
    """Make the calls once; without a program or its output none is known."""
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-replay-") as name:
        folder = Path(name)
        (folder / "calls").write_bytes(_packed(calls, pages))
        program, output = folder / "replay", folder / "out"
        compiled = [
            "gcc", "-O1", "-w", "-nostdlib", "-static", "-fPIC", "-fno-stack-protector",
            f'-DCALLS="{folder / "calls"}"', f"-Wl,-Ttext-segment={_BASE:#x},--build-id=none,-z,noexecstack",
            "-o", str(program), str(_SOURCE),
        ]  # fmt: skip
        subprocess.run(compiled, check=True, capture_output=True)
        maps = len(_ranges(pages))
        refuse = ("!mmap,exit_group:error=EPERM", f"mmap:error=EPERM:when={maps + 1}+")
        options = [word for which in refuse for word in ("-e", f"inject={which}")]
        traced = ["strace", "-f", "-o", str(output), *options, str(program)]
        subprocess.run(traced, check=False, capture_output=True, timeout=300)
        made = parse(output.read_text(errors="replace")).calls if output.exists() else []
    first = 2 + maps  # after execve, the getpid that asks whether it is traced, and the maps
    whole = len(made) == first + len(calls) + 1
    return list(made[first:-1]) if whole else [None] * len(calls)


def _packed(calls: Sequence[Recorded], pages: set[int]) -> bytes:
    """Return the calls as replay.c reads them."""
    ranges = _ranges(pages)
    data = bytearray()
    heads, places = [], []
    usable = [[(at, bytes_) for at, bytes_ in call.segments if bytes_ and _pages(at, len(bytes_))] for call in calls]
    total = sum(len(segments) for segments in usable)
    body = 8 * (3 + 2 * len(ranges) + 8 * len(calls) + 3 * total)
    for call, segments in zip(calls, usable, strict=True):
        heads.append(struct.pack("<8Q", call.nr & 0xFFFFFFFF | _GATES[call.arch], *call.args, len(segments)))
        for address, bytes_ in segments:
            places.append(struct.pack("<3Q", address, len(bytes_), body + len(data)))
            data += bytes_
    counts = struct.pack("<3Q", len(ranges), len(calls), total)
    maps = b"".join(struct.pack("<2Q", low, high - low) for low, high in ranges)
    return counts + maps + b"".join(heads) + b"".join(places) + bytes(data)


def _ranges(pages: set[int]) -> list[tuple[int, int]]:
    """Return the areas that the pages make."""
    ranges: list[tuple[int, int]] = []
    for page in sorted(pages):
        if ranges and ranges[-1][1] == page:
            ranges[-1] = (ranges[-1][0], page + _PAGE)
        else:
            ranges.append((page, page + _PAGE))
    return ranges
