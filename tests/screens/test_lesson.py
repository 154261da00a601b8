from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from seccomp_tui.lessons import finding
from seccomp_tui.lessons.kept import Kept
from seccomp_tui.lessons.lesson import Lesson, read
from seccomp_tui.policy.answers import errno_answer
from seccomp_tui.screens import commands
from seccomp_tui.screens.dialogs.lesson import EndDialog, LessonDialog
from seccomp_tui.screens.lesson import Course, LessonApp, LessonScreen, PlayScreen
from seccomp_tui.screens.lesson_picker import LessonsApp, LessonsScreen
from seccomp_tui.screens.lesson_text import content
from seccomp_tui.screens.model import Model
from tests.screens.conftest import NARROW, WIDE, Live
from tests.screens.gallery import picture
from tests.screens.scripted import Supervisor

TEXT = """
title = "Demo"
promise = "You know it."
text = "It begins."
program = ["ls"]
end = "That was it."

[[step]]
title = "Fail it"
text = "Press {key:call.deny} to make it fail."
hint = "It is the key **d**."
check = 'openat and answer == errno'
without = 'unlink'
play = ["say look here", "errno EPERM"]

[[step]]
title = "Look back"
text = "Press {key:view.history}."
does = "view.history"
play = ["do view.history"]
"""
STEPS = 2
Teach = Callable[..., AbstractAsyncContextManager[Live]]


@pytest.fixture
def demo(tmp_path: Path) -> Lesson:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "lesson.toml").write_text(TEXT)
    return read(folder, commands.EVERY)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "lessons.json")


@pytest.fixture
def teach(supervisor: Supervisor, demo: Lesson, kept: Kept) -> Teach:
    """Return a function that shows the lesson: `async with teach(size) as live`."""

    @asynccontextmanager
    async def run(size: tuple[int, int] = WIDE, following: Lesson | None = None, **how: object) -> AsyncIterator[Live]:
        argv = [b"ls"]
        course = Course(demo, following, **how)  # type: ignore[arg-type]
        model = Model(argv, supervisor.clock)
        app = LessonApp(course, supervisor.client, supervisor.path, None, argv, model, kept=kept)
        supervisor.hello()
        supervisor.status()
        async with app.run_test(size=size) as pilot:
            live = Live(app, pilot, supervisor)
            await live.until(lambda: app.model.hello is not None)
            yield live

    return run


def lesson_screen(live: Live) -> LessonScreen:
    assert isinstance(live.screen, LessonScreen)
    return live.screen


async def begin(live: Live) -> None:
    """Close the first card."""
    await live.until(lambda: isinstance(live.app.screen, LessonDialog))
    await live.press("enter")
    await live.until(lambda: live.app.screen is live.screen)


async def fail_a_call(live: Live) -> None:
    """Do what the first step asks for."""
    await live.hold()
    await live.ready()
    await live.press("d")
    await live.answers(1)
    await live.until(lambda: lesson_screen(live).progress.done == 1)


@pytest.mark.parametrize("size", [NARROW, WIDE, (200, 50)], ids=["80x24", "120x36", "200x50"])
async def test_a_lesson_from_its_first_card_to_its_last(teach: Teach, kept: Kept, size: tuple[int, int]) -> None:
    async with teach(size) as live:
        await live.until(lambda: "You know it." in live.whole())
        await begin(live)
        await live.until(lambda: "Press d to make it fail." in live.whole())
        await fail_a_call(live)
        await live.until(lambda: "step 1 is done: #1" in live.whole())
        assert kept.mark(lesson_screen(live).course.lesson).done == 1
        await live.press("2")
        await live.until(lambda: isinstance(live.app.screen, EndDialog))
        await live.until(lambda: "That was it." in live.whole())
        assert kept.mark(lesson_screen(live).course.lesson).finished
        await live.press("enter")
        await live.until(lambda: live.app.screen is live.screen)
        await live.until(lambda: "all done" in live.whole() or "all steps done" in live.whole())


async def test_its_cards_and_its_screen(teach: Teach) -> None:
    async with teach(NARROW, finding.named("errno", finding.lessons())) as live:
        await picture(live, "lesson-card", "You know it.")
        await begin(live)
        await picture(live, "lesson", "to make it fail")
        await fail_a_call(live)
        await live.press("2")
        await picture(live, "lesson-end", "That was it.")


async def test_beside_the_panes_all_steps_stand_with_glyph_and_word(teach: Teach) -> None:
    async with teach(WIDE) as live:
        await begin(live)
        await fail_a_call(live)
        await live.until(lambda: "✓ done  Fail it  #1" in live.whole() and "> now   Look back" in live.whole())


async def test_hint_whole_text_and_more_room_come_and_go_by_keys(teach: Teach) -> None:
    async with teach(NARROW) as live:
        await begin(live)
        await live.until(lambda: "to make it fail." in live.whole())
        await live.press("H")
        await live.until(lambda: "It is the key d." in live.whole())
        await live.press("H")
        await live.until(lambda: "to make it fail." in live.whole())
        before = live.screen.query_one("#body").size.height
        await live.press("8")
        await live.until(lambda: live.screen.query_one("#body").size.height > before)
        await live.until(lambda: "to make it fail" not in live.whole())
        await live.press("8")
        await live.until(lambda: "to make it fail" in live.whole())
        await live.press("7")
        await live.until(lambda: "2. Look back" in live.whole())
        await live.press("escape")
        await live.until(lambda: live.app.screen is live.screen)
        await live.press("q")
        await live.until(lambda: not live.app.is_running)
        assert not lesson_screen(live).ended.how


