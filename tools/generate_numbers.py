"""Write seccomp_tui/syscalls/numbers.txt from the kernel's own tables.

    python tools/generate_numbers.py LINUX_SOURCE > seccomp_tui/syscalls/numbers.txt

LINUX_SOURCE is an unpacked kernel source of 6.11 or later (the last one used: 6.12). Read are
arch/x86/entry/syscalls/syscall_64.tbl (x86_64), arch/x86/entry/syscalls/syscall_32.tbl (i386) and
scripts/syscall.tbl (aarch64). Calls that came after that source are named here, in NEWER. Never run at install.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

TABLES = {
    "x86_64": ("arch/x86/entry/syscalls/syscall_64.tbl", {"common", "64"}),
    "i386": ("arch/x86/entry/syscalls/syscall_32.tbl", {"i386"}),
    "aarch64": ("scripts/syscall.tbl", {"common", "64", "renameat", "rlimit", "memfd_secret"}),
}
NEWER = {
    "setxattrat": 463,
    "getxattrat": 464,
    "listxattrat": 465,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_getattr": 468,
    "file_setattr": 469,
    "listns": 470,
    "rseq_slice_yield": 471,
}
"""Since 6.13, the same on all architectures."""
NEWER_HERE = {"x86_64": {"uprobe": 336}}
"""And those of one architecture."""
HEADER = """\
# System calls and their numbers: name x86_64 i386 aarch64, "-" where there is none.
# Made by tools/generate_numbers.py; do not edit.
"""


def read_table(path: Path, abis: set[str]) -> Iterator[tuple[str, int]]:
    """Yield name and number of each line of a kernel table that belongs to one of `abis`."""
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if len(words) >= 3 and words[1] in abis:
            yield words[2], int(words[0])


def main() -> None:
    """Print the table for the source named on the command line."""
    source = Path(sys.argv[1])
    numbers: dict[str, dict[str, int]] = {}
    for arch, (path, abis) in TABLES.items():
        newer = NEWER | NEWER_HERE.get(arch, {})
        for name, number in [*read_table(source / path, abis), *newer.items()]:
            numbers.setdefault(name, {})[arch] = number
    print(HEADER, end="")
    for name in sorted(numbers):
        print(name, *(numbers[name].get(arch, "-") for arch in TABLES))


if __name__ == "__main__":
    main()
