"""What must be true of the checkout itself: sizes, names, the link, and documents that say what is so."""

from __future__ import annotations

import ast
import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from functools import cache
from pathlib import Path

import click
import pytest

import seccomp_tui
from seccomp_tui.cli import entry
from tests.conftest import ROOT

MODULE_LINES = 400
FUNCTION_LINES = 60
TABLES: set[str] = set()
"""Modules that are one table, and may be longer."""
PACKAGES = ("cli", "kernel", "lessons", "policy", "screens", "session", "sources", "supervisor", "syscalls")
TEST_FOLDERS = {*PACKAGES, "benchmarks", "e2e"}
DOCUMENTS = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")]
COMMANDS = ("", *entry.COMMANDS)


@cache
def files() -> list[Path]:
    """Return what is, or will be, committed; outside a git checkout everything but the usual leftovers."""
    argv = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(argv, capture_output=True, check=True).stdout.split(b"\0")
        found = [ROOT / os.fsdecode(name) for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not {"__pycache__", "build", "dist"} & set(path.parts)]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def modules() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def help_of(command: str) -> str:
    argv = [sys.executable, "-m", "seccomp_tui", *([command] if command else []), "--help"]
    done = subprocess.run(
        argv, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=50
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_module_is_longer_than_the_cap() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules()}
    assert not {name: lines for name, lines in lengths.items() if lines > MODULE_LINES and name not in TABLES}


def test_no_function_is_longer_than_the_cap() -> None:
    long = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{name_of(path)}:{node.name}"] = lines
    assert not long


def test_tests_mirror_the_packages() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("test_*.py"))}
    assert folders <= TEST_FOLDERS
    assert all((ROOT / "tests" / name / "__init__.py").exists() for name in folders), "needed for unique module names"
    with_code = {
        name
        for name in PACKAGES
        if any(path.name != "__init__.py" for path in (ROOT / "seccomp_tui" / name).glob("*.py"))
    }
    assert with_code <= folders, "packages without tests"


def test_screens_is_a_relative_link() -> None:
    link = ROOT / "seccomp_tui" / "screens"
    assert link.is_symlink()
    assert os.readlink(link) == "../screens"


def test_files_name_no_machine_and_no_registry() -> None:
    # Written with one-letter classes, so that this file does not hold what it looks for.
    machine = r"/[w]ork/(?:main|shared)|/[r]oot/\.|/[o]pt/(?:venv|pypi|wheels)|[.]pyen[v]"
    registry = r"pypi[.]or[g]|pythonhoste[d]|deb[.]debia[n]|index-ur[l]|find-link[s]"
    secret = r"://[^/\s:@]+:[^/\s@]+@"
    pattern = re.compile("|".join((machine, registry, secret)))
    found = []
    for path in files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match.group()}" for match in pattern.finditer(text)]
    assert not found


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "seccomp_tui.__version__"}
    done = subprocess.run(
        [sys.executable, "-m", "seccomp_tui", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert seccomp_tui.__version__ in done.stdout.split()
    released = re.findall(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert all(version <= seccomp_tui.__version__ for version in released)


@cache
def switches() -> set[str]:
    """Return our options that take no value."""
    commands = [entry.seccomp_tui.get_command(click.Context(entry.seccomp_tui), name) for name in entry.COMMANDS]
    parameters = [each for command in commands if command for each in command.get_params(click.Context(command))]
    flags = (each for each in parameters if isinstance(each, click.Option) and (each.is_flag or each.count))
    return {"--version", *(word for each in flags for word in each.opts)}


def options_of(words: list[str]) -> list[str]:
    """Return our options in the words of a command line, those of the traced program left out."""
    found = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "--":
            break
        option, has_value, _ = word.partition("=")
        found.append(option)
        if not has_value and option not in switches():
            next(rest, None)
    return found


def documented_options() -> list[tuple[str, str, str]]:
    """Return (document, command, option) of each command line and each table row of options in our documents."""
    found = set()
    for document in [*DOCUMENTS, *sorted((ROOT / "docs").glob("*.md"))]:
        text = document.read_text()
        for line in re.findall(r"(?:^|`|&& |sudo )seccomp-tui ([^`\n|&]+)", text, re.MULTILINE):
            words = line.split()
            command = words[0] if words[0] in COMMANDS else ""
            found |= {(name_of(document), command, option) for option in options_of(words[1 if command else 0 :])}
        for row in re.findall(r"^\| (`-.*?`) \| ", text, re.MULTILINE):
            found |= {(name_of(document), "", option) for option in re.findall(r"`(--?[a-z][a-z-]*)", row)}
    return sorted(found)


def test_documented_options_exist() -> None:
    options = documented_options()
    assert options
    everything = "\n".join(help_of(command) for command in COMMANDS)
    missing = []
    for document, command, option in options:
        text = help_of(command) if command else everything
        if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text):
            missing.append(f"{document}: seccomp-tui {command} {option}")
    assert not missing


def test_what_is_made_of_the_command_line_is_up_to_date() -> None:
    argv = [sys.executable, "tools/generate_manual.py", "--check"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == 0, f"run tools/generate_manual.py: {done.stderr}"


def test_readme_has_the_commands_that_are_run_elsewhere() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "\npip install . && seccomp-tui ls -l /\n" in readme
    assert "\npip install -e '.[test]' && pytest\n" in readme


def test_recording_s_tables_are_documented() -> None:
    from seccomp_tui.session import schema, views

    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema.SCHEMA + views.VIEWS)
        tables = [name for (name,) in db.execute("select name from sqlite_schema where type in ('table', 'view')")]
        real = {
            table: [name for (name,) in db.execute("select name from pragma_table_info(?)", (table,))]
            for table in tables
        }
    text = (ROOT / "docs" / "recording.md").read_text()
    rows = (row.split(" | ") for row in re.findall(r"^\| `.*", text, re.MULTILINE))
    assert {row[0].strip("|` "): re.findall(r"`(\w+)`", row[2]) for row in rows} == real
    assert f"0x{schema.APPLICATION_ID:x}" in text
    assert f"version, {schema.FORMAT}." in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text())
    assert not [link for link in links if "://" not in link and not (document.parent / link).exists()]
