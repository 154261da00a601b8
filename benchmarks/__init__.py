"""What is measured, and against what: `python -m benchmarks.percall` and `python -m benchmarks.decode`."""
