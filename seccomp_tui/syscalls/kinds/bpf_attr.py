"""Union bpf_attr: what bpf(2) gets and gives back, by command.

Callers give as much of it as their headers know: what is missing counts as 0, and what we don't know of it is told of
where it is not 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, array, at, behind, kind
from .conditions import printer
from .strings import string_text
from .structures import field_places

ATTRIBUTES_MAX = 4096
"""Longer ones the kernel doesn't take: a page."""
_FIRST = "first "
_CHANGED = "changed"
_ATTACH_TYPE = slice(8, 12)
_LINK_HEAD = 16
Attributes = Callable[[bytes, bytes, Memory], str]
"""Text of the bytes as they were given, and as the call has left them."""


def attributes(name: str, first: int, wrapped: str, place: Place) -> Attributes:
    """Return what prints one part of the union.

    Args:
        name: the struct that describes it.
        first: so many bytes are shown even if fewer are given.
        wrapped: name of the struct in the union that it is, "" if its fields are the union's own.
        place: whose architecture and style count.
    """
    layout = structs.layout(name, place.arch.word)
    fields = [(field, printer(each)) for field, each in field_places(layout, place.arch, place.style)]
    end, unpack, size = max(field.offset + field.size for field, _ in fields), layout.packing.unpack, layout.size
    indexes = {field: index for index, (field, _) in enumerate(fields)}
    verbose = place.style.verbose

    def show(given: bytes, left: bytes, memory: Memory) -> str:
        values, now = (unpack(data[:size].ljust(size, b"\0")) for data in (given, left))
        parts = []
        for field, printed in fields:
            shown = printed(values, memory) if field.offset < max(len(given), first) else None
            if shown is None:
                continue
            index = indexes[field]
            if field.argument.kind == _CHANGED and values[index] != now[index]:
                shown += f" => {printed(now, memory)}"
            parts.append(f"{field.argument.name}={shown}")
        text = ", ".join(parts)
        if wrapped:
            text = f"{wrapped}={{{text}}}"
        return f"{{{text}{_beyond(given, end, verbose)}}}"

    return show


def _beyond(given: bytes, end: int, verbose: bool) -> str:
    """Return what there is behind the fields we know, unless it is 0."""
    if not any(given[end:]):
        return ""
    if not verbose:
        return ", ..."
    return f", extra_data={quote(given[end:], hexa=True)} /* bytes {end}..{len(given) - 1} */"


def _sized(place: Place, choose: Callable[[bytes], Attributes]) -> Printer:
    """Return the printer of attributes whose length is another argument."""
    length = place.length_index

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        size = args[length] & 0xFFFFFFFF
        before = earlier(memory)
        given = before.read(address, size) if size <= ATTRIBUTES_MAX else b""
        if not given or len(given) < size:
            return f"{address:#x}"
        left = memory.read(address, size) if place.style.after else given
        return choose(given)(given, left if len(left) == size else given, before)

    return behind(place, pointed)


@kind("bpf_attr")
def bpf_attr(place: Place) -> Printer:
    """Attributes of one command: `bpf_attr[size, struct, first N]`, then the union's struct's name."""
    _, name, first, *wrapped = place.argument.options
    show = attributes(name, int(first.removeprefix(_FIRST)), "".join(wrapped), place)
    return _sized(place, lambda _: show)


LINKS = {
    "BPF_CGROUP_INET_INGRESS": "bpf_link_create_typed",
    "BPF_TRACE_ITER": "bpf_link_create_iter",
    "BPF_PERF_EVENT": "bpf_link_create_perf",
    "BPF_TRACE_KPROBE_MULTI": "bpf_link_create_kprobes",
    "BPF_TRACE_KPROBE_SESSION": "bpf_link_create_kprobes",
}
"""What stands behind the common part, by the type of the link; nothing for the others."""
PLAIN_LINK = "bpf_link_create"


@kind("bpf_link_attr")
def bpf_link_attr(place: Place) -> Printer:
    """A link to be made: `bpf_link_attr[size]`."""
    types = constants.table("bpf_attach_type")
    shows = {types.names[name]: attributes(struct, _LINK_HEAD, "link_create", place) for name, struct in LINKS.items()}
    plain = attributes(PLAIN_LINK, _LINK_HEAD, "link_create", place)
    return _sized(place, lambda given: shows.get(int.from_bytes(given[_ATTACH_TYPE], "little"), plain))


@kind("text_buffer")
def text_buffer(place: Place) -> Printer:
    """A string in a buffer of given size: `text_buffer[size]`."""
    length, limit = place.length_index, place.style.string_limit

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        size = args[length] & 0xFFFFFFFF
        if not size:
            return '""'
        data = memory.read_string(address, min(size, limit + 1))
        if data[-1:] == b"\0":
            return quote(data[:-1])
        return f"{quote(data[: min(size, limit)])}..." if data else f"{address:#x}"

    return behind(place, pointed)


@kind("string_list")
def string_list(place: Place) -> Printer:
    """An array of strings: `string_list[count]`."""
    length, limit, word = place.length_index, place.style.string_limit, place.arch.word

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        def item(data: bytes) -> str:
            string = int.from_bytes(data, "little")
            return string_text(string, memory, limit) if string else "NULL"

        return array(address, args[length] & 0xFFFFFFFF, word, limit, memory, item)

    return behind(place, pointed)


@kind(_CHANGED)
def changed(place: Place) -> Printer:
    """A number that the call may change: `0 => 7`."""
    return at(place, str)
