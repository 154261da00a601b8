"""Answers that do more than let a call go: what the target sees, and what the recording tells of it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import ALLOW, By, Kind, State, errno_answer, return_answer
from seccomp_tui.policy.expression import parse
from seccomp_tui.supervisor.wire import AnswerFailed, Held, HeldEnded, Status, TargetExited
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native
from tests.conftest import until
from tests.e2e.operator import Operator, operate
from tests.kernel.nesting import state

pytestmark = pytest.mark.needs("user_notif")

HOSTNAME = 'openat and path == "/etc/hostname"'


def answer(operator: Operator, call: Held, text: str) -> None:
    operator.answer(call, answer_text.parse(text))


def is_open(file: Path, pid: int) -> bool:
    """Tell whether a process has a file open."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            if os.readlink(descriptor) == str(file):
                return True
    return False


def stopped_with_open(file: Path, operator: Operator) -> bool:
    """Stop the supervisor while it has a file open; when it was too quick for that, it has its next held call."""
    pid = operator.role("supervisor")
    while not any(isinstance(message, Held) for message in operator.heard):
        if is_open(file, pid):
            os.kill(pid, signal.SIGSTOP)
            until(lambda: {state(int(task.name)) for task in Path(f"/proc/{pid}/task").iterdir()} == {"T"})
            if is_open(file, pid):
                return True
            os.kill(pid, signal.SIGCONT)
        operator.heard += operator.client.messages()
    return False


def ended(operator: Operator) -> int:
    """Let everything go and return the exit code of the target."""
    status = operator.expect(TargetExited).status
    operator.expect(Status, lambda status: not status.alive)
    return os.waitstatus_to_exitcode(status)


def test_what_is_filled_in_is_read_and_counted(tmp_path: Path) -> None:
    with operate(
        ["cat", "/etc/hostname"], tmp_path / "s.db", hold=parse("read and fd == 3 and not startup")
    ) as operator:
        call = operator.held("read")
        answer(operator, call, 'fill buf "not in the file\\n"')
        answer(operator, operator.held("read"), "return 0")
        assert ended(operator) == 0
        assert operator.output() == "not in the file\n"
    recorded = operator.recorded(call.seq)
    assert (recorded.row.kind, recorded.row.value, recorded.row.by) == (Kind.RETURN, 16, By.OPERATOR)
    assert recorded.row.text == f'read(3, "not in the file\\n", {recorded.args[2]})'
    assert recorded.row.given == 'fill buf "not in the file\\n"'


