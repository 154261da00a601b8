"""The grammar, and the lark parser made of it when it is first needed: to import lark takes longer than all else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .comparisons import COMPARISONS, Glob, Has, In
from .tree import And, Not, Or

if TYPE_CHECKING:
    from lark import Lark

COMPARING = {kind.__name__.upper(): kind for kind in COMPARISONS}
"""The terminal of each operator between a field and a value."""
_KEYWORDS = {"AND": And.symbol, "OR": Or.symbol, "NOT": Not.symbol, "IN": In.symbol}
RESERVED = frozenset((*_KEYWORDS.values(), Has.symbol, Glob.symbol))
"""Words that are operators, and nothing else."""

_GRAMMAR = r"""
start: either
?either: both (OR both)*
?both: single (AND single)*
?single: NOT single -> negated
    | LPAR either RPAR -> inside
    | WORD -> word
    | SET -> in_set
    | WORD comparing literal -> compared
    | WORD IN LPAR literal (COMMA literal)* RPAR -> one_of
!comparing: %(comparing)s
literal: NUMBER -> number
    | STRING -> string
    | WORD (BAR WORD)* -> names
%(terminals)s
WORD: /[A-Za-z_]\w*/
SET: /%%%%?\w+/
NUMBER: /-?[0-9][\w.]*/
STRING: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/s
LPAR: "("
RPAR: ")"
COMMA: ","
BAR: "|"
%%ignore /\s+/
"""


@cache
def parser() -> Lark:
    """Return the parser."""
    from lark import Lark

    symbols = {name: kind.symbol for name, kind in COMPARING.items()} | _KEYWORDS
    grammar = _GRAMMAR % {
        "comparing": " | ".join(COMPARING),
        "terminals": "\n".join(f'{name}: "{symbol}"' for name, symbol in symbols.items()),
    }
    return Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False)
