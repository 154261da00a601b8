"""Expressions for a rule made from a call: from that very call up to its whole system call, each true of the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seccomp_tui.policy.calls import CallView
from seccomp_tui.policy.expression import ExpressionError, parse
from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.syscalls import arguments, prototypes
from seccomp_tui.syscalls.memory import Memory

_TEXTS = ("path", "string")
_NAMED = (
    *(
        "flags",
        "enum",
        "commented_enum",
        "named",
        "ioctl_request",
        "signal",
        "socket_option",
        "protocol",
        "clone_flags",
    ),
    *("mmap_flags", "mount_flags", "memfd_flags", "long_flags", "futex_op", "long_signal", "file_mode"),
)
"""Kinds whose values have names."""
_NUMBERED = ("mode", "int", "uint", "fd", "pid", "uid", "gid")
"""Kinds whose numbers say what a call does. What else there is, addresses and sizes, is new at each call."""
_OCTAL = ("mode", "file_mode")
_ANCHORS = ("fd", "module_fd")
_MARKED = b"*?["


class Rung(NamedTuple):
    """One expression of the ladder.

    Attributes:
        what: which calls it is true of.
        expression: as it is written.
    """

    what: str
    expression: str


def ladder(arch: int, nr: int, args: Sequence[int], memory: Memory) -> list[Rung]:
    """Return the expressions from the narrowest to the widest; what is not true of the call is left out.

    Args:
        arch, nr, args: as in the notification.
        memory: what was copied of the caller's memory.
    """
    view = CallView(arch, nr, args, memory, 0, 0, b"", b"", False)
    call = view.call
    address = [text for text in (_compared(view, "addr"), _port(view)) if text] if _names_address(arch, nr) else []
    deciding = list(_deciding(arch, nr, args, view))
    rungs = [Rung("this call", _all(call, *deciding, *address))]
    path = view.text("path")
    if path is not None:
        rungs.append(Rung("same path", _all(call, f"path == {quoted(path)}")))
        folder, slash, _ = path.rpartition(b"/")
        if slash:
            rungs.append(Rung("same folder", _all(call, f"path glob {quoted(_escaped(folder + slash) + b'*')}")))
    if address:
        rungs.append(Rung("same address and port" if len(address) > 1 else "same address", _all(call, *address)))
        if len(address) > 1:
            rungs += [Rung("same address", _all(call, address[0])), Rung("same port", _all(call, address[1]))]
    rungs.append(Rung("same system call", call))
    return list(_proven(rungs, view))


def _proven(rungs: Sequence[Rung], view: CallView) -> Iterator[Rung]:
    """Yield those that are true of the call and say something new."""
    names = {rung.expression: rung.what for rung in rungs}  # of two that say the same, the wider is the right name
    return (Rung(what, expression) for expression, what in names.items() if _true(expression, view))


def _true(text: str, view: CallView) -> bool:
    try:
        return parse(text, answered=False).matches(view)
    except ExpressionError:
        return False


def _deciding(arch: int, nr: int, args: Sequence[int], view: CallView) -> Iterator[str]:
    """Yield conditions on the arguments that say what a call does."""
    found = arguments.find(arch, nr)
    words = found.words(args)
    prototype = prototypes.find(view.call, arch)
    described = (prototype and prototype.arguments) or ()
    anchored = view.text("path") is not None
    lengths = {option for argument in described if argument.direction for option in argument.options}
    for index, argument in enumerate(described):
        value = found.find(argument.name, words)
        if value is None or value.direction == "out" or argument.name in lengths:
            continue
        if not (anchored and value.kind in _ANCHORS):
            conditions = _conditions(value, index, words, view)
            condition = next((condition for condition in conditions if condition and _true(condition, view)), "")
            if condition:
                yield condition


def _conditions(value: arguments.Value, index: int, words: Sequence[int], view: CallView) -> Iterator[str]:
    """Yield what may be said of an argument, the best first."""
    name, kind = value.name, value.kind
    if kind in _TEXTS:
        yield _compared(view, name)
    if kind in _NAMED and (shown := view.text(name)):
        yield f"{name} == {shown.decode('ascii', 'replace')}"
    if kind in _NAMED or kind in _NUMBERED:
        number = view.number(name)
        if number is not None:
            yield f"{name} == " + (f"0{number:o}" if kind in _OCTAL and number else str(number))
        if index < len(words):
            yield f"arg{index} == {words[index]}"  # where a field has the argument's name


def _compared(view: CallView, field: str) -> str:
    text = view.text(field)
    return "" if text is None else f"{field} == {quoted(text)}"


def _port(view: CallView) -> str:
    port = view.number("port")
    return "" if port is None else f"port == {port}"


def _names_address(arch: int, nr: int) -> bool:
    return arguments.find(arch, nr).first("sockaddr", "msghdr") is not None


def _escaped(path: bytes) -> bytes:
    """Return a path as a shell pattern that matches it alone."""
    return b"".join(b"[%c]" % byte if byte in _MARKED else b"%c" % byte for byte in path)


def _all(*conditions: str) -> str:
    return " and ".join(conditions)
