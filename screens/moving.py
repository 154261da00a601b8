"""The commands that move a cursor, whatever it is in."""

from __future__ import annotations


class Moving:
    """Moves the cursor of the list that a screen says."""

    def _move(self, where: str) -> None:
        """Move it: "up", "down", "page_up", "page_down", "first" or "last"."""
        raise NotImplementedError

    def do_cursor_up(self) -> None:
        """Go one line up."""
        self._move("up")

    def do_cursor_down(self) -> None:
        """Go one line down."""
        self._move("down")

    def do_cursor_page_up(self) -> None:
        """Go one page up."""
        self._move("page_up")

    def do_cursor_page_down(self) -> None:
        """Go one page down."""
        self._move("page_down")

    def do_cursor_first(self) -> None:
        """Go to the first line."""
        self._move("first")

    def do_cursor_last(self) -> None:
        """Go to the last line."""
        self._move("last")
