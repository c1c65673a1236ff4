"""Predicates of a candidate: true, false, or the failure that stands in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from geryon.kernels.pure.canonical import canonical_json
from geryon.kernels.pure.expression import Fault, operate
from geryon.kernels.pure.forest import Forest
from geryon.kernels.pure.program import Program
from geryon.kernels.pure.projection import Projection
from geryon.kernels.pure.sections import Sections
from geryon.kernels.pure.values import decode, encode


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as a value: where it arose, and on which operands (None for one that failed itself)."""

    kind: str
    node: int
    operands: tuple[Any, ...]


Outcome = bool | Failure
Evaluator = Callable[[Sequence[int], list[Any]], Any]
_FAILED = object()


def error_data(predicate: int, failure: Failure, options: Sequence[int]) -> bytes:
    """The data of a kernel error."""
    return canonical_json(
        {
            "kind": failure.kind,
            "predicate": predicate,
            "node": failure.node,
            "options": list(options),
            "operands": [None if operand is _FAILED else encode(operand) for operand in failure.operands],
        }
    )


class Expressions:
    """The expression nodes of a program, bound to its sections."""

    def __init__(self, program: Program, forest: Forest, sections: Sections) -> None:
        self._program = program
        self._forest = forest
        self._sections = sections
        self._packs: list[set[int]] = []
        self._arguments: list[list[int]] = []
        self._evaluators: list[Evaluator] = []
        for index, node in enumerate(program.nodes):
            self._bind(index, node)

    def predicate(self, number: int) -> Projection[Outcome]:
        """The outcome of a predicate, a function of the packs on which it depends; `error_is_false` is applied."""
        predicate = self._program.predicates[number]
        nodes = self._reachable(predicate.node)
        packs = sorted(set().union(*(self._packs[node] for node in nodes)))

        def outcome(options: Sequence[int]) -> Outcome:
            results: list[Any] = [None] * (predicate.node + 1)
            for node in nodes:
                results[node] = self._evaluators[node](options, results)
            result = results[predicate.node]
            if not isinstance(result, (bool, Failure)):
                result = Failure("type", predicate.node, (result,))
            return False if predicate.error_is_false and isinstance(result, Failure) else result

        return Projection(packs, outcome)

    def _reachable(self, root: int) -> list[int]:
        """The nodes that `root` needs, arguments first."""
        found = {root}
        for node in range(root, -1, -1):
            if node in found:
                found.update(self._arguments[node])
        return sorted(found)

    def _bind(self, index: int, node: dict[str, Any]) -> None:
        packs: set[int] = set()
        arguments: list[int] = node.get("args", [])
        op = node["op"]
        if op == "const":
            evaluate = _constant(decode(node["value"]))
        elif op == "option":
            packs.add(node["pack"])
            evaluate = self._option(node["pack"])
        elif op in ("leaf", "has"):
            default = node.get("default")
            arguments = [] if default is None else [default]
            choice, segments = node.get("choice", False), tuple(node["segments"])
            paths = self._forest.at_or_below(choice, segments)
            exact = paths.start if self._forest.is_path(paths.start, choice, segments) else None
            for section in self._sections.touching(paths):
                packs.update(section.packs)
            evaluate = self._has(paths) if op == "has" else self._leaf(index, paths, exact, default)
        else:
            evaluate = _operation(index, op, arguments)
        self._packs.append(packs)
        self._arguments.append(arguments)
        self._evaluators.append(evaluate)

    def _option(self, pack: int) -> Evaluator:
        ids = [option.id for option in self._program.packs[pack].options]
        return lambda options, results: ids[options[pack]]

    def _has(self, paths: range) -> Evaluator:
        sections = self._sections.touching(paths)
        return lambda options, results: any(leaf in paths for section in sections for leaf in section(options))

    def _leaf(self, index: int, paths: range, exact: int | None, default: int | None) -> Evaluator:
        sections = self._sections.touching(paths)

        def evaluate(options: Sequence[int], results: list[Any]) -> Any:
            for section in sections:
                leaves = section(options)
                if exact is not None and exact in leaves and not isinstance(leaves[exact].value.value, dict):
                    return leaves[exact].value.value
                if any(leaf in paths for leaf in leaves):
                    return Failure("not_a_leaf", index, ())
            return Failure("missing", index, ()) if default is None else results[default]

        return evaluate


def _constant(value: Any) -> Evaluator:
    return lambda options, results: value


def _operation(index: int, op: str, arguments: list[int]) -> Evaluator:
    def evaluate(options: Sequence[int], results: list[Any]) -> Any:
        operands = [results[argument] for argument in arguments]
        if op in ("and", "or"):
            return _junction(index, operands, decisive=op == "or")
        for operand in operands:
            if isinstance(operand, Failure):
                return operand
        if op == "list":
            return operands
        try:
            return operate(op, operands)
        except Fault as fault:
            return Failure(fault.kind, index, tuple(operands))

    return evaluate


def _junction(index: int, operands: list[Any], decisive: bool) -> Any:
    """`and` (decided by a false operand) or `or` (by a true one)."""
    if any(operand is decisive for operand in operands):
        return decisive
    for operand in operands:
        if isinstance(operand, Failure):
            return operand
        if not isinstance(operand, bool):
            shown = (_FAILED if isinstance(each, Failure) else each for each in operands)
            return Failure("type", index, tuple(shown))
    return not decisive
