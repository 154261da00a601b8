"""Reads the blocks of our documents that are to be run.

A block of `sh` is a command. What else there is to know stands in a comment in front of it, which no reader sees:
`<!-- test: needs gdb; exit 1 -->`, the parts separated by semicolons:

    elsewhere           other tests run it, or it is no command of ours
    needs NAME ..       as the marker of that name
    exit N              it ends with this code, not 0
    prints "TEXT"       its output has this
    file NAME           the block is a file that later ones use
    screen "PATTERN"    it has screens: wait for this
    press KEY "PATTERN" then press this, by tmux's name, until the pattern comes up; without one just once
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:^<!-- test: (?P<asked>[^\n]*) -->\n)?^```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_COMMENT = re.compile(r"^<!-- test: .*? -->$", re.MULTILINE)
RUN = "sh"


@dataclass(frozen=True)
class Block:
    """One block of a document.

    Attributes:
        line: where it begins.
        parts: what its comment says, each split into words.
    """

    language: str
    text: str
    line: int
    parts: list[list[str]]

    def asked(self, word: str) -> list[str] | None:
        """Return what stands behind a word in the comment, None where it is not there."""
        return next((part[1:] for part in self.parts if part[0] == word), None)


def blocks(document: Path) -> Iterator[Block]:
    """Yield the blocks of a document that stand between fences, in their order."""
    text = document.read_text()
    for found in _BLOCK.finditer(text):
        parts = [shlex.split(part) for part in (found["asked"] or "").split(";") if part.strip()]
        line = text.count("\n", 0, found.start("language")) + 1
        yield Block(found["language"], found["text"], line, parts)


def stray(document: Path) -> int:
    """Return how many comments of this sort stand in front of no block."""
    text = document.read_text()
    return len(_COMMENT.findall(text)) - sum(bool(found["asked"]) for found in _BLOCK.finditer(text))
