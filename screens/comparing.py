"""Two calls beside each other, with what differs marked."""

from __future__ import annotations

from itertools import zip_longest
from typing import NamedTuple

from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.pieces import Piece, pieces
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.lines import wrap
from seccomp_tui.screens.wording import Part

Line = list[Part]
DIFFERS = "≠"
_NAME_MOST = 14
_AROUND = 8
"""So many bytes are shown where memory begins to differ."""


class Row(NamedTuple):
    """One thing that both calls have, or only one of them."""

    name: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """It is not the same in both."""
        return self.left != self.right


def rows(left: Subject, right: Subject) -> list[Row]:
    """Return what is compared."""
    found = [
        Row("program", _program(left), _program(right)),
        Row("called from", f"{left.ip:#x}", f"{right.ip:#x}"),
    ]
    texts = [{field.name: field.text for field in each.fields} for each in (left, right)]
    found += [
        Row(name, texts[0].get(name, ""), texts[1].get(name, "")) for name in dict.fromkeys([*texts[0], *texts[1]])
    ]
    found += [
        Row("answer", _answer(left), _answer(right)),
        Row("result", _result(left), _result(right)),
        Row("took", _took(left), _took(right)),
    ]
    return [row for row in [*found, *_memory(left, right)] if row.left or row.right]


def lines(left: Subject, right: Subject, compared: list[Row], width: int) -> list[Line]:
    """Return the rows as lines of two columns."""
    names = min(max(len(row.name) for row in compared), _NAME_MOST)
    room = max((width - names - 7) // 2, 12)
    head: Line = [
        (f"   {'':<{names}}  ", theme.PLAIN),
        (f"{'#' + str(left.seq):<{room}}  ", theme.NAME_STYLE),
        (f"#{right.seq}", theme.NAME_STYLE),
    ]
    found: list[Line] = [head]
    for row in compared:
        cells = [wrap(wording.coloured(text), room, 1) for text in (row.left, row.right)]
        for number, (one, other) in enumerate(zip_longest(*cells, fillvalue=[])):
            mark = DIFFERS if row.differs and not number else " "
            gap = room - sum(len(text) for text, _ in one)
            name = row.name[:_NAME_MOST] if not number else ""
            line: Line = [
                (f" {mark} ", theme.LATE),
                (f"{name:<{names}}  ", theme.LATE if row.differs else theme.ALLOWED),
                *one,
                (" " * (max(gap, 0) + 2), theme.PLAIN),
                *other,
            ]
            found.append(line)
    return found


def summary(compared: list[Row]) -> str:
    """Return in words how much differs."""
    different = sum(row.differs for row in compared)
    if not different:
        return "nothing differs"
    return f"{DIFFERS} {different} of {wording.plural(len(compared), 'row')} differ{'s' if different == 1 else ''}"


def _program(subject: Subject) -> str:
    return f"{subject.comm or '?'}[{subject.tid}]"


def _answer(subject: Subject) -> str:
    mark = wording.mark(subject.state, subject.kind)
    by = wording.by_words(subject.by, subject.rule)
    return f"{mark.word}, {by}" if by else mark.word


def _result(subject: Subject) -> str:
    if subject.unfinished:
        return "not known"
    return wording.result(subject.state, subject.kind, subject.value, subject.name, subject.result, subject.shown)


def _took(subject: Subject) -> str:
    return "" if subject.returned is None else wording.duration(subject.returned - (subject.settled or subject.time))


def _memory(left: Subject, right: Subject) -> list[Row]:
    """Return a row for each piece of memory that both have, and whose bytes differ or are many."""
    ours, theirs = _by_owner(left), _by_owner(right)
    return [_piece(owner, ours[owner], theirs[owner]) for owner in ours if owner in theirs]


def _by_owner(subject: Subject) -> dict[str, Piece]:
    return {piece.owner: piece for piece in reversed(pieces(subject)) if piece.owner}


def _piece(owner: str, left: Piece, right: Piece) -> Row:
    one, other = left.data, right.data
    common = min(len(one), len(other))
    at = next((index for index in range(common) if one[index] != other[index]), common)
    if at == common and len(one) == len(other):
        same = wording.size(len(one))
        return Row(f"*{owner}", same, same)
    texts = [f"{wording.size(len(data))}, from byte {at}: {data[at : at + _AROUND].hex(' ')}" for data in (one, other)]
    return Row(f"*{owner}", *texts)
