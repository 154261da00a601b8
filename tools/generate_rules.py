"""Write docs/rules.md from the tables of the help of rules.

python tools/generate_rules.py > docs/rules.md
"""

from __future__ import annotations

from seccomp_tui.policy.rules import manual

if __name__ == "__main__":
    print(manual.markdown(), end="")
