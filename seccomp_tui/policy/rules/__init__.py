"""Rules: which calls are answered without the operator, and how.

`Rule` is one as it is written, `compiled` reads it, and a `RuleSet` asks all of them in their order.
"""

from __future__ import annotations

from .matching import ActiveRule, Matcher
from .rule import Compiled, Rule, RuleError, compiled
from .ruleset import Count, RuleSet

__all__ = ["ActiveRule", "Compiled", "Count", "Matcher", "Rule", "RuleError", "RuleSet", "compiled"]