async def test_what_just_happened_is_said(teach: Teach, supervisor: Supervisor) -> None:
    async with teach(NARROW) as live:
        await begin(live)
        await live.hold()
        await live.ready()
        await live.press("a")
        await live.until(lambda: "you answered openat #1: allow" in live.whole())
        supervisor.exited(status=0x300)
        await live.until(lambda: "the program has ended: EXITED 3; ctrl+r begins anew" in live.whole())


async def test_a_step_that_can_t_be_done_any_more_says_so(teach: Teach, supervisor: Supervisor) -> None:
    async with teach(NARROW) as live:
        await begin(live)
        supervisor.past(name="unlink", text='unlink("/x")')
        await live.until(lambda: "can't be done any more: call #1 is past it" in live.whole())
        await live.press("ctrl+r")
        await live.until(lambda: not live.app.is_running)
        assert (lesson_screen(live).ended.how, lesson_screen(live).ended.lesson) == ("restart", "demo")


async def test_it_goes_on_where_one_was_or_begins_anew(teach: Teach, kept: Kept, demo: Lesson) -> None:
    kept.set(demo, 1)
    async with teach(WIDE) as live:
        await live.until(lambda: "> now   Look back" in live.whole())
        assert lesson_screen(live).happened.startswith("the program has begun anew")
    async with teach(WIDE, restart=True) as live:
        await begin(live)
        await live.until(lambda: "> now   Fail it" in live.whole())


@pytest.mark.parametrize(("key", "how", "name"), [("r", "restart", "demo"), ("n", "next", "errno")])
async def test_the_last_card_leads_on(teach: Teach, key: str, how: str, name: str) -> None:
    following = finding.named("errno", finding.lessons())
    async with teach(NARROW, following) as live:
        await begin(live)
        await fail_a_call(live)
        await live.press("2")
        await live.until(lambda: isinstance(live.app.screen, EndDialog))
        await live.until(lambda: "n next: Errors" in live.whole())
        await live.press(key)
        await live.until(lambda: not live.app.is_running)
        assert (lesson_screen(live).ended.how, lesson_screen(live).ended.lesson) == (how, name)


async def test_a_lesson_plays_itself(teach: Teach, supervisor: Supervisor, kept: Kept, demo: Lesson) -> None:
    async with teach(NARROW, played=True, pause=0) as live:
        assert isinstance(live.screen, PlayScreen)
        await live.hold()
        assert await live.answers(1) == [([1], errno_answer(1))]
        await live.until(lambda: live.screen.view == "view.history")
        await live.until(lambda: "That was: Demo" in live.whole())
        assert not kept.mark(demo).done, "that was not the user"


async def test_a_presenter_goes_on_by_the_space_bar(teach: Teach) -> None:
    async with teach(WIDE, played=True, pause=None) as live:
        await live.hold()
        await live.until(lambda: "look here" in live.text("#caption") if live.screen.query("#caption") else False)
        await live.press("space")
        await live.until(lambda: "the answer: errno EPERM" in live.whole())
        assert not live.supervisor.answers()
        await live.press("space")
        assert await live.answers(1) == [([1], errno_answer(1))]


async def test_a_view_does_not_hide_the_step_nor_stop_the_presenter(teach: Teach) -> None:
    async with teach(NARROW, played=True, pause=None) as live:
        await live.until(lambda: "look here" in live.whole())
        await live.press("4")
        await live.until(lambda: all(words in live.whole() for words in ("[4 Processes]", "look here", "Step 1 of 2")))
        await live.press("space")
        await live.until(lambda: "errno EPERM" in live.whole())


def test_no_key_has_two_meanings_in_a_lesson() -> None:
    keys = [key for command in LessonScreen.offered for key in command.keys]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("screen", "of"), [(PlayScreen, PlayScreen.offered), (LessonsScreen, commands.IN_LESSONS)])
def test_every_command_can_be_run_and_nothing_else(screen: type, of: tuple[commands.Command, ...]) -> None:
    methods = {name for name in dir(screen) if name.startswith("do_")}
    assert methods == {f"do_{command.name.replace('.', '_')}" for command in of}


# --- the list ---


async def test_the_list_begins_at_the_first_that_is_not_done(kept: Kept) -> None:
    found = finding.lessons()
    kept.set(found[0], len(found[0].steps))
    app = LessonsApp(found, lambda lesson: "", kept)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
    assert app.list.chosen == found[1]


async def test_a_lesson_that_can_t_run_here_says_why(kept: Kept) -> None:
    found = finding.lessons()
    app = LessonsApp(found, lambda lesson: "needs root", kept)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.list.chosen is None
        assert [notice.message for notice in app._notifications] == [f"{found[1].title}: needs root"]
        await pilot.press("q")
    assert app.list.chosen is None


# --- texts ---


def test_markdown_becomes_text() -> None:
    text = content("One **two** `three`\nfour.\n\n- a\n- b\n  c\n\nEnd {key:call.allow} [x](y) [red]not markup[/]")
    assert text.plain == "One two three four.\n- a\n- b c\n\nEnd a x [red]not markup[/]"
    styles = {text.plain[span.start : span.end]: str(span.style) for span in text.spans}
    assert styles == {"two": "bold", "three": "$success", "a": "bold $warning"}


def test_a_rebound_key_is_the_one_that_is_named() -> None:
    try:
        commands.rebind({"call.allow": ["y"]})
        assert content("press {key:call.allow}").plain == "press y"
    finally:
        commands.rebind({})


def test_code_stands_apart_and_lists_are_numbered() -> None:
    assert content("Look:\n\n    a b\n    c\n\n1. x\n2. y").plain == "Look:\n\n  a b\n  c\n1. x\n2. y"
