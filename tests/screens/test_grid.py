"""Bars, small columns, and how wide a table's columns are."""

from __future__ import annotations

import pytest

from seccomp_tui.screens.widgets.grid import Column, Grid, bar, spark


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0, ""), (1, "████"), (0.5, "██"), (0.0001, "▏"), (0.03125 * 5, "▋"), (7, "████"), (-1, "")],
)
def test_a_bar_is_as_long_as_its_share_and_what_is_there_is_seen(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn


@pytest.mark.parametrize(
    ("values", "width", "drawn"),
    [
        ((), 4, ""),
        ((1, 0, 8), 4, "▁ █"),
        ((1, 1, 2, 2, 4, 4, 8), 4, "▂▄██"),
        ((0, 0), 4, "  "),
        ((1, 10_000), 4, "▁█"),
        ((1,), 0, ""),
    ],
)
def test_values_are_drawn_as_columns_and_none_that_is_there_vanishes(
    values: tuple[int, ...], width: int, drawn: str
) -> None:
    assert spark(values, width) == drawn


def test_columns_share_what_is_left_and_leave_when_there_is_no_room() -> None:
    grid = Grid[int]([Column("a"), Column("b", 5), Column("c", 10, least=40), Column("d")], int, lambda row: ())
    assert grid.widths(40) == [10, 5, 10, 10]
    assert grid.widths(39) == [15, 5, 0, 15]
    assert grid.widths(3) == [0, 5, 0, 0]
