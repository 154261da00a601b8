"""How much of strace's text our decoder prints to the letter, and what decoding costs.

Every program runs once under `seccomp-tui log` and twice under strace, without address randomisation and with the same
small environment; the calls of each thread are put together, and their lines compared as far as they can be known when
a call is entered. Without PROGRAM the public corpus is run. Run from the top of a checkout, as root for all of the
corpus: python -m benchmarks.decode [PROGRAM [ARGUMENTS]]
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.decode import report
from benchmarks.decode.measure import Comparison, measure
from benchmarks.decode.programs import NotBuilt, Program, public

_TOOLS = ("strace", "setarch", "gcc")


def main() -> int:
    """Measure and print; return 1 when a limit is missed, 2 when nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decode", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "programs", nargs="*", metavar="PROGRAM",
        help="names in the public corpus, or commands with arguments, each one word (default: the public corpus)",
    )  # fmt: skip
    parser.add_argument(
        "--top", type=int, default=20, metavar="N", help="kinds of differences shown (default: %(default)s)"
    )
    parser.add_argument("--all-differences", action="store_true", help="show every line that differs")
    parser.add_argument("--repeat", type=int, default=5, help="repetitions for the cost (default: %(default)s)")
    parser.add_argument(
        "--whole", action="store_true", help="compare whole lines: results, and what the calls fill in (root)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args()
    if options.repeat < 1 or options.top < 0:
        parser.error("--repeat must be at least 1, --top at least 0")
    missing = [tool for tool in _TOOLS if not shutil.which(tool)]
    if missing:
        print(f"benchmarks.decode: not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-decode-") as name:
        scratch = Path(name)
        try:
            chosen = choose(options.programs, public(scratch))
        except NotBuilt as error:
            print(f"benchmarks.decode: {error}", file=sys.stderr)
            return 2
        comparisons = [_measured(program, scratch, options.repeat, options.whole) for program in chosen]
    if options.json:
        print(report.as_json(comparisons, options.top, options.all_differences))
    else:
        report.show(comparisons, options.top, options.all_differences)
    asked = report.shares(report.total(comparisons))
    if all(share.passed is None for share in asked):
        return 2
    return 1 if any(share.passed is False for share in asked) else 0


def choose(words: list[str], corpus: list[Program]) -> list[Program]:
    """Return the programs that the words name: those of the corpus by name, others as commands."""
    known = {program.name: program for program in corpus}
    return [known.get(word) or Program(word, tuple(shlex.split(word))) for word in words] or corpus


def _measured(program: Program, scratch: Path, repeat: int, whole: bool) -> Comparison:
    if sys.stderr.isatty():
        print(f"\r\033[K{program.name}", end="", file=sys.stderr, flush=True)
    found = measure(program, scratch, repeat, whole)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
