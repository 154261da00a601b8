"""Tests of `seccomp_tui.screens`."""
