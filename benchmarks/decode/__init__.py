"""How much of strace's text our decoder prints to the letter. Run as `python -m benchmarks.decode`."""
