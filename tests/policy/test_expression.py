"""The expression language: what texts mean, and what is said of those that mean nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.policy.expression import ExpressionError, fields, manual, parse
from seccomp_tui.policy.expression.comparisons import OPERATORS, Has, Matches
from seccomp_tui.policy.expression.completion import Sort, complete, texts
from seccomp_tui.policy.expression.operands import Duration, Number, Text, Words
from seccomp_tui.policy.expression.tree import And, Call, Constant, InSet, Not, Or
from seccomp_tui.policy.holding import DEFAULT, SystemCall
from seccomp_tui.syscalls import arguments
from tests.conftest import ROOT
from tests.policy import expressions

EXAMPLES = [*(kind.example for kind in OPERATORS), *(field.example for field in fields.FIELDS.values())]


def error(text: str, answered: bool = True) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(text, answered)
    return caught.value


def test_precedence_and_parentheses() -> None:
    first, second, third = Call("open"), Call("read"), Call("write")
    assert parse("open or read and write") == Or((first, And((second, third))))
    assert parse("(open or read) and write") == And((Or((first, second)), third))
    assert parse("not open and read") == And((Not(first), second))
    assert parse("not (open and read)") == Not(And((first, second)))


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("fd == 80", Number(80)),
        ("fd == 0x50", Number(80)),
        ("fd == 0120", Number(80)),
        ("fd == 0o120", Number(80)),
        ("fd == -0x1", Number(-1)),
        ("held > 1s", Duration(10**9)),
        ("held > 1.5s", Duration(1_500_000_000)),
        ("held > 200ms", Duration(200_000_000)),
        ("held > 0.1us", Duration(100)),
        ("held > 2m", Duration(120 * 10**9)),
        (r'path == "a\n\x41\101\0\"\\"', Text(b'a\nAA\0"\\')),
        ("path == 'a\"b'", Text(b'a"b')),
        ('path == "\u00e4\udcff"', Text(b"\xc3\xa4\xff")),
        ("flags has O_CREAT|O_EXCL", Words(("O_CREAT", "O_EXCL"))),
        ("errno == ENOENT", Words(("ENOENT",), 2)),
        ("state == gone", Words(("gone",), 3)),
    ],
)
def test_values(text: str, literal: object) -> None:
    parsed = parse(text)
    assert getattr(parsed, "literal", None) == literal
    assert parse(str(parsed)) == parsed


def test_a_regular_expression_keeps_its_backslashes() -> None:
    assert parse(r'path ~ "\.so\"?$"') == Matches("path", Text(rb"\.so\"?$".replace(rb"\"", b'"'), verbatim=True))


def test_what_is_a_call_and_a_field_is_told_apart_by_what_follows() -> None:
    assert parse("time") == Call("time")
    assert str(parse("time > 1s")) == "time > 1s"


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("", 1, "the expression ends here: expected a system call, a %set, a field, not or ("),
        ("openat and", 11, "the expression ends here: expected a system call"),
        ("openat and  ", 11, "the expression ends here"),
        ("opnat", 1, "unknown system call 'opnat' (did you mean 'openat'?)"),
        ("failed", 1, "unknown system call 'failed' (did you mean errno != 0?)"),
        ("strtup", 1, "unknown system call 'strtup' (did you mean 'startup'?)"),
        ("openat close", 8, "'close' can't stand here: expected and, or or the end"),
        ("openat && close", 8, "'&' can't stand here: expected and, or or the end (did you mean and?)"),
        ("fd = 1", 4, "(did you mean ==?)"),
        ('pth == "a"', 1, "unknown field 'pth' (did you mean 'path'?)"),
        ("open and (read", 15, "the expression ends here: expected and, or or )"),
        ("open)", 5, "')' can't stand here"),
        ("path", 5, "path is a field: expected an operator behind it (== != ~ glob has in)"),
        ("path ==", 8, "the expression ends here: expected a value"),
        ("path == foo", 9, "'foo' is no value of path: expected a string in quotes"),
        ("path == 3", 9, "expected a string in quotes"),
        ('path < "a"', 6, "path can't be compared by <: expected one of == != ~ glob has in"),
        ('port == "80"', 9, "expected a number"),
        ("port in 80", 9, "'80' can't stand here: expected ("),
        ("port in (80, x)", 14, "'x' is no value of port: expected a number"),
        ("fd == 1x", 7, "bad number '1x'"),
        ("fd == 08", 7, "bad number '08'"),
        ("fd == " + "9" * 60, 7, "bad number"),
        ("held > 3", 8, "expected a duration, such as 200ms or 1s"),
        ("fd > 3s", 6, "expected a number"),
        ("flags has O_CREATE", 11, "'O_CREATE' is no value of flags (did you mean 'O_CREAT'?)"),
        ("flags has O_CREAT|O_EXCK", 19, "'O_EXCK' is no value of flags (did you mean 'O_EXCL'?)"),
        ("errno == ENOENTT", 10, "(did you mean 'ENOENT'?)"),
        ("errno == ENOENT|EIO", 17, "errno has one value at a time"),
        ("read and answer == fill", 20, "'fill' is no value of answer: a fill is recorded as the return"),
        ("answer in (return, hold)", 20, "what is held now: state == held"),
        ("state == gon", 10, "'gon' is no value of state (did you mean 'gone'?)"),
        ("openat == 3", 1, "unknown field 'openat': it is a system call, which is not compared"),
        ("startup == 1", 9, "startup stands alone"),
        ("arg0 == -1", 9, "arg0 is never negative"),
        ("%fil", 1, "unknown set '%fil' (did you mean '%file'?)"),
        ('path ~ "a(b"', 10, "bad regular expression: missing ), unterminated subpattern"),
        (r'path == "ab\q"', 12, r"unknown escape: expected \n"),
        ('path == "abc', 9, "a string that does not end"),
        ("open and \u20ac", 10, "'\u20ac' can't stand here"),
        ("open\n and \x1b", 11, "character 0x1b can't stand here"),
        ("and", 1, "'and' can't stand here"),
        ("not " * 200 + "open", 205, "nested more than 50 deep"),
        ("open or " * 5000 + "open", 10000, "an expression has at most 10000 characters"),
    ],
)
def test_errors_point_at_the_column_and_say_what_was_expected(text: str, column: int, reason: str) -> None:
    found = error(text)
    assert reason in found.reason
    assert (found.column, str(found)) == (column, f"column {column}: {found.reason}")
    assert "\n" not in str(found)
    assert str(found).isprintable()


def test_the_caret_stands_under_the_mistake() -> None:
    assert error('openat and pth ~ "a"').caret() == 'openat and pth ~ "a"\n           ^^^'
    assert error("open\n\x1bx").caret() == "open  x\n     ^"


@pytest.mark.parametrize("name", [name for name, field in fields.FIELDS.items() if field.answered])
def test_fields_after_the_answer_are_refused_before_it(name: str) -> None:
    text = f"openat and {fields.FIELDS[name].example}"
    parse(text)
    found = error(text, answered=False)
    assert found.reason == f"{name} is known only after the answer: it can't be used here"
    assert found.column == text.index(name, 7) + 1


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_expressions(example: str) -> None:
    parsed = parse(example)
    assert parse(str(parsed)) == parsed


def test_every_argument_name_can_be_used() -> None:
    for name in arguments.all_names():
        assert str(parse(f"{name} == 0" if fields.find(name) == fields.argument(name) else "arg0 == 0"))


def test_the_default_is_what_it_is_written_as() -> None:
    assert parse(str(DEFAULT), answered=False) == DEFAULT
    assert str(DEFAULT) == "(%file or %network or %process or %creds) and not startup"


def test_the_parser_is_loaded_when_something_is_parsed() -> None:
    code = (
        "import sys; from seccomp_tui.policy import expression, holding; assert 'lark' not in sys.modules;"
        "expression.parse('open'); assert 'lark' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


def test_the_documentation_is_current() -> None:
    current = (ROOT / "docs" / "expressions.md").read_text()
    assert current == manual.markdown(str(DEFAULT)), "run: python tools/generate_expressions.py > docs/expressions.md"


def test_the_documentation_s_own_examples_are_expressions() -> None:
    block = manual.markdown("").split("```")[1].removeprefix("text").strip().splitlines()
    assert len(block) == 5
    for line in block:
        parse(line)


PIECES = [
    "open",
    "path",
    "==",
    "~",
    '"',
    "(",
    ")",
    "and",
    "not",
    "in",
    ",",
    "1",
    "%file",
    "|",
    "O_CREAT",
    "-",
    "\\",
    "{",
]


@settings(max_examples=300)
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_any_text_is_an_expression_or_an_error_that_points_into_it(text: str) -> None:
    found = None
    try:
        parsed = parse(text)
        assert parse(str(parsed)) == parsed
    except ExpressionError as error:
        found = error
    if found is not None:
        assert 1 <= found.column <= len(text) + 1
        assert str(found).isprintable()
        assert found.caret().count("\n") == 1


@settings(max_examples=300)
@given(expressions.texts)
def test_an_expression_can_be_written_and_read_again(text: str) -> None:
    parsed = parse(text)
    again = parse(str(parsed))
    assert again == parsed or str(again) == str(parsed)  # `a and (b and c)` keeps its parentheses


@settings(max_examples=500)
@given(expressions.texts, expressions.calls)
def test_what_is_left_for_a_system_call_means_the_same_for_its_calls(text: str, call: expressions.Random) -> None:
    expression, view = parse(text), expressions.view_of(call)
    left = expression.given(SystemCall(*call[0]))
    assert left.matches(view) is expression.matches(view)
    assert isinstance(left, Constant) or not any(str(part) in expressions.CALLS for part in str(left).split())


@settings(max_examples=300)
@given(expressions.atoms, expressions.calls)
def test_not_of_a_comparison_is_always_its_contrary(text: str, call: expressions.Random) -> None:
    view = expressions.view_of(call)
    assert parse(f"not {text}").matches(view) is not parse(text).matches(view)


# --- completion ---


def offered(text: str, answered: bool = True) -> list[str]:
    return texts(complete(text, len(text), answered))


def test_completion_of_an_operand() -> None:
    assert {"openat", "openat2", "open"} <= set(offered("open"))
    assert all(text.startswith("open") for text in offered("open"))
    assert offered("%fi") == ["%file"]
    assert offered("%%sta") == ["%%stat", "%%statfs"]
    assert {"not", "path", "openat", "%file", "flags", "errno"} <= set(offered(""))
    assert "errno" not in offered("", answered=False)
    assert "path" in offered("openat and pa")


def test_completion_of_operators_and_values() -> None:
    assert offered("path ") == ["==", "!=", "~", "glob", "has", "in"]
    assert offered("path g") == ["glob"]
    assert offered("openat ") == ["and", "or"]
    assert offered("openat an") == ["and"]
    assert offered("flags has O_CREA") == ["O_CREAT"]
    assert "O_EXCL" in offered("flags has O_CREAT|O_E")
    assert offered("state == ") == ["held", "answered", "gone"]
    assert offered("errno in (ENOENT, EAC") == ["EACCES"]
    assert offered("port < 3 ") == ["and", "or"]
    assert offered("fd =") == ["=="]
    assert offered('path == "op') == []
    assert offered("open read wri") == []


def test_completions_say_where_and_what() -> None:
    [found] = complete("openat and sta and read", 14, answered=False)[:1]
    assert (found.start, found.text, found.sort) == (11, "startup", Sort.FIELD)
    assert found.help == fields.FIELDS["startup"].help
    argument = next(each for each in complete("whe", 3) if each.text == "whence")
    assert (argument.sort, argument.help) == (Sort.ARGUMENT, "of _llseek, lseek")


@settings(max_examples=100)
@given(expressions.texts, st.integers(0, 80))
def test_what_is_offered_can_stand_there(text: str, cursor: int) -> None:
    for found in complete(text, min(cursor, len(text)))[:20]:
        assert found.start <= cursor


def test_help_for_the_screens() -> None:
    assert {row.what for row in manual.operators()} >= {"==", "~", "glob", "in", "has", "and", "or", "not"}
    assert [row.what for row in manual.fields()] == list(fields.FIELDS)
    assert "%file" in manual.sets()
    assert isinstance(parse("%file"), InSet)
    assert isinstance(parse("flags has O_CREAT"), Has)
