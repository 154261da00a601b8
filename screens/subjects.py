"""Where the details of calls come from: the recording, or the supervisor while a held call is not recorded."""

from __future__ import annotations

from collections.abc import Callable

from seccomp_tui.screens import subject, wording
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.pieces import Looks
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.subject import Decoding, Subject
from seccomp_tui.supervisor.records import unpack_call, unpack_segments
from seccomp_tui.supervisor.wire import Held, HeldRecord


class Subjects:
    """Finds the details of calls.

    Args:
        model: knows which are held.
        recording: has all others.
        ask: asks the supervisor for the record of a held call.

    Attributes:
        looks: what was read of held calls' memory since.
    """

    def __init__(self, model: Model, recording: Recording, ask: Callable[[int], None]) -> None:
        self._model = model
        self._recording = recording
        self._ask = ask
        self.looks = Looks()
        self._decoding = Decoding()
        self._texts: dict[int, tuple[str, str]] = {}
        self._records: dict[int, HeldRecord] = {}
        self._asked: set[int] = set()

    def take(self, message: HeldRecord) -> bool:
        """Take in a record that was asked for; return whether it is of a held call."""
        if not message.frame or message.seq not in self._model.held:
            return False
        self._records[message.seq] = message
        self._texts.pop(message.seq, None)
        return True

    def forget(self, seq: int) -> None:
        """Call `seq` is not held any more."""
        self._texts.pop(seq, None)
        self._records.pop(seq, None)
        self._asked.discard(seq)

    def has_record(self, seq: int) -> bool:
        """Tell whether a record was asked for and has come."""
        return seq in self._records

    def find(self, seq: int) -> Subject | None:
        """Return a call's details, from the recording where it has them."""
        held = self._model.held.get(seq)
        call = self._recording.call(seq) if held is None or held.recorded else None
        if call is not None:
            found = subject.of_recorded(call, self._comm(held, call.row.tid, call.row.time), self._decoding)
        elif held is not None:
            record = self._records.get(seq)
            if record is None and seq not in self._asked:
                self._asked.add(seq)
                self._ask(seq)
            found = subject.of_held(held, unpack_call(record.frame) if record else None, self._decoding)
        else:
            return None
        found.looks = self.looks.of(seq)
        where = held.container if held is not None else self._recording.container(found.tid, found.time)
        found.container = wording.clean(where.encode())
        found.failed = wording.printable(self._model.failed.get(seq, ""))
        return found

    def name(self, held: Held) -> str:
        """Return the name of a held call."""
        return self._decoding.name(held.arch, held.nr)

    def queue_text(self, held: Held) -> tuple[str, str]:
        """Return a held call's name and arguments."""
        if (known := self._texts.get(held.seq)) is not None:
            return known
        rows = self._recording.page(held.seq, 1) if held.recorded else []
        if rows:
            again = f" (again, as #{rows[0].restarts} was)" if rows[0].restarts else ""
            text = rows[0].name + again, wording.arguments(rows[0].name, rows[0].text)
        else:
            record = self._records.get(held.seq)
            segments = unpack_segments(unpack_call(record.frame).memory) if record else []
            name = self._decoding.name(held.arch, held.nr)
            whole = self._decoding.text(held.arch, held.nr, tuple(held.args), segments)
            text = name, wording.arguments(name, whole)
        self._texts[held.seq] = text
        return text

    def json(self, shown: Subject) -> str:
        """Return a call's JSON object as `export` writes it, a key a line; empty while it is not recorded."""
        import msgspec

        lines = self._recording.printed(shown.seq, "jsonl")
        return msgspec.json.format(lines[-1], indent=1) if lines else ""

    def exe(self, shown: Subject) -> str:
        """Return the file of the program that made a call, printable; empty where that is not known."""
        program = self._recording.process(shown.tid, shown.time)
        return program.exe if program else ""

    def _comm(self, held: Held | None, tid: int, when: int) -> str:
        if held is not None:
            return wording.clean(held.comm)
        program = self._recording.process(tid, when)
        return program.comm if program else ""