def test_more_than_there_is_room_for_is_refused_and_the_call_waits_on(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import os; print(os.read(os.open('/etc/hostname', 0), 4).decode())"]
    with operate(program, tmp_path / "s.db", hold=parse("read and count == 4")) as operator:
        call = operator.held("read")
        answer(operator, call, 'fill buf "12345"')
        failed = operator.expect(AnswerFailed)
        assert failed.seq == call.seq
        assert failed.why == "buf has room for 4 bytes, not 5"
        answer(operator, call, 'fill buf "1234"')
        assert ended(operator) == 0
        assert operator.output() == "1234\n"


READ_ONLY = """
import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
page = libc.mmap(None, ctypes.c_size_t(4096), 1, 0x22, -1, ctypes.c_long(0))
got = libc.read(os.open("/etc/hostname", 0), ctypes.c_void_p(page), ctypes.c_size_t(8))
print(got, ctypes.get_errno())
"""


def test_a_page_that_is_not_writable_is_respected(tmp_path: Path) -> None:
    with operate([sys.executable, "-c", READ_ONLY], tmp_path / "s.db", hold=parse("read and count == 8")) as operator:
        call = operator.held("read")
        answer(operator, call, 'fill buf "12345678"')
        assert "can't be written at" in operator.expect(AnswerFailed).why
        answer(operator, call, "errno EFAULT")
        assert ended(operator) == 0
        assert operator.output() == "-1 14\n"


def test_a_stat_is_filled_in_by_its_fields(tmp_path: Path) -> None:
    program = ["stat", "-c", "%s %F %a", "/etc/hostname"]
    with operate(program, tmp_path / "s.db", hold=parse('statx and path == "/etc/hostname"')) as operator:
        answer(
            operator,
            operator.held("statx"),
            "fill statxbuf stx_mask=STATX_BASIC_STATS stx_size=77 stx_mode=S_IFREG|0601",
        )
        assert ended(operator) == 0
        assert operator.output() == "77 regular file 601\n"


def test_an_identity_is_made_up(tmp_path: Path) -> None:
    with operate(["id", "-u"], tmp_path / "s.db", hold=parse("geteuid")) as operator:
        answer(operator, operator.held("geteuid"), "return 4711")
        assert ended(operator) == 0
        assert operator.output() == "4711\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('fd pipe "out of a pipe\\n"', "out of a pipe\n"),
        ('fd memfd "in no file system\\n"', "in no file system\n"),
        ("fd null", ""),
        ('fd pipe ""', ""),
    ],
)
def test_a_descriptor_of_ours_takes_the_place_of_the_file(text: str, shown: str, tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        call = operator.held("openat")
        answer(operator, call, text)
        assert ended(operator) == 0
        assert operator.output() == shown
    row = operator.recorded(call.seq).row
    assert (row.state, row.kind, row.value, row.by, row.given) == (State.ANSWERED, Kind.FD, 3, By.OPERATOR, text)


def test_another_file_is_given_without_any_change_to_the_path(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("another file\n")
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        answer(operator, operator.held("openat"), f'fd "{other}"')
        assert ended(operator) == 0
        assert operator.output() == "another file\n"


def test_a_file_that_is_not_there_is_said_and_the_call_waits_on(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        call = operator.held("openat")
        answer(operator, call, f'fd "{tmp_path}/missing"')
        assert operator.expect(AnswerFailed).why == f"{tmp_path}/missing: No such file or directory"
        answer(operator, call, 'fd memfd "x\\n"')
        assert ended(operator) == 0
        assert operator.output() == "x\n"


def test_the_original_can_be_edited(tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.write_text("one two three\n")
    with operate(["cat", str(original)], tmp_path / "s.db", hold=parse(f'openat and path == "{original}"')) as operator:
        answer(operator, operator.held("openat"), 'fd edit "two" "zwei"')
        assert ended(operator) == 0
        assert operator.output() == "one zwei three\n"
    assert original.read_text() == "one two three\n"


@pytest.mark.parametrize("call", ["openat", "open", "creat", "openat2"])
def test_what_is_edited_is_not_truncated_for_it(call: str, tmp_path: Path) -> None:
    """Nor is anything made, and what was opened to be written is read all the same."""
    original = tmp_path / "original"
    original.write_text("one two three\n")
    nr = numbers.number(native().token, call)
    if nr is None:
        pytest.skip(f"this machine has no {call}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    words = {
        "openat": f"-100, path, {flags}, 0o644",
        "open": f"path, {flags}, 0o644",
        "creat": "path, 0o644",
        "openat2": f"-100, path, (ctypes.c_uint64 * 3)({flags}, 0o644, 4), 24",
    }[call]
    code = f"""if True:
        import ctypes, os, sys
        path = os.fsencode(sys.argv[1])
        fd = ctypes.CDLL(None, use_errno=True).syscall({nr}, {words})
        print(fd >= 0 and os.pread(fd, 99, 0), ctypes.get_errno())
    """
    for path, shown in ((original, "b'one zwei three\\n' 0\n"), (tmp_path / "missing", "False 2\n")):
        program = [sys.executable, "-c", code, str(path)]
        with operate(program, tmp_path / f"{path.name}.db", hold=parse(f'{call} and path == "{path}"')) as operator:
            held = operator.held(call)
            answer(operator, held, 'fd edit "two" "zwei"')
            if path is not original:
                assert "No such file" in operator.expect(AnswerFailed).why
                operator.answer(held, errno_answer(2))
            assert ended(operator) == 0
            assert operator.output() == shown
    assert original.read_text() == "one two three\n"
    assert not (tmp_path / "missing").exists()


AT = """
import os
fd = os.open("/etc/hostname", os.O_RDONLY)
print(fd, os.get_inheritable(fd), os.read(7, 9).decode())
"""


def test_its_number_and_whether_it_is_closed_at_execve_can_be_chosen(tmp_path: Path) -> None:
    with operate([sys.executable, "-c", AT], tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        answer(operator, operator.held("openat"), 'fd memfd "at seven" at 7')
        assert ended(operator) == 0
        assert operator.output() == "7 False at seven\n"


FULL = """
import os, resource
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
try:
    os.open("/etc/hostname", os.O_RDONLY)
except OSError as error:
    os.write(1, error.strerror.encode())
"""


def test_a_target_without_a_free_descriptor_is_said_and_the_call_waits_on(tmp_path: Path) -> None:
    with operate([sys.executable, "-c", FULL], tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        call = operator.held("openat")
        answer(operator, call, 'fd memfd "x"')
        assert operator.expect(AnswerFailed).why == "the program has no free descriptor (RLIMIT_NOFILE)"
        answer(operator, call, 'fd memfd "x" at 9')
        assert "of that number (RLIMIT_NOFILE)" in operator.expect(AnswerFailed).why
        operator.answer(call, ALLOW)
        assert ended(operator) == 0
        assert operator.output() == "Too many open files"


def test_what_is_poked_is_what_the_kernel_reads(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        answer(operator, operator.held("openat"), 'allow poke pathname "/etc/passwd"')
        assert ended(operator) == 0
        assert operator.output().startswith("root:")


def test_a_poke_that_is_longer_than_what_is_there_is_refused(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        call = operator.held("openat")
        answer(operator, call, 'allow poke pathname "/etc/much/longer"')
        assert "pathname has room for 13 bytes" in operator.expect(AnswerFailed).why
        operator.answer(call, ALLOW)
        assert ended(operator) == 0


def test_an_answer_can_be_delayed_and_others_are_given_meanwhile(tmp_path: Path) -> None:
    program = ["sh", "-c", "cat /etc/hostname & cat /etc/hostname; wait"]
    with operate(program, tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        first, second = operator.held("openat"), operator.held("openat")
        began = time.monotonic()
        answer(operator, first, "allow after 500ms")
        operator.answer(second, ALLOW)
        assert operator.expect(HeldEnded).seq == second.seq
        assert time.monotonic() - began < 0.4
        assert operator.expect(HeldEnded).seq == first.seq
        assert 0.5 <= time.monotonic() - began < 0.8
        assert ended(operator) == 0


CAUGHT = """
import os, signal
signal.signal(signal.SIGUSR1, lambda number, frame: os.write(1, b"caught "))
print(os.getppid())
"""


@pytest.mark.parametrize("interruptible", [False, True])
def test_a_signal_goes_with_an_answer(interruptible: bool, tmp_path: Path) -> None:
    program = [sys.executable, "-c", CAUGHT]
    with operate(program, tmp_path / "s.db", hold=parse("getppid"), interruptible=interruptible) as operator:
        answer(operator, operator.held("getppid"), "return 5 signal SIGUSR1")
        assert ended(operator) == 0
        assert operator.output() == "caught 5\n"


def test_a_call_whose_thread_dies_before_its_delayed_answer_is_gone(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db", hold=parse(HOSTNAME)) as operator:
        call = operator.held("openat")
        answer(operator, call, "allow after 1h")
        os.kill(call.pid, signal.SIGKILL)
        gone = operator.expect(HeldEnded)
        assert (gone.state, gone.answer) == (State.GONE, None)
        assert ended(operator) == -signal.SIGKILL


def test_an_answer_that_fails_when_the_call_is_overdue_gives_way_to_the_other(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import os; os.open('/etc/hostname', 0)"]
    after = (300_000_000, ALLOW)
    with operate(program, tmp_path / "s.db", hold=parse(HOSTNAME), hold_timeout=after) as operator:
        call = operator.held("openat")
        answer(operator, call, f'fd "{tmp_path}/missing" after 600ms')
        assert "No such file" in operator.expect(AnswerFailed).why
        told = operator.expect(HeldEnded, lambda told: told.seq == call.seq)
        assert (told.by, told.answer) == (By.TIMEOUT, ALLOW)
        assert ended(operator) == 0


def test_a_call_whose_process_dies_while_its_descriptor_is_made_is_gone(tmp_path: Path) -> None:
    """It is recorded so, although nothing is left to wait for."""
    original = tmp_path / "original"
    original.write_bytes(bytes(60 << 20))
    code = "import os, sys\nwhile True: os.close(os.open(sys.argv[1], 0))"
    program = [sys.executable, "-c", code, str(original)]
    with operate(program, tmp_path / "s.db", hold=parse(f'openat and path == "{original}"')) as operator:
        answer(operator, operator.held("openat"), 'fd edit "a" "b"')
        caught = False
        while not caught:
            call = operator.held("openat")
            answer(operator, call, 'fd edit "a" "b"')
            caught = stopped_with_open(original, operator)
        os.kill(call.pid, signal.SIGKILL)
        os.kill(operator.role("supervisor"), signal.SIGCONT)
        assert ended(operator) == -signal.SIGKILL
    assert operator.recorded(call.seq).row.state == State.GONE


def test_a_call_that_is_held_for_too_long_is_answered_by_itself(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import os; print(os.getppid(), os.getppid())"]
    after = (300_000_000, return_answer(77))
    with operate(program, tmp_path / "s.db", hold=parse("getppid"), hold_timeout=after) as operator:
        first = operator.held("getppid")
        answer(operator, first, "return 5")
        second = operator.held("getppid")
        operator.expect(HeldEnded, lambda told: told.seq == first.seq)
        told = operator.expect(HeldEnded, lambda told: told.seq == second.seq)
        assert (told.by, told.answer) == (By.TIMEOUT, return_answer(77))
        assert ended(operator) == 0
        assert operator.output() == "5 77\n"
    recorded = operator.recorded(second.seq).row
    assert recorded.settled is not None
    assert 0.3e9 <= recorded.settled - recorded.time < 1e9
