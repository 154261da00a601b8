"""What a pressed key sends to the target's terminal. Pure."""

from __future__ import annotations

_CURSOR = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_TILDE = {
    "insert": 2,
    "delete": 3,
    "pageup": 5,
    "pagedown": 6,
    "f5": 15,
    "f6": 17,
    "f7": 18,
    "f8": 19,
    "f9": 20,
    "f10": 21,
    "f11": 23,
    "f12": 24,
}
_SS3 = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_PLAIN = {
    "enter": b"\r",
    "escape": b"\x1b",
    "backspace": b"\x7f",
    "ctrl+h": b"\x08",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "space": b" ",
    "ctrl+@": b"\x00",
    "ctrl+space": b"\x00",
}
_CONTROL = {
    "left_square_bracket": 0x1B,
    "backslash": 0x1C,
    "right_square_bracket": 0x1D,
    "circumflex_accent": 0x1E,
    "underscore": 0x1F,
    "at": 0x00,
}
_MODIFIERS = {"shift": 1, "alt": 2, "ctrl": 4}


def encode(key: str, character: str | None, *, application: bool) -> bytes:
    """Return the bytes that a key sends, empty when it sends none.

    Args:
        key: Textual's name of the key, with its modifiers.
        character: what it prints, if anything.
        application: the target wants application cursor keys (DECCKM).
    """
    if key in _PLAIN:
        return _PLAIN[key]
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    level = sum(_MODIFIERS.get(modifier, 0) for modifier in set(modifiers))
    if sequence := _function(name, level, application):
        return sequence
    prefix = b"\x1b" if "alt" in modifiers else b""
    if "ctrl" in modifiers:
        code = _CONTROL.get(name)
        if code is None and len(name) == 1 and name.isalpha():
            code = ord(name.lower()) & 0x1F
        return b"" if code is None else prefix + bytes([code])
    if prefix and name in _PLAIN:
        return prefix + _PLAIN[name]
    if prefix and len(name) == 1:
        return prefix + (name.upper() if "shift" in modifiers else name).encode()
    if character is not None and (character.isprintable() or len(character) == 1):
        return prefix + character.encode("utf-8", "replace")
    return b""


def _function(name: str, level: int, application: bool) -> bytes:
    """Return the sequence of an arrow or function key, with its modifiers as xterm sends them."""
    if name in _CURSOR:
        if level:
            return f"\x1b[1;{level + 1}{_CURSOR[name]}".encode()
        return f"\x1b{'O' if application else '['}{_CURSOR[name]}".encode()
    if name in _SS3:
        return f"\x1b[1;{level + 1}{_SS3[name]}".encode() if level else f"\x1bO{_SS3[name]}".encode()
    if name in _TILDE:
        return f"\x1b[{_TILDE[name]}{f';{level + 1}' if level else ''}~".encode()
    return b""


def paste(text: str, *, bracketed: bool) -> bytes:
    """Return the bytes of pasted text: line ends as the enter key sends them, in brackets where they are wanted."""
    data = text.replace("\r\n", "\r").replace("\n", "\r").encode("utf-8", "replace")
    if not bracketed:
        return data
    return b"\x1b[200~" + data.replace(b"\x1b[201~", b"") + b"\x1b[201~"
