"""Answers refuse what the kernel would silently turn into something else."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import Kind, errno_answer, return_answer, was_taken


@pytest.mark.parametrize("number", [1, 2, 4095])
def test_an_errno_is_kept_positive(number: int) -> None:
    assert errno_answer(number) == (errno_answer(number))
    assert errno_answer(number).kind == Kind.ERRNO
    assert errno_answer(number).value == number


@pytest.mark.parametrize("number", [0, -1, 4096, 1 << 40])
def test_an_errno_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=r"1\.\.4095"):
        errno_answer(number)


@pytest.mark.parametrize(
    ("value", "signed"), [(0, 0), (-1, -1), ((1 << 64) - 1, -1), (1 << 63, -(1 << 63)), ((1 << 63) - 1, (1 << 63) - 1)]
)
def test_a_return_value_may_be_written_signed_or_unsigned(value: int, signed: int) -> None:
    assert return_answer(value).value == signed


@pytest.mark.parametrize("value", [1 << 64, -(1 << 63) - 1])
def test_a_return_value_beyond_64_bits_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="64 bits"):
        return_answer(value)


@pytest.mark.parametrize(
    ("kind", "value", "result", "taken"),
    [
        (Kind.ERRNO, 13, -13, True),
        (Kind.ERRNO, 13, -4, False),
        (Kind.ERRNO, 13, None, True),
        (Kind.RETURN, 7, 7, True),
        (Kind.RETURN, 7, 8, False),
        (Kind.RETURN, -1, -1, True),
        (Kind.RETURN, 1 << 40 | 5, 5, True),  # of 32 bits
        (Kind.RETURN, 5, 1 << 40 | 5, False),
        (Kind.ALLOW, 0, 3, True),
    ],
)
def test_an_answer_was_taken_when_the_call_returned_it(kind: Kind, value: int, result: int | None, taken: bool) -> None:
    assert was_taken(kind, value, result) is taken
