"""Rules in TOML files: read with errors that name line and field, and written back with the user's comments.

```
[[rule]]
when = "getdents64"
answer = "errno ENOSPC"
nth = "3"
```
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from seccomp_tui.policy.rule import Rule

from .rule import Compiled, RuleError, compiled

RULE = "rule"
_HEADER = re.compile(r"\s*\[\[\s*(?:rule|\"rule\"|'rule')\s*\]\]\s*(?:#.*)?\Z")
_NAMED = re.compile(r"field `(?P<unknown>\w+)`|`\$\.(?P<typed>\w+)`")
_AT_LINE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)\Z")
FIELDS = tuple(field.encode_name for field in msgspec.structs.fields(Rule) if field.name != "id")
"""The fields of a rule in a file."""


class FileError(ValueError):
    """A file of rules that can't be read; the message is one line with file, line (unless that is 0) and field."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(f"{name}:{line}: {reason}" if line else f"{name}: {reason}")
        self.line = line


def read(path: Path) -> list[Compiled]:
    """Return the rules of a file.

    Raises:
        FileError: it can't be read, or has none.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FileError(str(path), 0, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FileError(str(path), line, "not UTF-8, which TOML is") from None
    return parse(text, str(path))


def parse(text: str, name: str) -> list[Compiled]:
    """Return the rules of a file's text.

    Args:
        name: of the file, for errors.

    Raises:
        FileError: it is no such file.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at["line"]) if at and at["line"] else text.count("\n") + 1
        raise FileError(name, line, _AT_LINE.sub("", str(error))) from None
    tables = content.get(RULE, [])
    listed = isinstance(tables, list) and all(isinstance(table, dict) for table in tables)
    wrong = next((key for key in content if key != RULE or not listed), None)
    if wrong is not None:
        raise FileError(name, _line(text, lambda read: wrong in read), f"{wrong}: a file of rules has [[rule]] only")
    return [_compiled(text, name, tables, at) for at in range(len(tables))]


def _compiled(text: str, name: str, tables: list[dict[str, Any]], at: int) -> Compiled:
    """Return rule `at` (from 0)."""
    field, table = RULE, tables[at]
    try:
        unknown = [key for key in table if key not in FIELDS]
        if unknown:
            field = unknown[0]
            raise RuleError(field, f"unknown field: expected {', '.join(FIELDS)}")
        return compiled(_converted(table))
    except msgspec.ValidationError as error:
        named = _NAMED.search(str(error))
        missing = named["unknown"] if named else None
        field = (named["typed"] if named else None) or RULE
        reason = f"{missing} is missing" if missing else str(error).partition(" - at ")[0].replace("`", "")
        message = f"{field}: {reason}"
    except RuleError as error:
        field, message = error.field, str(error)

    def there(read: dict[str, Any]) -> bool:
        rules = read.get(RULE, [])
        return len(rules) > at and (field == RULE or field in rules[at])

    raise FileError(name, _line(text, there), message)


def _converted(table: dict[str, Any]) -> Rule:
    nth = table.get("nth")
    plain = table | {"nth": str(nth)} if type(nth) is int else table
    return msgspec.convert(plain, Rule)


def _line(text: str, there: Callable[[dict[str, Any]], bool]) -> int:
    """Return the line, from 1, on which something begins: the first that must be read for it to be there."""
    lines = text.splitlines(keepends=True)
    complete = 0
    for end in range(1, len(lines) + 1):
        try:
            read = tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if there(read):
            return complete + 1
        complete = end
    return len(lines)


# --- writing ---


def save(path: Path, rules: Sequence[Rule]) -> None:
    """Write rules into a file, which keeps its comments; it is replaced as a whole or not at all.

    Raises:
        OSError: it can't be written.
        FileError: what is there now is no file of rules.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    parse(before, str(path))
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(updated(before, rules), encoding="utf-8")
        if path.exists():
            fresh.chmod(path.stat().st_mode & 0o7777)
        os.replace(fresh, os.path.realpath(path))
    finally:
        fresh.unlink(missing_ok=True)


def updated(text: str, rules: Sequence[Rule]) -> str:
    """Return the text of a file with these rules in the place of those that it has.

    A rule that is there, or was changed in part, keeps its comments and the way it is written.
    """
    preamble, blocks = _blocks(text)
    left = [(block, _converted(tomllib.loads(block)[RULE][0])) for block in blocks]
    parts = [preamble.rstrip("\n") + "\n"] if preamble.strip() else []
    chosen = _chosen([rule for _, rule in left], rules)
    parts += [_written(left[at][0] if at >= 0 else "", rule) for rule, at in zip(rules, chosen, strict=True)]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _blocks(text: str) -> tuple[str, list[str]]:
    """Return what stands before the rules, and each rule with the comment lines right above it.

    Where the rules are written in another way than one after the other under [[rule]] each is made anew.
    """
    lines = text.splitlines(keepends=True)
    starts = []
    for at, line in enumerate(lines):
        if _HEADER.match(line):
            start = at
            while start and lines[start - 1].lstrip().startswith("#"):
                start -= 1
            starts.append(start)
    blocks = ["".join(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]
    tables = tomllib.loads(text).get(RULE, [])
    try:
        alone = [tomllib.loads(block)[RULE] for block in blocks]
    except tomllib.TOMLDecodeError:
        alone = []
    if alone != [[table] for table in tables]:
        return "", [_fresh(_converted(table)) for table in tables]
    return "".join(lines[: starts[0]]) if starts else text, blocks


def _chosen(before: Sequence[Rule], rules: Sequence[Rule]) -> list[int]:
    """Return for each rule the place of the one that it was before; -1: it is new."""
    plain = [msgspec.structs.replace(rule, id=0) for rule in rules]
    chosen = [-1] * len(rules)
    free = set(range(len(before)))
    for alike in (_whole, _condition, _answer):
        for at, rule in enumerate(plain):
            if chosen[at] < 0:
                chosen[at] = next((old for old in sorted(free) if alike(before[old]) == alike(rule)), -1)
                free.discard(chosen[at])
    return chosen


def _whole(rule: Rule) -> object:
    return rule


def _condition(rule: Rule) -> object:
    return rule.when


def _answer(rule: Rule) -> object:
    return rule.answer, rule.name


def _fresh(rule: Rule) -> str:
    return _written("", rule)


def _written(block: str, rule: Rule) -> str:
    """Return the text of a rule, made of what it was written as before."""
    import tomlkit

    head, tail = _parted(block or f"[[{RULE}]]\n")
    document = tomlkit.parse(head)
    table: Any = document[RULE][0]
    before = msgspec.to_builtins(_converted(table.unwrap())) if block else {}
    after = {name: value for name, value in msgspec.to_builtins(rule).items() if name != "id"}
    defaults = {field.encode_name: field.default for field in msgspec.structs.fields(Rule)}
    for name in FIELDS:
        value = after.get(name, defaults[name])
        if value == before.get(name, defaults[name]):
            continue
        table[name] = tomlkit.string(value, literal=_literal(value)) if isinstance(value, str) else value
    return tomlkit.dumps(document) + tail


def _parted(block: str) -> tuple[str, str]:
    """Return a rule's lines up to the last that says something, and the blank lines and comments behind it."""
    lines = block.splitlines(keepends=True)
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    head = "".join(lines[:end])
    return head if head.endswith("\n") else head + "\n", "".join(lines[end:])


def _literal(value: str) -> bool:
    """Tell whether a string is easier to read between single quotes."""
    return ("\\" in value or '"' in value) and "'" not in value and value.isprintable()
