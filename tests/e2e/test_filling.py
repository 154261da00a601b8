"""Real programs believe what is filled in."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from tests.e2e.conftest import Tool

SOCKET = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); print(s.{})"
C = "import ctypes, os; libc, b = ctypes.CDLL(None), ctypes.create_string_buffer(512); "
FROM = "src_addr sin_port=htons(53) sin_addr=1.2.3.4"


@pytest.mark.parametrize(
    ("rule", "program", "shown"),
    [
        ("getcwd => fill buf '/made/up'", ["/bin/pwd"], "/made/up"),
        ('uname => fill buf sysname=Plan9 release="4th"', ["uname", "-sr"], "Plan9 4th"),
        ("readlink and path == '/nope' => fill buf '/x'", ["readlink", "/nope"], "/x"),
        ("read and fd == 0 => fill buf 'not typed' return 9", "print(os.read(0, 99))", "b'not typed'"),
        ("pread64 and offset == 5 => fill buf 'yes'", "print(os.pread(0, 9, 5))", "b'yes'"),
        (
            "readv => fill iov 'abcd'",
            "a = bytearray(3), bytearray(5); os.readv(0, a); print(*map(bytes, a))",
            r"b'abc' b'd\x00\x00\x00\x00'",
        ),
        ("getrandom and buflen == 4 => fill buf hex:00010203", "print(os.getrandom(4))", r"b'\x00\x01\x02\x03'"),
        ("ioctl and request == TIOCGWINSZ => fill argp ws_col=33", "print(os.get_terminal_size(0)[0])", "33"),
        ("getresuid => fill ruid 7 fill euid 8 fill suid 9", "print(os.getresuid())", "(7, 8, 9)"),
        ("wait4 => fill wstatus 256 return 77", "print(os.waitpid(-1, 0))", "(77, 256)"),
        ("sysinfo => fill info uptime=77", C + "libc.sysinfo(b); print(b.raw[0])", "77"),
        ("getdents64, once => fill dirp 'b/' 'a'", ["ls", "-U", "/"], "b\na"),
        ("recvfrom => fill buf 'hi' fill " + FROM, SOCKET.format("recvfrom(9)"), "(b'hi', ('1.2.3.4', 53))"),
        (
            "recvmsg => fill msg sin_port=htons(53) fill msg 'hi'",
            SOCKET.format("recvmsg(9)"),
            "(b'hi', [], 0, ('0.0.0.0', 53))",
        ),
        ("getsockname => fill addr sin_port=htons(9)", SOCKET.format("getsockname()"), "('0.0.0.0', 9)"),
        (
            "poll => fill fds revents=POLLIN",
            "import select; p = select.poll(); p.register(0); print(p.poll())",
            "[(0, 1)]",
        ),
        (
            "epoll_wait => fill events events=EPOLLIN data=5",
            "import select; print(select.epoll().poll())",
            "[(5, 1)]",
        ),
        ("pipe2 => fill pipefd '50' '51'", "print(os.pipe())", "(50, 51)"),
    ],
    ids=lambda value: value.split(" ")[0] if isinstance(value, str) else "",
)
def test_programs_believe_it(quiet: Tool, rule: str, program: str | Sequence[str], shown: str) -> None:
    argv = [sys.executable, "-c", f"import os; {program}"] if isinstance(program, str) else program
    end = ("--rule", "getdents64 => return 0") if "once" in rule else ()
    outcome = quiet("--rule", rule, *end, *argv)
    assert (outcome.returncode, outcome.stderr) == (0, b"")
    assert outcome.stdout.decode().strip() == shown


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        ("statx", "fill statxbuf stx_mask=STATX_BASIC_STATS stx_mode=S_IFDIR|0755 stx_size=5"),
        ("newfstatat", "fill statbuf st_mode=S_IFDIR|0755 st_size=5"),
    ],
)
def test_a_file_that_is_not_there(quiet: Tool, call: str, fields: str) -> None:
    statx = call == "statx"
    program = ["stat", "-c", "%A %s", "/nope"] if statx else [sys.executable, "-c", STAT]
    outcome = quiet("--rule", f"{call} and path == '/nope' => {fields}", *program)
    assert (outcome.returncode, outcome.stdout.strip()) == (0, b"drwxr-xr-x 5")


STAT = "import os, stat; s = os.stat('/nope'); print(stat.filemode(s.st_mode), s.st_size)"


def test_date_shows_another_year(quiet: Tool) -> None:
    rule = ("--rule", "clock_gettime => fill tp tv_sec=2000000000")
    assert quiet("--vdso", "off", *rule, "date", "-u", "+%Y").stdout == b"2033\n"
    assert quiet(*rule, "date", "-u", "+%Y").stdout != b"2033\n"
    assert quiet("--vdso", "off", "-e", "trace=clock_gettime", *rule, "date", "-u", "+%Y").stdout == b"2033\n"
