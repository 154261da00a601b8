"""Opens that only read what is there, in the place of those that a program asks for."""

from __future__ import annotations

from dataclasses import replace

from .marshalling import Bytes, Number, Plan

_WRITING = 0o30003303
"""O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, and O_PATH and O_TMPFILE, with which nothing can be read."""
_FLAGS_AT = {"open": 1, "creat": 1, "openat": 2, "openat2": 2}
"""Which word of a plan has the flags; of openat2 it is the struct that begins with them."""


def reading(plan: Plan) -> Plan:
    """Return the plan of an open that makes nothing, truncates nothing and can't write; of other calls the same."""
    at = _FLAGS_AT.get(plan.name, len(plan.words))
    word = (*plan.words, None)[at]
    if isinstance(word, Number):
        word = Number(word.value & ~_WRITING)
    elif isinstance(word, Bytes):
        flags = int.from_bytes(word.data[:8], "little") & ~_WRITING
        word = Bytes(flags.to_bytes(8, "little") + bytes(8) + word.data[16:])  # a mode without O_CREAT is an error
    else:
        return plan
    return replace(plan, words=(*plan.words[:at], word, *plan.words[at + 1 :]))
