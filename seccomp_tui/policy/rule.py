"""A rule as it is written, and what it has done: plain data, which travels between the processes."""

from __future__ import annotations

import msgspec

FOR = "for"
"""What the field `whose` is called where rules are written."""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule as it is written.

    Attributes:
        when: an expression.
        answer: an answer (`answer_text`).
        nth: which of the calls that it is true of, counted for each thread and each system call for itself; as
            strace's `when=`. Empty: all.
        once: it is asked no more after the first answer.
        whose: of whom alone: `pid 12` or `comm "ls"`. Empty: of all.
        enabled: it is asked at all.
        name: what it is called; free text.
        id: its number, which stays the same; 0: it has none yet.
    """

    when: str
    answer: str
    nth: str = ""
    once: bool = False
    whose: str = msgspec.field(default="", name=FOR)
    enabled: bool = True
    name: str = ""
    id: int = 0


class Count(msgspec.Struct, frozen=True, array_like=True):
    """How often a rule has answered.

    Attributes:
        id: of the rule.
        hits: so many times.
        time, seq: of the last call that it answered.
    """

    id: int
    hits: int = 0
    time: int = 0
    seq: int = 0
