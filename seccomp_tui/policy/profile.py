"""A seccomp profile from what a program did: the JSON that Docker, podman, Kubernetes and the OCI runtimes read.

It says `architectures` and not Docker's `archMap`: all of them know that, and it is the whole of an OCI configuration's
`linux.seccomp`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from seccomp_tui.policy.answers import Kind
from seccomp_tui.syscalls import errnos, numbers, prototypes
from seccomp_tui.syscalls.arch import AARCH64, ARCHES, I386, X86_64

DEFAULTS = {
    "errno": "SCMP_ACT_ERRNO",
    "kill": "SCMP_ACT_KILL_PROCESS",
    "log": "SCMP_ACT_LOG",
    "notify": "SCMP_ACT_NOTIFY",
}
"""What becomes of a call that the program has not made."""
_EPERM = 1
_ALLOWED, _MADE_UP = (Kind.ALLOW, Kind.PERFORM), (Kind.RETURN, Kind.FD)
_ARCHITECTURES = {
    X86_64.token: ("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"),
    I386.token: ("SCMP_ARCH_X86",),
    AARCH64.token: ("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"),
}
"""For each architecture what its kernel takes besides, as Docker's own profile has it: with a filter that does not know
them, libseccomp lets their calls kill."""
_LOW = 0xFFFFFFFF
PLAIN = (
    *("enum", "commented_enum", "named", "flags", "mmap_flags", "memfd_flags", "clone_flags", "protocol"),
    *("socket_option", "ioctl_request", "futex_op", "persona"),
)
"""Kinds of arguments that are plain numbers of 32 bits: the filter sees all that they say, and nobody changes it."""
MOST_VALUES = 4
"""An argument that has had more values is no condition."""
_MOST_COMBINATIONS = 8
_NEVER_NOTIFIED = "write"
"""The runtime hands the listener on with it."""


@dataclass(frozen=True, slots=True)
class Use:
    """What one system call of an architecture was answered with, how often.

    Attributes:
        arch, nr: the call.
        kind, value: of the answer, where it is an errno its number; else 0.
        count: how often.
        first: number of the first of these calls.
        who: name and id of the process that made it.
    """

    arch: int
    nr: int
    kind: Kind
    value: int
    count: int
    first: int
    who: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """The values that plain arguments of a call have had.

    Attributes:
        indexes: which of its words they are.
        combinations: what they were together.
    """

    indexes: tuple[int, ...]
    combinations: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of profile is wanted.

    Attributes:
        default: of `DEFAULTS`.
        runtime: what the runtime itself needs is allowed as well.
        listener: socket of who answers what is notified.
        conditions: by name of a call, what its plain arguments must be.
    """

    default: str = "errno"
    runtime: bool = False
    listener: str = ""
    conditions: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile, and why it is so.

    Attributes:
        content: what is written as JSON.
        reasons: lines of text.
    """

    content: dict[str, object]
    reasons: tuple[str, ...]


def plain_arguments(arch: int, nr: int) -> list[int]:
    """Return which words of a call are plain numbers whatever else is in it."""
    prototype = prototypes.find(numbers.name(arch, nr), arch) if nr in numbers.names(arch) else None
    words = prototype.arguments if prototype and ARCHES[arch].word == 8 else None
    return [index for index, each in enumerate(words or ()) if each.kind in PLAIN and not each.condition]


def condition(values: Mapping[int, Iterable[int]], rows: Iterable[Sequence[int]]) -> Condition | None:
    """Return the condition under which a call was made; None when its arguments have varied too much.

    Args:
        values: by word, what it has been.
        rows: what the words were together, in the order of `values`.
    """
    few = {index: set(found) for index, found in values.items() if 0 < len(set(found)) <= MOST_VALUES}
    order = list(values)
    known = [tuple(row) for row in rows]
    while few:
        at = [order.index(index) for index in few]
        combinations = tuple(sorted({tuple(row[each] for each in at) for row in known}))
        if len(combinations) <= _MOST_COMBINATIONS:
            return Condition(tuple(few), combinations)
        del few[max(few, key=lambda index: len(few[index]))]
    return None


def learn(uses: Iterable[Use], wanted: Wanted) -> Profile:
    """Return the profile under which what was allowed is allowed again, and what always failed fails again."""
    by_name: dict[str, list[Use]] = {}
    unknown = []
    for use in uses:
        if use.nr in numbers.names(use.arch):
            by_name.setdefault(numbers.name(use.arch, use.nr), []).append(use)
        else:
            unknown.append(use)
    allowed = {name for name, each in by_name.items() if any(use.kind in _ALLOWED for use in each)}
    allowed |= set(RUNTIME) if wanted.runtime else set()
    refused = {name: found for name, each in by_name.items() if name not in allowed and (found := _refusal(each))}
    rules = _allow_rules(allowed, wanted) + _refuse_rules(refused)
    arches = {use.arch for each in by_name.values() for use in each} or {X86_64.token}
    if wanted.default == "notify":
        rules.append(_rule(_notified(arches, allowed | set(refused)), "SCMP_ACT_NOTIFY"))
    reasons = [
        *_head(wanted),
        *[line for name in sorted(by_name) for line in _reasons(name, by_name[name], name in allowed, wanted)],
        *[f"not in the profile: number {use.nr} of no known call, {_times(use)}" for use in unknown],
    ]
    if wanted.runtime:
        reasons += ["", "# What the runtime itself calls once the filter is in force.", ""]
        reasons += [_line(name, why) for name, why in RUNTIME.items()]
    return Profile(_content(rules, _architectures(arches, wanted), wanted), tuple(reasons))


def _content(rules: list[dict[str, object]], architectures: list[str], wanted: Wanted) -> dict[str, object]:
    default = "errno" if wanted.default == "notify" else wanted.default
    content: dict[str, object] = {"defaultAction": DEFAULTS[default]}
    if default == "errno":
        content["defaultErrnoRet"] = _EPERM
    content["architectures"] = architectures
    if wanted.default == "notify":
        content["listenerPath"] = wanted.listener
    content["syscalls"] = rules
    return content


def _architectures(arches: Iterable[int], wanted: Wanted) -> list[str]:
    """Return the architectures that the filter knows; with conditions only those of which the arguments were seen."""
    names = [name for arch in sorted(arches, reverse=True) for name in _ARCHITECTURES[arch]]
    if wanted.conditions:
        names = [_ARCHITECTURES[arch][0] for arch in sorted(arches, reverse=True)]
    return list(dict.fromkeys(names))


def _rule(names: Iterable[str], action: str, **more: object) -> dict[str, object]:
    return {"names": sorted(names), "action": action, **more}


def _allow_rules(allowed: set[str], wanted: Wanted) -> list[dict[str, object]]:
    """Return the rules of what is allowed: outright, or with certain arguments; any one of a call's rules is enough."""
    conditions = {name: wanted.conditions[name] for name in allowed if _conditional(name, wanted)}
    outright = allowed - set(conditions)
    rules = [_rule(outright, "SCMP_ACT_ALLOW")] if outright else []
    return rules + [
        _rule([name], "SCMP_ACT_ALLOW", args=[_argument(*each) for each in zip(known.indexes, values, strict=True)])
        for name, known in sorted(conditions.items())
        for values in known.combinations
    ]


