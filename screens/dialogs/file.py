"""A descriptor that a call shall return: of a file that is looked for, a pipe, a text, or an edited copy."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.screens import wording
from seccomp_tui.screens.dialogs.form import Entry, FieldLine, FormDialog, Spec
from seccomp_tui.screens.widgets.prompt import common

if TYPE_CHECKING:
    from seccomp_tui.policy.answer_choices import Choices

ENTRIES_MOST = 500
"""So many entries of a folder are listed."""
SOURCES = (
    ("file", "File", "a file of this machine, opened by the supervisor"),
    ("pipe", "Pipe", "a pipe out of which your text comes, and then nothing"),
    ("memfd", "Text", "a file that exists nowhere, with your text"),
    ("edit", "Edit", "what the call opens, with a text in it replaced"),
    ("null", "Null", "/dev/null"),
)
_ESCAPES = r"\n \t \x00 mean what they mean in C"
_LINES: dict[str, tuple[str, ...]] = {
    "file": ("path", "flags", "mode"),
    "pipe": ("data",),
    "memfd": ("data",),
    "edit": ("old", "new"),
    "null": (),
}
"""What is asked for each source."""
_CLOEXEC = {"y": "cloexec", "yes": "cloexec", "n": "no-cloexec", "no": "no-cloexec", "": ""}


class FileDialog(FormDialog):
    """Asks what the descriptor leads to.

    Args:
        seqs: the calls.
        about: which these are, in words.
        path: what the call names, printable; empty: nothing.
        choices: of each call.
    """

    BINDINGS = [
        Binding("ctrl+t", "source(1)", show=False),
        Binding("tab", "complete", show=False, priority=True),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]

    def __init__(self, seqs: list[int], about: str, path: str, choices: Sequence[Choices]) -> None:
        super().__init__(f"{about}: instead of what it opens, a descriptor of ...", seqs)
        self._path = path
        self._choices = choices
        self._source = 0
        self._listed: list[str] = []

    def hint(self) -> str:
        """Return the keys."""
        return "tab complete, next   up/down choose   enter OK   esc cancel"

    def compose_above(self) -> ComposeResult:
        """Make the line of sources."""
        yield Static(classes="sources")

    def compose_body(self) -> ComposeResult:
        """Make the list of files as well."""
        yield from super().compose_body()
        yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Show where we are."""
        self.query_one(OptionList).can_focus = False
        self._show_sources()

    # --- the form ---

    @property
    def source(self) -> str:
        """The word for what is given."""
        return SOURCES[self._source][0]

    def specs(self) -> Sequence[Spec]:
        """Return the lines for all sources."""
        return (
            Spec("path", "path", "", f"the call names {self._path}" if self._path else "/path/of/a/file"),
            Spec("flags", "flags", "", "O_RDONLY; as of open(2), with | between", names=_open_flags()),
            Spec("mode", "mode", "", "0644, of a file that is made"),
            Spec("data", "text", "", _ESCAPES),
            Spec("old", "replace", "", "what stands in it"),
            Spec("new", "by", "", _ESCAPES),
            Spec("at", "number", "", "the lowest free one"),
            Spec("cloexec", "close at execve", "", "as the call asks; yes or no"),
        )

    def counts(self, name: str) -> bool:
        """Tell whether a line is one of this source."""
        return name in (*_LINES[self.source], "at", "cloexec")

    def wrong(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong with which line."""
        found = {}
        if texts["cloexec"].strip().lower() not in _CLOEXEC:
            found["cloexec"] = "yes, no, or empty: as the call asks"
        tests = {
            "path": lambda text: f"fd {_path(text)}",
            "flags": lambda text: f'fd "/x" {text}' if text.startswith("O_") else "",
            "mode": lambda text: f'fd "/x" O_RDWR {text}' if text.isdigit() else "",
            "data": lambda text: f'fd memfd "{_inner(text)}"',
            "old": lambda text: f'fd edit "{_inner(text)}" "x"',
            "new": lambda text: f'fd edit "x" "{_inner(text)}"',
            "at": lambda text: f"fd null at {text}",
        }
        for name, text in texts.items():
            test = tests.get(name)
            if test is None or (not text.strip() and name in ("path", "flags", "mode", "at")):
                continue
            if why := self._why(test(text.strip() if name in ("flags", "mode", "at") else text), name):
                found[name] = why
        return found

    def _why(self, answer: str, name: str) -> str:
        if not answer:
            return {"flags": "flags begin with O_", "mode": "a mode is octal, such as 0644"}[name]
        wrong = self._choices[0].wrong(answer)
        return wrong[0] if wrong is not None else ""

    def text(self, texts: Mapping[str, str]) -> str:
        """Return the answer."""
        words = ["fd"]
        if self.source == "file":
            flags, mode = texts["flags"].strip(), texts["mode"].strip()
            words += [_path(texts["path"]) if texts["path"] else "", flags or ("O_RDONLY" if mode else ""), mode]
        elif self.source == "edit":
            words += ["edit", f'"{_inner(texts["old"])}"', f'"{_inner(texts["new"])}"']
        else:
            words += [self.source, *([f'"{_inner(texts["data"])}"'] if "data" in texts else [])]
        if texts["at"].strip():
            words.append(f"at {texts['at'].strip()}")
        words.append(_CLOEXEC.get(texts["cloexec"].strip().lower(), ""))
        return " ".join(filter(None, words))

    def unfit(self, text: str) -> str:
        """Return why it can't be given."""
        if text == "fd":
            return "type the path of a file; ctrl+t gives something else"
        return next((found[0] for each in self._choices if (found := each.wrong(text)) is not None), "")

    def note(self, text: str) -> str:
        """Return what is at the path."""
        texts = self.texts
        if self.source != "file" or "path" not in texts:
            return SOURCES[self._source][2]
        return _there(texts["path"], creating="O_CREAT" in texts["flags"])

    # --- sources ---

    def action_source(self, step: int) -> None:
        """Give something else."""
        self._source = (self._source + step) % len(SOURCES)
        self._show_sources()
        self.show_fields()

    def _show_sources(self) -> None:
        parts: list[tuple[str, str]] = []
        for at, (_, label, _words) in enumerate(SOURCES):
            parts.append(
                (f"[{label}]" if at == self._source else f" {label} ", "bold $primary" if at == self._source else "")
            )
            parts.append(("  ", ""))
        self.query_one(".sources", Static).update(Content.assemble(*parts, ("ctrl+t", "$warning")))

    # --- looking for a file ---

    def renew(self) -> None:
        """List what is in the folder, too."""
        super().renew()
        options = self.query_one(OptionList)
        line = self._path_line()
        listed = list(_entries(line.value)) if line is not None else []
        options.display = bool(listed)
        if listed != self._listed:
            self._listed = listed
            options.clear_options()
            options.add_options(Option(Content(wording.printable(name))) for name in listed)

    def _path_line(self) -> Input | None:
        fields = [field for field in self.query(FieldLine) if field.spec.name == "path" and field.query(Entry)]
        return fields[0].line if fields and self.counts("path") else None

    def action_complete(self) -> None:
        """Complete the path as far as it is certain, or choose from the list; without one go to the next line."""
        line = self._path_line()
        if line is None or line is not self.focused or not self._listed:
            if isinstance(self.focused, Entry):
                self.focused.action_complete()
            else:
                self.focus_next()
            return
        whole = common(self._listed)
        if len(whole) > len(line.value.rpartition("/")[2]):
            self._put(line, whole)
        else:
            self.step(1)

    def step(self, step: int) -> None:
        """Choose from the list while the path has the focus."""
        line, options = self._path_line(), self.query_one(OptionList)
        if line is None or line is not self.focused or not self._listed:
            super().step(step)
        elif step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def submit(self) -> None:
        """Take the chosen entry first; a folder is opened."""
        options, line = self.query_one(OptionList), self._path_line()
        if line is not None and line is self.focused and options.highlighted is not None and self._listed:
            self._put(line, self._listed[options.highlighted])
            return
        super().submit()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a clicked entry."""
        if (line := self._path_line()) is not None:
            self._put(line, self._listed[event.option_index])

    def _put(self, line: Input, name: str) -> None:
        folder, slash, _ = line.value.rpartition("/")
        line.value = f"{folder}{slash}{name}"
        line.cursor_position = len(line.value)


def _open_flags() -> list[str]:
    from seccomp_tui.policy.answer_parsing import OPEN

    return [name for name in OPEN.all_names() if name.startswith("O_")]


def _path(text: str) -> str:
    return quoted(os.fsencode(text))


def _inner(text: str) -> str:
    from seccomp_tui.policy.fill_form import escaped

    return escaped(text)


def _entries(path: str) -> Iterator[str]:
    """Yield what the last part of a path may become; folders end with a slash."""
    folder, _, typed = path.rpartition("/")
    try:
        with os.scandir(folder + "/" if path.startswith("/") else folder or ".") as found:
            names = [
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in found
                if entry.name.startswith(typed) and (typed or not entry.name.startswith("."))
            ]
    except (OSError, ValueError):
        return
    if names != [typed]:
        yield from sorted(names)[:ENTRIES_MOST]


def _there(path: str, *, creating: bool) -> str:
    """Return in words what is at a path."""
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        return "it will be made" if creating else f"now: {words}"
    if stat.S_ISREG(status.st_mode):
        return f"a file of {wording.plural(status.st_size, 'byte')}"
    return "a folder" if stat.S_ISDIR(status.st_mode) else "no ordinary file"
