"""Which answers decide on what was read, and which leave the kernel to read it again.

A call is shown with what its pointers led to when it trapped. An answer that skips the call, or makes it elsewhere with
what was copied, rests on that. `allow` does not: the kernel goes on with the target's registers, which nobody can
change meanwhile, and reads through its pointers once more, where anybody who can write there may have put something
else. So `allow` is never a decision about safety, however quiet the target is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seccomp_tui.policy import blind
from seccomp_tui.policy.answers import Kind
from seccomp_tui.syscalls import present, prototypes
from seccomp_tui.syscalls.memory import Memory, RecordedMemory

COLUMNS = 76
"""No line is longer."""
_MOST_NAMES = 28
"""Longest list of names that is put into a line."""
_DESCRIPTORS = ("fd", "dirfd", "fanotify_dirfd", "module_fd")
_NEW_PROGRAM = ("execve", "execveat")


@dataclass(frozen=True, slots=True)
class Safety:
    """What one answer rests on.

    Attributes:
        answer: its kind.
        poked: memory is changed before it.
        decides: what was read is what counts.
        line: why, in at most `COLUMNS` columns.
        explanation: the same at length, of several sentences.
    """

    answer: Kind
    poked: bool
    decides: bool
    line: str
    explanation: str


_SKIPPED = "The kernel skips the call, so nothing of the target's memory is looked at again."
_DECIDING = {
    Kind.ERRNO: ("Decides on what you saw: the call is not made.", _SKIPPED),
    Kind.RETURN: (
        "Decides on what you saw: the call is not made, and the value is made up.",
        f"{_SKIPPED} The target believes the value: what the call would have done has not happened.",
    ),
    Kind.FILL: (
        "Decides on what you saw: the call is not made, its results are yours.",
        f"{_SKIPPED} What is filled in is written before the call returns; from then on it is the target's to change.",
    ),
    Kind.FD: (
        "Decides on what you saw: the descriptor leads where you say.",
        f"{_SKIPPED} The descriptor is opened here and handed over in one step; the target's path is not followed.",
    ),
    Kind.PERFORM: (
        "Decides on what you saw: the copy is what is done, not the memory.",
        "The arguments that were copied when it trapped are used; only what they name can still change, as files can.",
    ),
    Kind.KILL: ("Decides: the process ends, and its call with it.", "The call is never made."),
}
"""For each answer that decides its line and its explanation."""
_BLIND = Safety(
    Kind.ALLOW,
    False,
    False,
    "Not visible from here: you see numbers, and the kernel reads the rest.",
    f"The caller is {blind.INVISIBLE}. What its pointers lead to can't be read, rules about it are not true of it, and"
    f" only some answers can be given: {blind.CAN}.",
)
_DECIDING_BLIND = (
    "Decides without having seen anything but numbers: the caller is not visible.",
    f"{_SKIPPED} The caller is {blind.INVISIBLE}, so what the call was about is not known.",
)


def safety(
    arch: int,
    nr: int,
    args: Sequence[int],
    memory: Memory | None = None,
    threads: int = 0,
    *,
    shared: bool = False,
    visible: bool = True,
) -> list[Safety]:
    """Return what each answer that the call can get rests on, the plain ones first.

    Args:
        arch, nr, args: the call.
        memory: of the caller, as it was copied.
        threads: how many the process has; 0: it is not known.
        shared: another process has the same memory (vfork, CLONE_VM).
        visible: who calls can be seen from here; else nothing was read.
    """
    call = present.arguments(arch, nr, args, memory or RecordedMemory([]))
    prototype = prototypes.find(call.name, arch)
    if not visible:
        offered = [kind for kind in _offered(call, prototype) if kind in blind.ANSWERABLE]
        return [_BLIND, *[Safety(kind, False, True, *_DECIDING_BLIND) for kind in offered]]
    return [
        _allow(call, prototype is not None and prototype.arguments is not None, threads, shared),
        *([_poke(threads, shared)] if call.read_through() else []),
        *[Safety(kind, False, True, *_DECIDING[kind]) for kind in _offered(call, prototype)],
    ]


def _offered(call: present.Present, prototype: prototypes.Prototype | None) -> list[Kind]:
    """Return the deciding answers that mean something for the call."""
    directions = {place.argument.direction for place in call.places}
    there = {
        Kind.FILL: bool(directions & {"out", "inout"}),
        Kind.FD: prototype is not None and prototype.result == "fd",
        Kind.PERFORM: prototype is not None and prototype.performable,
    }
    return [kind for kind in _DECIDING if there.get(kind, True)]


def _allow(call: present.Present, described: bool, threads: int, shared: bool) -> Safety:
    """Return what `allow` rests on."""
    if not described:
        return _re_read(
            "The kernel makes the call itself; what it reads of memory is not known.",
            f"{call.name} is not described: which of its words are pointers that the kernel follows is not known.",
        )
    read = call.read_through()
    if not read:
        return _numbers_only(call, threads)
    explanation = f"After your answer the kernel reads through {_in_words(read)} again. {_who(threads, shared)}"
    if call.name in _NEW_PROGRAM:
        explanation += " The program that is started is the one that is found by then."
    return _re_read(f"Read again: {_listed(read)}; {_changed_by(threads, shared)}.", explanation)


def _re_read(line: str, explanation: str) -> Safety:
    return Safety(Kind.ALLOW, False, False, line, explanation)


def _numbers_only(call: present.Present, threads: int) -> Safety:
    """Return what `allow` rests on when the call reads no memory: registers can't be changed, what they name can."""
    explanation = "The arguments are numbers in registers, and nobody can change those until the call has returned."
    line = "The kernel gets the very numbers that you see; it reads no memory."
    if any(place.argument.kind in _DESCRIPTORS for place in call.places):
        explanation += " A descriptor is such a number: what it leads to is looked up when the call is made."
        if threads != 1:
            explanation += " A thread that shares the descriptors can close it and open something else by then."
            line = "The kernel gets these numbers, but looks up anew what a descriptor leads to."
    return _re_read(line, f"{explanation} The kernel does the call, as it would have done without you.")


def _poke(threads: int, shared: bool) -> Safety:
    """Return what changing memory and then allowing rests on."""
    return Safety(
        Kind.ALLOW,
        True,
        False,
        f"Read again, with what you poked; {_changed_by(threads, shared)}.",
        f"What you write stands in the target's own memory, and the kernel reads it there. {_who(threads, shared)} To"
        " have it done for certain, let the supervisor perform the call: then the copy is changed, and nothing else"
        " counts.",
    )


def _changed_by(threads: int, shared: bool) -> str:
    """Return who can change it, in a few words."""
    if shared or threads == 1:
        return "other processes may write there"
    return f"its {threads} threads may write there" if threads else "other threads may write there"


def _who(threads: int, shared: bool) -> str:
    """Return in a sentence who can have changed it by then."""
    if shared:
        return "Another process runs in the same memory and can have changed it by then."
    if threads > 1:
        return f"The process has {threads} threads, each of which can have changed it by then."
    if threads == 1:
        return (
            "The process has one thread, which waits; only who maps the same memory, or may write into the process"
            " (ptrace, process_vm_writev, /proc/PID/mem), can have changed it by then."
        )
    return "If the process has other threads, each of them can have changed it by then."


def _in_words(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _listed(names: Sequence[str]) -> str:
    """Return names as a list in words, or how many there are."""
    text = _in_words(names)
    return text if len(text) <= _MOST_NAMES else f"{len(names)} arguments"
