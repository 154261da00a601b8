"""A recorder that is fed with what was captured records what was traced."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import mix
from benchmarks.capture import Captured, load
from benchmarks.feeding import feed


def captured(tmp_path: Path, results: str) -> Captured:
    file = tmp_path / "captured"
    mix.run(mix.Program("true", ("true",), tmp_path), mix.module("benchmarks.capture", str(file), results))
    return load(file)


def test_all_calls_are_recorded(tmp_path: Path) -> None:
    fed = feed(captured(tmp_path, "off"), tmp_path)
    with closing(sqlite3.connect(tmp_path / "session.db")) as db:
        names = [name for (name,) in db.execute("select name from call order by seq")]
    assert (names[0], names[-1]) == ("execve", "exit_group")
    assert len(names) == fed.calls == (tmp_path / "lines").read_text().count("= ?")


@pytest.mark.needs("results")
def test_all_results_are_recorded(tmp_path: Path) -> None:
    fed = feed(captured(tmp_path, "on"), tmp_path)
    assert fed.results == fed.calls - 1  # exit_group has none
