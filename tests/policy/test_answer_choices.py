"""What an answer to a call can say, and what is offered while it is typed."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answer_choices import Choices, of_call, of_rule
from seccomp_tui.policy.answer_completion import complete
from seccomp_tui.policy.expression import parse
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.memory import RecordedMemory

X86_64 = 0xC000003E
AT = 0x7FFD_1000
FILLED_AT = 0x7FFD_8000
HTTP = b"\2\0\0\x50\x7f\0\0\1" + bytes(8)


def call(name: str, *args: int, memory: bytes = b"/etc/hosts\0", hold: bool = False) -> Choices:
    number = numbers.number(X86_64, name)
    assert number is not None
    return of_call(X86_64, number, [*args, *[0] * (6 - len(args))], RecordedMemory([(AT, memory)]), hold=hold)


OPENAT = call("openat", 0xFFFF_FF9C, AT)
STAT = call("newfstatat", 0xFFFF_FF9C, AT, FILLED_AT)
READ = call("read", 3, FILLED_AT, 10)
CONNECT = call("connect", 3, AT, 16, memory=HTTP)


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        (OPENAT, "errno ENOENT after 1ms"),
        (OPENAT, "fd null"),
        (OPENAT, 'perform poke pathname "/a/longer/path/than/it/was"'),
        (OPENAT, 'allow poke pathname "/etc/host"'),
        (OPENAT, 'allow poke arg1 "/etc/host"'),
        (STAT, "fill statbuf st_size=3 st_mode=S_IFREG|0644"),
        (READ, 'fill buf "hello" return 3'),
        (READ, 'errno EIO fill buf "fill"'),
        (CONNECT, "allow poke addr sin_port=htons(81)"),
        (call("openat", 0, AT, hold=True), "hold"),
    ],
)
def test_what_the_call_can_get(choices: Choices, text: str) -> None:
    assert choices.wrong(text) is None


@pytest.mark.parametrize(
    ("choices", "text", "at", "reason"),
    [
        (OPENAT, "erno EPERM", 0, "did you mean 'errno'?"),
        (OPENAT, "errno EPRM", 6, "did you mean 'EPERM'?"),
        (OPENAT, 'fill pathname "x"', 5, "openat has nothing to fill here"),
        (STAT, 'fill buf "x"', 5, "newfstatat has statbuf to fill here, and no 'buf'"),
        (STAT, "fill statbuf st_foo=3", 5, "no field 'st_foo'"),
        (READ, 'return 4 fill buf "far too long"', 14, "buf has room for 10 bytes, not 12"),
        (READ, "fd null", 0, "read returns no descriptor"),
        (READ, "perform", 0, "the supervisor can't make read in the program's place"),
        (OPENAT, 'allow poke pathname "/etc/hosts/and/more"', 11, "room for 10 bytes"),
        (OPENAT, 'allow after 1s poke pathname "x" poke nothing "x"', 38, "no 'nothing'"),
        (OPENAT, "hold", 0, "it is held already"),
        (call("read", 3, 0, 10), 'fill buf "x"', 5, "nothing to fill"),
    ],
)
def test_what_it_can_not_get_is_pointed_at(choices: Choices, text: str, at: int, reason: str) -> None:
    wrong = choices.wrong(text)
    assert wrong is not None
    assert reason in wrong[0]
    assert wrong[1] == at


def test_a_string_that_is_being_typed_is_only_unfinished() -> None:
    assert READ.wrong('fill buf "he') == ("a string that does not end: expected the same quote behind it", 12)


def test_hostile_words_raise_nothing() -> None:
    for nr in (-1, 0, 1, 16, 257, 1 << 20):
        choices = of_call(X86_64, nr, [(1 << 64) - 1] * 6, RecordedMemory([]))
        for text in ("fd null", "perform", 'fill arg1 "x"', 'allow poke arg0 "x"', "fill buf a=1"):
            choices.wrong(text)
        complete("fill buf ", 9, choices)


def offered(choices: Choices, text: str) -> list[str]:
    start, offers = complete(text, len(text), choices)
    assert all(offer.text.startswith(text[start:]) for offer in offers)
    return [offer.text for offer in offers]


def test_an_answer_begins_with_what_is_possible() -> None:
    assert offered(OPENAT, "") == ["allow", "errno", "return", "fd", "perform", "kill"]
    assert offered(READ, "") == ["allow", "errno", "return", "fill", "kill"]
    assert offered(call("read", 3, FILLED_AT, 4, hold=True), "") == [*offered(READ, ""), "hold"]


@pytest.mark.parametrize(
    ("choices", "text", "offers"),
    [
        (STAT, "fill ", ["statbuf"]),
        (STAT, "poke ", ["pathname", "statbuf"]),
        (STAT, "fill statbuf st_si", ["st_size="]),
        (STAT, "fill statbuf st_size=3 st_si", []),
        (OPENAT, "errno ", ["EACCES", "ENOENT"]),
        (OPENAT, "errno EACCES ", ["after", "poke", "signal"]),
        (OPENAT, "errno EACCES after 1s ", ["poke", "signal"]),
        (OPENAT, "fd ", ["null", "pipe", "memfd", "edit"]),
        (OPENAT, 'fd "/x" O_RDO', ["O_RDONLY"]),
        (OPENAT, 'fd "/x" O_RDWR|O_CRE', ["O_CREAT"]),
        (OPENAT, 'fd "/x" O_RDWR ', ["at", "cloexec", "no-cloexec", "after", "poke", "signal"]),
        (OPENAT, "fd null at ", []),
        (OPENAT, 'fd pipe "x" ', ["at", "cloexec", "no-cloexec", "after", "poke", "signal"]),
        (OPENAT, "perform ", ["as", "after", "poke", "signal"]),
        (OPENAT, "perform as ", ["supervisor"]),
        (READ, 'fill buf "x" ', ["fill", "errno", "return", "after", "poke", "signal"]),
        (READ, 'fill buf "x', []),
        (READ, "return ", []),
        (OPENAT, "allow signal SIGUSR", ["SIGUSR1", "SIGUSR2"]),
        (OPENAT, "nonsense ", []),
        (OPENAT, "hold ", []),
    ],
)
def test_what_may_come_next(choices: Choices, text: str, offers: list[str]) -> None:
    assert offered(choices, text)[: len(offers) if text == "errno " else None] == offers


def test_arguments_are_offered_with_their_direction() -> None:
    assert complete("poke ", 5, STAT)[1] == [("pathname", "in"), ("statbuf", "out")]


def test_a_completed_answer_can_be_given() -> None:
    for offer in complete("errno ", 6, OPENAT)[1]:
        assert OPENAT.wrong(f"errno {offer.text}") is None


def test_a_rule_offers_what_one_of_its_calls_can_get() -> None:
    choices = of_rule(parse("(read or newfstatat) and pid == 1"))
    assert set(choices.fills) == {"buf", "statbuf"}
    assert not choices.fd
    assert choices.hold
    assert of_rule(parse("%file")).fills == []
    assert of_rule(None).perform
