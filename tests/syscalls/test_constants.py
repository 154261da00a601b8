"""Values as names; and the table against what a C program prints."""

from __future__ import annotations

import importlib.util
import re

import pytest

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.arch import AARCH64, ARCHES, I386, X86_64, Arch
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("open", 0o1102, "O_RDWR|O_CREAT|O_TRUNC"),
        ("open", 0, "O_RDONLY"),
        ("open", 3, "O_ACCMODE"),
        ("open", 0x10000001, "O_WRONLY|0x10000000"),
        ("open", 0x410000, "O_RDONLY|O_TMPFILE"),
        ("seccomp_flags", 0x4000, "0x4000 /* SECCOMP_FILTER_FLAG_??? */"),
        ("prot", 0, "PROT_NONE"),
        ("prot", 3, "PROT_READ|PROT_WRITE"),
        ("msg", 0, "0"),
        ("access", 0, "F_OK"),
        ("access", 6, "R_OK|W_OK"),
        ("mmap", 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"),
        ("socket", 0x80801, "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK"),
    ],
)
def test_flags(name: str, value: int, text: str) -> None:
    assert constants.flags(name, value) == text


def test_enums() -> None:
    assert constants.enum("whence", 1) == "SEEK_CUR"
    assert constants.enum("clockid", 0x63) == "0x63 /* CLOCK_??? */"


def test_some_values_differ_between_architectures() -> None:
    assert constants.flags("open", 0x10000, X86_64.token) == "O_RDONLY|O_DIRECTORY"
    assert constants.flags("open", 0x10000, AARCH64.token) == "O_RDONLY|O_DIRECT"
    assert constants.flags("mmap", 0x42, I386.token) == "MAP_PRIVATE|MAP_32BIT"


def test_an_unknown_set_is_an_error() -> None:
    with pytest.raises(KeyError):
        constants.table("nonsense")


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_every_set_can_be_read_and_prints_its_own_names(arch: Arch) -> None:
    for name in constants.set_names():
        table = constants.table(name, arch.token)
        assert table.names or name in ("arch_prctl",), name
        for constant, value in table.names.items():
            assert table.value(constant) == value
            assert re.fullmatch(r"[A-Z_]\w+(\|[A-Z_]\w+)*", table.text(value)), (name, constant)


def test_kept_texts_are_bounded() -> None:
    table = constants.table("memfd")
    assert {table.text(value << 12) for value in range(1, 10000)}
    assert len(table._texts) <= 4096


@pytest.mark.needs("gcc", "x86_64")
@pytest.mark.parametrize("arch", [X86_64, pytest.param(I386, marks=pytest.mark.needs("gcc-m32"))], ids=lambda a: a.name)
def test_a_compiled_program_prints_every_constant(arch: Arch) -> None:
    spec = importlib.util.spec_from_file_location("generate_constants", ROOT / "tools/generate_constants.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    ours = [constants.table(name, arch.token).names for name in constants.set_names()]
    names = {name for table in ours for name in table}
    printed: dict[str, int] = {}
    for group in (arch.name, "libc", "network"):  # where several have a name, the kernel's value counts
        options, headers = generator.GROUPS[group]
        printed |= generator.values(names - printed.keys(), options, headers.split())
    by_hand = {
        item.partition("=")[0].rpartition(":")[2] for line in generator.wanted() for item in line.split() if "=" in item
    }
    assert names - printed.keys() <= by_hand, "names that no header has and nobody has given"
    low = 0xFFFFFFFF
    assert not {
        name: (value, printed[name])
        for table in ours
        for name, value in table.items()
        if name in printed and value & low != printed[name] & low
    }


def test_bits_tell_a_name_from_the_others_of_its_set() -> None:
    table = constants.table("open")
    assert table.bits("O_CREAT") == (0o100, 0o100)
    assert table.bits("O_RDONLY") == (0, 3)
    assert table.bits("O_NOTHING") is None
    assert constants.table("prot").bits("PROT_NONE") == (0, -1)
    assert constants.table("whence").bits("SEEK_END") == (2, -1)
    assert {"O_RDWR", "O_CREAT"} <= set(table.all_names())
