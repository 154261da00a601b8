"""The Textual screens: they draw, and send the operator's answers.

Everything comes from the control socket (held calls, counters) or is pulled from the recording (history). No module
here imports `seccomp_tui.kernel`.
"""
