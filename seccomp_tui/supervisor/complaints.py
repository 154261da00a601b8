"""Lines for the user on standard error, where there may be nobody to read them."""

from __future__ import annotations

import contextlib
import os


def complain(text: str) -> None:
    """Say one line on standard error."""
    with contextlib.suppress(OSError):
        os.write(2, f"seccomp-tui: {text}\n".encode(errors="backslashreplace"))
