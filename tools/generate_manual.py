"""Write what is made of the command line: the reference of all options, the manual page, the shells' completions.

python tools/generate_manual.py    writes them all: docs/options.md, keys.md and learn.md, and what stands below share/
python tools/generate_manual.py --check    writes nothing and exits 1 if one of them is not what it would be
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from commandline import PROGRAM, commands

from seccomp_tui import __version__
from seccomp_tui.cli.completion import script
from seccomp_tui.cli.entry import seccomp_tui
from seccomp_tui.lessons import finding
from seccomp_tui.lessons.lesson import LEVELS
from seccomp_tui.screens.commands import COMMANDS, IN_LESSON, IN_PLAY

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = "in the user's folder for configuration, mostly ~/.config: theme, panes, keys, how many recordings stay"
RECORDINGS = "in the user's folder for data, mostly ~/.local/share: recordings that were given no name"
PROGRESS = "in the user's folder for state, mostly ~/.local/state: how far one has come in the lessons"
FILES = (
    ("seccomp-tui/config.toml", CONFIGURATION),
    ("seccomp-tui/sessions/", RECORDINGS),
    ("seccomp-tui/lessons.json", PROGRESS),
)
EXIT_CODES = (
    ("the program's own", "it has ended"),
    ("128+N", "signal N ended it"),
    ("2", "bad usage"),
    ("125", "seccomp-tui itself failed"),
    ("126, 127", "the program can't be executed, is not found"),
)
_NEEDS = {"root": "root", "results": "to see what calls return (root)"}
SEE_ALSO = "seccomp_unotify(2), seccomp(2), strace(1), ptrace(2)"


def options() -> str:
    """Return docs/options.md."""
    lines = ["# Options", "", "Made of the program's own help, by `tools/generate_manual.py`."]
    for command in commands():
        lines += ["", f"## {command.name}", "", "```text", f"{command.name} {command.usage}", "```", ""]
        lines += "\n\n".join(command.text).splitlines()
        lines += ["", "| option | means |", "|---|---|"]
        lines += [f"| `{_cell(option)}` | {_cell(_shown(text))} |" for option, text in command.options]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _shown(text: str) -> str:
    """Return a help text as Markdown: what would be taken for markup stands as it is."""
    return re.sub(r"([*<_\[\]])", r"\\\1", text)


def keys() -> str:
    """Return docs/keys.md."""
    lines = [
        "# Keys",
        "",
        "Made of the commands of the screens, by `tools/generate_manual.py`. By its name `:` and `ctrl+p`",
    ]
    lines += ["run a command, and `config.toml` gives it other keys ([settings](screens.md#settings))."]
    groups: dict[str, list[str]] = {}
    for each in (*COMMANDS, *IN_LESSON, *IN_PLAY):
        pressed = " ".join(f"`{key}`" for key in each.keys_text.split())
        row = f"| {_cell(pressed)} | `{each.name}` | {_cell(_shown(each.help))} |"
        groups.setdefault(each.group, []).append(row)
    for group, rows in groups.items():
        lines += ["", f"## {group}", "", "| keys | command | does |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def learn() -> str:
    """Return docs/learn.md."""
    found = finding.lessons()
    lines = [
        "# Learn",
        "",
        "Each lesson runs a small program and says what to do with its system calls; a step ticks itself off when it",
        "is done. Without a name the lessons are listed, to choose one. Your own ones: [Writing a lesson](lessons.md).",
        "This page is made of the lessons, by `tools/generate_manual.py`.",
        "",
        "<!-- test: elsewhere -->",
        "```sh",
        "seccomp-tui learn",
        "seccomp-tui learn system-call",
        "seccomp-tui learn system-call --present    # for a projector: the space bar goes on",
        "```",
        "",
        "![The list of the lessons](../screenshots/lessons.svg)",
    ]
    for level, words in LEVELS.items():
        lines += ["", f"## {words.capitalize()}"]
        for each in (lesson for lesson in found if lesson.level == level):
            needs = [_NEEDS.get(need, f"the program {need.removeprefix('tool:')}") for need in each.needs]
            lines += ["", f"### {_shown(each.title)}", "", f"`seccomp-tui learn {each.name}` · {len(each.steps)} steps"]
            lines[-1] += f" · needs {', '.join(needs)}" if needs else ""
            lines += ["", _shown(each.promise), "", f"![{_shown(each.title)}](../screenshots/lesson-{each.name}.svg)"]
    return "\n".join(lines) + "\n"


def manual() -> str:
    """Return the manual page, as man(7) has it."""
    every = list(commands())
    lines = [
        f'.TH {PROGRAM.upper()} 1 "" "{PROGRAM} {__version__}" "User Commands"',
        ".SH NAME",
        _roff(f"{PROGRAM} - see, hold and answer a program's system calls"),
        ".SH SYNOPSIS",
    ]
    for command in every[1:]:
        lines += [f".B {_roff(command.name)}", _roff(command.usage), ".br"]
    lines += [".SH DESCRIPTION", *_paragraphs(every[0].text)]
    for command in every[1:]:
        lines += [f".SH {_roff(command.name.removeprefix(PROGRAM + ' ').upper())}", *_paragraphs(command.text)]
        for option, text in command.options:
            lines += [".TP", f".B {_roff(option)}", _roff(text)]
    for title, rows in (("EXIT STATUS", EXIT_CODES), ("FILES", FILES)):
        lines.append(f".SH {title}")
        for term, text in rows:
            lines += [".TP", f".B {_roff(term)}", _roff(text)]
    return "\n".join([*lines, ".SH SEE ALSO", _roff(SEE_ALSO)]) + "\n"


def _paragraphs(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield ".PP"
        yield _roff(text)


def _roff(text: str) -> str:
    """Return text as roff prints it: backquotes become bold, and nothing is taken for a request."""
    escaped = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    bold = re.sub(r"`([^`]*)`", r"\\fB\1\\fP", escaped)
    return "\\&" + bold if bold[:1] in (".", "'") else bold


def completion(shell: str) -> Callable[[], str]:
    """Return what makes the script of a shell."""
    return lambda: script(shell, seccomp_tui)


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/options.md": options,
    "docs/keys.md": keys,
    "docs/learn.md": learn,
    f"share/man/man1/{PROGRAM}.1": manual,
}
SCRIPTS: dict[str, Callable[[], str]] = {
    f"share/bash-completion/completions/{PROGRAM}": completion("bash"),
    f"share/zsh/site-functions/_{PROGRAM}": completion("zsh"),
    f"share/fish/vendor_completions.d/{PROGRAM}.fish": completion("fish"),
}


def main() -> int:
    """Write the files, or compare the documents; the scripts are click's, whose next version may write others."""
    if "--check" in sys.argv:
        differ = [name for name, make in DOCUMENTS.items() if not _is(ROOT / name, make())]
        print(*differ, sep="\n", file=sys.stderr)
        return bool(differ)
    for name, make in (DOCUMENTS | SCRIPTS).items():
        (ROOT / name).write_text(make())
    return 0


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main())
