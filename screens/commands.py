"""The registry of commands: keys, palette, help, footer and tests all take from it.

A command's name says what it works on: `call.allow` is run by `LiveScreen.run_command`, which finds the method
`do_call_allow`. A key only binds a command.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from textual.binding import Binding, BindingType

from seccomp_tui.policy.answers import Kind


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the operator can do.

    Attributes:
        name: stable name, `object.verb`; tests and the palette use it.
        keys: Textual's names of the keys, the first is the one that is shown.
        label: one or two words for the footer.
        help: one line for help and palette.
        group: heading in the help.
        rank: place in the footer, from 1; 0: not there.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: str
    rank: int = 0

    @property
    def key_text(self) -> str:
        """The first key as it is written on a keyboard."""
        return key_text(self.bound[0])

    @property
    def keys_text(self) -> str:
        """All keys as they are written on a keyboard."""
        return " ".join(key_text(key) for key in self.bound)

    @property
    def bound(self) -> tuple[str, ...]:
        """Textual's names of the keys: the user's own where there are any."""
        return _rebound.get(self.name, self.keys)


_KEY_TEXTS = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "number_sign": "#",
    "plus": "+",
    "underscore": "_",
    "minus": "-",
    "colon": ":",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "ctrl+right_square_bracket": "ctrl+]",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "f1": "F1",
    "delete": "del",
    "backspace": "bksp",
}


_rebound: dict[str, tuple[str, ...]] = {}
"""The user's own keys, by the names of commands."""
_NAMES = {text: key for key, text in _KEY_TEXTS.items()}
_KEY = re.compile(r"(?:(?:ctrl|alt|shift)\+)*(?:[a-zA-Z0-9]|[a-z][a-z0-9_]+)")
NOT_REBOUND = frozenset({"terminal.leave"})
"""The way out of the program's terminal is always the same."""


def key_text(key: str) -> str:
    """Return a key as it is written on a keyboard."""
    return _KEY_TEXTS.get(key) or _character(key) or key


def key_name(text: str) -> str:
    """Return Textual's name of a key that is written as on a keyboard.

    Raises:
        ValueError: there is no such key.
    """
    if text in _NAMES:
        return _NAMES[text]
    if len(text) == 1 and not text.isalnum() and text.isprintable():
        from textual.keys import _character_to_key

        return _character_to_key(text)
    if not _KEY.fullmatch(text):
        raise ValueError(f"{text!r} is not a key such as a, A, ?, f5, ctrl+a or pageup")
    return text


def _character(key: str) -> str:
    """Return the sign that a key with a long name writes, empty when it is none."""
    try:
        sign = unicodedata.lookup(key.replace("_", " ").upper())
    except KeyError:
        return ""
    return sign if sign.isprintable() and not sign.isalnum() and not sign.isspace() else ""


