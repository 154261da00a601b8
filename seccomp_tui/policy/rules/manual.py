"""The help of rules and answers, for the screens and for docs/rules.md; tests hold the tables against the parsers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the help: the word, how it is written, what it means, an example."""

    word: str
    form: str
    meaning: str
    example: str


ANSWERS = (
    Row("allow", "allow", "the kernel goes on with the call; it reads the memory again", "openat => allow"),
    Row("errno", "errno E", "the call is not made and fails: a name, or 1 to 4095", "unlink => errno EPERM"),
    Row("return", "return V", "it is not made and returns V: 64 bits, decimal, 0x or negative", "geteuid => return 0"),
    Row(
        "fill",
        "fill ARGUMENT ..",
        "what the call would fill in is written, then it returns what follows from that: the bytes of a buffer, else 0;"
        " with return or errno behind it, that",
        'getrandom => fill buf "not random"',
    ),
    Row("fd", "fd SOURCE", "a descriptor is put into the program, and the call returns it", "openat => fd null"),
    Row(
        "perform",
        "perform [as supervisor]",
        "the supervisor makes the call in the program's place, with the arguments as they were when it trapped, where"
        " the program is and with its rights; `as supervisor`: with ours. A fill is laid over the outcome, a poke"
        " changes what is performed",
        "connect and port == 80 => perform poke addr sin_port=htons(8080)",
    ),
    Row("kill", "kill", "the process is killed, and the call is not made", "ptrace => kill"),
    Row("hold", "hold", "the call waits for you: only with screens", "mount => hold"),
)
"""What an answer may begin with."""
MODIFIERS = (
    Row("after", "after T", "the answer is given so much later: ns us ms s m h", "openat => allow after 200ms"),
    Row(
        "poke",
        "poke ARGUMENT ..",
        "memory that the call reads is changed before the answer is given; the program sees it, too",
        'openat and path == "/etc/hosts" => allow poke pathname "/tmp/h"',
    ),
    Row("signal", "signal S", "the signal is sent to the calling thread", "getpid => allow signal SIGUSR1"),
)
"""What goes with an answer; each as often as it makes sense, in any order."""
SOURCES = (
    Row("path", '"PATH" [FLAGS [MODE]]', "a file, opened by the supervisor", 'openat => fd "/etc/hosts" O_RDONLY'),
    Row("null", "null", "/dev/null", "openat => fd null"),
    Row("pipe", "pipe DATA", "a pipe out of which DATA comes, and then nothing", r'openat => fd pipe "one\ntwo\n"'),
    Row("memfd", "memfd DATA", "a file that exists nowhere, with these contents", 'openat => fd memfd "text"'),
    Row(
        "edit",
        "edit OLD NEW",
        "such a file with the contents of the one that the call opens, OLD replaced by NEW; that one is only read,"
        " whatever the call would have done with it",
        'openat and path == "/etc/passwd" => fd edit "root" "toor"',
    ),
    Row("at", ".. at N", "it gets the number N, in the place of what was there", "openat => fd null at 7"),
    Row("cloexec", ".. cloexec", "it is closed at an execve; else as the call asks for", "openat => fd null cloexec"),
    Row("no-cloexec", ".. no-cloexec", "it stays open", "openat => fd null no-cloexec"),
)
"""What stands behind fd."""
CONTENTS = (
    Row(
        "string",
        '"TEXT"',
        r"bytes, as in expressions: \n \x41; a string ends by itself",
        r'read => fill buf "a\n"',
    ),
    Row("hex", "hex:6869", "the same in hexadecimal", "read => fill buf hex:68690a"),
    Row("entries", '"A" "B"', "names of a folder's entries", 'getdents64 => fill dirp "a" "b"'),
    Row("number", "256", "a number or a name, where the argument points to just one", "wait4 => fill wstatus 256"),
    Row(
        "fields",
        "FIELD=VALUE ..",
        "fields of a struct, as the line shows them; the others are 0, or stay as they were",
        "newfstatat => fill statbuf st_size=0 st_mode=S_IFREG|0644",
    ),
)
"""What stands behind the argument of fill and poke."""
FIELDS = (
    Row("when", "when", "the expression", 'when = "getdents64"'),
    Row("answer", "answer", "the answer", 'answer = "errno ENOSPC"'),
    Row("nth", "nth", "which of the calls, as below", 'nth = "3+"'),
    Row("once", "once", "asked no more after its first answer", "once = true"),
    Row("for", "for", "of whom alone: a process, or all that are called so", "for = 'comm \"ls\"'"),
    Row("enabled", "enabled", "asked at all", "enabled = false"),
    Row("name", "name", "what you call it", 'name = "full disk"'),
)
"""What a rule has in a file."""
NTH = (
    Row("3", "F", "only call F", "getdents64, nth 3 => errno ENOSPC"),
    Row("3+", "F+", "call F and all after it", "write, nth 3+ => errno EIO"),
    Row("1+2", "F+S", "call F and each S-th after it", "write, nth 1+2 => errno EINTR"),
    Row("2..6", "F..L", "calls F to L", "write, nth 2..6 => errno EINTR"),
    Row("2..6+2", "F..L+S", "call F and each S-th after it, up to L", "write, nth 2..6+2 => errno EINTR"),
)
"""Which of the calls a rule answers."""
INJECTIONS = (
    Row("error", "error=E", "errno E", "unlink:error=EPERM"),
    Row("retval", "retval=V", "return V", "geteuid:retval=0"),
    Row("signal", "signal=S", "allow signal S; beside error or retval, with that. KILL is kill", "getpid:signal=USR1"),
    Row("delay_enter", "delay_enter=T", "after T: microseconds, or with s, ms, us, ns", "openat:delay_enter=200ms"),
    Row("delay_exit", "delay_exit=T", "the same, but only beside error or retval", "openat:error=EIO:delay_exit=5ms"),
    Row("poke_enter", "poke_enter=@argN=HEX", "poke: arg1 is the first", "openat:poke_enter=@arg2=2f00"),
    Row("poke_exit", "poke_exit=@argN=HEX", "fill, only beside error or retval", "read:retval=2:poke_exit=@arg2=6869"),
    Row("when", "when=F..L+S", "nth", "write:error=EIO:when=3+"),
    Row("syscall", "syscall=", "can't be done: a call is answered, not turned into another", ""),
)
"""strace's words, and the rule that they are."""

