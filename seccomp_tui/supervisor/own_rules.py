"""Rules that are a container's own: those of a file, each with the container added to its condition."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.policy.rules import Compiled, Rule, RuleError, RuleSet, compiled
from seccomp_tui.policy.rules.files import FileError, read
from seccomp_tui.syscalls.text import escape


class OwnRules:
    """Puts them before all others while the container lives, so that they are asked first.

    Args:
        rules: where they are put.
        added: called with each rule, with the number that it got.
        complain: called with a printable line about a file that can't be used.
    """

    def __init__(self, rules: RuleSet, added: Callable[[Rule], None], complain: Callable[[str], None]) -> None:
        self._rules = rules
        self._added = added
        self._complain = complain
        self._of: dict[str, list[int]] = {}

    def put(self, container: str, path: str) -> None:
        """Give a container the rules of a file, unless it has its own already."""
        if container in self._of:
            return
        try:
            theirs = [_within(container, rule) for rule in read(Path(path))]
        except (FileError, RuleError) as error:
            self._complain(escape(f"container {container} has no rules of its own: {error}".encode()))
            return
        first = self._rules.rules()[:1]
        before = first[0].id if first else None
        self._of[container] = []
        for rule in theirs:
            put = self._rules.add(rule, before)
            self._of[container].append(put.id)
            self._added(put)

    def drop(self, container: str) -> None:
        """The container has ended: remove them, as far as they are there."""
        for number in self._of.pop(container, ()):
            if any(rule.id == number for rule in self._rules.rules()):
                self._rules.remove(number)


def _within(container: str, rule: Compiled) -> Compiled:
    when = f"({rule.rule.when}) and container == {quoted(container.encode())}"
    return compiled(replace(rule.rule, when=when, id=0))
