"""What both parsers share: arguments, problems and limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from geryon.compile.expression.ast import Const, Expr, Has, LeafRef, Op, OptionId
from geryon.compile.expression.operators import MAX_DEPTH, MAX_NODES, arity_problem
from geryon.errors import InvalidInput, Place, Problem
from geryon.hydra.refusal import shown
from geryon.hydra.values import MAX_INTEGER_DIGITS
from geryon.resolve.model import Argument
from geryon.suggest import did_you_mean

_INTEGER_LIMIT = 10**MAX_INTEGER_DIGITS


class Builder:
    """Makes the nodes of one expression and gathers what is wrong with it.

    Attributes:
        problems: What is wrong so far.
        used: The names of the arguments that the expression uses.
        arguments: The declared arguments by name.
    """

    def __init__(self, arguments: Sequence[Argument]) -> None:
        self.arguments = {argument.name: argument for argument in arguments}
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self._nodes = 0

    def problem(self, code: str, message: str, place: Place, hint: str | None = None) -> None:
        """Note a problem, and go on."""
        self.problems.append(Problem(code, message, place, hint))

    def stop(self, code: str, message: str, place: Place, hint: str | None = None) -> NoReturn:
        """Note a problem after which nothing that follows can be understood.

        Raises:
            InvalidInput: All problems so far.
        """
        self.problem(code, message, place, hint)
        raise InvalidInput(self.problems)

    def too_deep(self, place: Place) -> NoReturn:
        """Stop at an expression that is nested too deeply."""
        hint = "split the predicate in two: all predicates must hold"
        self.stop("expression-limit", f"the expression is nested more than {MAX_DEPTH} levels deep", place, hint)

    def too_large(self, place: Place) -> NoReturn:
        """Stop at an expression that has too many nodes."""
        hint = "split the predicate in two: all predicates must hold"
        self.stop("expression-limit", f"the expression has more than {MAX_NODES} nodes", place, hint)

    def count(self, place: Place) -> None:
        """Count one node about to be made, so that a huge expression stops early."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self.too_large(place)

    def const(self, value: object, place: Place) -> Const:
        """A literal; one that has no canonical form is a problem."""
        self.count(place)
        return self._literal(value, place)

    def op(self, name: str, args: Sequence[Expr], place: Place) -> Expr:
        """An operation; a wrong number of operands is a problem."""
        self.count(place)
        wrong = arity_problem(name, len(args))
        if wrong is not None:
            self.problem("expression-operator", wrong, place)
        return Op(name, tuple(args), place)

    def argument(self, name: str, place: Place) -> Expr:
        """The reference that an argument stands for; an unknown one is a problem."""
        argument = self.arguments.get(name)
        if argument is None:
            hint = did_you_mean(name, self.arguments) or "declare it under `args` of the predicate"
            self.problem("expression-argument", f"the argument {shown('$' + name)} is not declared", place, hint)
            return self.const(None, place)
        self.used.add(name)
        default = self._literal(argument.default, argument.place) if argument.has_default else None
        return self.reference(argument.kind, argument.target, default, place, argument.place)

    def reference(self, kind: str, target: str, default: Const | None, place: Place, named: Place) -> Expr:
        """An option id (`pack_id`), a parameter (`param`) or a choice (`choice`)."""
        self.count(place)
        if kind == "pack_id":
            return OptionId(target, default, place, named)
        if kind == "choice":
            return LeafRef(True, (target,), default, place, named)
        return LeafRef(False, self.path(target, named), default, place, named)

    def has(self, target: str, place: Place) -> Expr:
        """Whether something is at that dotted path."""
        self.count(place)
        return Has(self.path(target, place), place)

    def _literal(self, value: object, place: Place) -> Const:
        wrong = _literal_problem(value)
        if wrong is not None:
            self.problem("expression-syntax", wrong, place)
        return Const(value, place)

    def path(self, target: str, place: Place) -> tuple[str, ...]:
        """The segments of a dotted path; an empty one is a problem."""
        path = tuple(target.split("."))
        if not all(path):
            self.problem("expression-syntax", f"{shown(target)} is not a dotted path", place)
        return path


def _literal_problem(value: object) -> str | None:
    """Why a literal has no canonical JSON, or None."""
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        return f"the string {shown(value)} contains a lone surrogate, which is not Unicode text"
    if isinstance(value, int) and abs(value) >= _INTEGER_LIMIT:
        return f"an integer has more than {MAX_INTEGER_DIGITS} digits"
    if isinstance(value, (list, dict)):
        parts = value if isinstance(value, list) else [*value, *value.values()]
        return next((wrong for wrong in map(_literal_problem, parts) if wrong), None)
    return None
