"""Rules in files: read, refused with the line, written back with comments."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.policy.rules import Rule
from seccomp_tui.policy.rules.files import FileError, parse, read, save, updated

TEXT = """\
# My rules.

# No more than two.
[[rule]]
when = "getdents64"  # ls
answer = 'errno ENOSPC'
nth = "3+"
name = "full disk"

[[rule]]
# Inside.
when = \'\'\'
openat and
  path == "/etc/hosts"\'\'\'
answer = 'fd "/tmp/hosts"' # another
once = true
for = 'comm "curl"'
enabled = false
# The end.
"""
FIRST = Rule("getdents64", "errno ENOSPC", nth="3+", name="full disk")
SECOND = Rule('openat and\n  path == "/etc/hosts"', 'fd "/tmp/hosts"', once=True, whose='comm "curl"', enabled=False)


def rules(text: str) -> list[Rule]:
    return [each.rule for each in parse(text, "x.toml")]


def test_a_file_is_read() -> None:
    assert rules(TEXT) == [FIRST, SECOND]
    assert rules("") == []
    assert rules('rule = [{when = "read", answer = "allow", nth = 2}]') == [Rule("read", "allow", nth="2")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[rule]]\nwhen = "read"\n', "x.toml:1: rule: answer is missing"),
        ('\n[[rule]]\nwhen = 3\nanswer = "allow"\n', "x.toml:3: when: Expected str, got int"),
        ('[[rule]]\nwhen = "read"\nanswer = "alow"\n', "x.toml:3: answer: column 1: 'alow' can't stand here"),
        ('[[rule]]\nwhen = """\n\nraed"""\nanswer = "allow"\n', "x.toml:2: when: column 2: unknown system call 'raed'"),
        ('[[rule]]\nwhen="read"\nanswer="allow"\n[[rule]]\nwhen="read"\nanswer="allow"\nnth="x"', "x.toml:7: nth: 'x'"),
        ('[[rule]]\nwhen = "read"\nanswer = "allow"\nonce = 1', "x.toml:4: once: Expected bool, got int"),
        ('[[rule]]\nwhen = "read"\nanswer = "allow"\nfor = "me"', "x.toml:4: for: 'me': expected pid 12 or comm"),
        (
            '[[rule]]\nwhen = "read"\nanswer = "allow"\nid = 3',
            "x.toml:4: id: unknown field: expected when, answer",
        ),
        ('[[rule]]\nwhen = "read"\nanswer = "fd null"', "x.toml:3: answer: fd: no descriptor is returned by read"),
        ("[[rules]]\n", "x.toml:1: rules: a file of rules has [[rule]] only"),
        ("rule = 3\n", "x.toml:1: rule: a file of rules has [[rule]] only"),
        ("[[rule]]\nwhen\n", "x.toml:2: Expected '=' after a key in a key/value pair"),
        ('[[rule]]\nwhen = """', "x.toml:2: "),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        parse(text, "x.toml")
    assert str(caught.value).startswith(message), caught.value
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.toml: No such file"):
        read(tmp_path / "none.toml")
    (tmp_path / "latin").write_bytes(b"# a\n# \xe4\n")
    with pytest.raises(FileError, match="latin:2: not UTF-8"):
        read(tmp_path / "latin")


def test_nothing_changes_where_no_rule_does() -> None:
    assert updated(TEXT, [FIRST, SECOND]) == TEXT


def test_what_changes_keeps_its_comments() -> None:
    changed = Rule("getdents64", "errno EIO", nth="3+", name="full disk", once=True)
    expected = TEXT.replace("'errno ENOSPC'", '"errno EIO"', 1)
    expected = expected.replace('name = "full disk"\n', 'name = "full disk"\nonce = true\n')
    assert updated(TEXT, [changed, SECOND]) == expected


def test_rules_move_with_their_comments() -> None:
    moved = updated(TEXT, [SECOND, FIRST])
    assert rules(moved) == [SECOND, FIRST]
    assert moved.startswith("# My rules.\n\n[[rule]]\n# Inside.\n")
    assert "# The end.\n\n# No more than two.\n[[rule]]\nwhen" in moved


def test_rules_come_and_go() -> None:
    new = Rule('path ~ "\\.so"', r'fill buf "\x00"', name="it's")
    assert rules(updated(TEXT, [new, SECOND])) == [new, SECOND]
    assert updated(TEXT, []) == "# My rules.\n"
    assert (
        updated("", [new])
        == """\
[[rule]]
when = 'path ~ "\\.so"'
answer = 'fill buf "\\x00"'
name = "it's"
"""
    )


def test_a_file_is_saved(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    save(file, [FIRST])
    file.chmod(0o600)
    save(file, [FIRST, SECOND])
    assert [each.rule for each in read(file)] == [FIRST, SECOND]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["rules.toml"]


rule = st.builds(
    Rule,
    st.sampled_from(["read", "write", 'path == "/a\\"b"', "path == '\n'", "not startup"]),
    st.sampled_from(["allow", "errno EIO", "return 0 after 5ms", 'fill arg1 "\\n\'"']),
    nth=st.sampled_from(["", "3", "2..6+2"]),
    once=st.booleans(),
    whose=st.sampled_from(["", "pid 12", 'comm "a\\"b"', "comm 'x'"]),
    enabled=st.booleans(),
    name=st.text(max_size=5),
)


@given(st.lists(rule, max_size=4), st.lists(rule, max_size=4))
def test_what_is_written_is_read_again(first: list[Rule], second: list[Rule]) -> None:
    text = updated("", first)
    assert rules(text) == first
    assert updated(text, first) == text
    mixed = [*second, *first[::2]]
    assert rules(updated(text, mixed)) == mixed
