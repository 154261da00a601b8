from __future__ import annotations

from collections import Counter

from seccomp_tui.screens import commands
from seccomp_tui.screens.dialogs.help import page
from seccomp_tui.screens.operate import Operations


def test_no_key_has_two_meanings() -> None:
    keys = Counter(key for command in commands.COMMANDS for key in command.keys)
    assert [key for key, times in keys.items() if times > 1] == []


def test_every_command_can_be_run() -> None:
    for command in commands.COMMANDS:
        assert callable(getattr(Operations, f"do_{command.name.replace('.', '_')}")), command.name


def test_nothing_can_be_run_that_is_not_in_the_registry() -> None:
    methods = {name for name in dir(Operations) if name.startswith("do_")}
    assert methods == {f"do_{command.name.replace('.', '_')}" for command in commands.COMMANDS}


def test_help_shows_every_command_with_its_keys() -> None:
    text = page().plain
    for command in commands.COMMANDS:
        assert command.help in text
        assert command.keys_text in text


def test_the_answers_and_help_and_quit_have_room_in_the_footer_of_80_columns() -> None:
    width = 80
    for command in commands.footer():
        if command.name != "target.run":  # it and target.hold are never both there
            width -= len(f" {command.key_text} {command.label} ")
        if command.name == "app.quit":
            break
    assert width >= 0


def test_bindings_carry_the_commands_name_as_their_id() -> None:
    assert [binding.id for binding in commands.bindings()] == [command.name for command in commands.COMMANDS]  # type: ignore[union-attr]
