"""Write seccomp_tui/syscalls/ioctl_families.txt: which drivers an ioctl(2) request may belong to.

    python tools/generate_ioctl_families.py LINUX_SOURCE > seccomp_tui/syscalls/ioctl_families.txt

LINUX_SOURCE is an unpacked kernel source (the last one used: 6.12). Read are the ranges of numbers in its
Documentation/userspace-api/ioctl/ioctl-number.rst, and the headers of ioctls.txt; what they are for is said in
tools/ioctl_families.in. Never run at install.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

DOCUMENT = "Documentation/userspace-api/ioctl/ioctl-number.rst"
WORDS = Path(__file__).with_name("ioctl_families.in")
NAMES = Path(__file__).parents[1] / "seccomp_tui" / "syscalls" / "ioctls.txt"
HEADER = """\
# Drivers of ioctl(2) requests: for each header what it is for, and type, first and last number of those without a name.
# Made by tools/generate_ioctl_families.py; do not edit.
"""
_ROW = re.compile(r"(0x[\dA-Fa-f]{2}|'.')\s+(all|[\dA-Fa-f]+(?:-[\dA-Fa-f]+)?)(?:\s|$)")
_FILE = slice(13, 71)
"""Columns of the file's name in a row of the document."""


def words() -> dict[str, str]:
    """Return what each key of the specification is for."""
    lines = (line for line in WORDS.read_text().splitlines() if (line and line[0] != "#") or line.startswith("'#'"))
    return {key: text for key, _, text in (line.partition(": ") for line in lines)}


def rows(lines: Iterable[str]) -> Iterator[tuple[int, int, int, str]]:
    """Yield type, first and last number and the key of each row of the document, or of our own."""
    for line in lines:
        if row := _ROW.match(line):
            code, numbers = row.groups()
            first, _, last = numbers.replace("all", "00-FF").partition("-")
            file = re.split(r"[, ]", line[_FILE].strip("` "), maxsplit=1)[0]
            file = re.sub(r"^(?:include/)?(?:linux/)?uapi/", "", file)
            key = file if "/" in file else f"{code} {numbers}"
            yield (ord(code[1]) if code[0] == "'" else int(code, 16)), int(first, 16), int(last or first, 16), key


def meaning(key: str, known: dict[str, str]) -> str:
    """Return what a file or a range is for."""
    text = known.get(key) or next((text for pattern, text in known.items() if fnmatch(key, pattern)), "")
    return text or sys.exit(f"{WORDS.name} does not say what {key} is for")


def main() -> None:
    """Print the table for the source named on the command line."""
    known = words()
    print(HEADER, end="")
    print("[headers]")
    for header in re.findall(r"^\[(.*\..*)\]$", NAMES.read_text(), re.MULTILINE):
        print(header, meaning(header, known))
    print("[ranges]")
    document = (Path(sys.argv[1]) / DOCUMENT).read_text().splitlines()
    for code, first, last, key in sorted({*rows(document), *rows(list(known))}):
        print(f"{code:02x} {first:02x} {last:02x} {meaning(key, known)}")


if __name__ == "__main__":
    main()
