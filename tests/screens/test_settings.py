from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from seccomp_tui.screens import commands
from seccomp_tui.screens.app import SeccompApp
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.settings import Screens, Settings, check
from seccomp_tui.screens.views import ViewScreen
from seccomp_tui.screens.widgets.history import History
from tests.screens.conftest import NARROW, WIDE, Live
from tests.screens.scripted import Supervisor

With = Callable[..., AbstractAsyncContextManager[Live]]
SEEN = {"welcome": False}


@pytest.fixture(autouse=True)
def _own_keys() -> Iterator[None]:
    yield
    commands.rebind({})


@pytest.fixture
def chosen(supervisor: Supervisor, tmp_path: Path) -> With:
    """Return a function that runs the application with these settings, kept in config.toml."""

    @asynccontextmanager
    async def run(size: tuple[int, int] = WIDE, **values: object) -> AsyncIterator[Live]:
        settings = Settings(Screens(**(SEEN | values)), tmp_path / "config.toml")  # type: ignore[arg-type]
        argv = [b"ls"]
        app = SeccompApp(supervisor.client, supervisor.path, None, argv, Model(argv, supervisor.clock), settings)
        supervisor.hello()
        supervisor.status()
        async with app.run_test(size=size) as pilot:
            live = Live(app, pilot, supervisor)
            await live.until(lambda: app.model.hello is not None)
            yield live

    return run


async def test_the_first_card_is_shown_once(chosen: With, tmp_path: Path) -> None:
    async with chosen(NARROW, welcome=True) as live:
        await live.until(lambda: "enter begin" in live.whole())
        for key in ("a ", "e  s", "g  h", "t  ctrl+]", "?  q"):
            assert key in live.whole()
        await live.press("enter")
        await live.until(lambda: live.app.screen is live.screen)
    assert "welcome = false" in (tmp_path / "config.toml").read_text()


