from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from seccomp_tui.screens import commands, guide
from seccomp_tui.screens.live import LiveScreen
from seccomp_tui.screens.processes import ProcessesScreen
from seccomp_tui.screens.rules import RulesScreen
from seccomp_tui.screens.sessions import SessionsScreen
from seccomp_tui.screens.stats import StatsScreen
from seccomp_tui.screens.widgets.body import Body

SCREENS = pytest.mark.parametrize(
    ("screen", "of"),
    [
        (LiveScreen, commands.COMMANDS),
        (SessionsScreen, commands.IN_SESSIONS),
        (RulesScreen, commands.IN_RULES),
        (ProcessesScreen, commands.IN_PROCESSES),
        (StatsScreen, commands.IN_STATS),
        (Body, commands.IN_MEMORY),
    ],
    ids=["live", "sessions", "rules", "processes", "stats", "memory"],
)


@SCREENS
def test_no_key_has_two_meanings(screen: type, of: Sequence[commands.Command]) -> None:
    keys = Counter(key for command in of for key in command.keys)
    assert [key for key, times in keys.items() if times > 1] == []


@SCREENS
def test_every_command_can_be_run_and_nothing_else(screen: type, of: Sequence[commands.Command]) -> None:
    methods = {name for name in dir(screen) if name.startswith("do_")}
    assert methods == {f"do_{command.name.replace('.', '_')}" for command in of}


def test_help_shows_every_command_with_its_keys() -> None:
    text = "\n".join("".join(part for part, _ in line) for line in guide.lines(guide.topics()[0].sections, 200))
    own = [*commands.IN_RULES, *commands.IN_PROCESSES, *commands.IN_STATS, *commands.IN_MEMORY]
    own += [*commands.IN_LESSON, *commands.IN_PLAY, *commands.IN_LESSONS]
    for command in (*commands.COMMANDS, *(each for each in own if each.name not in commands.BY_NAME)):
        assert command.help in text
        assert command.keys_text in text


def test_the_answers_and_help_and_quit_have_room_in_the_footer_of_80_columns() -> None:
    lines, width = 2, 80
    for command in commands.footer():
        if command.name == "target.run":  # it and target.hold are never both there
            continue
        need = len(f" {command.key_text} {command.label} ")
        if need > width:
            lines, width = lines - 1, 80
        width -= need
        if command.name == "app.quit":
            break
    assert lines > 0


def test_bindings_carry_the_commands_name_as_their_id() -> None:
    assert [binding.id for binding in commands.bindings()] == [command.name for command in commands.COMMANDS]  # type: ignore[union-attr]


def test_every_key_is_written_so_that_it_is_seen() -> None:
    every = (*commands.COMMANDS, *commands.IN_RULES)
    assert all(commands.key_text(key).strip() for command in every for key in command.keys)
    assert commands.key_text("space") == "space"
