"""strace's `-e QUALIFIER=SET`, and its long options of the same meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from seccomp_tui.cli import completion, ruling
from seccomp_tui.session.wanted import QUIETED, STATUSES
from seccomp_tui.syscalls import arch, signals
from seccomp_tui.syscalls.memory import DETAILS

if TYPE_CHECKING:
    from seccomp_tui.syscalls import sets

_SYNONYMS = {
    "trace": ("t",),
    "decode-fds": ("decode-fd",),
    "signal": ("signals", "s"),
    "status": (),
    "quiet": ("silent", "silence", "q"),
    **dict.fromkeys(ruling.INJECTIONS, ()),
}
_BY_WORD = {word: kind for kind, others in _SYNONYMS.items() for word in (kind, *others)}
_PARAMETERS = {"trace": "trace", "decode-fds": "descriptors", "signal": "signals", "status": "status", "quiet": "quiet"}
"""What the values are called in the commands."""
_HELP = {
    "trace": "Trap only these calls, in strace's grammar: names, %file, /regex, !set; the last one counts."
    " Everything else runs at full speed and is not seen. Default: all.",
    "decode-fds": "What is printed of descriptors, chosen one by one: path, socket, dev, pidfd, with commas between;"
    " all; none; !SET. -y is path, -yy is all.",
    "signal": "Print only these signals, such as TERM,INT; all; none; !SET.",
    "status": "Print only calls that ended so: successful, failed, unfinished, unavailable, with commas between; all;"
    " none; !SET. A call whose result is not known is unfinished and unavailable alike.",
    "quiet": "Leave out messages: attach (the hint on results), exit, path-resolution, with commas between; all; none;"
    " !SET.",
}
_LAID_DOWN = (
    "Show and record only these of the calls that come, in strace's grammar: names, %file, /regex, !set; the last one"
    " counts. All others go on. Default: all."
)
"""Of trace, where the filter is another's."""

_COMPLETERS = {"trace": completion.system_calls}


def options(*kinds: str, rules: bool = False, laid_down: bool = False) -> Callable[[Any], Any]:
    """Return a decorator that gives a command `-e` with these qualifiers, and their long options.

    Args:
        rules: `-e` has also those that give rules, whose long options are made elsewhere.
        laid_down: which calls trap was decided by another.
    """
    short = (*kinds, *ruling.INJECTIONS) if rules else kinds

    def give(command: Any) -> Any:
        for kind in reversed(kinds):
            described = _LAID_DOWN if laid_down and kind == "trace" else _HELP[kind]
            long = click.option(
                f"--{kind}", _PARAMETERS[kind], metavar="SET", callback=_long(kind), help=described,
                shell_complete=_COMPLETERS.get(kind),
            )  # fmt: skip
            command = long(command)
        words = ", ".join(f"{kind}=SET" for kind in short)
        bare = " Without a qualifier: trace." if "trace" in kinds else ""
        return click.option(
            "-e", "qualified", metavar="QUALIFIER=SET", multiple=True, callback=_short(short),
            help=f"The same as --QUALIFIER=SET: {words}.{bare}", shell_complete=_COMPLETERS.get(kinds[0]),
        )(command)  # fmt: skip

    return give


def merged(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with what `-e` says in the place of long options that were not given."""
    qualified = options.pop("qualified")
    return options | {name: value for name, value in qualified.items() if options.get(name) is None}


def _long(kind: str) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    return lambda context, parameter, text: None if text is None else _READERS[kind](text)


def _short(kinds: tuple[str, ...]) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, Any]]:
    def read(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {ruling.INJECTED: [()] * len(values)} if ruling.INJECTIONS[0] in kinds else {}
        for at, value in enumerate(values):
            word, equals, text = value.partition("=")
            kind = _BY_WORD.get(word) if equals else "trace"
            if kind not in kinds:
                known = ", ".join(f"{kind}=SET" for kind in kinds)
                raise click.BadParameter(f"-e {word}= is not known; {context.info_name} has -e {known}")
            if kind in ruling.INJECTIONS:
                found[ruling.INJECTED][at] = ruling.injection(kind, text)
            else:
                found[_PARAMETERS[kind]] = _READERS[kind](text if equals else value)
        return found

    return read


def _trace(text: str) -> sets.Selection:
    from seccomp_tui.syscalls import sets

    try:
        return sets.parse(text, arch.supported(arch.native()))
    except sets.TraceError as error:
        raise click.BadParameter(str(error)) from None


def _chosen(kind: str, known: Iterable[str]) -> Callable[[str], frozenset[str]]:
    """Return what reads a set of words."""
    every = frozenset(known)

    def read(text: str) -> frozenset[str]:
        listed = text.removeprefix("!")
        names = {"all": every, "none": frozenset[str]()}.get(listed) if listed in ("all", "none") else None
        if names is None:
            names = frozenset(listed.split(","))
        if names - every:
            raise click.BadParameter(f"--{kind}={text}: takes all, none, or of {', '.join(sorted(every))}")
        return every - names if text.startswith("!") else names

    return read


def _signals(text: str) -> frozenset[int]:
    every = frozenset(range(1, signals.HIGHEST + 1))
    listed = text.removeprefix("!")
    numbers = every if listed == "all" else frozenset(_signal(word) for word in listed.split(",") if listed != "none")
    return every - numbers if text.startswith("!") else numbers


def _signal(word: str) -> int:
    plain = word.isascii() and word.isdigit()
    number = int(word) if plain and len(word) < 4 else None if plain else signals.number(word.upper())
    if number is None or not 1 <= number <= signals.HIGHEST:
        raise click.BadParameter(f"invalid signal '{word}'")
    return number


_READERS: dict[str, Callable[[str], Any]] = {
    "trace": _trace,
    "decode-fds": _chosen("decode-fds", DETAILS),
    "signal": _signals,
    "status": _chosen("status", STATUSES),
    "quiet": _chosen("quiet", QUIETED),
}
