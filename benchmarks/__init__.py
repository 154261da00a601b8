"""What is measured, and against what: the modules percall, real, recording and decode, each with `python -m`."""
