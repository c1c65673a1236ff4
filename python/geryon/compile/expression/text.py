"""Expressions written as strings, in Python's spelling and with its precedence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from geryon.compile.expression.ast import Const, Expr, ListOf
from geryon.compile.expression.builder import Builder
from geryon.compile.expression.operators import (
    ARITHMETIC,
    COMPARISONS,
    FUNCTIONS,
    MAX_DEPTH,
    OPERATORS,
    REFERENCES,
)
from geryon.compile.expression.tokens import Token, Tokens
from geryon.errors import Place
from geryon.hydra.refusal import shown
from geryon.suggest import did_you_mean

_OR, _AND, _NOT, _COMPARE, _SUM, _TERM, _UNARY, _POWER = range(1, 9)
_PRECEDENCE = {"or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "**": _POWER}
_PRECEDENCE |= dict.fromkeys(COMPARISONS, _COMPARE) | dict.fromkeys(("*", "/", "//", "%"), _TERM)
_WORDS: dict[str, bool | None] = {
    "True": True,
    "true": True,
    "False": False,
    "false": False,
    "None": None,
    "null": None,
}
_RESERVED = frozenset({"and", "or", "not", "in", "is", "if", "else"})
_HINTS = {
    ",": "there are no tuples: write a list, `[a, b]`",
    "if": "there are no conditionals: join conditions with `and` and `or`",
    "else": "there are no conditionals: join conditions with `and` and `or`",
    "is": "write `==` to compare",
    "+": "there is no unary plus",
    "(": "functions are called by name, and there is no multiplication without `*`",
    "[": "a list cannot be indexed",
}
# each level of the tree needs at most one pair of parentheses
_MAX_NESTING = 2 * MAX_DEPTH


def parse_text(text: str, place_at: Callable[[int], Place], builder: Builder) -> Expr:
    """The expression of a string; problems go to the builder.

    Args:
        text: The expression.
        place_at: The place in the user's file of an offset in the text.
        builder: Makes the nodes.

    Raises:
        InvalidInput: The text cannot be parsed, or is larger or deeper than allowed.
    """
    return _Parser(text, place_at, builder).parse()


class _Parser:
    """Precedence climbing: each call of `expression` reads what binds at least as tightly as its level."""

    def __init__(self, text: str, place_at: Callable[[int], Place], builder: Builder) -> None:
        self._place_at = place_at
        self._builder = builder
        self._nesting = 0
        self._tokens = Tokens(text, self._fail)

    def parse(self) -> Expr:
        root = self._expression(_OR)
        token = self._tokens.current
        if token.kind != "end":
            self._unexpected(token, "an operator or the end")
        return root

    def _expression(self, level: int) -> Expr:
        self._nesting += 1
        if self._nesting > _MAX_NESTING:
            self._builder.too_deep(self._place(self._tokens.current))
        left = self._prefix(level)
        while True:
            symbol = self._infix()
            precedence = _PRECEDENCE.get(symbol, 0)
            if precedence < level:
                break
            if precedence == _COMPARE:
                left = self._comparison(left)
            elif symbol in ("and", "or", "+", "*"):
                left = self._series(left, symbol, precedence)
            else:
                token = self._tokens.advance()
                # the exponent may begin with a minus, and powers group from the right
                right = self._expression(_UNARY if symbol == "**" else precedence + 1)
                left = self._builder.op(ARITHMETIC[symbol], [left, right], self._place(token))
        self._nesting -= 1
        return left

    def _infix(self) -> str:
        """The operator at hand, `not in` as one; an empty string if there is none."""
        token = self._tokens.current
        if token.is_word("not"):
            return "not in" if self._tokens.ahead().is_word("in") else ""
        return token.text if token.kind in ("symbol", "name") else ""

    def _series(self, left: Expr, symbol: str, precedence: int) -> Expr:
        """`a and b and c` and the like: one operation on all its operands."""
        operands = [left]
        first = self._tokens.current
        while self._tokens.current.is_word(symbol):
            self._tokens.advance()
            operands.append(self._expression(precedence + 1))
        return self._builder.op(ARITHMETIC.get(symbol, symbol), operands, self._place(first))

    def _comparison(self, left: Expr) -> Expr:
        """`a < b <= c` is `a < b and b <= c`, with one `b`."""
        first = self._tokens.current
        parts: list[Expr] = []
        while (symbol := self._infix()) in COMPARISONS:
            token = self._tokens.advance()
            if symbol == "not in":
                self._tokens.advance()
            right = self._expression(_COMPARE + 1)
            parts.append(self._builder.op(COMPARISONS[symbol], [left, right], self._place(token)))
            left = right
        return parts[0] if len(parts) == 1 else self._builder.op("and", parts, self._place(first))

    def _prefix(self, level: int) -> Expr:
        token = self._tokens.advance()
        place = self._place(token)
        if token.kind in ("number", "string"):
            return self._builder.const(token.value, place)
        if token.kind == "argument":
            return self._builder.argument(token.text, place)
        if token.is_word("("):
            inner = self._expression(_OR)
            self._expect(")")
            return inner
        if token.is_word("["):
            self._builder.count(place)
            return ListOf(tuple(self._items("]")), place)
        if token.is_word("-"):
            return self._negative(place)
        if token.is_word("not") and level <= _NOT:
            return self._builder.op("not", [self._expression(_NOT)], place)
        if token.kind != "name" or token.text in _RESERVED:
            self._unexpected(token, "a value")
        return self._named(token, place)

    def _negative(self, place: Place) -> Expr:
        """`-5` is a number; `-x` and `-5 ** 2` are operations."""
        token = self._tokens.current
        if isinstance(token.value, (int, float)) and not self._tokens.ahead().is_word("**"):
            self._tokens.advance()
            return self._builder.const(-token.value, place)
        return self._builder.op("neg", [self._expression(_UNARY)], place)

    def _named(self, token: Token, place: Place) -> Expr:
        if self._tokens.current.is_word("("):
            self._tokens.advance()
            return self._call(token, self._items(")"), place)
        if token.text in _WORDS:
            return self._builder.const(_WORDS[token.text], place)
        return self._builder.reference("param", token.text, None, place, place)

    def _call(self, token: Token, args: list[Expr], place: Place) -> Expr:
        name = token.text
        if name in FUNCTIONS:
            return self._builder.op(name, args, place)
        if name in REFERENCES:
            return self._reference(name, args, place)
        near = did_you_mean(name, [*FUNCTIONS, *REFERENCES])
        hint = f"`{name}` is an operator of trees, not a function" if name in OPERATORS else near
        self._builder.problem("expression-operator", f"unknown function {shown(name)}", place, hint)
        return self._builder.const(None, place)

    def _reference(self, name: str, args: list[Expr], place: Place) -> Expr:
        target = args[0].value if args and isinstance(args[0], Const) else None
        if not isinstance(target, str) or len(args) > (1 if name == "has" else 2):
            takes = "a string" if name == "has" else "a string and optionally a default"
            self._builder.problem("expression-operator", f"`{name}` takes {takes}", place)
            return self._builder.const(None, place)
        named = args[0].place
        if name == "has":
            return self._builder.has(target, named)
        default = Const(self._literal(args[1]), args[1].place) if len(args) == 2 else None
        return self._builder.reference("pack_id" if name == "pack" else name, target, default, place, named)

    def _literal(self, expression: Expr) -> Any:
        if isinstance(expression, Const):
            return expression.value
        if isinstance(expression, ListOf):
            return [self._literal(item) for item in expression.items]
        self._builder.problem("expression-operator", "a default is a literal", expression.place)
        return None

    def _items(self, closing: str) -> list[Expr]:
        """Expressions joined by commas, up to the closing bracket."""
        items: list[Expr] = []
        while not self._tokens.current.is_word(closing):
            items.append(self._expression(_OR))
            if not self._tokens.current.is_word(","):
                break
            self._tokens.advance()
        self._expect(closing)
        return items

    def _expect(self, symbol: str) -> None:
        token = self._tokens.current
        if not token.is_word(symbol):
            self._unexpected(token, f"an operator or `{symbol}`")
        self._tokens.advance()

    def _unexpected(self, token: Token, wanted: str) -> NoReturn:
        hint = _HINTS.get(token.text) if token.kind in ("symbol", "name") else None
        if token.kind == "string":
            hint = "strings are not joined: write one string"
        if token.is_word("not") and wanted == "a value":
            hint = "put parentheses round `not ...`"
        self._fail(f"expected {wanted}, found {token.shown()}", token.offset, hint)

    def _fail(self, message: str, offset: int, hint: str | None) -> NoReturn:
        self._builder.stop("expression-syntax", message, self._place_at(offset), hint)

    def _place(self, token: Token) -> Place:
        return self._place_at(token.offset)