def _conditional(name: str, wanted: Wanted) -> bool:
    return name in wanted.conditions and not (wanted.runtime and name in RUNTIME)


def _argument(index: int, value: int) -> dict[str, object]:
    """Return the condition on an argument of 32 bits: the upper half of its register may hold anything."""
    return {"index": index, "value": _LOW, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ"}


def _refuse_rules(refused: Mapping[str, tuple[str, int]]) -> list[dict[str, object]]:
    by_answer: dict[tuple[str, int], list[str]] = {}
    for name, answer in refused.items():
        by_answer.setdefault(answer, []).append(name)
    return [
        _rule(names, action, **({"errnoRet": number} if number else {}))
        for (action, number), names in sorted(by_answer.items())
    ]


def _refusal(uses: Sequence[Use]) -> tuple[str, int] | None:
    """Return what a call that was never allowed is answered with; None when that was made up."""
    if any(use.kind in _MADE_UP for use in uses):
        return None
    failed = [use for use in uses if use.kind == Kind.ERRNO]
    if failed:
        return "SCMP_ACT_ERRNO", max(failed, key=lambda use: use.count).value
    return ("SCMP_ACT_KILL_PROCESS", 0) if any(use.kind == Kind.KILL for use in uses) else None


def _notified(arches: Iterable[int], known: set[str]) -> set[str]:
    """Return the calls that somebody else is to answer: runtimes take no filter that notifies of everything."""
    return {name for arch in arches for name in numbers.names(arch).values()} - known - {_NEVER_NOTIFIED}


# --- reasons ---


def _head(wanted: Wanted) -> list[str]:
    what = {
        "errno": "fails with EPERM",
        "kill": "ends the process",
        "log": "is logged and done",
        "notify": f"is answered by who listens on {wanted.listener}",
    }
    return [f"# Why each call is in the profile. What is not in it {what[wanted.default]}.", ""]


def _times(use: Use) -> str:
    times = "once" if use.count == 1 else f"{use.count} times"
    return f"{times}, first as call {use.first}{f' by {use.who}' if use.who else ''}"


def _line(name: str, why: str) -> str:
    return f"{name:<24} {why}"


def _reasons(name: str, uses: Sequence[Use], allowed: bool, wanted: Wanted) -> list[str]:
    lines = [_line(name, f"{_word(use)} {_times(use)}{_kept(use, uses, allowed)}") for use in uses]
    if allowed and _conditional(name, wanted):
        known = wanted.conditions[name]
        which = ", ".join(f"arg{index}" for index in known.indexes)
        values = "; ".join(", ".join(f"{value:#x}" for value in each) for each in known.combinations)
        lines.append(_line("", f"only with {which} = {values}"))
    return lines


def _word(use: Use) -> str:
    if use.kind == Kind.ERRNO:
        return f"failed with {errnos.name(use.value)}"
    words = {Kind.ALLOW: "allowed", Kind.PERFORM: "performed", Kind.KILL: "killed"}
    return words.get(use.kind, "answered with something made up")


def _kept(use: Use, uses: Sequence[Use], allowed: bool) -> str:
    """Return what must be said of an answer that the profile does not give."""
    if use.kind in _ALLOWED:
        return ""
    if allowed:
        return ": not in the profile, it was allowed as well"
    if use.kind in _MADE_UP:
        return ": not in the profile, which can make up nothing"
    refusal = _refusal(uses)
    return "" if refusal and refusal[1] == use.value else ": not in the profile, which gives one answer"


_START, _RIGHTS, _GO = "starts the program", "gives up rights", "Go, in which runc is written, at any time"
RUNTIME: dict[str, str] = {
    "execve": f"{_START}",
    "openat": f"{_START}: the FIFO at which it waits for that, /proc/self/fd",
    "openat2": f"{_START}: the same, in newer versions",
    "write": f"{_START}: says into the FIFO that it does",
    "read": f"{_START}: hears from its parent",
    "close": f"{_START}: closes what the program shall not have",
    "close_range": f"{_START}: the same, in newer versions",
    "fcntl": f"{_START}: has descriptors closed by execve",
    "fstat": f"{_START}: looks at what it has opened",
    "fstatfs": f"{_START}: sees that /proc is really that",
    "newfstatat": f"{_START}: looks for the program in PATH",
    "statx": f"{_START}: the same, in newer versions",
    "faccessat2": f"{_START}: may it be executed",
    "getdents64": f"{_START}: lists its descriptors",
    "readlinkat": f"{_START}: where /proc/self leads",
    "chdir": f"{_START}: its working folder",
    "getcwd": f"{_START}: is the working folder inside the container",
    "getpid": f"{_START}: has its parent ended meanwhile",
    "getppid": f"{_START}: the same",
    "prctl": f"{_RIGHTS}: capabilities, no_new_privs; where that is not asked for the filter comes first",
    "capget": _RIGHTS,
    "capset": _RIGHTS,
    "setuid": _RIGHTS,
    "setgid": _RIGHTS,
    "setgroups": _RIGHTS,
    "clone": f"{_GO}: threads",
    "epoll_ctl": _GO,
    "epoll_pwait": _GO,
    "eventfd2": _GO,
    "exit": f"{_GO}: a thread's end",
    "exit_group": f"{_GO}: its end, when the program can't be started",
    "futex": f"{_GO}: threads wait for each other",
    "getrandom": _GO,
    "gettid": f"{_GO}: its threads",
    "madvise": f"{_GO}: its heap",
    "mmap": f"{_GO}: its heap",
    "munmap": f"{_GO}: its heap",
    "nanosleep": f"{_GO}: threads wait",
    "rt_sigaction": f"{_GO}: signals, by which it stops its threads",
    "rt_sigprocmask": f"{_GO}: the same",
    "rt_sigreturn": f"{_GO}: the same",
    "sched_yield": f"{_GO}: threads wait",
    "sigaltstack": f"{_GO}: stacks of signal handlers",
    "tgkill": f"{_GO}: signals, by which it stops its threads",
}
"""What runc calls between its seccomp(2) and the program's execve(2), with no_new_privs and without, and why. Found by
strace of runc 1.1; the rest is what its Go runtime may call in the meantime, or newer versions call in its stead."""
