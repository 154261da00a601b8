from __future__ import annotations

import pytest

from seccomp_tui.policy.rules.line_completion import complete


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("openat and fli", ["flistxattr"]),
        ("openat => ", ["allow", "errno", "return", "fd", "perform", "kill", "hold"]),
        ("read => fill ", ["buf"]),
        ("openat => errno EACC", ["EACCES"]),
        ('path == "=> errno EACC', []),
        ('openat and path == "=>" => per', ["perform"]),
        ("nonsense => fil", []),
    ],
)
def test_expression_and_answer_are_completed(line: str, offers: list[str]) -> None:
    start, found = complete(line, len(line))
    assert [offer.text for offer in found] == offers
    assert all(offer.text.startswith(line[start:]) for offer in found)


def test_the_arrow_is_offered_where_the_expression_may_end() -> None:
    assert "=>" in [offer.text for offer in complete("openat ", 7)[1]]
    assert "=>" not in [offer.text for offer in complete("openat and ", 11)[1]]


def test_what_stands_behind_the_cursor_does_not_count() -> None:
    assert [offer.text for offer in complete("openat => errno EACC => x", 20)[1]] == ["EACCES"]
