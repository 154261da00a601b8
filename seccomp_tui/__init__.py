"""seccomp-tui: an interactive debugger for trapped system calls."""

__version__ = "0.1.0"
