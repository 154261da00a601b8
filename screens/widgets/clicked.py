"""What a bar of commands says when one of them is clicked."""

from __future__ import annotations

from textual.message import Message


class Clicked(Message):
    """A command was clicked, at `time` (monotonic seconds)."""

    def __init__(self, command: str, time: float) -> None:
        super().__init__()
        self.command = command
        self.time = time
