"""`python -m seccomp_tui`."""

from seccomp_tui.cli import main

if __name__ == "__main__":
    main()