_INTRODUCTION = """\
# Rules

A rule answers system calls without the operator. It is written in one line

```text
EXPR [, nth F..L+S] [, once] [, for pid 12 | for comm "ls"] => ANSWER
```

on the command line (`log` and `run`), where several may be given:

<!-- test: exit 1 -->
```sh
seccomp-tui log --rule 'getdents64, nth 3 => errno ENOSPC' ls / /etc
seccomp-tui log --rule 'read and fd == 0, nth 1 => fill buf "made up\\n"' cat
seccomp-tui log --inject write:error=EIO:when=2+ sh -c 'echo one; echo two'
```

EXPR is an [expression](expressions.md) on the call as it comes in; fields that are known after the answer are refused.
The rules are asked in their order, `--rule`, `--rules`, `--inject` and `--fault` in that of the command line, and the
first that matches a call answers it. They are asked before it is seen whether a call is to be held: what a rule allows
is not held.

`nth` counts the calls that the rule is true of, and that no rule before it has answered, in each thread and of each
system call for itself. A call that is not one of them goes on to the next rule. `once` is over after the first answer.

With `-e trace=SET` the system calls that rules name trap too, and are answered; `log` does not print them, with screens
those that a rule has answered or holds stand in the history. A rule that names none (`path == "/x"`, `not openat`) is
asked of those that trap anyway.

A rule of which the answer can never be given is refused: a `fill` of an argument that none of its calls has, an `fd`
for calls that return no descriptor. Where an answer can't be given when its time has come, a file is gone, a page is
not mapped, the screens show why and the call stays held; under `log` the call fails, and a line on stderr says why.
"""
_PERFORMING = """\
### perform

`as supervisor` lends the program our rights: whatever the calls of such a rule name is opened, changed or mounted with
them, in the program's root and namespaces, and so is what it has a descriptor of. So let EXPR say which paths. Links of
/proc that lead to what another process has open or stands in (/proc/PID/root, cwd, fd/N) are not followed then.

A performed call is not bound by what the program has put on itself: its own seccomp filters, Landlock. Nor is it by the
profile that a security module has for the program.
"""
_FILLING = """\
ARGUMENT is the name of an argument of the call in its manual page, or `arg0` to `arg5`. With `fill` it is one that the
call fills in, with `poke` any that points to memory. Behind it stands
"""
_FILES = """\
## Files

`--rules FILE` reads a TOML file of any number of rules. Saving changed rules keeps what else is in it: comments, order,
the way that unchanged rules are written.

<!-- test: file rules.toml -->
```toml
# The disk is full at the third read of a folder.
[[rule]]
when = 'getdents64 and fd > 2'
answer = "errno ENOSPC"
nth = "3"
```
"""
_INJECTING = """\
## In strace's words

`--inject=SET:..`, `--fault=SET[:error=E][:when=..]` (ENOSYS without an error), and `-e inject=..`, `-e fault=..`, are
rules. SET is that of `-e trace=`. What differs from strace:

- several for one call are asked in their order, where strace heeds the last one only;
- calls outside `-e trace=` are tampered with as well, where strace 6.1 passes them over;
- read-only memory can't be poked: the call fails with EFAULT, and a line on stderr says why;
- a string that is poked is poked as a whole, and ends where the bytes end;
- a SET that means other calls on one architecture than on another (`read@64`, a number) is refused.
"""
_TIMEOUT = """\
## Calls that are held for too long

`--hold-timeout 30s=allow`, or `30s=errno EINTR`, answers a held call when its time is over (`run` only). Without it a
call waits as long as you do.
"""


def markdown() -> str:
    """Return docs/rules.md."""
    return "\n".join(
        (
            _INTRODUCTION,
            "## Answers\n",
            _table(("answer", "what happens", "example"), ANSWERS),
            "and with it\n",
            _table(("modifier", "what happens", "example"), MODIFIERS),
            _PERFORMING,
            "### fill and poke\n",
            _FILLING,
            _table(("content", "is", "example"), CONTENTS),
            "### fd\n",
            _table(("source", "is", "example"), SOURCES),
            "## nth\n",
            _table(("form", "answers", "example"), NTH),
            _FILES,
            _table(("field", "is", "example"), FIELDS),
            _INJECTING,
            _table(("option", "is", "example"), INJECTIONS),
            _TIMEOUT.rstrip("\n") + "\n",
        )
    )


def _table(head: tuple[str, str, str], rows: Iterable[Row]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    lines += [f"| `{_cell(row.form)}` | {_cell(row.meaning)} | {_code(row.example)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{_cell(text)}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
