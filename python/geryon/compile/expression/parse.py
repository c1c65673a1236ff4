"""From what stands under `expr` to one tree, whichever way it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geryon.compile.expression.ast import Expr, measure
from geryon.compile.expression.builder import Builder
from geryon.compile.expression.operators import MAX_DEPTH, MAX_NODES
from geryon.compile.expression.text import parse_text
from geryon.compile.expression.tree import parse_tree
from geryon.errors import InvalidInput, Place
from geryon.resolve.model import Argument
from geryon.schema.nodes import Node


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed predicate expression.

    Attributes:
        root: The tree; arguments are replaced by the references they stand for.
        used_arguments: The names of the arguments it uses.
    """

    root: Expr
    used_arguments: frozenset[str]


def parse_expression(node: Node, arguments: Sequence[Argument]) -> Expression:
    """Parse a predicate's expression: a scalar is a string expression, everything else a tree.

    Whether the packs, paths and option ids it names exist is not looked at.

    Args:
        node: The YAML node under `expr`.
        arguments: The predicate's declared arguments.

    Raises:
        InvalidInput: With all problems found: `expression-syntax`, `expression-operator`, `expression-argument` and
            `expression-limit`.
    """
    builder = Builder(arguments)
    if node.text is None:
        root = parse_tree(node, builder)
    elif node.value is None:
        builder.stop("expression-syntax", "the expression is empty", node.place)
    else:
        # a plain scalar is taken as it is written, whatever YAML reads in it
        text = node.value if isinstance(node.value, str) else node.text
        root = parse_text(text, _places(node, text), builder)
    size, depth = measure(root)
    if depth > MAX_DEPTH:
        builder.too_deep(node.place)
    if size > MAX_NODES:
        builder.too_large(node.place)
    if builder.problems:
        raise InvalidInput(builder.problems)
    return Expression(root, frozenset(builder.used))


def _places(node: Node, text: str) -> Callable[[int], Place]:
    """From an offset in the text to its place: exact where the text stands in one line as it is written."""
    whole = node.place
    start = node.column if node.plain else node.column + 1
    if whole.source is None or not whole.source.startswith(text, start - 1):
        return lambda offset: whole
    return lambda offset: replace(whole, column=start + offset)
