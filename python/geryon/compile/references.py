"""Checks of an expression against the experiment: every name it uses must mean something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from geryon.compile.expression.ast import Const, Expr, Has, LeafRef, ListOf, Op, OptionId, walk
from geryon.compile.tables import resolved_layers
from geryon.compile.values import shorten
from geryon.errors import Place, Problem
from geryon.kernels import kernel
from geryon.resolve.model import Path, Resolved
from geryon.suggest import did_you_mean

_COMPARISONS = ("eq", "ne")
_MEMBERSHIPS = ("in", "not_in")


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with an expression.

    Attributes:
        problems: Names that the document does not know, and literals that can never be an option's id.
        unselected: What the document knows and this selection does not have, so that the predicate is inert.
    """

    problems: list[Problem] = field(default_factory=list)
    unselected: list[str] = field(default_factory=list)


class References:
    """The names of an experiment.

    Attributes:
        packs: The position of each selected pack.
    """

    def __init__(self, resolved: Resolved) -> None:
        """Gather what the selection writes, and what the whole document knows."""
        layers = resolved_layers(resolved)
        self.packs = {pack.name: number for number, pack in enumerate(resolved.packs)}
        self._ids = {pack.name: frozenset(option.id for option in pack.options) for pack in resolved.packs}
        self._selected = _with_mappings(leaf.path for layer in layers for leaf in layer.leaves)
        self._choices = {leaf.path[0] for layer in layers for leaf in layer.choices}
        known = resolved.known
        self._known_packs = known.packs.keys() | self.packs.keys()
        self._known = _with_mappings(known.leaves | known.deleted) | self._selected
        self._known_choices = known.choices | self._choices

    def check(self, root: Expr) -> Findings:
        """Check one expression; literals only if nothing makes the predicate inert or wrong."""
        findings = Findings()
        for node in walk(root):
            if isinstance(node, OptionId):
                self._check_pack(node, findings)
            elif isinstance(node, LeafRef):
                self._check_leaf(node, findings)
            elif isinstance(node, Has) and node.path not in self._known:
                findings.problems.append(self._unknown_path(node.path, node.place))
        if not findings.problems and not findings.unselected:
            for option, literal in _compared(root):
                if option.pack in self._ids:
                    self._check_literal(option, literal, findings)
        return findings

    def _check_pack(self, node: OptionId, findings: Findings) -> None:
        if node.pack in self.packs:
            return
        if node.pack not in self._known_packs:
            hint = did_you_mean(node.pack, self._known_packs) or _listed("packs", self.packs)
            findings.problems.append(Problem("unknown-pack", f"there is no pack `{node.pack}`", node.named, hint))
        elif node.default is None:
            findings.unselected.append(f"pack `{node.pack}`")

    def _check_leaf(self, node: LeafRef, findings: Findings) -> None:
        if node.default is not None:
            return
        if node.choice:
            group = node.path[0]
            if group not in self._known_choices:
                hint = did_you_mean(group, self._known_choices) or _listed("choices", self._known_choices)
                message = f"nothing chooses from the config group `{group}`"
                findings.problems.append(Problem("unknown-choice", message, node.named, hint))
            elif group not in self._choices:
                findings.unselected.append(f"choice `{group}`")
        elif node.path not in self._known:
            findings.problems.append(self._unknown_path(node.path, node.named))
        elif node.path not in self._selected:
            findings.unselected.append(f"path `{'.'.join(node.path)}`")

    def _unknown_path(self, path: Path, place: Place) -> Problem:
        key = ".".join(path)
        hint = did_you_mean(key, map(".".join, self._known)) or "set it in `params`, or give the argument a `default`"
        return Problem("unknown-path", f"nothing sets the parameter `{key}`", place, hint)

    def _check_literal(self, option: OptionId, literal: Const, findings: Findings) -> None:
        ids = self._ids[option.pack]
        if isinstance(literal.value, str) and literal.value in ids:
            return
        if isinstance(literal.value, str):
            message = f"`{shorten(literal.value)}` is no option of pack `{option.pack}`"
            hint = did_you_mean(literal.value, ids) or _listed("options", ids)
        else:
            text = shorten(kernel().canonical_json(literal.value).decode())
            message = f"`{text}` is compared with the option of pack `{option.pack}`, and ids are strings"
            hint = f'write `"{text}"`' if text in ids else _listed("options", ids)
        findings.problems.append(Problem("unknown-option", message, literal.place, hint))


def _with_mappings(paths: Iterable[Path]) -> set[Path]:
    """These paths and the mappings above them."""
    return {path[:length] for path in paths for length in range(1, len(path) + 1)}


def _compared(root: Expr) -> Iterator[tuple[OptionId, Const]]:
    """Every option id with every literal that it is compared with."""
    for node in walk(root):
        if isinstance(node, Op) and node.name in _COMPARISONS and len(node.args) == 2:
            yield from _meet(node.args[0], node.args[1])
        elif isinstance(node, Op) and node.name in _MEMBERSHIPS and isinstance(node.args[1], ListOf):
            for item in node.args[1].items:
                yield from _meet(node.args[0], item)


def _meet(left: Expr, right: Expr) -> Iterator[tuple[OptionId, Const]]:
    if isinstance(left, OptionId) and isinstance(right, Const):
        yield left, right
    elif isinstance(left, Const) and isinstance(right, OptionId):
        yield right, left
    elif isinstance(left, ListOf) and isinstance(right, ListOf) and len(left.items) == len(right.items):
        for first, second in zip(left.items, right.items, strict=True):
            yield from _meet(first, second)


def _listed(what: str, names: Iterable[str]) -> str:
    ordered = sorted(names)
    if not ordered:
        return f"there are no {what}"
    more = f" and {len(ordered) - 10} more" if len(ordered) > 10 else ""
    return f"the {what} are " + ", ".join(f"`{name}`" for name in ordered[:10]) + more
