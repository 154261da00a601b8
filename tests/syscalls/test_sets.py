"""strace's `-e trace=` grammar, held against strace's own filter where strace is installed."""

from __future__ import annotations

import subprocess

import pytest

from seccomp_tui.syscalls import numbers, sets
from seccomp_tui.syscalls.arch import AARCH64, I386, X86_64, Arch
from tests.syscalls.strace_filter import traced

BOTH = [X86_64, I386]
SIZES = {
    "desc": 132,
    "file": 75,
    "memory": 28,
    "net": 21,
    "network": 21,
    "creds": 19,
    "signal": 17,
    "process": 16,
    "ipc": 12,
    "pure": 8,
    "clock": 8,
    "%stat": 5,
    "stat": 1,
    "lstat": 1,
    "fstat": 3,
    "%statfs": 3,
    "statfs": 1,
    "fstatfs": 1,
}


def names(text: str, arch: Arch = X86_64, arches: list[Arch] | None = None) -> set[str]:
    chosen = sets.parse(text, arches or BOTH)
    return {numbers.name(arch.token, number) for number in chosen.numbers[arch.token]}


@pytest.mark.parametrize(("group", "size"), SIZES.items())
def test_sets_have_the_sizes_they_have_in_strace(group: str, size: int) -> None:
    assert len(sets.members(f"%{group}", X86_64.token)) == size


def test_names_are_taken_on_each_architecture() -> None:
    assert names("open,close") == {"open", "close"}
    assert names("open", AARCH64, [X86_64, AARCH64]) == set()
    assert sets.parse("openat", [AARCH64]).numbers == {AARCH64.token: frozenset({56})}


def test_a_leading_exclamation_mark_negates_the_whole_list() -> None:
    everything = set(numbers.names(X86_64.token).values())
    assert names("!open,close") == everything - {"open", "close"}
    assert names("!!open") == {"open"}


def test_all_and_none() -> None:
    assert sets.parse("all", BOTH).everything
    assert sets.parse("!none", BOTH).everything
    assert not names("none")
    assert not names("!all")
    assert not sets.parse("!open", BOTH).everything
    assert len(names("open,all")) == len(numbers.names(X86_64.token))


def test_sets_with_and_without_percent_sign() -> None:
    assert "execve" in names("process")
    assert names("file") == names("%file")
    assert names("stat") == {"stat"}
    assert names("%stat") == {"stat"}
    assert names("%stat", I386) == {"oldstat", "stat", "stat64"}
    assert names("%net") == names("%network") == names("network")


def test_a_regular_expression_is_searched_for() -> None:
    assert names("/^open") == {"open", "openat", "openat2", "open_tree", "open_by_handle_at", "open_tree_attr"}
    assert names("/^p(read|write)64$") == {"pread64", "pwrite64"}
    assert "dup2" in names("/[[:digit:]]$")


def test_a_question_mark_forgives_what_is_unknown() -> None:
    assert names("?foo,read") == {"read"}
    assert names("??foo,open") == {"open"}
    assert names("?%foo") == set()
    assert names("?/foo") == set()


def test_a_suffix_picks_the_architecture() -> None:
    assert names("read@64") == {"read"}
    assert names("read@64", I386) == set()
    assert names("read@32", I386) == {"read"}
    assert names("read@32") == set()
    assert names("read@x32") == set()
    assert names("%file@32") == set()
    assert "openat" in names("%file@32", I386)


def test_a_number_is_a_call() -> None:
    assert names("2") == {"open"}
    assert names("2@32", I386) == {"fork"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo", "invalid system call 'foo'"),
        ("", "invalid system call ''"),
        ("/foo", "invalid system call '/foo'"),
        ("creds", "invalid system call 'creds'"),
        ("net", "invalid system call 'net'"),
        ("%all", "invalid system call '%all'"),
        ("none,open", "invalid system call 'none'"),
        ("99999999999999999999", "invalid system call '99999999999999999999'"),
        ("9999", "invalid system call '9999'"),
        ("read,!open", "invalid system call '!open'"),
        ("read@31", "incorrect personality designator '31' in qualification 'read@31'"),
        ("opent", r"invalid system call 'opent' \(did you mean 'openat'\?\)"),
        ("%nothing", r"invalid system call '%nothing' \(the sets are %.*%file .*\)"),
        ("%fil", r"invalid system call '%fil' \(did you mean '%file'\?\)"),
        ("/[", r"regcomp: \["),
    ],
)
def test_what_strace_refuses_is_refused_in_its_words(text: str, message: str) -> None:
    with pytest.raises(sets.TraceError, match=f"^{message}"):
        sets.parse(text, BOTH)


