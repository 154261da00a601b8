"""Answers as text: what is written means what was said, and errors point at the place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.policy.answer_text import parse, text
from seccomp_tui.policy.answers import (
    ALLOW,
    KILL,
    Answer,
    Content,
    Descriptor,
    Edited,
    File,
    Kind,
    Memory,
    Pipe,
)
from seccomp_tui.policy.expression import ExpressionError

MS = 1_000_000


def fill(*contents: Content, kind: Kind = Kind.FILL, value: int = 0) -> Answer:
    return Answer(kind, value, contents)


def give(source: File | Pipe | Memory | Edited, number: int = -1, cloexec: bool | None = None) -> Answer:
    return Answer(Kind.FD, descriptor=Descriptor(source, number, cloexec))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("allow", ALLOW),
        ("kill", KILL),
        ("hold", Answer(Kind.HOLD)),
        ("errno ENOENT", Answer(Kind.ERRNO, 2)),
        ("errno 4095", Answer(Kind.ERRNO, 4095)),
        ("errno EWOULDBLOCK", Answer(Kind.ERRNO, 11)),
        ("return 0", Answer(Kind.RETURN, 0)),
        ("return 0x10", Answer(Kind.RETURN, 16)),
        ("return -1", Answer(Kind.RETURN, -1)),
        ("return 0xffffffffffffffff", Answer(Kind.RETURN, -1)),
        ('fill buf "text"', fill(Content("buf", (b"text",)))),
        (r'fill buf "a\n\x00" return 4', fill(Content("buf", (b"a\n\0",)), kind=Kind.RETURN, value=4)),
        ("fill buf hex:68690A errno EINTR", fill(Content("buf", (b"hi\n",)), kind=Kind.ERRNO, value=4)),
        (
            'fill src_addr sin_port=htons(80) sin_addr=inet_addr("1.2.3.4") fill buf "x"',
            fill(
                Content("src_addr", fields=(("sin_port", "htons(80)"), ("sin_addr", 'inet_addr("1.2.3.4")'))),
                Content("buf", (b"x",)),
            ),
        ),
        (
            "fill statbuf st_size=0 st_mode=S_IFREG|0644 st_rdev=makedev(0x1, 0x3)",
            fill(
                Content(
                    "statbuf", fields=(("st_size", "0"), ("st_mode", "S_IFREG|0644"), ("st_rdev", "makedev(0x1, 0x3)"))
                )
            ),
        ),
        ("fill wstatus 256", fill(Content("wstatus", word="256"))),
        ('fill dirp "a" "b"', fill(Content("dirp", (b"a", b"b")))),
        ('fd "/etc/hosts"', give(File(b"/etc/hosts"))),
        ('fd "/x" O_RDWR|O_CREAT 0644', give(File(b"/x", 0o102, 0o644))),
        ("fd '/x' O_RDONLY|O_CLOEXEC", give(File(b"/x"), cloexec=True)),
        ('fd "/x" O_RDONLY no-cloexec at 7', give(File(b"/x"), 7, cloexec=False)),
        ("fd null", give(File(b"/dev/null", 2))),
        ('fd pipe "text" at 3 cloexec', give(Pipe(b"text"), 3, cloexec=True)),
        ("fd memfd hex:00", give(Memory(b"\0"))),
        ('fd edit "old" ""', give(Edited(b"old", b""))),
        ("perform", Answer(Kind.PERFORM)),
        (
            'perform as supervisor fill buf "x" poke pathname "/y"',
            Answer(
                Kind.PERFORM,
                fills=(Content("buf", (b"x",)),),
                pokes=(Content("pathname", (b"/y",)),),
                privileged=True,
            ),
        ),
        ("allow after 200ms signal SIGUSR1", Answer(Kind.ALLOW, delay=200 * MS, signal=10)),
        ("after 1.5s errno EIO", Answer(Kind.ERRNO, 5, delay=1500 * MS)),
        ("allow signal usr1", Answer(Kind.ALLOW, signal=10)),
        (
            "allow poke addr sin_port=htons(81)",
            Answer(Kind.ALLOW, pokes=(Content("addr", fields=(("sin_port", "htons(81)"),)),)),
        ),
    ],
)
def test_what_is_written_is_what_is_meant(written: str, meant: Answer) -> None:
    assert parse(written) == meant
    assert parse(text(meant)) == meant


@pytest.mark.parametrize(
    ("written", "column", "width", "reason"),
    [
        ("", 1, 1, "the answer ends here: expected allow, errno, return, fill, fd, perform, kill or hold"),
        ("alow", 1, 4, "'alow' can't stand here (did you mean 'allow'?): expected allow, errno"),
        ("errno", 6, 1, "the answer ends here: expected an errno such as ENOENT"),
        ("errno ENOENTT", 7, 7, "unknown errno 'ENOENTT' (did you mean 'ENOENT'?)"),
        ("errno 4096", 7, 4, "an errno is 1..4095"),
        ("errno 0", 7, 1, "an errno is 1..4095"),
        ("return x", 8, 1, "'x' is no number"),
        ("return 0x1ffffffffffffffff", 8, 19, "a return value has 64 bits"),
        ("allow errno EIO", 7, 5, "errno can't stand beside allow: there is one answer"),
        ("allow ENOENT", 7, 6, "'ENOENT' can't stand here: expected after, poke, signal or the end"),
        ('allow fill buf "x"', 7, 4, "allow fills nothing"),
        ("hold after 1s", 6, 5, "hold stands alone"),
        ("fill", 5, 1, "the answer ends here: expected the name of an argument"),
        ("fill buf", 9, 1, "the answer ends here: expected a string in quotes"),
        ("fill buf return 4", 10, 6, "'return' can't stand here: expected a string"),
        ('fill buf "x', 10, 1, "a string that does not end"),
        ('fill buf "x"y', 10, 4, "expected a space behind the string"),
        (r'fill buf "x\q"', 12, 2, "unknown escape"),
        ("fill buf hex:6", 10, 5, "expected pairs of hexadecimal digits"),
        ('fill buf "x" a=1', 14, 3, "'a=1' can't stand here: expected more of the same"),
        ("fill buf 1 2", 12, 1, "'2' can't stand here: expected more of the same"),
        ("fill st a=makedev(1", 20, 1, "the answer ends here: expected )"),
        ("fd", 3, 1, "the answer ends here: expected a path"),
        ("fd nul", 4, 3, "'nul' can't stand here: expected a path"),
        ('fd "/x" 0644', 9, 4, "expected the flags"),
        ('fd "/x" O_RDWRR', 9, 7, "'O_RDWRR' is no flag of open(2) (did you mean 'O_RDWR'?)"),
        ('fd "/x" O_RDWR 0999', 16, 4, "a mode is octal"),
        ('fd ""', 4, 2, "a path has 1 to 4095 bytes"),
        ('fd edit "" "x"', 9, 2, "nothing can't be replaced"),
        ("fd null at x", 12, 1, "'x' is no number of a descriptor"),
        ("perform as root", 12, 4, "'root' can't stand here: expected supervisor"),
        ("allow after 5", 13, 1, "'5' is no duration: expected one such as 200ms"),
        ("allow after 0s", 13, 2, "a delay is more than 0"),
        ("allow after 1s after 2s", 16, 5, "after is there already"),
        ("allow signal SIGUSR3", 14, 7, "unknown signal 'SIGUSR3' (did you mean 'SIGUSR"),
    ],
)
def test_errors_point_at_the_place(written: str, column: int, width: int, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(written)
    assert caught.value.reason.startswith(reason), caught.value.reason
    assert (caught.value.column, caught.value.width) == (column, width)


data = st.one_of(st.binary(max_size=8), st.sampled_from([b"text", b"a'b\"\\", b"\n\t", "\u00e4".encode(), b"hex:00"]))
words = st.sampled_from(["256", "-1", "0x10", "SIGCHLD", "htons(80)", "O_RDWR|O_APPEND", 'inet_addr("1.2.3.4")'])
field_values = st.one_of(words, st.sampled_from(["makedev(0x1, 0x3)", '"a b"', "{a=1, b={2}}", "[1, 2]", "NULL"]))
names = st.sampled_from(["buf", "statbuf", "arg0", "addr", "pathname"])
contents = st.one_of(
    st.builds(Content, names, st.lists(data, min_size=1, max_size=3).map(tuple)),
    st.builds(Content, names, word=words),
    st.builds(
        Content,
        names,
        fields=st.lists(st.tuples(st.sampled_from(["st_mode", "a.b", "c[0]"]), field_values), min_size=1).map(tuple),
    ),
)
some = st.lists(contents, max_size=2).map(tuple)
paths = st.binary(min_size=1, max_size=9).map(lambda path: path.replace(b"\0", b"/"))
flags = st.one_of(st.sampled_from([0, 1, 2, 3, 0o102, 0o2102, 0o200000]), st.integers(0, (1 << 32) - 1)).map(
    lambda value: value & ~0o2000000
)
sources = st.one_of(
    st.builds(File, paths, flags, st.integers(0, 0o7777)),
    st.builds(Pipe, data),
    st.builds(Memory, data),
    st.builds(Edited, data.filter(bool), data),
)
descriptors = st.builds(
    Descriptor, sources, st.one_of(st.just(-1), st.integers(0, 1 << 20)), st.sampled_from([None, False, True])
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    kind = draw(st.sampled_from([kind for kind in Kind if kind != Kind.NONE]))
    value = 0
    if kind == Kind.ERRNO:
        value = draw(st.integers(1, 4095))
    elif kind == Kind.RETURN:
        value = draw(st.integers(-(1 << 63), (1 << 63) - 1))
    fills = draw(some) if kind in (Kind.ERRNO, Kind.RETURN, Kind.PERFORM) else ()
    if kind == Kind.FILL:
        fills = draw(st.lists(contents, min_size=1, max_size=2).map(tuple))
    if kind == Kind.HOLD:
        return Answer(kind)
    return Answer(
        kind,
        value,
        fills,
        draw(descriptors) if kind == Kind.FD else None,
        draw(some),
        draw(st.one_of(st.just(0), st.integers(1, 24 * 3600 * 10**9))),
        draw(st.integers(0, 64)),
        kind == Kind.PERFORM and draw(st.booleans()),
    )


@given(answers())
def test_the_text_of_an_answer_means_the_answer(answer: Answer) -> None:
    written = text(answer)
    assert written.isascii()
    assert written.isprintable()
    assert parse(written) == answer


pieces = ["fill", "buf", '"x"', "fd", "null", "at", "7", "(", "errno", "EIO", "hex:", "a=", "a=b", "'"]


@given(st.one_of(st.text(), st.lists(st.sampled_from(pieces)).map(" ".join)))
def test_any_text_is_an_answer_or_an_error_within_it(written: str) -> None:
    try:
        answer, column = parse(written), 1
    except ExpressionError as error:
        answer, column = None, error.column
    assert 1 <= column <= len(written) + 1
    assert answer is None or parse(text(answer)) == answer


def test_what_the_decoder_remarks_is_no_part_of_a_value() -> None:
    answer = fill(Content("statbuf", fields=(("st_size", "5 /* five */"), ("st_mode", "a b"))))
    assert text(answer) == 'fill statbuf st_size=5 st_mode="a b"'
