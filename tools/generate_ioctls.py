"""Write seccomp_tui/syscalls/ioctls.txt: the names of ioctl(2) requests.

    python tools/generate_ioctls.py LINUX_SOURCE... > seccomp_tui/syscalls/ioctls.txt

LINUX_SOURCE are unpacked kernel sources, the newest first (the last ones used: Debian's linux-source-6.12, and
linux-source-6.1 for what has been removed since). The headers they export are made for x86 and arm64, and each is
compiled on its own with gcc (gcc-multilib for -m32), without a cross compiler: the types in question are as large on
arm64 as on x86_64. So are headers that the kernel keeps for itself, as far as they can be; tools/ioctls.in has what
else is needed. Names that no value could be had of are told on stderr. Takes some minutes. Never run at install.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from pathlib import Path

SPECIFICATION = Path(__file__).with_name("ioctls.in")
MACHINES = {
    "x86_64": ("x86", ("-m64", "-DCOMPAT_ALIGN=4")),
    "i386": ("x86", ("-m32", "-DCOMPAT_ALIGN=4")),
    "aarch64": ("arm64", ("-m64", "-DCOMPAT_ALIGN=8")),
}
"""For each of our architectures the kernel's, and gcc's options."""
PRELUDE = """\
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <linux/types.h>
#include <linux/ioctl.h>
"""
KERNEL_TYPES = """\
typedef __u8 u8; typedef __u16 u16; typedef __u32 u32; typedef __u64 u64; typedef __s32 s32; typedef __s64 s64;
typedef __s32 compat_int_t, compat_long_t, compat_time_t, old_time32_t; typedef __s16 compat_short_t;
typedef __u32 compat_uint_t, compat_ulong_t, compat_size_t, compat_uptr_t, compat_caddr_t;
typedef __s64 compat_s64 __attribute__((aligned(COMPAT_ALIGN)));
typedef __u64 compat_u64 __attribute__((aligned(COMPAT_ALIGN)));
#define __user
#define __packed __attribute__((packed))
"""
"""What the kernel's own headers take for granted."""
EVENTS = "linux/input-event-codes.h"
"""Where the names are that sized requests are told apart by."""
NONE = -1
"""The value of what has none."""
ANYTHING = "anything"
"""The name of all that is in a header that can't be preprocessed."""
MARK = "IOCTL_NUMBER"
"""What _IOC becomes, so that it is seen in whatever expands to it."""
HEADER = """\
# Requests of ioctl(2): under each header value and name, and the architectures if it is not so on all.
# ~ is another name for a number that has one already, or that of a single driver: it gives way to others.
# Under [sized] are those that go with any size.
# Made by tools/generate_ioctls.py from the kernel's headers and tools/ioctls.in; do not edit.
"""
_FILE = re.compile(r'# \d+ "(.*?)"')
_MACRO = re.compile(r"#define (\w+)(?!\w|\()\s*(.*)")
_EXPANDED = re.compile(r'^"(\w+)" (.*)$', re.MULTILINE)
_ENUMERATOR = re.compile(rf"(\w+)\s*=\s*{MARK}\(")
_WRONG_LINE = re.compile(r"^<stdin>:(\d+):\d+: (?:fatal )?error: |^In file included from <stdin>:(\d+)", re.MULTILINE)
_WRONG_NAME = re.compile(r"In function 'f_(\w+)':")
_VALUE = re.compile(r"@(\w+) (-?\d+)")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_MACRO_START = re.compile(r"\s*#\s*define\s+\S+\s+\S")  # not the empty ones, which guard headers
_TYPE_START = re.compile(r"(typedef\s+)?(struct|union|enum)\b[^;()]*$")
_VARIANT = re.compile(r"(?:(?:_TIME)?(?:32|64)|_[AB]|_OLD)$|(?<=_IOC)32(?=_)")
_MADE = re.compile(r"\b_IO(?:C|[WR]*)\(")
_INCLUDE = re.compile(r"\s*#\s*include\s*<(?:uapi/)?(.*)>")


@dataclass(frozen=True)
class Header:
    """Where names are looked for.

    Attributes:
        name: its path, as in the table.
        lines: the lines of C that bring it in.
        plain: where its requests lie that are plain numbers.
        spare: its names give way to those of other headers.
    """

    name: str
    lines: tuple[str, ...]
    plain: range = range(0)
    spare: bool = False


@dataclass(frozen=True, order=True)
class Entry:
    """One line of the table: a name of a header; `other` says it is another name for what `other` names."""

    header: str
    value: int
    name: str
    spare: bool = False
    other: str = ""


@cache
def section(name: str) -> dict[str, str]:
    """Return the lines `key: value` of a section of the specification."""
    lines = SPECIFICATION.read_text().partition(f"[{name}]\n")[2].splitlines()
    kept = (line for line in takewhile(lambda line: not line.startswith("["), lines) if line and line[0] != "#")
    return {key: value.strip() for key, _, value in (line.partition(":") for line in kept)}


