"""What may differ between two lines, and that nothing else may."""

from __future__ import annotations

import pytest

from benchmarks.decode.compare import Facts, compare, place, varying
from benchmarks.decode.lines import Call, call


def line(text: str) -> Call:
    made = call(1, text)
    assert made is not None
    return made


def verdict(ours: str, theirs: str, entry: str | None = None, facts: Facts | None = None) -> str:
    """Return the reasons, or where the lines differ."""
    found = compare(line(ours), line(theirs), (entry and line(entry)) or None, facts or Facts())
    if found.different:
        return f"!{'.'.join(found.different.path)}"
    return " ".join(sorted(found.reasons))


def test_equal_lines_need_no_reason() -> None:
    assert verdict("close(3) = ?", "close(3) = 0") == ""


@pytest.mark.parametrize(
    ("ours", "theirs", "different"),
    [
        ("open(3) = ?", "close(3) = 0", "!name"),
        ("close(3) = ?", "close(4) = 0", "!0"),
        ("close(3) = -1 EBADF (Bad file descriptor)", "close(3) = 0", "!result"),
        ("a({x=1, y=2}) = ?", "a({y=2, x=1}) = 0", "!0"),
        ("a({x=1}) = ?", "a({x=1, y=2}) = 0", "!0.y"),
        ("a({x=1, y=2}) = ?", "a({x=1}) = 0", "!0.y"),
        ("a(1) = ?", "a(1, 2) = 0", "!1"),
        ("a([1, 2]) = ?", "a([1, 3]) = 0", "!0.1"),
        ("a([1 2]) = ?", "a(~[1 2]) = 0", "!0"),
        ("a(0x10) = ?", "a({x=1}) = 0", "!0"),
        ('a("b") = ?', 'a("b"...) = 0', "!0"),
    ],
)
def test_anything_without_a_reason_is_a_difference(ours: str, theirs: str, different: str) -> None:
    assert verdict(ours, theirs) == different


def test_results_are_compared_only_where_ours_is_known() -> None:
    assert verdict("close(3) = ?", "close(3) = -1 EBADF (Bad file descriptor)") == ""
    assert verdict("close(3) = ? (gone)", "close(3) = ? ERESTARTSYS (To be restarted)") == ""


def test_what_the_kernel_fills_in_is_an_address_on_entry() -> None:
    entry = "read(3, 0x5000, 10) = -1"
    assert verdict("read(3, 0x5000, 10) = ?", 'read(3, "abc", 10) = 3', entry) == "exit"
    assert verdict("read(3, 0x5000, 10) = ?", "read(3, 0x5000 /* 3 entries */, 10) = 8", entry) == "exit"


def test_a_structure_that_we_left_as_an_address_is_not_excused() -> None:
    assert verdict("bpf(1, 0x5000, 8) = ?", "bpf(1, {map_fd=3}, 8) = 0", "bpf(1, {map_fd=0}, 8) = -1") == "!1"
    assert verdict("bpf(1, 0x5000, 8) = ?", "bpf(1, {map_fd=3}, 8) = 0") == "!1"


def test_an_address_elsewhere_is_not_excused() -> None:
    assert verdict("read(3, 0x5000, 1) = ?", "read(3, 0x6000, 1) = -1", "read(3, 0x5000, 1) = -1") == "!1"


def test_fields_that_only_the_exit_has() -> None:
    entry = "recvmsg(3, {msg_namelen=16}, 0) = -1"
    theirs = 'recvmsg(3, {msg_name=NULL, msg_namelen=16 => 0, msg_iov=[{iov_base="x", iov_len=1}]}, 0) = 1'
    assert verdict("recvmsg(3, {msg_namelen=16}, 0) = ?", theirs, entry) == "exit"
    assert verdict("recvmsg(3, {msg_namelen=15}, 0) = ?", theirs, entry) == "!1.msg_namelen"


