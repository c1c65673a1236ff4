"""Predicates as nodes of the program, with equal sub-expressions once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geryon.compile.expression import parse_expression
from geryon.compile.expression.ast import Const, Expr, Has, LeafRef, ListOf, Op, OptionId, walk
from geryon.compile.names import PredicateNames
from geryon.compile.references import References
from geryon.compile.values import typed
from geryon.errors import Diagnostic, InvalidInput, Place, Problem
from geryon.resolve.model import Predicate, Resolved


@dataclass(slots=True)
class CompiledPredicates:
    """The predicates of an experiment without the inert ones.

    Attributes:
        nodes: The program's `nodes`.
        predicates: The program's `predicates`.
        names: What messages need about each of them.
        problems: What is wrong.
        diagnostics: Unused arguments and inert predicates.
    """

    nodes: list[dict[str, Any]] = field(default_factory=list)
    predicates: list[dict[str, Any]] = field(default_factory=list)
    names: list[PredicateNames] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def compile_predicates(resolved: Resolved) -> CompiledPredicates:
    """Parse and check all predicates, and number their nodes."""
    compiled = CompiledPredicates()
    references = References(resolved)
    numbering = _Numbering(references.packs, compiled.nodes)
    ids: set[str] = set()
    for predicate in resolved.predicates:
        if predicate.id in ids:
            message = f"there are two predicates `{predicate.id}`"
            compiled.problems.append(Problem("duplicate-predicate", message, predicate.place, "rename one of them"))
        ids.add(predicate.id)
        _compile(predicate, references, numbering, compiled)
    return compiled


def _compile(predicate: Predicate, references: References, numbering: _Numbering, compiled: CompiledPredicates) -> None:
    try:
        expression = parse_expression(predicate.expr, predicate.args)
    except InvalidInput as error:
        compiled.problems += error.problems
        return
    for argument in predicate.args:
        if argument.name not in expression.used_arguments:
            message = f"predicate `{predicate.id}` does not use its argument `{argument.name}`"
            compiled.diagnostics.append(Diagnostic("unused-argument", message, argument.place))
    findings = references.check(expression.root)
    compiled.problems += findings.problems
    if findings.unselected and not findings.problems:
        missing = ", ".join(dict.fromkeys(findings.unselected))
        message = f"predicate `{predicate.id}` has no effect: this selection does not have {missing}"
        compiled.diagnostics.append(Diagnostic("inert-predicate", message, predicate.place))
    elif not findings.problems:
        root, places = numbering.add(expression.root)
        compiled.predicates.append({"id": predicate.id, "node": root, "error_is_false": predicate.on_error != "error"})
        compiled.names.append(PredicateNames(predicate.id, predicate.place, places))


class _Numbering:
    """Gives equal nodes equal numbers; arguments are lower."""

    def __init__(self, packs: dict[str, int], nodes: list[dict[str, Any]]) -> None:
        self._packs = packs
        self._nodes = nodes
        self._numbers: dict[str, int] = {}

    def add(self, root: Expr) -> tuple[int, dict[int, Place]]:
        """The number of an expression's root, and where each of its nodes stands first."""
        numbers: dict[int, int] = {}
        places: dict[int, Place] = {}
        for node in walk(root):
            number = numbers[id(node)] = self._number(self._form(node, numbers))
            places.setdefault(number, node.place)
        return numbers[id(root)], places

    def _form(self, node: Expr, numbers: dict[int, int]) -> dict[str, Any]:
        if isinstance(node, Const):
            return {"op": "const", "value": typed(node.value)}
        if isinstance(node, ListOf):
            return {"op": "list", "args": [numbers[id(item)] for item in node.items]}
        if isinstance(node, Op):
            return {"op": node.name, "args": [numbers[id(argument)] for argument in node.args]}
        if isinstance(node, Has):
            return {"op": "has", "segments": list(node.path)}
        if isinstance(node, OptionId):
            if node.pack in self._packs or node.default is None:
                return {"op": "option", "pack": self._packs[node.pack]}
            return {"op": "const", "value": typed(node.default.value)}
        return self._leaf_form(node)

    def _leaf_form(self, node: LeafRef) -> dict[str, Any]:
        default = None
        if node.default is not None:
            default = self._number({"op": "const", "value": typed(node.default.value)})
        return {"op": "leaf", "choice": node.choice, "segments": list(node.path), "default": default}

    def _number(self, form: dict[str, Any]) -> int:
        # the typed form of a value tells all types apart, so that equal text is equal meaning
        key = repr(form)
        if key not in self._numbers:
            self._numbers[key] = len(self._nodes)
            self._nodes.append(form)
        return self._numbers[key]
