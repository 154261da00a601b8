from __future__ import annotations

import re

import pytest

from seccomp_tui.syscalls import prototypes
from seccomp_tui.syscalls.arch import AARCH64, I386, X86_64, Arch
from seccomp_tui.syscalls.declarations import declaration


@pytest.mark.parametrize(
    "text",
    [
        "int openat(int dirfd, const char *pathname, int flags, mode_t mode);",
        "ssize_t read(int fd, void *buf, size_t count);",
        "ssize_t write(int fd, const void *buf, size_t count);",
        "int close(int fd);",
        "pid_t getpid(void);",
        "void exit_group(int status);",
        "int execve(const char *pathname, char *const argv[], char *const envp[]);",
        "int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen);",
        "int umount2(const char *target, int flags);",
        "int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen);",
        "void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);",
        "int fcntl(int fd, int cmd, ...);",
        "uid_t getuid(void);",
        "off_t lseek(int fd, off_t offset, int whence);",
    ],
)
def test_a_call_is_declared_as_c_programmers_know_it(text: str) -> None:
    name = re.findall(r"(\w+)\(", text)[0]
    assert declaration(name, X86_64.token) == text


def test_a_line_for_an_architecture_wins() -> None:
    assert declaration("setuid", I386.token) == "int setuid(unsigned short uid);"
    assert declaration("setuid", X86_64.token) == declaration("setuid") == "int setuid(uid_t uid);"


def test_what_the_table_does_not_describe_is_not_made_up() -> None:
    assert declaration("no_such_call") == ""
    assert declaration("syscall_0x3e7", X86_64.token) == ""
    for name in prototypes.all_names():
        prototype = prototypes.find(name)
        assert prototype is not None
        if prototype.arguments is None:
            assert declaration(name) == f"{name}(...);"


@pytest.mark.parametrize("arch", [X86_64, I386, AARCH64], ids=lambda arch: arch.name)
def test_every_call_is_one_line_with_the_names_of_the_table(arch: Arch) -> None:
    for name in prototypes.all_names():
        text = declaration(name, arch.token)
        assert re.fullmatch(r"[ -~]+\);", text), name
        prototype = prototypes.find(name, arch.token)
        assert prototype is not None
        for argument in prototype.arguments or ():
            assert argument.kind == "by" or re.search(rf"[ *]{argument.name}\b", text), (name, argument)
