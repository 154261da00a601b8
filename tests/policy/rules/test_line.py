"""Rules in one line."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.expression import ExpressionError
from seccomp_tui.policy.rules import Rule
from seccomp_tui.policy.rules.line import line, parse


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("unlink => errno EPERM", Rule("unlink", "errno EPERM")),
        ("getdents64, nth 3 => errno ENOSPC", Rule("getdents64", "errno ENOSPC", nth="3")),
        ("connect and port in (80, 443), once=>allow", Rule("connect and port in (80, 443)", "allow", once=True)),
        (
            'openat and path == "/a=>b,c" , for comm "l,s" , nth 2..6+2 => fd "/x=>y"',
            Rule('openat and path == "/a=>b,c"', 'fd "/x=>y"', nth="2..6+2", whose='comm "l,s"'),
        ),
        ("%file, for pid 12 => hold", Rule("%file", "hold", whose="pid 12")),
    ],
)
def test_a_line_is_a_rule(text: str, meant: Rule) -> None:
    assert parse(text).rule == meant
    assert parse(line(meant)).rule == meant


@pytest.mark.parametrize(
    ("text", "column", "width", "reason"),
    [
        ("unlink", 7, 1, "the rule ends here: expected => and an answer"),
        ("openat errno ENOENT", 8, 5, "expected => before the answer 'errno'"),
        ("openat -> errno ENOENT", 11, 5, "expected => before the answer 'errno'"),
        ('path == "a errno 1" errno 1', 21, 5, "expected => before the answer 'errno'"),
        ("read and fd == 3", 17, 1, "the rule ends here: expected => and an answer"),
        ("allow", 6, 1, "the rule ends here: expected => and an answer"),
        ("unlikn => allow", 1, 6, "unknown system call 'unlikn' (did you mean 'unlink'?)"),
        ("unlink => alow", 11, 4, "'alow' can't stand here"),
        ("unlink =>", 10, 1, "the answer ends here"),
        ("=> allow", 1, 1, "the expression ends here"),
        ("unlink, ntf 3 => allow", 9, 5, "'ntf 3' can't stand here (did you mean 'nth'?): expected nth 3+, once"),
        ("unlink, nth 3, nth 4 => allow", 16, 5, "nth is there already"),
        ("unlink, nth 0 => allow", 13, 1, "'0': the first call and the step are 1 to 65535"),
        ("unlink, nth x => allow", 13, 1, "'x' says no calls: expected F, F+"),
        ("unlink, nth 5..3 => allow", 13, 4, "'5..3': the last call is not before the first"),
        ("unlink, once 3 => allow", 9, 6, "'once 3' can't stand here"),
        ("unlink, for uid 3 => allow", 13, 5, "'uid 3': expected pid 12 or comm"),
        ("unlink, for comm ls => allow", 13, 7, "ls: expected the name in quotes"),
        ("unlink and rule == 2 => allow", 12, 4, "rule is known only after the answer"),
        ('read => fill buff "x"', 9, 13, "fill buff (did you mean 'buf'?): what there is to fill in read is buf"),
        ("read => fd null", 9, 7, "fd: no descriptor is returned by read"),
        ("read => perform", 9, 7, "perform: the supervisor can't make this call in the target's place: read"),
        ('close => allow poke buf "x"', 10, 18, "poke buf: there is nothing to poke in close"),
    ],
)
def test_errors_point_into_the_line(text: str, column: int, width: int, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.reason.startswith(reason), caught.value.reason
    assert (caught.value.column, caught.value.width) == (column, width)
