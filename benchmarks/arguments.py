"""The options that benchmarks have in common."""

from __future__ import annotations

import argparse


def read(name: str, doc: str | None, repeat: int) -> argparse.Namespace:
    """Return the options of a benchmark: `repeat` and `json`.

    Args:
        name: of its module below `benchmarks`.
        doc: its docstring, whose first paragraph is the help.
        repeat: rounds, unless asked for.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=(doc or "").split("\n\n")[0])
    parser.add_argument("--repeat", type=int, default=repeat, help="rounds (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error("--repeat must be at least 1")
    return options
