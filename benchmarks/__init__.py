"""What a trapped call costs, and against what. Run as `python -m benchmarks.percall`."""
