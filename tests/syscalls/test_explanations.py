from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from seccomp_tui.syscalls import explanations, numbers
from seccomp_tui.syscalls.arch import AARCH64, I386, X86_64, Arch
from seccomp_tui.syscalls.explanations import all_names, explain

FILE = Path(explanations.__file__).with_name("explanations.txt")
UNEXPLAINED: dict[str, str] = {}
"""Calls without an explanation, each with the reason."""
AHEAD = {"uprobe"}
"""Explained before numbers.txt has them."""
NEWER_PAGES = {
    *("fsconfig", "fsmount", "fsopen", "fspick", "move_mount", "open_tree"),
    *("futex_waitv", "listmount", "statmount", "uretprobe"),
    *("io_uring_enter", "io_uring_register", "io_uring_setup"),  # of liburing
    "rseq",  # of librseq
}
"""Pages that came after man-pages 6.03, or with a library of their own."""


@pytest.mark.parametrize("arch", [X86_64, I386, AARCH64], ids=lambda arch: arch.name)
def test_every_call_is_explained(arch: Arch) -> None:
    names = set(numbers.names(arch.token).values())
    assert len(names) > 300
    assert {name for name in names if explain(name) is None} <= set(UNEXPLAINED)


def test_nothing_else_is_explained() -> None:
    known = {name for arch in (X86_64, I386, AARCH64) for name in numbers.names(arch.token).values()}
    assert set(all_names()) <= known | AHEAD
    assert explain("syscall_0x3e7") is None
    assert explain("") is None


def test_the_file_keeps_to_its_grammar() -> None:
    lines = [line for line in FILE.read_text(encoding="ascii").splitlines() if line and not line.startswith("#")]
    headers = [line for line in lines if not line.startswith(" ")]
    assert [line.split()[0] for line in headers] == all_names()
    assert len(set(all_names())) == len(headers)
    assert not [line for line in headers if not explanations._HEADER.fullmatch(line)]
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize("name", all_names())
def test_a_text_is_a_paragraph_of_plain_words(name: str) -> None:
    told = explain(name)
    assert told is not None
    assert told.name == name
    assert re.fullmatch(r"[ -~]+", told.text)
    assert "  " not in told.text
    assert 75 <= len(told.text) <= 800
    assert told.text[0].isupper() or explain(told.text.split()[0].strip(",")) is not None
    assert told.text.endswith(".")


@pytest.mark.parametrize("name", all_names())
def test_references_lead_somewhere(name: str) -> None:
    told = explain(name)
    assert told is not None
    assert name not in told.see
    assert all(explain(other) is not None for other in told.see)
    if told.same_as:
        other = explain(told.same_as)
        assert other is not None
        assert not other.same_as
        assert told.text.endswith(f" {other.text}")
    assert re.fullmatch(r"\w+\([23]\)", told.reference) or (told.reference == "" and told.section == "")


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("read", "read(2)"),
        ("openat", "open(2)"),
        ("newfstatat", "stat(2)"),
        ("exit_group", "exit_group(2)"),
        ("prlimit64", "getrlimit(2)"),
        ("mq_open", "mq_open(3)"),
        ("mmap2", "mmap2(2)"),
        ("fstat64", "stat(2)"),
        ("map_shadow_stack", ""),
    ],
)
def test_the_page_that_tells_of_a_call(name: str, reference: str) -> None:
    told = explain(name)
    assert told is not None
    assert told.reference == reference


def test_a_form_of_another_call_tells_what_differs_first() -> None:
    told, plain = explain("mmap2"), explain("mmap")
    assert told is not None
    assert plain is not None
    assert told.same_as == "mmap"
    assert told.see == plain.see
    assert told.text.startswith("The form of 32-bit programs: the offset counts pages")


@pytest.mark.needs("man_pages")
def test_pages_are_installed() -> None:
    found = subprocess.run(["man", "-w"], capture_output=True, text=True, check=True).stdout.strip().split(":")
    pages = {
        (page.name.partition(".")[0], folder[3:])
        for place in found
        for folder in ("man2", "man3")
        for page in Path(place, folder).glob("*")
    }
    wanted = {(told.page, told.section) for name in all_names() if (told := explain(name)) is not None and told.page}
    assert {page for page, _ in wanted - pages} <= NEWER_PAGES
