"""strace's --inject and --fault as rules: what is accepted and refused is as strace does it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from seccomp_tui.policy.inject import EVERY_CALL, InjectError, parse
from seccomp_tui.policy.rules.line import line

ACCEPTED = {
    "getpid:error=ENOENT": "getpid => errno ENOENT",
    "getpid:error=enoent:when=3+": "getpid, nth 3+ => errno ENOENT",
    "getpid::error=12": "getpid => errno ENOMEM",
    "getpid:error=ERESTARTSYS": "getpid => errno ERESTARTSYS",
    "getpid:error=1:when=1+": "getpid => errno EPERM",
    "getpid:error=1:when=2:when=2..6+2": "getpid, nth 2..6+2 => errno EPERM",
    "getpid:error=1:when=1..5+": "getpid, nth 1..5 => errno EPERM",
    "getpid:error=1:when=65535": "getpid, nth 65535 => errno EPERM",
    "getpid:retval=0": "getpid => return 0",
    "getpid:retval=-1": "getpid => return -1",
    "getpid:retval=0x10": "getpid => return 16",
    "getpid:retval=010": "getpid => return 8",
    "getpid:retval=18446744073709551615": "getpid => return -1",
    "getpid:signal=usr1": "getpid => allow signal SIGUSR1",
    "getpid:signal=SIGRT_2:retval=1": "getpid => return 1 signal SIGRT_2",
    "getpid:signal=64": "getpid => allow signal SIGRT_32",
    "getpid:signal=KILL": "getpid => kill",
    "getpid:delay_enter=1": "getpid => allow after 1us",
    "getpid:delay_enter=1.5ms:error=EIO": "getpid => errno EIO after 1500us",
    "getpid:delay_enter=1e3": "getpid => allow after 1ms",
    "getpid:delay_enter=0": "getpid => allow after 1ns",
    "getpid:delay_enter=2s:delay_exit=1s:retval=3": "getpid => return 3 after 3s",
    "open,?nosuch:error=1": "open => errno EPERM",
    "%file,read:error=1": "%file or read => errno EPERM",
    "desc:error=1": "%desc => errno EPERM",
    "!%desc:error=1": "not %desc => errno EPERM",
    "!open,read:error=1": "not (open or read) => errno EPERM",
    "!!open:error=1": "open => errno EPERM",
    "/^getr.*uid$:error=EPERM": "getresuid => errno EPERM",
    "all:error=1": f"{EVERY_CALL} => errno EPERM",
    "openat:poke_enter=@arg2=2f00": "openat => allow poke arg1 hex:2f00",
    "read:poke_exit=@arg2=0x6869,@arg1=ff:retval=2": 'read => fill arg1 "hi" fill arg0 hex:ff return 2',
}
"""What strace accepts, and the rule that it is."""
EMPTY = ["none:error=1", "!all:error=1", "?nosuch:error=1"]
"""What strace accepts, and which picks no call."""
REFUSED = [
    *("getpid", "getpid:", "getpid:when=1", "getpid:error", "getpid:error=", "getpid:error=0", "getpid:error=4096"),
    *("getpid:error=EFOO", "getpid:error=1:error=2", "getpid:error=1:retval=1", "getpid:error=1,signal=2"),
    *("getpid:retval=99999999999999999999", "getpid:retval=x", "getpid:signal=0", "getpid:signal=65"),
    *("getpid:signal=SIGRTMAX", "getpid:signal=SIGRTMIN+2", "getpid:signal=USR1:signal=USR2", "getpid:foo=1"),
    *("getpid:delay_enter=-1", "getpid:delay_enter=x", "getpid:delay_enter=", "getpid:delay_enter=1m"),
    *(
        "getpid:delay_enter=1:delay_enter=2",
        "getpid:error=1:when=0",
        "getpid:error=1:when=1..",
        "getpid:error=1:when=+",
    ),
    *(
        "getpid:error=1:when=65536",
        "getpid:error=1:when=1..65535",
        "getpid:error=1:when=3..2",
        "getpid:error=1:when=1+0",
    ),
    *("getpid:error=1:when=1+65536", "getpid:error=1:when=1++", ":error=1", "nosuch:error=1", "/a:b:error=1"),
    *(
        "getpid:poke_enter=@arg8=00",
        "getpid:poke_enter=@arg0=00",
        "getpid:poke_enter=@arg1=0",
        "getpid:poke_enter=@arg1=",
    ),
    *("getpid:poke_enter=@arg1=zz", "getpid:poke_enter=arg1=00", "getpid:poke_enter=@arg1=00,@arg1=01"),
    *("getpid:poke_enter=@arg1=00:poke_enter=@arg2=01", "getpid:syscall=gettid", "getpid:syscall=open:error=1"),
]
"""What strace refuses."""
OURS = {
    "getpid:syscall=getuid:error=1": "syscall= can't be done",
    "getpid:delay_exit=1": "delay_exit needs error or retval",
    "read:poke_exit=@arg2=00": "poke_exit needs error or retval",
    "getpid:poke_enter=@arg7=00": "a system call has 6 arguments",
    "getpid@64:error=1": "picks others on one architecture than on another",
    "getpid:delay_enter=90000s": "a delay is at most 24h",
}
"""What strace accepts, and we can't do."""
FAULTS = {
    "getpid": "getpid => errno ENOSYS",
    "getpid:when=2": "getpid, nth 2 => errno ENOSYS",
    "getpid:error=EPERM": "getpid => errno EPERM",
}
NO_FAULTS = ["getpid:retval=1", "getpid:signal=USR1", "getpid:delay_enter=1", "getpid:error=1:signal=USR1"]


@pytest.mark.parametrize("text", ACCEPTED)
def test_an_injection_is_a_rule(text: str) -> None:
    rule = parse(text)
    assert rule is not None
    assert line(rule.rule) == ACCEPTED[text]
    assert rule.rule.name == f"--inject={text}"


@pytest.mark.parametrize("text", EMPTY)
def test_an_empty_set_is_no_rule(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", [*REFUSED, *OURS])
def test_what_is_refused_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InjectError) as caught:
        parse(text)
    assert OURS.get(text, "") in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_a_rule(text: str) -> None:
    rule = parse(text, "fault")
    assert rule is not None
    assert line(rule.rule) == FAULTS[text]


@pytest.mark.parametrize("text", NO_FAULTS)
def test_a_fault_knows_errors_only(text: str) -> None:
    with pytest.raises(InjectError, match="expected error=, when="):
        parse(text, "fault")


@pytest.mark.needs("strace")
@pytest.mark.parametrize("option", ["inject", "fault"])
def test_strace_accepts_and_refuses_the_same(option: str) -> None:
    accepted = {"inject": [*ACCEPTED, *EMPTY, *OURS], "fault": list(FAULTS)}[option]
    refused = {"inject": REFUSED, "fault": NO_FAULTS}[option]
    assert {text for text in accepted if not takes(option, text)} == set()
    assert {text for text in refused if takes(option, text)} == set()


def takes(option: str, text: str) -> bool:
    """Tell whether strace goes on to look for the program."""
    argv = [shutil.which("strace") or "strace", "-o", "/dev/null", f"--{option}={text}", "/nonexistent"]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=50)
    return "Can't stat '/nonexistent'" in done.stderr
