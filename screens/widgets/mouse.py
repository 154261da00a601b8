"""What a mouse sends to the target's terminal, when the program has asked for it. Pure."""

from __future__ import annotations

from collections.abc import Container

PRESSES, DRAGS, MOVES = 1000, 1002, 1003
"""Private modes: presses and releases; also moves with a button down; all moves."""
X10 = 9
SGR = 1006
LEFT, MIDDLE, RIGHT, NONE = range(4)
WHEEL_UP, WHEEL_DOWN = 64, 65
_MOVED = 32
_FARTHEST = 223


def wanted(modes: Container[int]) -> bool:
    """Return whether the program has asked for the mouse at all.

    Args:
        modes: the private modes that are on.
    """
    return any(mode in modes for mode in (X10, PRESSES, DRAGS, MOVES))


def report(
    modes: Container[int],
    button: int,
    x: int,
    y: int,
    *,
    released: bool = False,
    moved: bool = False,
    modifiers: tuple[bool, bool, bool] = (False, False, False),
) -> bytes:
    """Return what is sent; empty when the program did not ask for this.

    Args:
        modes: the private modes that are on.
        button: which one; `NONE` while none is down.
        x: column from 0.
        y: line from 0.
        released: it was let go, not pressed.
        moved: the mouse was moved.
        modifiers: shift, meta and control are down.
    """
    if not wanted(modes) or (moved and not _moves(modes, button)):
        return b""
    shift, meta, control = modifiers
    code = button + (_MOVED if moved else 0) + 4 * shift + 8 * meta + 16 * control
    if SGR in modes:
        return f"\x1b[<{code};{x + 1};{y + 1}{'m' if released else 'M'}".encode()
    if max(x, y) + 1 > _FARTHEST:
        return b""
    code = (code & ~3) | NONE if released else code
    return b"\x1b[M" + bytes([32 + code, 33 + x, 33 + y])


def _moves(modes: Container[int], button: int) -> bool:
    return MOVES in modes or (DRAGS in modes and button != NONE)
