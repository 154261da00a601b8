"""The memory of held calls, read and written because the operator looks at it.

Reading may wait for pages that the target serves itself, so a worker does it. Writing is done where answers are given:
what the operator writes before an answer is there before it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Protocol

from seccomp_tui.kernel.memory import ThreadMemory
from seccomp_tui.supervisor.answering import HeldCall
from seccomp_tui.supervisor.held import HeldCalls
from seccomp_tui.supervisor.wire import MEMORY_MOST, AskMemory, MemoryRead, WriteMemory

_GONE = "the call is not held any more"
_NOTHING = "nothing is mapped there"
_ADDRESSES = 1 << 63
"""No pointer of a user program leads here or above."""


class Later(Protocol):
    """Lets the worker find something, and uses it in the loop."""

    def __call__(self, find: Callable[[], Any], use: Callable[[Any], None], /) -> None:
        """Do so."""


class HeldMemory:
    """Reads and writes it.

    Args:
        held: the calls.
        later: lets the worker do something.
        tell: sends a message to the screens.
    """

    def __init__(self, held: HeldCalls, later: Later, tell: Callable[[MemoryRead], None]) -> None:
        self._held = held
        self._later = later
        self._tell = tell

    def obey(self, message: AskMemory | WriteMemory) -> None:
        """Do what the screens ask for, and tell them what has come of it."""
        seq, address = message.seq, message.address
        written = isinstance(message, WriteMemory)
        size = len(message.data) if isinstance(message, WriteMemory) else message.size
        size = min(max(size, 0), MEMORY_MOST, max(_ADDRESSES - address, 0))
        call = self._held.pending(seq)
        why = _GONE if call is None else _NOTHING if address < 0 or not size else ""
        if call is not None and not why and isinstance(message, WriteMemory):
            why = _write(call, address, message.data[:size])
        if call is None or why:
            self._tell(MemoryRead(seq, address, size, b"", time.monotonic_ns(), written, why))
            return
        memory = ThreadMemory(call.message.tid, keep=False)

        def read(data: bytes) -> None:
            # Only if the call is pending after the read was it this thread's memory.
            why = _GONE if self._held.pending(seq) is not call else "" if data else _NOTHING
            self._tell(MemoryRead(seq, address, size, b"" if why else data, time.monotonic_ns(), written, why))

        self._later(lambda: memory.read(address, size), read)


def _write(call: HeldCall, address: int, data: bytes) -> str:
    """Write, and return why that is not possible; empty when it was."""
    try:
        written = call.thread.memory.write(address, data)
    except OSError as error:
        return f"{address:#x} can't be written: {os.strerror(error.errno or 0)}"
    if written < len(data):
        return f"only {written} of {len(data)} bytes could be written at {address:#x}"
    _note(call, address, data)
    return ""


def _note(call: HeldCall, address: int, data: bytes) -> None:
    """Keep what is there now: other answers rest on the copy, and the recording says what the kernel has read."""
    segments, changed = list(call.segments), [(address, data)]
    for index, (start, copied) in enumerate(segments):
        if start <= address < start + len(copied):
            at = address - start
            segments[index] = (start, copied[:at] + data[: len(copied) - at] + copied[at + len(data) :])
            changed = [segments[index]]
    call.segments, call.written = segments, [*call.written, *changed]
