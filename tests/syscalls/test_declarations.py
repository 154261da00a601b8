from __future__ import annotations

import re

import pytest

from seccomp_tui.syscalls import declarations, prototypes
from seccomp_tui.syscalls.arch import AARCH64, ARCHES, I386, X86_64, Arch
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
        "int accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen);",
        "int pipe(int pipefd[2]);",
        "int finit_module(int fd, const char *param_values, int flags);",
        "int memfd_create(const char *name, unsigned int flags);",
        "ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count);",
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


def test_a_call_without_a_description_has_no_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prototypes, "find", lambda *_: prototypes._parse("new_call @file @desc"))
    assert declaration("new_call") == "new_call(...);"


def test_every_kind_with_a_type_of_its_own_is_one_of_the_table() -> None:
    arguments = {
        argument
        for name in prototypes.all_names()
        for arch in (None, *ARCHES)
        if (prototype := prototypes.find(name, arch))
        for argument in prototype.arguments or ()
    }
    kinds = {argument.kind for argument in arguments}
    typed = {*declarations._MEMORY, *declarations._STRUCTS, *declarations._DECLARATORS, *declarations._VALUES}
    assert not typed - kinds
    assert not set(declarations._EXCEPTIONS) - {f"{argument.name}: {argument.kind}" for argument in arguments}
    assert not set(declarations._SETS) - {option for argument in arguments for option in argument.options}


@pytest.mark.parametrize("arch", [X86_64, I386, AARCH64], ids=lambda arch: arch.name)
def test_every_call_is_one_line_with_the_names_of_the_table(arch: Arch) -> None:
    for name in prototypes.all_names():
        text = declaration(name, arch.token)
        assert re.fullmatch(r"[ -~]+\);", text), name
        prototype = prototypes.find(name, arch.token)
        assert prototype is not None
        for argument in prototype.arguments or ():
            assert argument.kind == "by" or re.search(rf"[ *]{argument.name}\b", text), (name, argument)
