"""Memory in hexadecimal, made line by line: a heading for each piece, its bytes, of structs a row for each field."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.style import Style

from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.pieces import Piece
from seccomp_tui.screens.widgets.lines import wrap
from seccomp_tui.screens.wording import Part
from seccomp_tui.syscalls.extents import Extent

Line = list[Part]
FIELD_MOST = 64
"""Larger parts of a struct are shown as bytes are, below a line with their name."""
NAME_MOST = 24
_CURSOR = Style(reverse=True)
_CHANGED = Style(color=theme.ORANGE, bold=True, underline=True)
_EDITED = Style(color=theme.YELLOW, bold=True, underline=True)


class Spot(NamedTuple):
    """A byte: the number of its piece, and its place in it."""

    piece: int
    offset: int


class Block(NamedTuple):
    """Rows that are alike.

    Attributes:
        row: the first.
        rows: how many.
        kind: "head" of a piece, "name" of a part, "plain" bytes, a "field" with its name, "gap" below, or "absent".
        start, size: the bytes, in the piece.
        extent: what they are.
    """

    row: int
    rows: int
    kind: str
    piece: int
    start: int = 0
    size: int = 0
    extent: Extent | None = None


class HexView(Sequence[Line]):
    """The lines.

    Args:
        pieces: the memory.
        told: which bytes are what.
        width: cells a line; 16 bytes a line need 82, else 8 are shown.
        absent: what arguments lead to and nobody has read.

    Attributes:
        cursor: the byte under the cursor, None: there is no cursor.
        edits: bytes that are typed and not yet written, by their offset in the piece under the cursor.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        told: Sequence[Extent],
        width: int,
        absent: Sequence[tuple[str, int, int]] = (),
    ) -> None:
        self.pieces = pieces
        self.cursor: Spot | None = None
        self.edits: Mapping[int, int] = {}
        self.per_line = 16 if width >= 82 else 8
        self.per_field = 8 if width >= 56 else 4
        self.width = width
        self._heads: list[list[Line]] = []
        self._blocks: list[Block] = []
        for number, piece in enumerate(pieces):
            self._add(number, piece, [each for each in told if piece.address <= each.address < piece.end])
        self._absent = absent
        if absent:
            self._append("absent", len(pieces), len(absent))
        self._firsts = [block.row for block in self._blocks]
        self._names = [self._name_width(number) for number in range(len(pieces))]

    def __len__(self) -> int:
        return max(self._blocks[-1].row + self._blocks[-1].rows, 1) if self._blocks else 1

    def __getitem__(self, number: int) -> Line:  # type: ignore[override]
        if not self._blocks:
            return [(" no memory was copied for this call", theme.FAINT)]
        block = self._blocks[bisect_right(self._firsts, number) - 1]
        if block.kind == "head":
            return self._heads[block.piece][number - block.row]
        if block.kind == "name":
            assert block.extent is not None
            return [
                (f" +{block.start:04x}", theme.FAINT),
                (f"  {block.extent.name}", theme.ALLOWED),
                (f"  {wording.size(block.size)}", theme.FAINT),
            ]
        if block.kind == "gap":
            return []
        if block.kind == "absent":
            name, address, size = self._absent[number - block.row]
            return [
                (f" {address:#x}  {wording.size(size)}  ", theme.FAINT),
                (name, theme.ALLOWED),
                (f"  M {name} reads it", theme.FAINT),
            ]
        row = number - block.row
        return self._field(block, row) if block.kind == "field" else self._plain(block, row)

    # --- where things are ---

    def spots(self, row: int) -> tuple[int, int, int] | None:
        """Return the piece that a row shows bytes of, and from where to where; None for a row without bytes."""
        if not self._blocks or row < 0:
            return None
        block = self._blocks[bisect_right(self._firsts, row) - 1]
        if block.kind not in ("plain", "field"):
            return None
        per_line = self.per_field if block.kind == "field" else self.per_line
        start = block.start + (row - block.row) * per_line
        return block.piece, start, min(start + per_line, block.start + block.size)

    def row(self, spot: Spot) -> int:
        """Return the row that shows a byte."""
        for block in self._blocks:
            inside = block.kind in ("plain", "field") and block.start <= spot.offset < block.start + block.size
            if block.piece == spot.piece and inside:
                per_line = self.per_field if block.kind == "field" else self.per_line
                return block.row + (spot.offset - block.start) // per_line
        return 0

    def extent(self, spot: Spot) -> Extent | None:
        """Return what a byte belongs to."""
        for block in self._blocks:
            if block.piece == spot.piece and block.extent and block.start <= spot.offset < block.start + block.size:
                return block.extent
        return None

    def column(self, row: int, x: int) -> Spot | None:
        """Return the byte at a column of a row: the first or last one beside the bytes."""
        found = self.spots(row)
        if found is None:
            return None
        piece, start, end = found
        field = self._blocks[bisect_right(self._firsts, row) - 1].kind == "field"
        at = x - (7 if field else 14)
        half = self.per_line // 2
        if not field and at > half * 3:
            at -= 1
        return Spot(piece, start + min(max(at // 3, 0), end - start - 1))

    # --- the blocks ---

    def _add(self, number: int, piece: Piece, told: Sequence[Extent]) -> None:
        parts = _innermost(piece, told)
        self._heads.append(wrap(self._head(piece, parts), max(self.width - 1, 20), 3))
        self._append("head", number, len(self._heads[number]))
        at = 0
        for extent in parts:
            start = extent.address - piece.address
            size = min(extent.size, len(piece.data) - start)
            if start < at or size <= 0:
                continue
            self._bytes(number, at, start - at, None)
            whole = start == 0 and size == len(piece.data)
            self._bytes(number, start, size, extent, named=len(parts) > 1 or not whole)
            at = start + size
        self._bytes(number, at, len(piece.data) - at, None)
        self._append("gap", number, 1)

    def _bytes(self, number: int, start: int, size: int, extent: Extent | None, *, named: bool = False) -> None:
        if size <= 0:
            return
        if (named and extent is not None and size <= FIELD_MOST) or (extent is None and size < 8 and start):
            self._append("field", number, -(-size // self.per_field), start, size, extent)
            return
        if named and extent is not None:
            self._append("name", number, 1, start, size, extent)
        self._append("plain", number, -(-size // self.per_line), start, size, extent)

    def _append(
        self, kind: str, piece: int, rows: int, start: int = 0, size: int = 0, extent: Extent | None = None
    ) -> None:
        last = self._blocks[-1] if self._blocks else Block(0, 0, "", 0)
        self._blocks.append(Block(last.row + last.rows, rows, kind, piece, start, size, extent))

    def _name_width(self, number: int) -> int:
        names = [
            self._short(block.extent.name, number)
            for block in self._blocks
            if block.kind == "field" and block.piece == number and block.extent is not None
        ]
        return min(max(map(len, names), default=0), NAME_MOST)

    # --- the lines ---

    def _head(self, piece: Piece, parts: Sequence[Extent]) -> Line:
        whole = [part.name for part in parts if part.address == piece.address and part.size >= len(piece.data)]
        owner = piece.owner or next(iter(whole), "")
        line: Line = [
            (f" {piece.address:#x}", theme.NAME_STYLE),
            (f"  {wording.size(len(piece.data))}", theme.PLAIN),
        ]
        if owner:
            line.append((f"  {owner}", theme.ALLOWED))
        if piece.note:
            line.append((f"  {piece.note}", theme.FAINT))
        if piece.again:
            changed = piece.changed
            words = f"{wording.plural(changed, 'byte')} changed" if changed else "nothing has changed"
            line.append((f": {words}", theme.LATE if changed else theme.FAINT))
        return line

    def _plain(self, block: Block, row: int) -> Line:
        piece = self.pieces[block.piece]
        start = block.start + row * self.per_line
        end = min(start + self.per_line, block.start + block.size)
        line: Line = [self._mark(block.piece, start, end), (f"{piece.address + start:012x} ", theme.FAINT)]
        half = self.per_line // 2
        for offset in range(start, end):
            line += self._byte(block.piece, offset, " " if offset - start == half else "")
        missing = self.per_line - (end - start)
        line.append((" " * (missing * 3 + (end - start <= half) + 1), theme.PLAIN))
        line.append((self._text(block.piece, start, end), theme.STRING))
        return line

    def _field(self, block: Block, row: int) -> Line:
        start = block.start + row * self.per_field
        end = min(start + self.per_field, block.start + block.size)
        line: Line = [self._mark(block.piece, start, end), (f"+{start:04x} ", theme.FAINT)]
        for offset in range(start, end):
            line += self._byte(block.piece, offset)
        line.append((" " * ((self.per_field - (end - start)) * 3 + 1), theme.PLAIN))
        if row:
            return line
        if block.extent is None:
            return [*line, (" (padding)", theme.FAINT)]
        name = self._short(block.extent.name, block.piece)
        line.append((f" {name:<{self._names[block.piece]}}  ", theme.ALLOWED))
        return [*line, *wording.coloured(block.extent.text)]

    def _mark(self, number: int, start: int, end: int) -> Part:
        """Return the first column: `>` where the cursor is, `*` where something has changed."""
        if self.cursor is not None and self.cursor.piece == number and start <= self.cursor.offset < end:
            return ">", theme.KEY
        piece = self.pieces[number]
        return ("*", theme.LATE) if piece.data[start:end] != piece.before[start:end] else (" ", theme.PLAIN)

    def _byte(self, number: int, offset: int, before: str = "") -> Line:
        piece, here = self.pieces[number], self.cursor == (number, offset)
        edited = self.edits.get(offset) if self.cursor is not None and self.cursor.piece == number else None
        value = piece.data[offset] if edited is None else edited
        style = _EDITED if edited is not None else _CHANGED if value != piece.before[offset] else theme.PLAIN
        return [(f"{before} ", theme.PLAIN), (f"{value:02x}", style + _CURSOR if here else style)]

    def _text(self, number: int, start: int, end: int) -> str:
        edits = self.edits if self.cursor is not None and self.cursor.piece == number else {}
        data = self.pieces[number].data
        values = [edits.get(offset, data[offset]) for offset in range(start, end)]
        return "".join(chr(value) if 32 <= value < 127 else "." for value in values)

    def _short(self, name: str, number: int) -> str:
        """Return the name of a part without the argument's, which stands in the heading."""
        owner = self.pieces[number].owner.split(" ")[0]
        short = name.removeprefix(f"{owner}.") if owner else name
        return short if len(short) <= NAME_MOST else f"{short[: NAME_MOST - 1]}…"


def _innermost(piece: Piece, told: Sequence[Extent]) -> list[Extent]:
    """Return the parts of a piece in their order; of two that overlap the smaller one."""
    chosen: list[Extent] = []
    for extent in sorted(dict.fromkeys(told), key=lambda each: (each.address, each.size)):
        if chosen and extent.address < chosen[-1].address + min(chosen[-1].size, piece.end - chosen[-1].address):
            continue
        chosen.append(extent)
    return chosen
