from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.lessons import finding
from seccomp_tui.lessons.lesson import LessonError, read, with_keys
from seccomp_tui.screens.commands import EVERY
from tests.lessons.conftest import HEAD, STEP, Write


def test_a_lesson_is_read(write: Write) -> None:
    lesson = read(write(), EVERY)
    assert (lesson.name, lesson.title, lesson.level_text, lesson.program) == (
        "demo",
        "A lesson",
        "first steps",
        ("sh", "demo.sh"),
    )
    (step,) = lesson.steps
    assert step.title == "One"
    assert str(step.check) == "write and fd == 1"
    assert len(step.play) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD, "missing required field step"),
        (STEP, "missing required field title"),
        (HEAD + "step = []", "step: Expected"),
        (HEAD.replace("title", "titel") + STEP, "unknown field titel"),
        (HEAD + "level = 7\n" + STEP, "level: Expected `int` <= 3"),
        (HEAD.replace('"You know it."', '" "') + STEP, "promise: is empty"),
        (HEAD + 'needs = ["rot"]\n' + STEP, "needs: 'rot' is not known: expected root, results, or tool:NAME"),
        (HEAD + STEP + STEP.replace("check", "chck"), "step 2: Object contains unknown field chck"),
        (HEAD + STEP.replace("write and", "wrote and"), "step 1, check: column 1: "),
        (HEAD + STEP.replace("check = 'write and fd == 1'", ""), "step 1: give either check, an expression, or does"),
        (HEAD + STEP + 'does = "view.history"\n', "step 1: give either check, an expression, or does"),
        (HEAD + STEP + "times = 0\n", "step 1, times: Expected"),
        (HEAD + STEP.replace("check = 'write and fd == 1'", 'does = "view.histery"'), "did you mean view.history"),
        (HEAD + STEP.replace("{key:call.allow}", "{key:call.alow}"), "step 1, text: {key:call.alow}: no command"),
        (HEAD + STEP.replace('"allow"', '"alow"'), "step 1, play 1: "),
        (HEAD + STEP.replace('"allow"', '"run now"'), "step 1, play 1: run stands alone"),
        (HEAD + STEP.replace('"allow"', '"do view.nothing"'), "step 1, play 1: no command 'view.nothing'"),
        (HEAD + STEP + "without = 'openat and'\n", "step 1, without: column "),
        (HEAD + "x = \n", "lesson.toml: Invalid value (at line 6"),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_field(write: Write, text: str, says: str) -> None:
    folder = write(text)
    with pytest.raises(LessonError) as caught:
        read(folder, EVERY)
    message = str(caught.value)
    assert message.startswith(f"{folder / 'lesson.toml'}: ")
    assert says.replace("`", "") in message
    assert "\n" not in message


def test_a_folder_without_lessons_says_what_one_is(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"no lessons here: a lesson is a folder with a lesson\.toml"):
        finding.folders(tmp_path)
    with pytest.raises(LessonError, match="No such file or directory"):
        finding.folders(tmp_path / "nowhere")


def test_lessons_of_others_are_added_and_win_by_their_name(write: Write) -> None:
    folder = write(HEAD + "order = 1\n" + STEP, name="errno")
    write(HEAD + "level = 3\n" + STEP, name="mine")
    found = finding.lessons(folder.parent, EVERY)
    assert [lesson.title for lesson in found if lesson.name == "errno"] == ["A lesson"]
    assert found[-1].name == "mine"
    assert found[0].folder == folder


def test_an_unknown_name_names_the_nearest() -> None:
    found = finding.lessons()
    with pytest.raises(LessonError, match="no lesson 'system-cal': did you mean system-call"):
        finding.named("system-cal", found)
    with pytest.raises(LessonError, match="there are system-call, "):
        finding.named("xyz", found)


def test_texts_name_keys_by_their_commands() -> None:
    assert with_keys("press {key:call.allow} or {key:a}", str.upper) == "press CALL.ALLOW or A"


def test_our_own_lessons_are_whole() -> None:
    found = finding.lessons(commands=EVERY)
    assert len({(lesson.level, lesson.order) for lesson in found}) == len(found), "two at the same place"
    for lesson in found:
        assert all(step.play for step in lesson.steps), lesson.name
        assert lesson.text, lesson.name
        assert max(len(with_keys(step.text, lambda _: "k")) for step in lesson.steps) <= 330, lesson.name
