from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from seccomp_tui.supervisor.unexecuted import reason

MISSING = os.strerror(errno.ENOENT)


def made(path: Path, text: bytes, mode: int = 0o755) -> Path:
    path.write_bytes(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("line", [b"#!/no/such\n", b"#! /no/such -x y\n", b"#!\t/no/such", b"#!/no/such\0\n"])
def test_the_missing_interpreter_is_named(tmp_path: Path, line: bytes) -> None:
    path = os.fsencode(made(tmp_path / "script", line))
    assert reason(path, errno.ENOENT).startswith("its interpreter /no/such")
    assert reason(path, errno.ENOENT).endswith(f": {MISSING}")


def test_an_interpreter_that_is_a_script_is_followed(tmp_path: Path) -> None:
    first = made(tmp_path / "first", b"#!/no/such\n")
    second = made(tmp_path / "second", f"#!{first}\n".encode())
    assert reason(os.fsencode(second), errno.ENOENT) == f"its interpreter /no/such: {MISSING}"


def test_an_interpreter_that_may_not_be_executed_is_named(tmp_path: Path) -> None:
    plain = made(tmp_path / "plain", b"", 0o644)
    script = made(tmp_path / "script", f"#!{plain}\n".encode())
    assert reason(os.fsencode(script), errno.EACCES) == f"its interpreter {plain}: Permission denied"


@pytest.mark.needs("gcc")
def test_the_missing_loader_of_a_binary_is_named(tmp_path: Path) -> None:
    import subprocess

    program = tmp_path / "program"
    subprocess.run(
        ["gcc", "-x", "c", "-", "-o", program, "-Wl,--dynamic-linker=/no/ld.so"], input=b"int main;", check=True
    )
    assert reason(os.fsencode(program), errno.ENOENT) == f"its interpreter /no/ld.so: {MISSING}"


@pytest.mark.parametrize("text", [b"", b"#!", b"#!\n", b"\x7fELF", b"\x7fELF" + b"\xff" * 300, b"#!/bin/sh\n"])
def test_what_names_no_bad_interpreter_leaves_the_errno(tmp_path: Path, text: bytes) -> None:
    path = os.fsencode(made(tmp_path / "program", text))
    assert reason(path, errno.ENOENT) == MISSING
    assert reason(path, errno.ENOEXEC) == os.strerror(errno.ENOEXEC)
    assert reason(path + b"-missing", errno.ENOENT) == MISSING


def test_hostile_names_are_escaped(tmp_path: Path) -> None:
    path = os.fsencode(made(tmp_path / "script", b"#!/no/\x1b[31m\n"))
    assert reason(path, errno.ENOENT) == rf"its interpreter /no/\33[31m: {MISSING}"


def test_nothing_is_read_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o777)
    assert reason(os.fsencode(tmp_path / "pipe"), errno.EACCES) == "Permission denied"
