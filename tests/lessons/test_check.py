"""Every lesson is proved on the real kernel: as we are, and as an ordinary user."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from seccomp_tui.lessons import finding
from tests.conftest import ROOT, OrdinaryUser
from tests.lessons.conftest import HEAD, STEP, Write

NAMES = [path.name for path in finding.folders(finding.COLLECTION)]
pytestmark = pytest.mark.needs("user_notif")
COMMAND = (sys.executable, "-m", "seccomp_tui", "learn", "--check")
DEMO = "echo hello\n"
HELD = """run = ["--hold", "write and fd == 1"]\n"""


def check(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=55
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize("name", NAMES)
def test_each_lesson_is_proved(name: str) -> None:
    code, said = check(name)
    assert code == 0, said
    if said.startswith("skipped"):
        pytest.skip(said)
    assert re.fullmatch(rf"ok +{name} +\d+ steps, [\d.]+ s\n", said)


@pytest.mark.parametrize("name", NAMES)
def test_each_lesson_is_proved_by_an_ordinary_user(as_user: OrdinaryUser, name: str) -> None:
    done = as_user.run([as_user.python, *COMMAND[1:], name], timeout=55)
    assert done.returncode == 0, done.stdout + done.stderr
    if done.stdout.startswith(b"skipped"):
        pytest.skip(done.stdout.decode())
    assert done.stdout.startswith(b"ok ")


def test_a_check_that_is_true_by_itself_is_found(write: Write) -> None:
    step = STEP.replace("write and fd == 1", "execve and answer == allow")
    code, said = check(write(HEAD + HELD + step, demo_sh=DEMO))
    assert code == 1
    assert "FAILED   demo  step 1: its check is true before anything was done, by #1 execve(" in said


def test_a_check_that_never_comes_true_is_shown_with_what_happened(write: Write) -> None:
    step = STEP.replace("write and fd == 1", "write and answer == kill")
    code, said = check(write(HEAD + HELD + step, demo_sh=DEMO))
    assert code == 1
    assert "step 1: its check has not come true; the program has ended" in said
    assert "check write and answer == kill" in said
    assert re.search(r'answered so far:\n +#\d+ write\(1, "hello\\n", 6\)', said)
    assert "'hello'" in said, "what it has written on its terminal"


def test_an_answer_that_can_t_be_given_is_told(write: Write) -> None:
    step = STEP.replace('"allow"', """'fd "/nonexistent/x"'""").replace("write and", "write and answer == fd and")
    code, said = check("-v", write(HEAD + HELD + step, demo_sh=DEMO))
    assert code == 1
    assert re.search(r"step 1: fd .* can't be given to call #\d+: ", said)


def test_what_a_lesson_needs_and_is_not_here_skips_it_by_name(write: Write) -> None:
    code, said = check(write(HEAD + 'needs = ["tool:no-such-tool"]\n' + STEP))
    assert code == 0
    assert said == "skipped  demo  needs the program no-such-tool\n"


def test_steps_are_shown_when_asked_for(write: Write) -> None:
    code, said = check("-v", write(HEAD + HELD + STEP.replace("fd == 1", "fd == 1 and answer == allow"), demo_sh=DEMO))
    assert code == 0, said
    assert re.search(r'ok +demo +1 steps.*\n +1\. ok \([\d.]+ s\)  One\n +by #\d+ write\(1, "hello', said)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ('run = ["--hold", "opnat"]\n', r"lesson\.toml: run: .*opnat"),
        ("run = ['--nonsense']\n", r"lesson\.toml: run: No such option"),
    ],
)
def test_wrong_options_of_run_are_named(write: Write, head: str, says: str) -> None:
    code, said = check(write(HEAD + head + STEP))
    assert code != 0
    assert re.search(says, said)


def test_a_folder_with_a_wrong_lesson_is_bad_usage(write: Write) -> None:
    code, said = check(write(HEAD + STEP.replace("check", "chck")).parent)
    assert code == 2
    assert said.startswith("seccomp-tui: ")
    assert "demo/lesson.toml: step 1: " in said
