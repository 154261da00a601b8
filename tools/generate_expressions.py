"""Write docs/expressions.md from the tables of the expression language.

python tools/generate_expressions.py > docs/expressions.md
"""

from __future__ import annotations

from seccomp_tui.policy.expression import manual
from seccomp_tui.policy.holding import DEFAULT

if __name__ == "__main__":
    print(manual.markdown(str(DEFAULT)), end="")
