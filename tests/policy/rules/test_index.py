"""The index of the rules finds all that match, and no rule is answered by another for it."""

from __future__ import annotations

import fnmatch
import re

from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.policy.calls import CallView
from seccomp_tui.policy.expression import ExpressionError, parse
from seccomp_tui.policy.rules import Compiled, Matcher, Rule, RuleSet, compiled, literals
from seccomp_tui.policy.rules.index import Index
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import X86_64
from seccomp_tui.syscalls.memory import RecordedMemory, Segment
from tests.policy import expressions

PATTERNS = st.lists(
    st.sampled_from(
        [
            *(
                "/etc",
                "hosts",
                "a",
                "b",
                "?",
                "*",
                "+",
                "{0,1}",
                "{2}",
                "{",
                "}",
                ".",
                "^",
                "$",
                "[ab]",
                "[]a]",
                "[^b",
                "]",
            ),
            *(
                "(a)?",
                "(ab)",
                "(",
                ")",
                "|",
                r"\.",
                r"\d",
                r"\x61",
                r"\\",
                r"\[",
                r"\141",
                r"\1",
                "(?i)",
                "(?:b)*",
                "!",
            ),
        ]
    ),
    max_size=8,
).map("".join)
TEXTS = st.lists(st.sampled_from(["/etc", "hosts", "a", "b", ".", "\\", "[", "1", "{", "}"]), max_size=8).map("".join)


@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=20))
def test_what_a_regular_expression_needs_is_in_all_that_it_matches(pattern: str, texts: list[str]) -> None:
    try:
        compiled = re.compile(pattern.encode())
    except (re.error, OverflowError):
        return
    literal = literals.of_regex(pattern.encode())
    for text in texts:
        if compiled.search(text.encode()):
            assert literal in text.encode()


@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=20))
def test_what_a_shell_pattern_needs_is_in_all_that_it_matches(pattern: str, texts: list[str]) -> None:
    literal = literals.of_glob(pattern.encode())
    for text in texts:
        if fnmatch.fnmatchcase(text, pattern):
            assert literal in text.encode()


def test_something_is_needed_by_the_usual_patterns() -> None:
    assert literals.of_regex(rb"^/etc/passwd$") == b"/etc/passwd"
    assert literals.of_regex(rb"lib[a-z]+\.conf(\.[0-9]+)*$") == b".conf"
    assert literals.of_regex(rb"/home/.*/\x2essh/id") == b"/home/"
    assert literals.of_glob(b"/home/*/.ssh/*") == b"/home/"


def rule(text: str, nth: str = "") -> Compiled | None:
    from seccomp_tui.policy.rules.nth import parse as which

    try:
        expression = parse(text, answered=False)
    except ExpressionError:
        return None
    return Compiled(Rule(text, "allow", nth), expression, ALLOW, which(nth) if nth else None)


rules = st.builds(rule, expressions.texts, st.sampled_from(["", "", "1", "2+", "1+2"])).filter(bool)


@given(st.lists(rules, max_size=12), st.lists(expressions.calls, min_size=1, max_size=6))
def test_the_index_changes_no_outcome(listed: list[Compiled], calls: list[expressions.Random]) -> None:
    indexed, plain = RuleSet(listed), RuleSet(listed)
    matchers = {key: indexed.for_call(*key) for key in {call[0] for call in calls}}
    for call in calls * 2:
        (arch, nr), args, copied, pid, tid, comm, exe, startup, _ = call
        for memory in (copied, *([segment] for segment in copied)):  # one piece alone is remembered as it is
            view = CallView(arch, nr, args, RecordedMemory(memory), pid, tid, comm, exe, startup)
            found = asked(matchers[arch, nr], arch, nr, args, memory, view, tid)
            wanted = first_of_all(plain, view, tid, arch << 32 | nr)
            assert found == wanted


def asked(
    matcher: Matcher | None, arch: int, nr: int, args: list[int], memory: list[Segment], view: CallView, tid: int
) -> int | None:
    if matcher is None:
        return None
    active = matcher.first(lambda: view, tid, arch << 32 | nr, matcher.candidates(args, memory))
    return active.id if active else None


def first_of_all(rules: RuleSet, view: CallView, tid: int, key: int) -> int | None:
    """Ask one rule after the other, each as it is written."""
    for active in rules._active:
        if active.enabled and active.expression.matches(view) and (active.nth is None or active.due(tid, key)):
            return active.id
    return None


def test_rules_that_need_another_value_are_not_asked() -> None:
    token, openat = X86_64.token, numbers.number(X86_64.token, "openat")
    assert openat is not None
    written = [
        *('path == "/etc/hosts"', 'path ~ "^/etc/passwd"', 'path glob "*/shadow*"', 'path has "group"', "fd == 3"),
        *('path in ("/a", "/etc/hosts") and flags has O_CREAT', 'path == "/a" or path ~ "/hosts$"', "not startup"),
        *('comm == "ls" and path == "/a"', 'comm == "ls"', "port == 80", 'path ~ "h.sts"', 'pathname == "/a"'),
    ]
    index = Index(token, openat, [parse(text) for text in written])
    segments = [(0x1000, b"/etc/hosts\0")]
    assert [written[place] for place in index.find([0, 0x1000, 0, 0, 0, 0], segments)] == [
        'path == "/etc/hosts"',
        'path in ("/a", "/etc/hosts") and flags has O_CREAT',
        'path == "/a" or path ~ "/hosts$"',
        "not startup",
        'comm == "ls"',
        'path ~ "h.sts"',
    ]
    assert list(index.find([0, 0x1000, 0, 0, 0, 0], segments)) == list(index.find([0, 0x1000, 0, 0, 0, 0], segments))


@given(st.lists(st.sampled_from([b"/a", b"/ab", b"/b", b"/etc/x", b"/etc/y", b"", b"a" * 600]), max_size=20))
def test_what_is_remembered_of_a_path_is_of_that_path(paths: list[bytes]) -> None:
    token, openat = X86_64.token, numbers.number(X86_64.token, "openat")
    assert openat is not None
    written = [
        'path == "/a"',
        'path ~ "^/ab"',
        'openat and path glob "/etc/*"',
        'path in ("/b", "/ab")',
        'path has "aaaa"',
    ]
    rules = RuleSet(compiled(Rule(text, "allow")) for text in written)
    matcher = rules.for_call(token, openat)
    for address, path in enumerate(paths, start=0x1000):
        args, memory = [0, address, 0, 0, 0, 0], [(address, path + b"\0")]
        view = CallView(token, openat, args, RecordedMemory(memory), 1, 2, b"", b"", False)
        assert asked(matcher, token, openat, args, memory, view, 2) == first_of_all(
            rules, view, 2, token << 32 | openat
        )
