"""Which system calls strace itself traces for an `-e trace=`: read from the filter it prints with -d --seccomp-bpf."""

from __future__ import annotations

import re
import subprocess

_STATEMENT = re.compile(r"strace: (STMT|JUMP)\(BPF_(\w+),? ?(.*)\)$")


def _program(expression: str) -> list[tuple[str, str]]:
    command = ["strace", "-d", "--seccomp-bpf", "-f", "-e", f"trace={expression}", "-o", "/dev/null", "true"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found = (_STATEMENT.search(line) for line in text.splitlines())
    return [(match[2], match[3]) for match in found if match]


def _traces(program: list[tuple[str, str]], arch: int, nr: int) -> bool:
    """Run the filter for one call."""
    if not program:
        return True  # everything: strace needs no filter
    accumulator = index = at = 0
    while True:
        operation, operands = program[at]
        at += 1
        match operation:
            case "LDWABS":
                accumulator = arch if "arch" in operands else nr
            case "RET":
                return "TRACE" in operands
            case "JA":
                at += int(operands)
            case "TAX":
                index = accumulator
            case "TXA":
                accumulator = index
            case "LDWIMM" | "AND" | "RSH" | "LSH":
                value = index if operands == "X" else int(operands, 0)
                accumulator = {
                    "LDWIMM": value,
                    "AND": accumulator & value,
                    "RSH": accumulator >> min(value, 32),
                    "LSH": (accumulator << min(value, 32)) & 0xFFFFFFFF,
                }[operation]
            case _:
                at += _jump(operation, operands, accumulator)


def _jump(operation: str, operands: str, accumulator: int) -> int:
    yes, no, value = (int(operand, 0) for operand in operands.split(", "))
    taken = {
        "JEQ": accumulator == value,
        "JGE": accumulator >= value,
        "JGT": accumulator > value,
        "JSET": accumulator & value != 0,
    }[operation]
    return yes if taken else no


def traced(expression: str, arch: int, highest: int = 460) -> frozenset[int]:
    """Return the numbers below `highest` that strace traces, with those it always needs to see (execve...)."""
    program = _program(expression)
    return frozenset(nr for nr in range(highest) if _traces(program, arch, nr))