def gcc(lines: list[str], *options: str) -> tuple[str | None, str]:
    """Return what gcc makes of these lines, None if it refuses them, and its errors."""
    command = ["gcc", "-w", "-fmax-errors=0", "-x", "c", *options, "-o", "-", "-"]
    source, environment = "\n".join([*lines, ""]), {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, input=source, env=environment, capture_output=True, text=True, check=False)
    return (None if done.returncode else done.stdout), done.stderr


def before(header: Header) -> list[str]:
    """Return the lines of C that must come first."""
    needs = section("needs").get(header.name, "")
    return [*PRELUDE.splitlines(), *needs.split(" | ")]


def plain(name: str) -> range:
    """Return between which plain numbers the requests of a header lie."""
    first, _, last = section("plain").get(name, "").partition("-")
    return range(int(first, 16), int(last, 16) + 1) if last else range(0)


def names(header: Header, options: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names that a header itself makes with _IO, and those that may be plain numbers, with what they are."""
    marked = ["#undef _IOC", f"#define _IOC(a, b, c, d) {MARK}(a, b, c, d)"]
    lines = [*before(header), *marked, *header.lines]
    text, errors = gcc(lines, *options, "-E", "-dD")
    if text is None:
        return {ANYTHING: errors}, {}
    found, rest, own = {}, [], False
    for line in text.splitlines():
        if file := _FILE.match(line):
            own = file[1].endswith(("/" + header.name, "<stdin>"))
        elif own and (macro := _MACRO.match(line)):
            found[macro[1]] = macro[2].strip()
        elif own:
            rest.append(line)
    found.update(dict.fromkeys(_ENUMERATOR.findall(" ".join(rest)), MARK))
    text, _ = gcc([*lines, *(f'"{name}" {name}' for name in found)], *options, "-E", "-P")
    expanded = dict(_EXPANDED.findall(text or ""))
    made = {name: body for name, body in found.items() if body == MARK or MARK in expanded.get(name, "")}
    return made, {name: body for name, body in found.items() if header.plain and body and name not in made}


def values(header: Header, wanted: list[str], options: list[str]) -> dict[str, int]:
    """Return the values of those names that have one."""
    first = [*before(header), *header.lines]
    while wanted:
        code = [f'void f_{name}(void) {{ __asm__("@{name} %c0" :: "i" ((unsigned) ({name}))); }}' for name in wanted]
        text, errors = gcc([*first, *code], *options, "-S", "-O1")
        if text is not None:
            return {name: int(value) & 0xFFFFFFFF for name, value in _VALUE.findall(text)}
        refused = set(_WRONG_NAME.findall(errors))
        wanted = [name for name in wanted if name not in refused] if refused else []
    return {}


def blocks(text: str, made: Path) -> Iterator[str]:
    """Yield the macros and types of a file, each as one line, and what it includes that is exported."""
    lines = iter(_COMMENT.sub(" ", text).replace("\\\n", " ").splitlines())
    for line in lines:
        if _MACRO_START.match(line):
            yield line
        elif (include := _INCLUDE.match(line)) and (made / include[1]).exists():
            yield f"#include <{include[1]}>"
        elif _TYPE_START.match(line):
            block = [line]
            while not block[-1].startswith("}"):
                block.append(next(lines, "}"))
            yield from (inner for inner in block if _MACRO_START.match(inner))
            body = " ".join(inner for inner in block if not _MACRO_START.match(inner))
            if "#" not in body:  # else its size depends on the configuration
                yield body


def internal(path: Path, header: Header, made: Path, options: list[str]) -> Header:
    """Return a file of the kernel's own as a header, without what does not compile here."""
    first = before(header)
    kept = [*KERNEL_TYPES.splitlines(), *blocks(path.read_text(errors="replace"), made)]
    while True:
        text, errors = gcc([*first, *kept], *options, "-fsyntax-only")
        numbers = {int(one or other) - len(first) - 1 for one, other in _WRONG_LINE.findall(errors)}
        if text is not None or not numbers & set(range(len(kept))):
            return replace(header, lines=tuple(kept))
        kept = [line for number, line in enumerate(kept) if number not in numbers]


def exported(made: Path) -> Iterator[Header]:
    """Yield the headers that the kernel exports, made in `made`."""
    for path in sorted(made.rglob("*.h")):
        name = path.relative_to(made).as_posix()
        if plain(name) or "_IO" in path.read_text(errors="replace"):
            yield Header(name, (f"#include <{name}>",), plain(name))


def own(source: Path, made: Path, options: list[str]) -> Iterator[Header]:
    """Yield the headers that the kernel keeps for itself, and other files of it."""
    include, files = source / "include", section("files")
    for path in sorted(include.rglob("*.h")):
        name = path.relative_to(include).as_posix()
        kept = not name.startswith(("uapi/", "asm-generic/"))
        if kept and (plain(name) or name in files or _MADE.search(path.read_text(errors="replace"))):
            yield internal(path, Header(name, (), plain(name)), made, options)
    for name, kind in files.items():
        if (source / name).exists():
            header = Header(name.removeprefix("include/uapi/"), (), plain(name), spare=kind == "spare")
            yield internal(source / name, header, made, options)


def look(header: Header, options: list[str]) -> list[Entry]:
    """Return the entries of one header; the value of those that can't be had is NONE."""
    made, rest = names(header, options)
    known = values(header, [*made, *rest], options)
    wanted = {**made, **{name: body for name, body in rest.items() if known.get(name) in header.plain}}
    excluded, spare = (re.compile(section(kind).get(header.name, "(?!)")) for kind in ("except", "spare"))
    return [
        Entry(header.name, known.get(name, NONE), name, header.spare or bool(spare.fullmatch(name)), body)
        for name, body in wanted.items()
        if not excluded.fullmatch(name)
    ]


def entries(source: Path, made: Path, machine: tuple[str, ...]) -> list[Entry]:
    """Return all entries of one source on one architecture."""
    options = [*machine, "-isystem", str(made)]
    headers = [*exported(made), *own(source, made, options)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        result = [entry for some in pool.map(look, headers, [options] * len(headers)) for entry in some]
    called = {entry.name for entry in result}
    return [replace(entry, spare=entry.spare or entry.other in called, other="") for entry in result]


def without_variants(known: list[Entry]) -> list[Entry]:
    """Let a name give way to one for the same number that says more: SIOCGSTAMP to SIOCGSTAMP_OLD."""
    by_value: dict[int, set[str]] = {}
    for entry in known:
        if not entry.spare:
            by_value.setdefault(entry.value, set()).add(entry.name)
    result = []
    for entry in known:
        others = by_value.get(entry.value, set()) - {entry.name}
        said = any(entry.name == _VARIANT.sub("", other) for other in others)
        result.append(replace(entry, spare=entry.spare or said))
    return result


def make_headers(source: Path, kernel_arch: str, folder: Path) -> Path:
    """Let a kernel source export its headers; return where they are."""
    made = folder / f"{source.name}-{kernel_arch}"
    made.mkdir(exist_ok=True)
    command = ["make", "-s", "-C", str(source.resolve()), f"ARCH={kernel_arch}", f"O={made}", "headers"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return made / "usr" / "include"


def table(sources: list[Path], folder: Path) -> dict[Entry, list[str]]:
    """Return the entries with the architectures that have them."""
    result: dict[Entry, list[str]] = {}
    for arch, (kernel_arch, machine) in MACHINES.items():
        known: dict[tuple[str, int], Entry] = {}
        for source in sources:
            for entry in entries(source, make_headers(source, kernel_arch, folder), machine):
                known.setdefault((entry.name, entry.value), entry)
        for entry in without_variants(list(known.values())):
            result.setdefault(entry, []).append(arch)
    return result


def sized(source: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the numbers that go with any size, and what is printed for them."""
    made = make_headers(source, "x86", folder)
    header = Header(EVENTS, (f"#include <{EVENTS}>",), range(0x40))
    codes = look(header, ["-isystem", str(made)])
    for numbers, text in section("sized").items():
        prefix = re.search("<(.*)>", text)
        if not prefix:
            yield numbers, text
            continue
        wanted = re.compile(rf"{prefix[1]}(?!MAX|CNT)\w+")
        called = {entry.value: entry.name for entry in codes if wanted.fullmatch(entry.name)}
        first, last = (int(end, 16) for end in numbers.split("-"))
        for code in range(last - first + 1):
            name = called.get(code, f"{code:#x} /* {prefix[1]}??? */")
            yield f"{first + code:x}", text.replace(prefix[0], name)


def main() -> None:
    """Print the table."""
    sources = [Path(name) for name in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        known = table(sources, Path(folder))
        names_with_size = list(sized(sources[0], Path(folder)))
    print(HEADER, end="")
    header, had = "", {had for entry in known if entry.value != NONE for had in (entry.name, entry.header)}
    for entry, arches in sorted(known.items()):
        if entry.value == NONE:
            if entry.name not in had and not (entry.name == ANYTHING and entry.header in had):
                print(f"{entry.header}: no value for {entry.name}", file=sys.stderr)
            continue
        if entry.header != header:
            header = entry.header
            print(f"[{header}]")
        only = "" if len(arches) == len(MACHINES) else " " + " ".join(arches)
        print(f"{entry.value:x} {'~' if entry.spare else ''}{entry.name}{only}")
    print("[sized]")
    for numbers, text in names_with_size:
        print(numbers, text)


if __name__ == "__main__":
    main()