def test_before_and_after() -> None:
    assert verdict("accept(3, NULL, [16]) = ?", "accept(3, NULL, [16 => 2]) = 4") == ""
    assert verdict("clone3({flags=0}, 88) = ?", "clone3({flags=0} => {parent_tid=[5]}, 88) = 5") == ""
    assert verdict("accept(3, NULL, [15]) = ?", "accept(3, NULL, [16 => 2]) = 4") == "!2.0"


def test_threads_must_be_the_same() -> None:
    facts = Facts(threads={900: 500, 901: 501})
    assert verdict("kill(500, SIGINT) = ?", "kill(900, SIGINT) = 0", None, facts) == "thread"
    assert verdict('open("/proc/501/stat") = ?', 'open("/proc/901/stat") = 3', None, facts) == "thread"
    assert verdict("kill(501, SIGINT) = ?", "kill(900, SIGINT) = 0", None, facts) == "!0"
    assert verdict("kill(500, 2) = ?", "kill(900, 3) = 0", None, facts) == "!1"


def test_the_first_environment_is_the_tracer_s() -> None:
    ours, theirs = (
        'execve("/x", ["x"], 0x7ffc00000001 /* 5 vars */) = ?',
        'execve("/x", ["x"], 0x7ffc00000009 /* {} */) = 0',
    )
    assert verdict(ours, theirs.format("5 vars")) == "tracer"
    assert verdict(ours, theirs.format("6 vars")) == "!2"


def test_what_varies_between_runs_of_strace_may_vary_here() -> None:
    facts = Facts(varying=frozenset({("utimensat", "1", "*", "tv_sec")}))
    ours, theirs = "utimensat(3, [{tv_sec=7}, {tv_sec=1}]) = ?", "utimensat(3, [{tv_sec=9}, {tv_sec=1}]) = 0"
    assert verdict(ours, theirs, ours, facts) == "data"
    assert verdict(ours, theirs, ours) == "!1.0.tv_sec"
    assert verdict(ours, theirs, ours.replace("7", "8"), facts) == "!1.0.tv_sec", "strace reads our memory otherwise"
    assert verdict(ours, theirs, None, facts) == "!1.0.tv_sec"


def test_a_handler_runs_at_any_depth_of_the_stack() -> None:
    ours, theirs = "wait4(-1, 0x7fffffffd410) = ?", "wait4(-1, 0x7fffffffc550) = -1 ECHILD (No child processes)"
    assert verdict(ours, theirs, ours, Facts(signals=True)) == "stack"
    assert verdict(ours, theirs, ours, Facts()) == "!1"
    assert verdict(ours, theirs.replace("7fff", "5555"), ours, Facts(signals=True)) == "!1"


def test_a_decoded_and_a_bare_value_never_vary() -> None:
    facts = Facts(varying=frozenset({("sendto", "1")}))
    ours, theirs = r'sendto(3, "\1\2") = ?', "sendto(3, [{nlmsg_len=5}]) = 0"
    assert verdict(ours, theirs, ours, facts) == "!1"


def test_a_call_that_never_returned_is_compared_as_far_as_it_goes() -> None:
    cut = Call(1, "read", "3", "", complete=False)
    assert compare(line("read(3, 0x5000, 10) = ?"), cut, None, Facts()).identical
    assert not compare(line("read(4, 0x5000, 10) = ?"), cut, None, Facts()).identical


def test_varying_names_the_innermost_place() -> None:
    one, other = line("f(3, [{a=1, b=2}], 5) = 0"), line("f(3, [{a=1, b=3}], 6) = 0")
    assert varying(one, other) == {("f", "1", "*", "b"), ("f", "2")}
    assert varying(line("f([1]) = 0"), line("f([1, 2]) = 0")) == {("f", "0")}
    assert varying(one, one) == set()
    assert place("f", ("1", "0", "b")) == ("f", "1", "*", "b")
