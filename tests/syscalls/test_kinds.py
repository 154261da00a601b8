"""Registering kinds."""

from __future__ import annotations

import pytest

from seccomp_tui.syscalls.kinds.base import FACTORIES, kind
from seccomp_tui.syscalls.kinds.reads import READERS, reader


def test_a_name_is_one_kind_only() -> None:
    with pytest.raises(ValueError, match="kind path twice"):
        kind("path")(FACTORIES["path"])
    with pytest.raises(ValueError, match="kind path twice"):
        reader("path")(READERS["path"].build)