def check_keymap(keymap: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return Textual's names of the keys by command.

    Raises:
        ValueError: a command is not known, a key is none, or a key would have two commands on one screen.
    """
    named: dict[str, tuple[str, ...]] = {}
    for name, keys in keymap.items():
        if name not in EVERY or name in NOT_REBOUND:
            raise ValueError(f'"{name}": no such command that may have another key')
        try:
            named[name] = tuple(key_name(key) for key in keys)
        except ValueError as error:
            raise ValueError(f'"{name}": {error}') from None
        if not named[name]:
            raise ValueError(f'"{name}": no key')
    for screen in SCREENS:
        owners: dict[str, str] = {}
        for command in screen:
            for key in named.get(command.name, command.keys):
                other = owners.setdefault(key, command.name)
                if other != command.name and (command.name in named or other in named):
                    mine, theirs = (command.name, other) if command.name in named else (other, command.name)
                    raise ValueError(f'"{mine}": the key {key_text(key)} is that of {theirs}')
    return named


def rebind(keymap: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Let commands have other keys, wherever keys are shown; return the same as a keymap of Textual's.

    Raises:
        ValueError: as `check_keymap`.
    """
    named = check_keymap(keymap)
    _rebound.clear()
    _rebound.update(named)
    return {name: ",".join(keys) for name, keys in named.items()}


ANSWERS = "Answer the call under the cursor"
RULES = "Answer without you"
TARGET = "The program"
VIEWS = "Views"
VIEW = "Look around"
APP = "This window"
LESSON = "In a lesson"

COMMANDS: tuple[Command, ...] = (
    Command("call.allow", ("a",), "Allow", "let the call go on as it is", ANSWERS, 1),
    Command("call.errno", ("e",), "Fail", "make the call fail with an error from a list", ANSWERS, 2),
    Command("call.deny", ("d",), "Deny", "make the call fail with EPERM at once", ANSWERS, 3),
    Command("call.return", ("s",), "Value", "skip the call and return a value from a list, or typed", ANSWERS, 4),
    Command("call.answer", ("x",), "Answer", "type any answer: fill, fd, perform, a delay, a signal ..", ANSWERS, 5),
    Command("call.fill", ("l",), "Fill", "skip the call and fill in what it would have: a form", ANSWERS, 6),
    Command("call.file", ("p",), "File", "skip the call and give it a file, pipe or text of yours", ANSWERS, 7),
    Command("call.perform", ("P",), "Perform", "make the call in the program's place; shows first how", ANSWERS, 8),
    Command("call.repeat", ("full_stop",), "Again", "give the last answer again", ANSWERS, 9),
    Command("call.step", ("o",), "Step", "allow the call, and hold its thread's next one, any", ANSWERS, 10),
    Command(
        "call.mark",
        ("m", "space"),
        "Mark",
        "mark the call, held or past, or not; answers go to marked ones",
        ANSWERS,
        14,
    ),
    Command("call.allow_all", ("A",), "All", "allow all calls that wait now", ANSWERS, 18),
    Command("call.rule", ("R",), "Rule", "make a rule: calls like this one get an answer", RULES, 19),
    Command("target.run", ("g",), "Run", "run on: allow what waits, hold no further calls", TARGET, 11),
    Command("target.hold", ("h",), "Hold", "hold calls again", TARGET, 11),
    Command("target.run_to", ("u",), "Run to", "run on until an expression is true of a call, once", TARGET, 15),
    Command("target.hold_by", ("i",), "Hold what", "say by an expression what is held", TARGET, 16),
    Command("target.toggle", ("I",), "Run/hold", "switch holding on or off; what waits goes on waiting", TARGET),
    Command("terminal.focus", ("t",), "Terminal", "type into the program's terminal", TARGET, 12),
    Command("terminal.leave", ("ctrl+right_square_bracket",), "Leave terminal", "come back from the terminal", TARGET),
    Command(
        "terminal.zoom", ("Z",), "Big terminal", "the program's terminal on the whole window; ctrl+] leaves", TARGET
    ),
    Command(
        "terminal.hand_over", ("T",), "Hand over", "give the program this very terminal; ctrl+] comes back", TARGET
    ),
    Command(
        "target.debug", ("B",), "gdb", "run gdb on the call's process; says first what becomes of held calls", TARGET
    ),
    Command(
        "target.no_rings", ("V",), "No io_uring", "a rule: io_uring_setup fails, as what it does can't be seen", TARGET
    ),
    Command("target.kill", ("K", "X"), "Kill", "kill the program and its children (asks first)", TARGET, 26),
    Command("view.live", ("1",), "Live", "the panes: held calls, details, history, terminal", VIEWS),
    Command("view.history", ("2",), "History", "the whole screen for the history; enter shows details", VIEWS),
    Command("view.rules", ("3", "L"), "Rules", "the rules: change, switch off, move, test, save", VIEWS),
    Command("view.processes", ("4",), "Processes", "the processes as a tree: what each does, how it ended", VIEWS),
    Command("view.stats", ("5",), "Stats", "sums of calls, errors, times by call, path, process ..", VIEWS),
    Command("view.sessions", ("6",), "Sessions", "the recordings that were made so far", VIEWS),
    Command("view.details", ("v", "enter"), "Details", "show the details on the whole screen, and back", VIEW, 21),
    Command("view.zoom", ("z",), "Zoom", "show the focused pane on the whole screen, and back", VIEW),
    Command("view.grow", ("plus",), "Grow", "make the focused pane bigger; kept for the next time", VIEW),
    Command("view.shrink", ("underscore",), "Shrink", "make the focused pane smaller", VIEW),
    Command("view.layout", ("minus",), "Layout", "details beside the lists, or below them; kept", VIEW),
    Command("view.next_pane", ("tab",), "Pane", "go to the next pane", VIEW, 23),
    Command("view.previous_pane", ("shift+tab",), "Previous pane", "go to the previous pane", VIEW),
    Command("view.next_tab", ("right_square_bracket",), "Tabs", "next tab of the details", VIEW, 24),
    Command("view.previous_tab", ("left_square_bracket",), "Previous tab", "previous tab of the details", VIEW),
    Command("memory.goto", ("M",), "Memory", "show any address of a held call's thread", VIEW),
    Command("memory.again", ("r",), "Re-read", "read a held call's memory again; what has changed is marked", VIEW),
    Command("memory.edit", ("E",), "Edit", "type other bytes into a held call's memory", VIEW),
    Command("view.follow", ("F",), "Follow", "keep the newest call in sight, or stop that", VIEW, 25),
    Command("history.filter", ("f",), "Filter", "show only the calls that an expression is true of", VIEW, 22),
    Command("history.search", ("slash",), "Search", "search for a text in the history", VIEW, 28),
    Command("history.next", ("n",), "Next", "to the next call with the text that was searched for", VIEW),
    Command("history.previous", ("N",), "Previous", "to the previous call with that text", VIEW),
    Command("history.goto", ("number_sign",), "Go to", "go to a call by its number, or to a moment", VIEW, 29),
    Command("history.next_mark", ("right_curly_bracket",), "Next mark", "to the next marked call", VIEW),
    Command("history.previous_mark", ("left_curly_bracket",), "Previous mark", "to the marked call before", VIEW),
    Command("history.unmark", ("U",), "Unmark", "take all marks away", VIEW),
    Command("history.export", ("w",), "Write", "write the marked calls into a file, or all that are shown", VIEW),
    Command("view.copy", ("c",), "Copy", "copy the call, or the marked ones: line, JSON, path, ..", VIEW, 20),
    Command("view.compare", ("D",), "Compare", "compare two marked calls, or the call with another one", VIEW),
    Command("view.back", ("escape",), "Back", "leave zoom, or come back to the held calls", VIEW, 23),
    Command("cursor.up", ("up", "k"), "Up", "one line up", VIEW),
    Command("cursor.down", ("down", "j"), "Down", "one line down", VIEW),
    Command("cursor.page_up", ("pageup", "ctrl+b"), "Page up", "one page up", VIEW),
    Command("cursor.page_down", ("pagedown", "ctrl+f"), "Page down", "one page down", VIEW),
    Command("cursor.first", ("home",), "First", "to the first line", VIEW),
    Command("cursor.last", ("end", "G"), "Last", "to the last line", VIEW),
    Command("app.help", ("question_mark", "f1"), "Help", "keys, expressions, answers, signs, words", APP, 13),
    Command("app.command", ("colon",), "Command", "run a command by its name; tab completes", APP),
    Command("app.settings", ("O",), "Settings", "theme, panes and keys; kept in your settings file", APP, 30),
    Command("app.palette", ("ctrl+p",), "Commands", "find a command by what it does", APP, 27),
    Command("app.quit", ("q", "ctrl+q", "ctrl+c"), "Quit", "close; asks what becomes of the program", APP, 13),
)

BY_NAME = {command.name: command for command in COMMANDS}
ANSWERING = frozenset(
    f"call.{what}"
    for what in ("allow", "errno", "deny", "return", "answer", "repeat", "step", "allow_all", "fill", "file", "perform")
)
"""Commands that end the wait of a held call; the guard watches over them."""
_BACK = Command("view.back", ("escape",), "Back", "back to where you were", VIEW, 17)
_SHARED = {"app.help": 8, "app.palette": 19, "app.quit": 9, "app.settings": 0}
"""What every view has, and its place in the footer there; 0: none."""
_MOVES = ("cursor.up", "cursor.down", "cursor.page_up", "cursor.page_down", "cursor.first", "cursor.last")
_VIEWS = tuple(command.name for command in COMMANDS if command.group == VIEWS)


def _named(*names: str) -> tuple[Command, ...]:
    return tuple(BY_NAME[name] for name in names)


def _ranked(of: Mapping[str, int]) -> tuple[Command, ...]:
    return tuple(replace(BY_NAME[name], rank=rank) for name, rank in of.items())


def _unranked(of: Sequence[Command]) -> tuple[Command, ...]:
    return tuple(replace(command, rank=0) for command in of)


IN_LIST = (
    Command("recording.open", ("enter",), "Open", "look at the recording", VIEW, 1),
    *_ranked(_SHARED),
)
"""The commands of the list of recordings."""
_IN_VIEW = (*_unranked(_named(*_VIEWS)), _BACK, *_ranked(_SHARED))
"""The commands of every view that is a screen of its own."""
MOVES = _named(*_MOVES)
"""The commands that move the cursor of a list."""
IN_SESSIONS = (IN_LIST[0], *MOVES, *_IN_VIEW)
"""The commands of the list of recordings as a view."""
IN_RULES = (
    Command("rule.toggle", ("space",), "On/off", "ask the rule, or ask it no more", RULES, 1),
    Command("rule.edit", ("e",), "Edit", "change the rule", RULES, 2),
    Command("rule.new", ("n",), "New", "write a rule, behind all others", RULES, 3),
    Command("rule.remove", ("delete",), "Remove", "remove the rule", RULES, 4),
    Command("rule.up", ("K",), "Up", "move the rule up: it is asked earlier", RULES, 13),
    Command("rule.down", ("J",), "Down", "move the rule down", RULES, 14),
    Command("rule.show", ("enter",), "Calls", "show the calls that the rule is true of", RULES, 5),
    Command("rules.load", ("l",), "Load", "add the rules of a TOML file", RULES, 12),
    Command("rules.save", ("w",), "Save", "write them into a TOML file, which keeps its comments", RULES, 6),
    *_named("cursor.up", "cursor.down", "cursor.page_up", "cursor.first", "cursor.last"),
    replace(BY_NAME["cursor.page_down"], keys=("pagedown",)),
    *_IN_VIEW,
)
"""The commands of the list of rules."""
BY_KIND = {"call.fill": Kind.FILL, "call.file": Kind.FD, "call.perform": Kind.PERFORM}
"""Commands for answers that not every call can get."""
IN_MEMORY = (
    Command("memory.follow", ("enter",), "Follow", "go where the pointer under the cursor leads", VIEW, 1),
    Command("memory.back", ("backspace",), "Back", "go back to where a pointer was followed from", VIEW, 2),
    Command("memory.left", ("left",), "Left", "one byte back", VIEW),
    Command("memory.right", ("right",), "Right", "one byte on", VIEW),
)
"""The commands of the tab Memory, while its pane has the focus."""
IN_PROCESSES = (
    Command("process.show", ("enter",), "Calls", "show in the history the calls of the process or thread", VIEW, 1),
    Command("process.alive", ("o",), "Alive", "show only processes that have not ended, or all", VIEW, 2),
    Command("process.threads", ("t",), "Threads", "show the threads below their processes, or not", VIEW, 3),
    *MOVES,
    *_IN_VIEW,
)
"""The commands of the tree of processes."""
IN_STATS = (
    Command("stats.show", ("enter",), "Calls", "show these calls in the history", VIEW, 1),
    Command("stats.next", ("right_square_bracket", "tab"), "Next", "next table: paths, processes, addresses", VIEW, 2),
    Command("stats.previous", ("left_square_bracket", "shift+tab"), "Previous", "the table before", VIEW),
    Command("stats.sort", ("s",), "Sort", "sort by the next column, or by a click on its head", VIEW, 3),
    Command("stats.reverse", ("r",), "Reverse", "the other way round", VIEW, 4),
    *MOVES,
    *_IN_VIEW,
)
"""The commands of the sums."""
IN_LESSON = (
    Command("lesson.page", ("7",), "Lesson", "the whole text of the lesson", LESSON),
    Command("lesson.hint", ("H",), "Hint", "a hint for this step of the lesson", LESSON),
    Command("lesson.panel", ("8",), "Hide lesson", "hide the lesson beside the panes, or show it again", LESSON),
    Command("lesson.restart", ("ctrl+r",), "Restart", "begin the lesson and its program anew", LESSON),
)
"""What the panes have in a lesson besides `COMMANDS`."""
IN_PLAY = (Command("lesson.next", ("space",), "Go on", "do what the caption says at once", LESSON),)
"""And where the lesson plays itself; its key marks no call there."""
IN_LESSONS = (
    Command("lesson.begin", ("enter",), "Begin", "begin the lesson under the cursor", LESSON, 1),
    *MOVES,
    *_ranked({"app.help": 8, "app.quit": 9}),
)
"""The commands of the list of lessons."""
_PANES = (*COMMANDS, *IN_LESSON)
SCREENS = (_PANES, IN_PLAY, IN_LESSONS, IN_LIST, IN_SESSIONS, IN_RULES, IN_MEMORY, IN_PROCESSES, IN_STATS)
"""The commands that are at hand together."""
EVERY = {command.name: command for screen in SCREENS for command in screen}


def key(name: str) -> str:
    """Return the first key of a command as it is written on a keyboard: for texts that name one."""
    return EVERY[name].key_text


WHILE_SMALL = frozenset({"call.allow", "call.deny", "target.run", "target.hold", "app.quit"})
"""Commands that work in a window too small for the panes; the footer shows them."""
WHILE_ASKING = frozenset({"app.help", "app.palette", "app.quit"})
"""Commands that work while something is typed, by those of their keys that write nothing."""


def bindings(of: Sequence[Command] = COMMANDS) -> list[BindingType]:
    """Return Textual's bindings for commands, with the command's name as the stable id."""
    return [
        Binding(",".join(command.keys), f"command('{command.name}')", command.label, show=False, id=command.name)
        for command in of
    ]


def footer(of: Sequence[Command] = COMMANDS) -> list[Command]:
    """Return the commands of the footer, the most needed first."""
    return sorted((command for command in of if command.rank), key=lambda command: command.rank)
