"""Looking closer at a call: its memory at any address, which can be written as well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seccomp_tui.policy import answer_text
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.telling import Telling
from seccomp_tui.screens.widgets.body import READ, Body
from seccomp_tui.screens.widgets.details import Details
from seccomp_tui.screens.widgets.keybar import KeyBar
from seccomp_tui.screens.widgets.prompt import Checked, Offer, Question
from seccomp_tui.supervisor.wire import MEMORY_MOST, FromSupervisor, MemoryRead

if TYPE_CHECKING:
    from seccomp_tui.screens.pieces import Piece

_PLACE = re.compile(
    r"\s*(?P<base>0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}|[A-Za-z_]\w*)"
    r"(?:\s*(?P<sign>[+-])\s*(?P<more>0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}))?"
    r"(?:\s+(?P<size>0[xX][0-9a-fA-F]{1,8}|[0-9]{1,8}))?\s*",
    re.ASCII,
)
"""An address: a number or the name of an argument, something added to it, and how many bytes."""
_LOW = 0xFFFF_FFFF_FFFF_FFFF


class Inspecting(Telling):
    """Runs the commands that look at one call."""

    def _can(self, name: str, pressed: float) -> bool | None:
        able = super()._can(name, pressed)
        if able and name.startswith("memory."):
            return (self.current is not None and self.current in self.model.held) or None
        return able

    # --- memory ---

    def do_memory_goto(self) -> None:
        """Ask for an address, and show what is there."""
        shown = self._memory()
        if shown is None:
            return
        question = Question(
            f"memory of #{shown.seq}",
            f"an address, or an argument such as {_pointer(shown)}+16; then how many bytes ({READ})",
            lambda text: _wrong(text, shown),
            lambda text: self._look_at(shown, text),
            lambda text, cursor: _names(text, cursor, shown),
            seq=shown.seq,
        )
        self._ask(question, "", self.query_one(Body))

    def do_memory_again(self) -> None:
        """Read again what is shown."""
        if self._memory() is not None:
            self.query_one(Body).read_again()

    def do_memory_edit(self) -> None:
        """Let other bytes be typed."""
        if self._memory() is not None:
            self.set_focus(self.query_one(Body))  # at once: the keys that come next are digits
            self.query_one(Body).edit()

    def _memory(self) -> Subject | None:
        """Bring the memory of the call under the cursor to the front."""
        details = self.query_one(Details)
        self._show(self.query_one(Body))
        details.open_tab("Memory")
        return details.subject

    def _look_at(self, shown: Subject, text: str) -> None:
        place = _place(text, shown)
        if place is not None:
            self.query_one(Body).go_to(*place)

    def on_body_wanted(self, event: Body.Wanted) -> None:
        """Have memory read."""
        event.stop()
        if self.link is None or event.seq not in self.model.held:
            self._tell("that was not copied, and the call is not held any more")
            return
        for address, size in event.areas:
            for start in range(0, size, MEMORY_MOST):
                self.link.ask_memory(event.seq, address + start, min(size - start, MEMORY_MOST))

    def on_body_moved(self) -> None:
        """Show the keys that work now."""
        self.query_one(KeyBar).renew()

    def on_body_edited(self, event: Body.Edited) -> None:
        """Ask what is to be done with typed bytes."""
        from seccomp_tui.screens.dialogs.write import NOW, WriteDialog

        event.stop()
        shown = self.subjects.find(event.seq)
        if shown is None or event.seq not in self.model.held:
            return
        poke = _poke(shown, event.piece, event.data)
        changed = event.data[event.first : event.last + 1]
        dialog = WriteDialog(event.seq, event.piece.address + event.first, changed, poke)

        def chosen(how: str | None) -> None:
            if how == NOW and self.link is not None:
                self.link.write_memory(event.seq, event.piece.address + event.first, changed)
                self.query_one(Body).read_again()
            elif how:
                self._answer([event.seq], answer_text.parse(how))

        self.app.push_screen(dialog, chosen)

    def heard(self, message: FromSupervisor) -> None:
        """Take in what was read of a call's memory."""
        if not isinstance(message, MemoryRead):
            super().heard(message)
            return
        held = self.model.held.get(message.seq)
        if message.why or held is None:
            why = message.why or "the call is not held any more"
            self._tell(f"#{message.seq}: {why if '0x' in why else f'{message.address:#x}: {why}'}")
            return
        if message.written:
            self._tell(f"written at {message.address:#x}: the kernel reads it when you allow #{message.seq}")
            return
        self.subjects.looks.take(message, held.time)
        shown = self.query_one(Details).subject
        if shown is not None and shown.seq == message.seq:
            self.show_anew(shown)


def _pointer(shown: Subject) -> str:
    """Return the name of an argument that leads somewhere."""
    return next((each.name for each in shown.fields if each.value >> 32), "arg1")


def _place(text: str, shown: Subject) -> tuple[int, int] | None:
    """Return the address that is meant, and how many bytes."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    base = found["base"]
    named = {field.name: field.value for field in shown.fields} | {f"arg{at}": arg for at, arg in enumerate(shown.args)}
    if base[0].isdigit():
        address = int(base, 16 if base[:2] in ("0x", "0X") else 10)
    elif base in named:
        address = named[base]
    else:
        return None
    more = int(found["more"] or "0", 16 if (found["more"] or "")[:2] in ("0x", "0X") else 10)
    size = int(found["size"] or str(READ), 16 if (found["size"] or "")[:2] in ("0x", "0X") else 10)
    return (address + (-more if found["sign"] == "-" else more)) & _LOW, min(max(size, 1), MEMORY_MOST)


def _wrong(text: str, shown: Subject) -> Checked | None:
    if _place(text, shown) is not None:
        return None
    return f"an address such as 0x7ffc0000, or an argument: {', '.join(each.name for each in shown.fields)}", 0


def _names(text: str, cursor: int, shown: Subject) -> tuple[int, list[Offer]]:
    word = text[:cursor]
    offers = [Offer(each.name, f"{each.value:#x}") for each in shown.fields if each.name.startswith(word) and word]
    return 0, offers


def _poke(shown: Subject, piece: Piece, data: bytes) -> str:
    """Return the answer that writes a piece and allows the call; empty where that is not an argument's memory."""
    from seccomp_tui.policy.answer_choices import of_call

    choices = of_call(shown.arch, shown.nr, shown.args, shown.memory)
    for field in shown.fields:
        if field.value == piece.address and field.name in choices.pokes:
            content = data.removesuffix(b"\0") if field.kind in ("path", "string") else data
            text = f"allow poke {field.name} hex:{content.hex()}"
            return "" if choices.wrong(text) else text
    return ""