async def test_panes_are_resized_and_that_is_kept(chosen: With, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[recordings]\nkeep = 5  # few\n")
    async with chosen() as live:
        queue = live.screen.query_one("#queue")
        before = queue.size.height
        await live.press("plus", "plus")
        await live.until(lambda: queue.size.height > before)
        details = live.screen.query_one("#details")
        width = details.size.width
        await live.press("tab", "tab", "plus")
        await live.until(lambda: details.size.width > width)
        await live.press("underscore")
        await live.until(lambda: details.size.width == width)
        await live.press("minus")
        await live.until(lambda: details.size.width > 100 and queue.size.width > 100)
    text = file.read_text()
    assert text.startswith("# mine\n[recordings]\nkeep = 5  # few\n")
    assert "queue = 4" in text
    assert 'layout = "below"' in text


async def test_in_a_narrow_window_the_held_calls_are_resized_from_any_pane(chosen: With, tmp_path: Path) -> None:
    async with chosen(NARROW) as live:
        queue = live.screen.query_one("#queue")
        before = 4
        await live.until(lambda: queue.size.height == before)
        await live.press("plus", "plus")
        await live.until(lambda: queue.size.height == before + 2)
        await live.press("tab", "plus")
        await live.until(lambda: queue.size.height == before + 1)
        await live.press(*["underscore"] * 30)
        await live.until(lambda: queue.size.height > before + 2)
        assert live.screen.query_one("#details").size.height >= 4
        await live.press("minus")
        await live.until(lambda: any("below 100 columns" in words for words in live.notices()))
    assert "narrow = 20" in (tmp_path / "config.toml").read_text()


async def test_a_command_is_run_by_its_name(chosen: With, supervisor: Supervisor) -> None:
    async with chosen() as live:
        seq = await live.hold()
        await live.ready()
        await live.press("colon")
        await live.press(*"call.all")
        await live.until(lambda: "call.allow (a)" in live.whole() and "call.allow_all (A)" in live.whole())
        await live.press(*"ow")
        await live.until(lambda: "let the call go on as it is" in live.whole())
        await live.press("enter")
        assert [seqs for seqs, _ in await live.answers(1)] == [[seq]]


async def test_what_is_no_command_is_refused(chosen: With) -> None:
    async with chosen() as live:
        await live.press("colon", *"nonsense", "enter")
        await live.until(lambda: "^ no such command" in live.whole())


async def test_another_key_is_shown_and_works(chosen: With, supervisor: Supervisor) -> None:
    async with chosen(keys={"call.allow": "!"}) as live:
        await live.hold()
        await live.ready()
        assert "! Allow" in live.text("#keys")
        await live.press("a")
        await live.press("exclamation_mark")
        await live.answers(1)


async def test_a_key_is_given_in_the_settings(chosen: With, tmp_path: Path) -> None:
    async with chosen() as live:
        await live.press("O")
        await live.until(lambda: "key of call.allow" in live.whole())
        await live.press("down", "down", "down", "enter", "exclamation_mark")
        await live.until(lambda: (tmp_path / "config.toml").exists())
        await live.press("enter", "d")
        await live.until(lambda: "the key d is that of call.deny" in live.whole())
        await live.press("delete")
        await live.until(lambda: commands.BY_NAME["call.allow"].bound != ("exclamation_mark",))
        await live.press("escape")
    assert "!" not in (tmp_path / "config.toml").read_text()


@pytest.mark.parametrize("view", ["3", "4", "5", "6"])
async def test_views_have_the_settings_and_the_panes_below_them_stand_as_chosen(chosen: With, view: str) -> None:
    async with chosen() as live:
        await live.press(view)
        await live.until(lambda: isinstance(live.app.screen, ViewScreen))
        await live.press("O")
        await live.until(lambda: "key of call.allow" in live.whole())
        await live.press("home", "down", "enter")
        await live.until(lambda: "below the lists" in live.whole())
        await live.press("escape")
        await live.until(lambda: live.screen.query_one("#body").has_class("-below"))


@pytest.mark.parametrize(
    "theme", ["seccomp-cb-light", "textual-light", "textual-dark", "solarized-light", "nord", "ansi-dark"]
)
async def test_a_theme_colours_our_own_lines_too(chosen: With, theme: str) -> None:
    async with chosen(theme=theme) as live:
        await live.hold()
        await live.ready()
        strips = live.app.screen._compositor.render_strips()
        colours = {
            segment.style.bgcolor.name
            for line in strips
            for segment in line
            if segment.style is not None and segment.style.bgcolor is not None
        }
        assert "#10141b" not in colours
        assert "#2c405c" not in colours
        assert "Held (1)" in live.whole()


async def test_a_theme_is_chosen_and_kept(chosen: With, tmp_path: Path) -> None:
    async with chosen() as live:
        await live.press("O")
        await live.until(lambda: "key of call.allow" in live.whole())
        await live.press("home", "enter")
        await live.until(lambda: live.app.theme != "seccomp-cb")
        assert f'theme = "{live.app.theme}"' in (tmp_path / "config.toml").read_text()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"theme": "nosuch"}, "screens.theme: no theme 'nosuch'; one of seccomp-cb, seccomp-cb-light, textual-dark"),
        ({"layout": "round"}, "screens.layout: 'round' is not one of beside, below"),
        ({"keys": {"call.nosuch": "a"}}, 'screens.keys."call.nosuch": no such command'),
        ({"keys": {"terminal.leave": "a"}}, 'screens.keys."terminal.leave": no such command'),
        ({"keys": {"call.allow": "d"}}, 'screens.keys."call.allow": the key d is that of call.deny'),
        ({"keys": {"call.allow": "not a key"}}, "screens.keys.\"call.allow\": 'not a key' is not a key such as"),
        ({"keys": {"call.allow": []}}, 'screens.keys."call.allow": no key'),
    ],
)
def test_what_can_not_be_is_told_in_a_line(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match="screens") as refused:
        check(Screens(**values))  # type: ignore[arg-type]
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)


def test_what_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Settings(None, tmp_path / "file" / "config.toml").set(queue=3).startswith("not kept: ")


async def test_texts_that_name_a_key_name_the_users_own(chosen: With, supervisor: Supervisor) -> None:
    keys = {"call.allow": "y", "target.hold": "b", "view.follow": "J", "view.live": "f8", "app.quit": "ctrl+x"}
    async with chosen(keys=keys) as live:
        await live.until(lambda: "y  allow it" in live.whole())
        await live.until(lambda: "[f8 Live]" in live.text("#nav"))
        supervisor.status(holding=False)
        await live.until(lambda: "b holds calls again" in live.text("#queue"))
        live.screen.query_one(History).follow(False)
        supervisor.past(1)
        await live.until(lambda: "J follows" in live.whole())
        supervisor.status(alive=False)
        supervisor.exited()
        await live.until(lambda: "ctrl+x quits" in live.text("#queue"))
