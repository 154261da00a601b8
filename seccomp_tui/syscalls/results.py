"""What a call has returned, as strace writes it behind the `=`."""

from __future__ import annotations

from . import errnos, prototypes

_ERRNO_MAX = 4095
_HEX = ("ptr", "addr")
_OCTAL = ("mode",)


def errno_of(value: int) -> int:
    """Return the errno that a result means, 0 for none."""
    return -value if -_ERRNO_MAX <= value < 0 else 0


def text(name: str, arch: int | None, value: int) -> str:
    """Return a result: `3`, `0x7f12a3c4d000`, `-1 ENOENT (No such file or directory)`.

    Args:
        name: of the call.
        arch: AUDIT_ARCH_* token; None where that does not matter.
        value: what it returned, signed.
    """
    failed = errno_of(value)
    if failed:
        return errnos.result_text(failed)
    prototype = prototypes.find(name, arch)
    kind = prototype.result if prototype else ""
    if kind in _HEX:
        return f"{value & (1 << 64) - 1:#x}"
    if kind in _OCTAL:
        return f"0{value:o}" if value else "000"
    return str(value)
