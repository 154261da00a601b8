from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import ALLOW
from tests.screens.conftest import NARROW, WIDE, Start


async def test_tab_goes_round_the_panes(start: Start) -> None:
    async with start() as live:
        order = []
        for _ in range(4):
            await live.press("tab")
            order.append(live.focused())
        assert order == ["history", "detail-body", "queue", "history"]
        await live.press("shift+tab")
        assert live.focused() == "queue"


async def test_tab_goes_in_the_order_of_the_tab_bar_and_reaches_all(start: Start, terminal: tuple[int, int]) -> None:
    async with start(NARROW, terminal=terminal[0]) as live:
        assert live.text("#panels").split() == ["[Details]", "History", "Terminal"]
        order = []
        for _ in range(3):
            await live.press("tab")
            order.append((live.focused(), next(word for word in live.text("#panels").split() if word[0] == "[")))
        assert order == [("detail-body", "[Details]"), ("history", "[History]"), ("terminal", "[Terminal]")]
        await live.press("ctrl+right_square_bracket")
        assert live.focused() == "queue"
        await live.press("shift+tab")
        assert live.focused() == "terminal"


async def test_in_a_wide_window_tab_goes_as_the_panes_lie(start: Start, terminal: tuple[int, int]) -> None:
    async with start(WIDE, terminal=terminal[0]) as live:
        order = []
        for _ in range(3):
            await live.press("tab")
            order.append(live.focused())
        assert order == ["history", "detail-body", "terminal"]


async def test_brackets_turn_the_tabs_of_the_details(start: Start) -> None:
    async with start() as live:
        await live.hold()
        await live.press("right_square_bracket")
        assert "[Memory]" in live.text("#detail-tabs")
        assert "2f 65 74 63  2f 73 68 61 /etc/sha" in live.text("#detail-body")
        await live.press("left_square_bracket")
        assert "[Args]" in live.text("#detail-tabs")


@pytest.mark.parametrize("key", ["v", "enter"])
async def test_details_fill_the_screen_and_answers_still_work(start: Start, key: str) -> None:
    async with start() as live:
        seq = await live.hold()
        await live.press(key)
        await live.until(lambda: live.screen.query_one("#details").size.width > 100)
        await live.ready()
        await live.press("a")
        assert await live.answers(1) == [([seq], ALLOW)]
        await live.press(key)
        await live.until(lambda: live.screen.query_one("#details").size.width < 100)


async def test_zoom_takes_the_focused_pane(start: Start) -> None:
    async with start() as live:
        await live.press("tab", "z")
        await live.until(lambda: live.screen.query_one("#history").size.width > 100)
        await live.press("escape")
        await live.until(lambda: live.screen.query_one("#history").size.width < 100)
        assert live.focused() == "queue"
