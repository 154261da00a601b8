"""The programs that are run: the corpus in C, and what everybody has installed."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

_CORPUS = Path(__file__).resolve().parent.parent / "corpus"
_C = '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n'
_WORDS = "".join(f"{number * 7919 % 1009} word{number % 13}\n" for number in range(400))
_BASH = """\
count=0
for name in a b c; do echo "$name" > "$name.txt"; count=$((count + 1)); done
cat *.txt | sort -r | head -n 2
[ -d /proc ] && cd /tmp && pwd
(exit 3) || echo "failed with $?"
sleep 0 & wait
read line < /etc/passwd; echo "${line%%:*} $(echo inner)" 2>&1
trap 'echo bye' EXIT
"""
_PYTHON = """\
import json, os, select, socket, subprocess, tempfile, threading
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "data.json")
    with open(path, "w") as file:
        json.dump({"numbers": list(range(10))}, file)
    print(json.load(open(path)), os.listdir(folder), os.stat(path).st_size)
one, other = socket.socketpair()
one.send(b"bytes")
print(select.select([other], [], [], 1)[0] == [other], other.recv(10))
with socket.socket() as server:
    server.bind(("127.0.0.1", 0))
    server.listen()
print(subprocess.run(["true"]).returncode)
worker = threading.Thread(target=print, args=("from a thread",))
worker.start()
worker.join()
"""
_PERL = """\
use strict; use warnings; use POSIX;
open(my $file, '<', '/etc/passwd') or die; my @lines = <$file>; close $file;
print scalar(@lines) > 0 ? "some\\n" : "none\\n";
my $pid = fork; if (!$pid) { exit 3 } waitpid $pid, 0; print $? >> 8, "\\n";
mkdir 'made'; rmdir 'made'; print `echo from a shell`; print strftime('%Y', gmtime(0)), "\\n";
"""


@dataclass(frozen=True)
class Program:
    """A program to run.

    Attributes:
        name: as the table shows it.
        argv: the command.
        files: what stands in its folder before it runs: text by name.
    """

    name: str
    argv: tuple[str, ...]
    files: dict[str, str] = field(default_factory=dict)


class NotBuilt(Exception):
    """The corpus can't be compiled; the text says why."""


def public(folder: Path) -> list[Program]:
    """Return the public corpus, without what is not installed.

    Args:
        folder: where the corpus in C is compiled to.

    Raises:
        NotBuilt: gcc refuses.
    """
    programs = [
        Program("ls", ("ls", "-l", "/", "/etc")),
        Program("cat", ("cat", "words", "-", "/nonexistent"), {"words": _WORDS}),
        Program("bash", ("bash", "script.sh"), {"script.sh": _BASH}),
        Program("python3", ("/usr/bin/python3", "script.py"), {"script.py": _PYTHON}),
        Program(
            "awk", ("awk", '{ sum += $1; seen[$2]++ } END { print sum; system("true") }', "words"), {"words": _WORDS}
        ),
        Program("sed", ("sed", "-i", "-e", "s/word\\([0-9]*\\)/\\1/", "words"), {"words": _WORDS}),
        Program("gcc", ("gcc", "-O1", "-o", "hello", "hello.c"), {"hello.c": _C}),
        Program("perl", ("perl", "script.pl"), {"script.pl": _PERL}),
    ]
    corpus = [Program("corpus", (str(compile_corpus(folder)),))] if shutil.which("gcc") else []
    return corpus + [program for program in programs if shutil.which(program.argv[0])]


def compile_corpus(folder: Path) -> Path:
    """Compile benchmarks/corpus; return the program.

    Raises:
        NotBuilt: gcc refuses.
    """
    program = folder / "corpus"
    sources = sorted(str(path) for path in _CORPUS.glob("*.c"))
    made = subprocess.run(
        ["gcc", "-static", "-O1", "-w", "-o", program, *sources], capture_output=True, text=True, check=False
    )
    if made.returncode:
        message = f"gcc can't compile the corpus:\n{made.stderr}"
        raise NotBuilt(message)
    return program