def test_members_of_an_unknown_set_are_none() -> None:
    assert sets.members("%nonsense", X86_64.token) == frozenset()
    assert sets.members("%file", 0x1234) == frozenset()


KNOWN_TO_STRACE = 451
"""strace 6.1 knows the calls below this number, and traces all others."""
NEWER = {"uprobe", "uretprobe"}
"""But has not heard of these."""


@pytest.fixture(scope="module")
def always() -> dict[int, frozenset[int]]:
    """What strace traces whatever it is asked for; asked for with a call that is in hardly any set."""
    return {arch.token: traced("vhangup", arch.token, KNOWN_TO_STRACE) for arch in BOTH}


@pytest.mark.needs("strace", "x86_64")
@pytest.mark.parametrize("group", [group for group in SIZES if group != "net"])
def test_sets_have_the_members_that_strace_traces(group: str, always: dict[int, frozenset[int]]) -> None:
    for arch in BOTH:
        theirs = traced(f"%{group}", arch.token, KNOWN_TO_STRACE) - always[arch.token]
        ours = {number for number in sets.members(f"%{group}", arch.token) if number < KNOWN_TO_STRACE}
        assert {numbers.name(arch.token, number) for number in theirs ^ (ours - always[arch.token])} == set()


def words(text: str) -> list[str]:
    return text.split()


LISTS = words("""
open openat,openat2 open,all all !all none !none !open,%file %file,%network !%network !!open ?foo,read ??foo,close
!?foo,read ?%foo,dup /^p(read|write) /^open /64$ /^(get|set)[ug]id$ /stat !/^p(read|write) /[[:digit:]]$ /^.?stat64$
%desc@64,close@32 read@64 read@32,write@64 !read@32 %file@32 %%stat %%statfs %stat,%lstat,%fstat %pure,%clock
file desc memory process signal ipc network 0 2,3,5 2@32,3@64 %creds,!x /a**
/^(?!x)y|open read,,write ,read exit,_exit waitpid,wait4 %net@64
""")
"""Expressions, among them such that strace refuses."""
REFUSED = words("""
foo open,foo foo@64 %foo %all creds net none,open 9999 99999999999999999999 -1 0x2 read,!open read@31 read@ /foo !foo
%stat% ?/foo,/bar /foo@64 %file@31 ! !! /[ /( /* /a|*b /x{2
""")


def complaint(text: str) -> str:
    """Return what strace says of `-e trace=text`; "" when it takes it."""
    command = ["strace", "-o", "/dev/null", "-e", f"trace={text}", "true"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return told.stderr.splitlines()[0].removeprefix("strace: ") if told.returncode else ""


@pytest.mark.needs("strace", "x86_64")
@pytest.mark.parametrize("text", [*LISTS, *REFUSED, ""])
def test_lists_mean_what_they_mean_to_strace(text: str, always: dict[int, frozenset[int]]) -> None:
    refusal = complaint(text)
    if refusal:
        with pytest.raises(sets.TraceError) as refused:
            sets.parse(text, BOTH)
        assert str(refused.value).startswith(refusal)
        return
    chosen = sets.parse(text, BOTH)
    for arch in BOTH:
        table = numbers.names(arch.token).items()
        known = {number for number, name in table if number < KNOWN_TO_STRACE and name not in NEWER}
        known -= always[arch.token]
        assert traced(text, arch.token, KNOWN_TO_STRACE) & known == chosen.numbers[arch.token] & known
