"""What a call has returned, as strace writes it behind the `=`, as far as the number alone tells."""

from __future__ import annotations

from . import errnos, prototypes
from .arch import ARCHES
from .kinds.returned import number

_ERRNO_MAX = 4095


def errno_of(value: int) -> int:
    """Return the errno that a result means, 0 for none."""
    return -value if -_ERRNO_MAX <= value < 0 else 0


def text(name: str, arch: int | None, value: int) -> str:
    """Return a result: `3`, `0x7f12a3c4d000`, `-1 ENOENT (No such file or directory)`.

    What it means, and what memory tells of it, is left to `Decoder.result`.

    Args:
        name: of the call.
        arch: AUDIT_ARCH_* token; None where that does not matter.
        value: what it returned, signed.
    """
    failed = errno_of(value)
    if failed:
        return errnos.result_text(failed)
    prototype = prototypes.find(name, arch)
    word = ARCHES[arch].word if arch in ARCHES else 8
    return number(prototype.result if prototype else "", value, word)
