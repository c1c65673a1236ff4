"""Predicate expressions: strings and YAML trees become one tree."""

from geryon.compile.expression.ast import Const, Expr, Has, LeafRef, ListOf, Op, OptionId, children, walk
from geryon.compile.expression.parse import Expression, parse_expression

__all__ = [
    "Const",
    "Expr",
    "Expression",
    "Has",
    "LeafRef",
    "ListOf",
    "Op",
    "OptionId",
    "children",
    "parse_expression",
    "walk",
]
