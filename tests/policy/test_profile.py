"""Profiles: what is allowed, what fails, under which conditions, and why."""

from __future__ import annotations

from typing import Any

import pytest

from seccomp_tui.policy.answers import Kind
from seccomp_tui.policy.profile import RUNTIME, Condition, Use, Wanted, condition, learn, plain_arguments
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import AARCH64, I386, X86_64, Arch


def use(name: str, kind: Kind = Kind.ALLOW, value: int = 0, count: int = 1, arch: Arch = X86_64) -> Use:
    nr = numbers.number(arch.token, name)
    assert nr is not None
    return Use(arch.token, nr, kind, value, count, 7, "ls (12)")


def rules(*uses: Use, **wanted: Any) -> list[Any]:
    content = learn(uses, Wanted(**wanted)).content["syscalls"]
    assert isinstance(content, list)
    return content


def test_what_was_allowed_or_performed_is_allowed() -> None:
    found = rules(use("read"), use("mkdir", Kind.PERFORM), use("stat", Kind.ERRNO, 2), use("stat"))
    assert found == [{"names": ["mkdir", "read", "stat"], "action": "SCMP_ACT_ALLOW"}]


def test_what_always_failed_fails_again() -> None:
    found = rules(
        use("read"),
        use("mkdir", Kind.ERRNO, 1, count=2),
        use("mkdir", Kind.ERRNO, 13, count=5),
        use("unlink", Kind.ERRNO, 13),
        use("kill", Kind.KILL),
        use("getppid", Kind.RETURN),
    )
    assert found[1:] == [
        {"names": ["mkdir", "unlink"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
        {"names": ["kill"], "action": "SCMP_ACT_KILL_PROCESS"},
    ]


@pytest.mark.parametrize(
    ("default", "content"),
    [
        ("errno", {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1}),
        ("kill", {"defaultAction": "SCMP_ACT_KILL_PROCESS"}),
        ("log", {"defaultAction": "SCMP_ACT_LOG"}),
    ],
)
def test_what_becomes_of_the_rest(default: str, content: dict[str, object]) -> None:
    found = learn([use("read")], Wanted(default)).content
    assert {name: value for name, value in found.items() if name.startswith("default")} == content


def test_who_is_notified_gets_all_the_rest_but_write() -> None:
    profile = learn([use("read"), use("mkdir", Kind.ERRNO, 1)], Wanted("notify", listener="/run/agent")).content
    assert profile["listenerPath"] == "/run/agent"
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    notified = profile["syscalls"][-1]  # type: ignore[index]
    assert notified["action"] == "SCMP_ACT_NOTIFY"
    assert "unlink" in notified["names"]
    assert not {"read", "mkdir", "write"} & set(notified["names"])


@pytest.mark.parametrize(
    ("uses", "architectures"),
    [
        ([use("read")], ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]),
        ([use("read", arch=I386)], ["SCMP_ARCH_X86"]),
        ([use("read", arch=AARCH64)], ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]),
        ([], ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]),
    ],
)
def test_architectures_and_what_their_kernels_take_besides(uses: list[Use], architectures: list[str]) -> None:
    assert learn(uses, Wanted()).content["architectures"] == architectures


def test_conditions_are_any_of_several_combinations() -> None:
    known = {"socket": Condition((0, 1), ((1, 2), (2, 1))), "prctl": Condition((0,), ((15,),))}
    profile = learn([use("socket"), use("read"), use("prctl")], Wanted(conditions=known))
    assert profile.content["architectures"] == ["SCMP_ARCH_X86_64"]
    found: Any = profile.content["syscalls"]
    outright, only, first, second = found
    assert outright["names"] == ["read"]
    assert only["args"] == [{"index": 0, "value": 0xFFFFFFFF, "valueTwo": 15, "op": "SCMP_CMP_MASKED_EQ"}]
    assert [[each["valueTwo"] for each in rule["args"]] for rule in (first, second)] == [[1, 2], [2, 1]]
    assert any("only with arg0, arg1 = 0x1, 0x2; 0x2, 0x1" in line for line in profile.reasons)


def test_what_the_runtime_calls_has_no_conditions() -> None:
    known = {"prctl": Condition((0,), ((15,),))}
    (outright,) = rules(use("prctl"), conditions=known, runtime=True)
    assert set(outright["names"]) == set(RUNTIME)
    assert "args" not in outright


def test_what_the_runtime_calls_exists() -> None:
    known = {name for arch in (X86_64, AARCH64) for name in numbers.names(arch.token).values()}
    assert set(RUNTIME) <= known


def test_plain_arguments_are_those_that_a_filter_sees_whole() -> None:
    def of(name: str, arch: Arch = X86_64) -> list[int]:
        nr = numbers.number(arch.token, name)
        assert nr is not None
        return plain_arguments(arch.token, nr)

    assert of("socket") == [0, 1, 2]
    assert of("openat") == [2]
    assert of("ioctl") == [1]
    assert of("mprotect") == [2]
    assert of("read") == []
    assert of("kill") == []
    assert of("socket", I386) == []
    assert plain_arguments(X86_64.token, 99_999) == []


def test_values_that_vary_too_much_are_no_condition() -> None:
    assert condition({0: [1, 2]}, [(1,), (2,)]) == Condition((0,), ((1,), (2,)))
    assert condition({0: range(5)}, [(value,) for value in range(5)]) is None
    rows = [(first, second, 7) for first in range(3) for second in range(4)]
    assert condition({0: range(3), 1: range(4), 2: [7]}, rows) == Condition((0, 2), ((0, 7), (1, 7), (2, 7)))
    assert condition({}, [()]) is None


def test_every_answer_has_its_reason() -> None:
    profile = learn(
        [
            use("read", count=3),
            use("mkdir", Kind.ERRNO, 13),
            use("mkdir"),
            use("getppid", Kind.RETURN),
            use("rmdir", Kind.ERRNO, 1, count=2),
            use("rmdir", Kind.ERRNO, 2),
            Use(X86_64.token, 99_999, Kind.ALLOW, 0, 1, 9),
        ],
        Wanted(),
    )
    text = "\n".join(profile.reasons)
    assert "read                     allowed 3 times, first as call 7 by ls (12)" in text
    assert "failed with EACCES once, first as call 7 by ls (12): not in the profile, it was allowed as well" in text
    assert "made up once, first as call 7 by ls (12): not in the profile, which can make up nothing" in text
    assert "failed with ENOENT once, first as call 7 by ls (12): not in the profile, which gives one answer" in text
    assert "not in the profile: number 99999 of no known call, once, first as call 9" in text
