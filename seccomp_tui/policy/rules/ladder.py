"""From one call to its like: expressions that match it, each more than the one before."""

from __future__ import annotations

from collections.abc import Iterator

from seccomp_tui.policy.expression import View, parse
from seccomp_tui.policy.expression.quoting import quoted


def ladder(view: View) -> list[tuple[str, str]]:
    """Return what a rule made from a call may be about: a label and an expression, the narrowest first."""
    return [(label, text) for label, text in _rungs(view) if parse(text, answered=False).matches(view)]


def _rungs(view: View) -> Iterator[tuple[str, str]]:
    path, address, port = view.text("path"), view.text("addr"), view.number("port")
    if path is not None:
        yield "same path", f"{view.call} and path == {quoted(path)}"
        folder = path.rpartition(b"/")[0]
        if folder:
            yield "same folder", f"{view.call} and path glob {quoted(_literal(folder) + b'/*')}"
    if address is not None:
        if port is not None:
            yield "same address", f"{view.call} and addr == {quoted(address)} and port == {port}"
            yield "same port", f"{view.call} and port == {port}"
        yield "same host", f"{view.call} and addr == {quoted(address)}"
    yield "same system call", view.call


def _literal(path: bytes) -> bytes:
    """Return a path as a pattern that stands for itself."""
    return b"".join(b"[%c]" % byte if byte in b"*?[" else bytes([byte]) for byte in path)
