"""Rules: which calls are answered without the operator, and how.

`Rule` is one as it is written, `compiled` reads it, and a `RuleSet` asks all of them in their order.
"""

from __future__ import annotations

from seccomp_tui.policy.rule import Count, Rule

from .matching import ActiveRule, Matcher
from .rule import Compiled, RuleError, compiled
from .ruleset import RuleSet

__all__ = ["ActiveRule", "Compiled", "Count", "Matcher", "Rule", "RuleError", "RuleSet", "compiled"]
