"""Answers of the operator become rules."""

from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.policy.replaying import Given, condition, replays, toml
from seccomp_tui.policy.rules import Rule, compiled


def answered(
    seq: int, answer: str, path: bytes | None = b"/x", name: str = "openat", address: str | None = None
) -> Given:
    return Given(seq, name, path, address, answer, f"{name}(..)")


def test_the_same_answer_is_one_rule() -> None:
    found = replays([answered(3, "errno EPERM"), answered(5, "allow", b"/y"), answered(9, "errno EPERM")])
    assert [(each.rule.when, each.rule.answer, each.rule.once) for each in found] == [
        ('openat and path == "/x"', "errno EPERM", False),
        ('openat and path == "/y"', "allow", False),
    ]
    assert found[0].comment == "openat(..) (call 3, 2 times)"


def test_different_answers_are_given_in_their_order() -> None:
    answers = ("allow", "allow", "errno EPERM", "return 0", "return 0")
    found = replays([answered(seq, answer) for seq, answer in enumerate(answers, 1)])
    assert [(each.rule.answer, each.rule.once) for each in found] == [
        ("allow", True),
        ("allow", True),
        ("errno EPERM", True),
        ("return 0", False),
    ]


def test_calls_like_it_are_those_with_its_path_or_address() -> None:
    assert condition(answered(1, "allow", None, "getppid")) == "getppid"
    where = {
        "127.0.0.1:80": 'connect and addr == "127.0.0.1" and port == 80',
        "[::1]:53": 'connect and addr == "::1" and port == 53',
        "/run/socket": 'connect and addr == "/run/socket"',
        "@abstract:7": 'connect and addr == "@abstract:7"',
    }
    for address, when in where.items():
        assert condition(answered(1, "allow", None, "connect", address)) == when


@settings(max_examples=100)
@given(st.lists(st.tuples(st.binary(max_size=9), st.sampled_from(["allow", "errno EPERM", 'fd pipe "\'\\n"']))))
def test_what_is_written_is_read(answers: list[tuple[bytes, str]]) -> None:
    found = replays([answered(seq, answer, path) for seq, (path, answer) in enumerate(answers, 1)])
    text = toml(found, "head")
    read = [Rule(**each) for each in tomllib.loads(text).get("rule", [])]
    assert read == [each.rule for each in found]
    for rule in read:
        compiled(rule)
