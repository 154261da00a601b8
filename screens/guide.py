"""What `?` tells: keys, the expression language, answers, signs and words, all out of the tables that work. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from textwrap import wrap
from typing import NamedTuple

from rich.style import Style

from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.commands import (
    BY_NAME,
    COMMANDS,
    IN_LESSON,
    IN_LESSONS,
    IN_LIST,
    IN_MEMORY,
    IN_PLAY,
    IN_PROCESSES,
    IN_RULES,
    IN_STATS,
    LESSON,
    Command,
)
from seccomp_tui.screens.wording import Part

Line = list[Part]
MARGIN, COLUMN = 2, 16
"""Blanks before what is explained, and its width."""


class Entry(NamedTuple):
    """One thing, what it means, and an example of its use; `style`: of the thing."""

    what: str
    meaning: str
    example: str = ""
    style: Style = theme.BOLD


class Section(NamedTuple):
    """Entries under a heading."""

    heading: str
    entries: Sequence[Entry]


class Topic(NamedTuple):
    """One page."""

    name: str
    sections: Sequence[Section]


SIGNS = (
    Entry("!", "held: the thread waits for your answer", style=wording.HELD.style),
    Entry("=", "allowed: the kernel ran it", style=wording.ALLOW.style),
    Entry("?", "held still: its last answer could not be given", style=wording.UNGIVEN.style),
    Entry("x", "failed with an error that you or a rule chose, or killed", style=wording.ERRNO.style),
    Entry("~", "not run; a value was returned, or filled in", style=wording.RETURN.style),
    Entry("+", "not run; a descriptor was given", style=wording.GIVEN.style),
    Entry("*", "made by the supervisor in the program's place", style=wording.PERFORMED.style),
    Entry("-", "gone: a signal or the end of the thread took it", style=wording.GONE.style),
    Entry("> 12*", "the cursor is on call 12, which is marked", style=theme.KEY),
    Entry("Terminal +", "the program has written something there since you looked", style=theme.KEY),
)
STATES = (
    Entry("HOLDING", "calls are held and wait for your answer"),
    Entry("RUNNING", "no call is held"),
    Entry("EXITED 2", "the program has ended with this exit code"),
    Entry("KILLED SIGSEGV", "a signal has ended it"),
    Entry("NOT STARTED", "it could not be executed"),
    Entry("BEING RECORDED", "a recording that is still being written"),
    Entry("BROKEN OFF", "its recorder was killed, or its disk was full"),
)
WORDS = (
    Entry("target", "the program that is looked at: all its processes and threads"),
    Entry("call", "a system call: what the program asks the kernel to do, such as opening a file"),
    Entry("trap", "to stop in the kernel until it is said how to go on; every call does, or those of -e trace="),
    Entry("filter", "what decides, in the kernel, which calls trap; it can't be loosened while the program runs"),
    Entry("filter (key f)", "in the history: which calls are shown; the program does not notice"),
    Entry("notification", "the kernel's message that a call has trapped, with its number and arguments"),
    Entry("listener", "the descriptor that these messages come from; whoever holds it answers"),
    Entry("supervisor", "our process that receives the calls and answers them"),
    Entry("recorder", "our process that writes them down, each with its result"),
    Entry("keeper", "our process that watches over the others, and answers when the supervisor has died"),
    Entry("held", "a call that was received and has no answer yet: its thread waits"),
    Entry("answer", "what becomes of a call: it is allowed, fails, returns a value .. (page Answers)"),
    Entry("rule", "an expression and an answer: calls that it is true of get that without you"),
    Entry("gone", "a signal, or the end of its thread, took the call before it had an answer. No error"),
    Entry("start-up", "a program's calls until it comes to its own work: loader, C library. They are let through"),
    Entry("step", "allow a call and hold the next one of the same thread"),
    Entry("run to", "hold nothing until an expression is true of a call, then hold that one"),
    Entry("mark", "a sign of yours on a call: answers, copying, comparing and writing work on marked ones"),
    Entry("poke", "to change the program's memory before its call goes on"),
    Entry("perform", "to make the call in the program's place, with what was read when it trapped"),
    Entry("fill", "to write what a call would have filled in, without making it"),
    Entry("late", "what a call has filled in was read only at the thread's next call, and may have changed"),
    Entry("re-read", "the kernel reads the memory again after allow: it may then be other than what you saw"),
    Entry("unseen", "of the terminal: there is something that you have not looked at yet"),
    Entry("behind", "of the recorder: so much is not written yet; then answers are slowed, and nothing is lost"),
    Entry("errno", "the name or number of the error with which a call fails, such as ENOENT"),
    Entry("descriptor", "the number by which a program calls a file, socket or pipe that it has open"),
    Entry("session", "one run, recorded in a file: a recording"),
    Entry("screens", "what you are looking at; `log` does without"),
)


def topics(view: str = "") -> list[Topic]:
    """Return all pages; the keys of `view` come first on theirs."""
    return [
        Topic("Keys", _keys(view)),
        Topic("Expressions", _expressions()),
        Topic("Answers", _answers()),
        Topic("Signs", (Section("Before a call", SIGNS), Section("On the first line", STATES))),
        Topic("Words", (Section("What is meant by", WORDS),)),
    ]


def found(pages: Iterable[Topic], text: str) -> list[Section]:
    """Return what has `text` in it, of all pages; upper and lower case are the same."""
    wanted = text.casefold()
    kept = []
    for page in pages:
        for section in page.sections:
            entries = [each for each in section.entries if wanted in "\n".join(each[:3]).casefold()]
            if entries:
                kept.append(Section(f"{page.name}: {section.heading}", entries))
    return kept


def lines(sections: Iterable[Section], width: int) -> list[Line]:
    """Return sections as lines of a width."""
    made: list[Line] = []
    for section in sections:
        made += [[], [(section.heading, theme.NAME_STYLE)]]
        for entry in section.entries:
            made += _lines(entry, width)
    return made[1:]


def _lines(entry: Entry, width: int) -> Iterator[Line]:
    margin, room = " " * MARGIN, width - MARGIN - COLUMN
    right: Line = [(text, theme.PLAIN) for text in wrap(entry.meaning, room)]
    right += [(text, theme.FAINT) for text in wrap(f"e.g. {entry.example}" if entry.example else "", room)]
    if len(entry.what) >= COLUMN:
        yield [(f"{margin}{entry.what}", entry.style)]
    for number, part in enumerate(right):
        left = entry.what if not number and len(entry.what) < COLUMN else ""
        yield [(f"{margin}{left:<{COLUMN}}", entry.style), part]


def _keys(view: str) -> list[Section]:
    own = {
        name: _commands(f"In {name}", [command for command in of if command.name not in BY_NAME])
        for name, of in (("Rules", IN_RULES), ("Processes", IN_PROCESSES), ("Stats", IN_STATS), ("Sessions", IN_LIST))
    }
    first = [own.pop(view)] if view in own else []
    groups = [_commands(group, commands) for group, commands in groupby(COMMANDS, key=lambda each: each.group)]
    memory = _commands("In the tab Memory, with the focus there", IN_MEMORY)
    lesson = _commands(LESSON, (*IN_LESSON, *IN_PLAY, IN_LESSONS[0]))
    care = (
        Entry("what is hit", "an answer key only works on a call that was already shown when you pressed it"),
        Entry("no way back", "an answer can't be undone"),
    )
    return [*first, *groups, memory, *own.values(), lesson, Section("Answers by keys", care)]


def _commands(heading: str, commands: Iterable[Command]) -> Section:
    return Section(heading, [Entry(each.keys_text, each.help, "", theme.KEY) for each in commands])


def _expressions() -> list[Section]:
    from seccomp_tui.policy.expression import manual

    what = (
        Entry("what for", "says of each call whether it is held, shown, or answered by a rule"),
        Entry("NAME", "a system call", "openat"),
        Entry("%NAME", f"a set of them, as strace's -e trace= has it: {' '.join(manual.sets())}", "%file"),
        Entry("FIELD == VALUE", "a comparison: of a field, or of an argument by its name", "flags has O_CREAT"),
    )
    return [
        Section("An expression", what),
        Section("Operators: true when the field ..", [Entry(*row) for row in manual.operators()]),
        Section("Values", [Entry(*row) for row in manual.VALUES]),
        Section("Fields; (after): known once it is answered", [Entry(*row) for row in manual.fields()]),
    ]


def _answers() -> list[Section]:
    from seccomp_tui.policy.rules import manual

    what = (
        Entry(
            "EXPR => ANSWER",
            "a rule; between them may stand: nth, once, for pid N or comm NAME",
            "read, nth 3, once => errno EIO",
        ),
    )
    tables = (
        ("An answer", manual.ANSWERS),
        ("And with it", manual.MODIFIERS),
        ("What fill and poke write", manual.CONTENTS),
        ("What fd gives", manual.SOURCES),
        ("nth: which calls of a thread", manual.NTH),
    )
    made = [Section(heading, [Entry(*row[1:]) for row in rows]) for heading, rows in tables]
    return [*made, Section("A rule", what)]
