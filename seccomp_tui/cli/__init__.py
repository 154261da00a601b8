"""The command line: what the user asked for, checked, then handed to `sources`."""

from seccomp_tui.cli.entry import main

__all__ = ["main"]
