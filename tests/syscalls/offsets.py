"""Layouts of structs, held against those of a C compiler."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from seccomp_tui.syscalls import structs

needs_compiler = pytest.mark.needs("gcc", "x86_64")
both_words = pytest.mark.parametrize("word", [8, pytest.param(4, marks=pytest.mark.needs("gcc-m32"))])


@dataclass(frozen=True)
class InC:
    """How C has a struct of ours.

    Attributes:
        name: ours.
        kind: C's type; "" for `struct name`.
        members: what C calls a field; "" for one that it has not, or only as bits.
        inside: the member of `kind` that ours is a part of, with its dot.
        sized: the sizes are the same too.
    """

    name: str
    kind: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    inside: str = ""
    sized: bool = True


def assert_layouts(known: Iterable[InC], headers: Iterable[str], word: int, folder: Path) -> None:
    """Fail where an offset or a size is not the compiler's, or where nothing of a struct is compared."""
    code, expected = [], []
    for each in known:
        layout, kind, before = structs.layout(each.name, word), each.kind or f"struct {each.name}", len(code)
        for one in layout.fields:
            ours = one.argument.name
            if member := each.members.get(ours, ours):
                code.append(f'printf("{each.name}.{ours} %zu\\n", offsetof({kind}, {each.inside}{member}));')
                expected.append(f"{each.name}.{ours} {one.offset}")
        if each.sized:
            code.append(f'printf("{each.name} %zu\\n", sizeof({kind}));')
            expected.append(f"{each.name} {layout.size}")
        assert len(code) > before, each.name
    assert code
    source, program = folder / "offsets.c", folder / "offsets"
    includes = [f"#include <{header}>" for header in (*headers, "stddef.h")]
    source.write_text(
        "\n".join([*includes, "int printf(const char *, ...);", "int main(void) {", *code, "return 0; }"])
    )
    subprocess.run(["gcc", f"-m{word * 8}", "-w", "-D_GNU_SOURCE", "-o", program, source], check=True)
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines() == expected
