"""The lines of the open tab of the details; in the tab Memory with a cursor that goes from byte to byte."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from seccomp_tui.screens import commands, theme, wording
from seccomp_tui.screens.pieces import Piece, absent, pieces, told
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.hexview import HexView, Line, Spot
from seccomp_tui.screens.widgets.lines import Lines, cut
from seccomp_tui.syscalls.arch import ARCHES
from seccomp_tui.syscalls.extents import Extent

READ = 256
"""So many bytes are read where a pointer leads."""
_HEX = "0123456789abcdef"
_KEYS = {"left": "memory.left", "right": "memory.right", "up": "up", "down": "down"}


_HELD = (("memory.again", "again"), ("memory.edit", "edit"), ("memory.goto", "address"))
"""Keys that work while the call is held."""


class Body(Lines, can_focus=True):
    """Shows lines, or memory.

    Attributes:
        memory: the tab Memory is open, and there is a call.
        editing: bytes are being typed.
    """

    BINDINGS = commands.bindings(commands.IN_MEMORY)

    class Wanted(Message):
        """Memory of the call shall be read: where, and how many bytes; the cursor goes to the first of them."""

        def __init__(self, seq: int, areas: Sequence[tuple[int, int]]) -> None:
            super().__init__()
            self.seq = seq
            self.areas = list(areas)

    class Edited(Message):
        """Bytes were typed; `first` and `last` of the piece are the outermost that differ."""

        def __init__(self, seq: int, piece: Piece, data: bytes, first: int, last: int) -> None:
            super().__init__()
            self.seq = seq
            self.piece = piece
            self.data = data
            self.first = first
            self.last = last

    class Moved(Message):
        """The cursor is on another byte, or what is there has changed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.memory = False
        self.editing = False
        self.held = False
        self._subject: Subject | None = None
        self._pieces: list[Piece] = []
        self._told: list[Extent] = []
        self._made: HexView | None = None
        self._spot = Spot(0, 0)
        self._trail: list[int] = []
        self._sought: int | None = None
        self._edits: dict[int, int] = {}
        self._half: int | None = None

    # --- what is shown ---

    def show_memory(self, subject: Subject, *, held: bool, keep: bool) -> None:
        """Show the memory of a call."""
        same = self._subject is not None and self._subject.seq == subject.seq
        address = self.address if same and self.memory else None
        self._subject, self.held, self.memory = subject, held, True
        self._pieces, self._told, self._made = pieces(subject), told(subject), None
        if not same:
            self._trail, self._sought = [], None
            self._stop_editing()
        if not held:
            self._stop_editing()
        self._spot = self._find(address) or Spot(0, 0)
        self._draw(keep=keep and same)
        if self._sought is not None and (spot := self._find(self._sought)) is not None:
            self._sought = None
            self._put(spot)

    def show_lines(self, lines: Sequence[Line], *, keep: bool) -> None:
        """Show lines without a cursor."""
        self.memory = False
        self._stop_editing()
        self.show(len(lines), lines.__getitem__, keep=keep)

    @property
    def address(self) -> int | None:
        """The address under the cursor; None where there is no memory."""
        piece = self._piece()
        return None if piece is None else piece.address + self._spot.offset

    def foot(self, width: int) -> list[Line]:
        """Return what is said of the byte under the cursor, and the keys."""
        piece = self._piece()
        keys = "hex digits   enter what to do   esc leave it"
        if not self.editing:
            keys = _keys(("memory.follow", "go"), ("memory.back", "back"), *(_HELD if self.held else ()))
        if not self.has_focus:
            words = "a cursor" if self.held else "a cursor, to follow pointers"
            keys = _keys(("view.details", words), *(_HELD if self.held else ()))
        foot: list[Line] = [[], cut([(f" {keys}", theme.FAINT)], width)]
        if piece is None:
            return [[], [(f" {commands.key('memory.goto')} shows any address", theme.FAINT)] if self.held else []]
        offset = self._spot.offset
        extent = self._view().extent(self._spot)
        line: Line = [(f" {piece.address + offset:#x} ", theme.BOLD)]
        if extent is not None:
            first = extent.address - piece.address
            span = f"bytes {first}..{first + extent.size - 1}" if extent.size > 1 else f"byte {first}"
            line += [(extent.name, theme.ALLOWED), (f" {span} ", theme.FAINT)]
            line += [("= ", theme.FAINT), *wording.coloured(extent.text), (" ", theme.PLAIN)] if extent.text else []
        now, then = piece.data[offset], piece.before[offset]
        line.append((f"{now:#04x} {now}", theme.PLAIN))
        if now != then:
            line.append((f", was {then:#04x} {then}", theme.LATE))
        foot[0] = cut(line, width)
        return foot

    def on_focus(self) -> None:
        """Tell of the keys."""
        self.post_message(self.Moved())

    def on_blur(self) -> None:
        """Tell how to come back."""
        self._stop_editing()
        if self.memory:
            self._draw(keep=True)

    # --- moving ---

    def move(self, where: str) -> None:
        """Move the cursor, or scroll."""
        view = self._view() if self.memory else None
        if view is None or not self._pieces:
            super().move(where)
            return
        row, page = view.row(self._spot), max(self.size.height - 1, 1)
        found = view.spots(row)
        column = self._spot.offset - found[1] if found else 0
        step = -1 if where in ("up", "page_up") else 1
        wanted = {"up": row - 1, "down": row + 1, "page_up": row - page, "page_down": row + page}.get(where)
        if wanted is None:
            wanted, step = (0, 1) if where == "first" else (len(view) - 1, -1)
        wanted = min(max(wanted, 0), len(view) - 1)
        for candidate in [*range(wanted, len(view) if step > 0 else -1, step), *range(wanted, row, -step)]:
            if (there := view.spots(candidate)) is not None:
                piece, start, end = there
                if not self.editing or piece == self._spot.piece:
                    self._put(Spot(piece, min(start + column, end - 1)))
                break
        if where in ("up", "first") and self._spot == Spot(0, 0):
            self.scroll_to(y=0, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to the screen where there is no memory."""
        return self.memory and bool(self._pieces)

    def action_command(self, name: str) -> None:
        """Run a command of the tab Memory."""
        getattr(self, f"do_{name.replace('.', '_')}")()

    def do_memory_left(self) -> None:
        """Go one byte back."""
        self._step(-1)

    def do_memory_right(self) -> None:
        """Go one byte on."""
        self._step(1)

    def do_memory_follow(self) -> None:
        """Go where the pointer under the cursor leads; what is not copied is read."""
        piece, here = self._piece(), self.address
        if piece is None or here is None or self._subject is None:
            return
        word = ARCHES[self._subject.arch].word if self._subject.arch in ARCHES else 8
        extent = self._view().extent(self._spot)
        start = extent.address if extent is not None and extent.size == word else here - here % word
        data = piece.data[max(start - piece.address, 0) :][:word]
        if len(data) == word and start >= piece.address:
            self._trail.append(here)
            self.go_to(int.from_bytes(data, "little"))

    def do_memory_back(self) -> None:
        """Go back to where a pointer was followed from."""
        if self._trail and (spot := self._find(self._trail.pop())) is not None:
            self._put(spot)

    def read_again(self) -> None:
        """Read everything again that is shown."""
        if self._subject is not None and self.held:
            areas = [(piece.address, len(piece.data)) for piece in self._pieces[:64]]
            self.post_message(self.Wanted(self._subject.seq, areas))

    def edit(self) -> None:
        """Let other bytes be typed."""
        if self.held and self._pieces:
            self.editing = True
            self._draw(keep=True)

    def go_to(self, address: int, size: int = READ) -> None:
        """Put the cursor on an address, which is read where it is not known yet."""
        if (spot := self._find(address)) is not None:
            self._put(spot)
        elif self._subject is not None:
            self._sought = address
            self.post_message(self.Wanted(self._subject.seq, [(address, size)]))

    # --- editing ---

    def on_key(self, event: events.Key) -> None:
        """Take what is typed while bytes are edited."""
        if not self.editing or (event.key.startswith(("ctrl+", "f")) and event.key not in _HEX):
            return
        event.stop()
        event.prevent_default()
        if event.key in _HEX:
            self._type(_HEX.index(event.key))
        elif event.key in ("left", "backspace"):
            self._step(-1)
        elif event.key == "right":
            self._step(1)
        elif event.key in ("up", "down"):
            self._half = None
            self.move(event.key)
        elif event.key == "escape":
            self._stop_editing()
            self._draw(keep=True)
        elif event.key == "enter":
            self._finish()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a clicked byte."""
        if self.memory:
            spot = self._view().column(event.y + self.scroll_offset.y, event.x)
            if spot is not None and not (self.editing and spot.piece != self._spot.piece):
                self._put(spot)

    def _type(self, digit: int) -> None:
        if self._half is None:
            self._half = digit
            self._edits[self._spot.offset] = digit << 4 | self._value() & 15
            self._draw(keep=True)
            return
        self._edits[self._spot.offset] = self._half << 4 | digit
        self._step(1)
        self._draw(keep=True)

    def _value(self) -> int:
        return self._edits.get(self._spot.offset, self._pieces[self._spot.piece].data[self._spot.offset])

    def _finish(self) -> None:
        piece, subject = self._piece(), self._subject
        if piece is None or subject is None:
            return
        data = bytes(self._edits.get(offset, value) for offset, value in enumerate(piece.data))
        changed = [offset for offset, value in enumerate(piece.data) if data[offset] != value]
        self._stop_editing()
        self._draw(keep=True)
        if changed:
            self.post_message(self.Edited(subject.seq, piece, data, changed[0], changed[-1]))

    def _stop_editing(self) -> None:
        self.editing, self._half = False, None
        self._edits.clear()

    # --- the cursor ---

    def _piece(self) -> Piece | None:
        return self._pieces[self._spot.piece] if self.memory and self._spot.piece < len(self._pieces) else None

    def _find(self, address: int | None) -> Spot | None:
        for number, piece in enumerate(self._pieces):
            if address is not None and piece.address <= address < piece.end:
                return Spot(number, address - piece.address)
        return None

    def _step(self, step: int) -> None:
        piece = self._piece()
        if piece is None:
            return
        self._half = None
        at, number = self._spot.offset + step, self._spot.piece
        if 0 <= at < len(piece.data):
            self._put(Spot(number, at))
        elif not self.editing and 0 <= number + step < len(self._pieces):
            number += step
            self._put(Spot(number, 0 if step > 0 else len(self._pieces[number].data) - 1))

    def _put(self, spot: Spot) -> None:
        self._spot = spot
        self._draw(keep=True)
        row, top, height = self._view().row(spot), self.scroll_offset.y, max(self.size.height, 1)
        if not top <= row < top + height:
            self.scroll_to(y=max(row - 1, 0) if row < top else row - height + 1, animate=False, force=True)

    def _view(self) -> HexView:
        width = self.scrollable_content_region.width
        if self._made is None or self._made.width != width:
            absences = absent(self._pieces, self._told) if self.held else []
            self._made = HexView(self._pieces, self._told, width, absences)
        self._made.cursor, self._made.edits = self._spot if self._pieces else None, self._edits
        return self._made

    def _draw(self, *, keep: bool) -> None:
        view = self._view()
        self.show(len(view), view.__getitem__, keep=keep)
        self.post_message(self.Moved())


def _keys(*names: tuple[str, str]) -> str:
    """Return keys, and what they do, by the names of their commands."""
    return "  ".join(f"{commands.key(name)} {words}" for name, words in names)
