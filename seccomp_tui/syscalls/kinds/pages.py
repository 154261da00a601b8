"""Memory by its pages and by the nodes of a machine: what calls like mbind(2) and mincore(2) have to say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seccomp_tui.syscalls import constants, errnos, structs
from seccomp_tui.syscalls.memory import Memory, earlier

from .base import Place, Printer, array, at, behind, kind, pointer, signed
from .lists import list_of, unless_empty
from .scalars import padded_hex
from .structures import structure_text

PAGE = 4096
MOST_WORDS = 1 << 32
"""A mask of more words is printed as its address."""


@kind("moved_to")
def moved_to(place: Place) -> Printer:
    """Where mremap(2) is to move a mapping: it says so if it may and must."""
    index, flags = place.index, place.indexes["flags"]
    names = constants.table("mremap", place.arch.token).names
    fixed = names["MREMAP_MAYMOVE"] | names["MREMAP_FIXED"]
    return lambda args, _memory: pointer(args[index]) if args[flags] & fixed == fixed else None


@kind("page_status")
def page_status(place: Place) -> Printer:
    """Where pages are now, or why they are not where they should be: `page_status[count]`."""

    def text(value: int) -> str:
        status = signed(value)
        return f"-{errnos.name(-status)}" if -4096 < status < 0 else str(status)

    return list_of(place, text)


@kind("page_vector")
def page_vector(place: Place) -> Printer:
    """Which pages are in memory: `page_vector[length]`, a byte for each page."""
    length, limit = place.length_index, place.style.item_limit

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        pages = (args[length] + PAGE - 1) // PAGE
        return array(address, pages, 1, limit, memory, lambda data: str(data[0] & 1))

    return unless_empty(place, behind(place, show))


@kind("uffdio_api")
def uffdio_api(place: Place) -> Printer:
    """What userfaultfd(2) is asked for, and after the call what it can do."""
    show, features = structure_text("uffdio_api", place), constants.table("uffd_features").text
    if not place.style.after:
        return behind(place, show)
    start, size = structs.layout("uffdio_api", place.arch.word).fields[1].offset, 8

    def changed(address: int, args: Sequence[int], memory: Memory) -> str:
        text, given = show(address, args, memory), earlier(memory).read(address + start, size)
        if len(given) < size or given == memory.read(address + start, size):
            return text
        asked = features(int.from_bytes(given, "little"))
        return text.replace("features=", f"features={asked} => features=", 1)

    return behind(place, changed)


def node_words(bits: int, word: int) -> int:
    """Return how many words a mask of nodes has, of which a call says one more than there are."""
    return (bits - 1 + word * 8 - 1) // (word * 8)


@kind("node_mask")
def node_mask(place: Place) -> Printer:
    """Nodes of memory as words of bits: `node_mask[bits]`."""
    length, limit, word = place.length_index, place.style.item_limit, place.arch.word

    def text(data: bytes) -> str:
        return padded_hex(int.from_bytes(data, "little"), word * 2)

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        bits = args[length]
        words = node_words(bits, word)
        if bits and not 0 < words < MOST_WORDS:
            return f"{address:#x}"
        return array(address, words if bits else 0, word, limit, memory, text)

    return behind(place, show)


_MODE = 0xE000
"""The bits of a policy that are flags."""


def memory_policy_text(arch: int) -> Callable[[int], str]:
    """Return what prints a policy on an architecture."""
    modes, flags = (constants.table(name, arch) for name in ("mpol_mode", "mpol_mode_flags"))
    names = {value: name for name, value in modes.names.items()}

    def text(word: int) -> str:
        value = word & 0xFFFFFFFF
        mode, rest = names.get(value & ~_MODE), value & _MODE
        if mode:
            return f"{mode}|{flags.text(rest)}" if rest else mode
        return flags.text(value) if rest else modes.text(value)

    return text


@kind("memory_policy")
def memory_policy(place: Place) -> Printer:
    """How memory is given out over the nodes: `MPOL_BIND|MPOL_F_STATIC_NODES`."""
    return at(place, memory_policy_text(place.arch.token))
