"""Values that are offered for a call that is not made."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.presets import presets
from seccomp_tui.screens.dialogs import value
from seccomp_tui.syscalls import arch, errnos, numbers, prototypes
from seccomp_tui.syscalls.memory import RecordedMemory

TOKEN = arch.native().token
NOTHING = RecordedMemory([])


def offered(call: str, *args: int) -> dict[str, str]:
    nr = numbers.number(TOKEN, call)
    assert nr is not None
    return dict(presets(TOKEN, nr, (*args, *[0] * (6 - len(args))), NOTHING))


@pytest.mark.parametrize(
    ("call", "args", "values"),
    [
        ("read", (3, 0x1000, 100), ["100", "50", "0"]),
        ("write", (1, 0x1000, 1), ["1", "0"]),
        ("openat", (0, 0x1000), ["3", "0"]),
        ("unlinkat", (0, 0x1000), ["0", "1"]),
        ("getpid", (), ["1000", "0"]),
        ("getuid", (), ["0", "1000"]),
    ],
)
def test_what_it_would_plausibly_return_comes_first(call: str, args: tuple[int, ...], values: list[str]) -> None:
    found = offered(call, *args)
    assert list(found)[: len(values)] == values


def test_its_likely_errors_follow_with_what_they_mean() -> None:
    found = offered("openat")
    failures = [f"-{errnos.name(number)}" for number in errnos.likely("openat")[:4]]
    assert [name for name in found if name.startswith("-")][: len(failures)] == failures
    assert found["-ENOENT"] == "fails: No such file or directory"
    assert "-EPERM" in found


def test_every_value_of_every_call_can_be_typed() -> None:
    for name in prototypes.all_names():
        nr = numbers.number(TOKEN, name)
        if nr is not None:
            found = presets(TOKEN, nr, (3, 0x1000, 100, 0, 0, 0), NOTHING)
            assert found
            for text, words in found:
                value.parse(text)
                assert words
