"""Answers to a caller that can't be seen: one in a pid namespace that is not below ours, whose ids are all 0 here.

The kernel finds a call by the notification's number, so what is but an ioctl on the listener can be given. Whatever
needs the process itself can't: its memory, its namespaces, its death.
"""

from __future__ import annotations

from seccomp_tui.policy.answers import Answer, Edited, Kind

INVISIBLE = "not visible from here (another pid namespace)"
ANSWERABLE = (Kind.ALLOW, Kind.ERRNO, Kind.RETURN, Kind.FD)
"""The kinds of answers that can be given."""
CAN = "allow, errno, return, and a descriptor of a file that we open ourselves"


def refusal(answer: Answer) -> str:
    """Return why an answer can't be given, as one line; empty where it can."""
    source = answer.descriptor.source if answer.descriptor is not None else None
    needed = {
        "a signal needs its process": answer.signal,
        "poking needs its memory": answer.pokes,
        "filling in needs its memory": answer.kind == Kind.FILL or answer.fills,
        "performing needs its namespaces": answer.kind == Kind.PERFORM,
        "killing needs its process": answer.kind == Kind.KILL,
        "what the call opens can't be found": isinstance(source, Edited),
    }
    return next((f"the caller is {INVISIBLE}: {why}" for why, is_needed in needed.items() if is_needed), "")
