"""Random predicates over the parameters, choices and packs of an experiment: most are true or false, some err."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, nan
from random import Random
from typing import Any

from support.experiment_oracle import Configuration
from support.experiment_oracle.selection import Pack
from support.experiment_oracle.terms import Chain, ListOf, Literal, Operation, Reference, Term, is_number
from support.experiment_oracle.values import Path

_ODD = [None, True, False, "", "x", "$x", "it's", 2**53 + 1, 2.0**53, 2**127 - 1, 2**127, inf, nan, 1e308, -0.0, 10**40]

_ARITHMETIC = ["add", "add", "sub", "mul", "mul", "div", "floordiv", "ceildiv", "mod", "pow", "neg", "abs", "min"]
_ARITHMETIC += ["max", "sqrt", "len"]


class ConditionBuilder:
    """Draws predicates.

    Args:
        random: The source of chance.
        packs: The packs of the product.
        configurations: Valid candidates, whose values say what suits what.
        paths: Every path that the document knows, selected or not.
        unselected: Names of packs that are known and not selected.
    """

    def __init__(
        self,
        random: Random,
        packs: Sequence[Pack],
        configurations: Sequence[Configuration],
        paths: Sequence[Path],
        unselected: Sequence[str],
    ) -> None:
        self._random = random
        self._packs = packs
        self._unselected = unselected
        values = {(".".join(path), type(value)): value for one in configurations for path, value in one.leaves.items()}
        self._typed = [(path, value) for (path, _), value in values.items()]
        self._paths = sorted({".".join(path[:length]) for path in paths for length in range(1, len(path) + 1)})
        self._choices = sorted({group for one in configurations for group in one.choices})

    def predicate(self) -> Term:
        """A whole predicate."""
        term = self._boolean(self._random.choice([0, 1, 1, 2, 3]))
        # YAML alone would not tell such a tree from a string
        return Operation("and", (term,)) if isinstance(term, Literal) else term

    def _boolean(self, depth: int) -> Term:
        random = self._random
        if random.random() < 0.03:
            return self._any(depth)
        if depth == 0:
            return random.choice(self._atoms())()
        kind = random.choice(["and", "or", "or", "not", "atom", "atom", "guarded"])
        if kind == "atom":
            return random.choice(self._atoms())()
        if kind == "not":
            return Operation("not", (self._boolean(depth - 1),))
        if kind == "guarded" and self._paths:
            path = random.choice(self._paths)
            there = Reference("has", path)
            compared = Operation("ne", (Reference("param", path), Literal(self._value())))
            return Operation("or", (Operation("not", (there,)), compared))
        operands = tuple(self._boolean(depth - 1) for _ in range(random.choice([1, 2, 2, 2, 3])))
        return Operation("or" if kind == "or" else "and", operands)

    def _atoms(self) -> list[Callable[[], Term]]:
        atoms = [self._comparison, self._comparison, self._comparison, self._equality, self._equality, self._literal]
        if self._packs:
            atoms += [self._option, self._option]
        if self._paths:
            atoms += [lambda: Reference("has", self._random.choice(self._paths))]
        if self._choices:
            atoms += [self._choice]
        return atoms

    def _literal(self) -> Term:
        return Literal(self._random.random() < 0.7)

    def _comparison(self) -> Term:
        random = self._random
        kind = random.choice(["plain", "plain", "plain", "between", "chain", "strings"])
        if kind == "strings":
            names: list[str] = ["lt", "lte", "gt", "gte"]
            return Operation(random.choice(names), (self._string(), self._string()))
        if kind == "between":
            return Operation("between", (self._number(1), Literal(random.randint(-3, 1)), self._number(0)))
        if kind == "chain":
            length = random.choice([2, 2, 3])
            chosen = tuple(random.choice(["lt", "lte", "lte", "gte", "ne", "eq"]) for _ in range(length))
            return Chain(chosen, tuple(self._number(0) for _ in range(length + 1)))
        return Operation(random.choice(["lt", "lte", "gt", "gte"]), (self._number(2), self._number(1)))

    def _equality(self) -> Term:
        random = self._random
        left = self._any(1)
        if random.random() < 0.4:
            items = tuple(self._any(0) for _ in range(random.randint(0, 3)))
            right: Term = ListOf(items) if random.random() < 0.8 else self._list()
            return Operation(random.choice(["in", "not_in"]), (left, right))
        if random.random() < 0.1:
            return Operation(random.choice(["in", "not_in"]), (self._string(), self._string()))
        return Operation(random.choice(["eq", "ne", "ne"]), (left, self._any(1)))

    def _option(self) -> Term:
        """A comparison of a selected option."""
        random = self._random
        pack = random.choice(self._packs)
        ids = [Literal(option.id) for option in pack.options]
        if random.random() < 0.02:
            ids = [Literal("nowhere")]
        default = ("o1",) if random.random() < 0.1 else ()
        one = Reference("pack", pack.name, default)
        if self._unselected and random.random() < 0.08:
            one, ids = Reference("pack", random.choice(self._unselected), random.choice([(), ("z",)])), []
        if not ids or random.random() < 0.15:
            return Operation(random.choice(["eq", "ne"]), (one, self._string_reference()))
        if random.random() < 0.5:
            chosen = tuple(random.sample(ids, random.randint(1, len(ids))))
            return Operation(random.choice(["in", "not_in"]), (one, ListOf(chosen)))
        operands: list[Term] = [one, random.choice(ids)]
        random.shuffle(operands)
        left, right = operands
        return Operation(random.choice(["eq", "ne"]), (left, right))

    def _choice(self) -> Term:
        random = self._random
        default = random.choice([(), (), ("a",), (None,)])
        one = Reference("choice", random.choice(self._choices), default)
        return Operation(random.choice(["eq", "ne"]), (one, random.choice([Literal("a"), Literal("b"), self._list()])))

    def _number(self, depth: int) -> Term:
        random = self._random
        if random.random() < 0.04:
            return self._any(0)
        if depth == 0 or random.random() < 0.4:
            fitting = [path for path, value in self._typed if is_number(value)]
            if not fitting or random.random() < 0.3:
                return Literal(random.choice([0, 1, 1, 2, 2, 3, 4, -1, 0.5, 1.0, -2.5, 7]))
            default = (random.choice([0, 1, 2, 0.5]),) if random.random() < 0.5 else ()
            return Reference("param", random.choice(fitting), default)
        name = random.choice(_ARITHMETIC)
        if name == "len":
            return Operation("len", (self._list(),))
        count = 1 if name in ("neg", "abs", "sqrt") else 2
        if name in ("add", "mul", "min", "max"):
            count = random.choice([2, 2, 3])
        if name == "pow":
            return Operation("pow", (self._number(depth - 1), Literal(random.choice([0, 1, 2, 3]))))
        operands = [self._number(depth - 1) for _ in range(count)]
        if name in ("div", "floordiv", "mod", "ceildiv") and random.random() < 0.7:
            operands[1] = Literal(random.choice([1, 2, 3, -2]))
        return Operation(name, tuple(operands))

    def _string(self) -> Term:
        return Literal(self._random.choice(["a", "x", "ab", ""])) if self._random.random() < 0.4 else self._of(str)

    def _string_reference(self) -> Term:
        term = self._of(str)
        return term if isinstance(term, Reference) else Reference("pack", self._packs[0].name)

    def _list(self) -> Term:
        return self._of(list)

    def _of(self, kind: type) -> Term:
        """A reference to a parameter that is such a value somewhere, or such a value."""
        fitting = [path for path, value in self._typed if isinstance(value, kind)]
        if not fitting:
            return Literal("x") if kind is str else ListOf((Literal(1), Literal("a")))
        default: tuple[Any, ...] = ("x",) if kind is str else ([1],)
        with_default = self._random.random() < 0.4 and kind is str
        return Reference("param", self._random.choice(fitting), default if with_default else ())

    def _any(self, depth: int) -> Term:
        random = self._random
        kind = random.choice(["value", "value", "path", "path", "known", "number", "list"])
        if kind == "path" and self._typed:
            default = (random.choice([None, 1, "x", True]),) if random.random() < 0.5 else ()
            return Reference("param", random.choice(self._typed)[0], default)
        if kind == "known" and self._paths and random.random() < 0.5:
            default = (random.choice([None, 1, "x"]),) if random.random() < 0.5 else ()
            return Reference("param", random.choice(self._paths), default)
        if kind == "number":
            return self._number(depth)
        if kind == "list" and depth:
            return ListOf(tuple(self._any(0) for _ in range(random.randint(0, 2))))
        return Literal(self._value())

    def _value(self) -> Any:
        scalars = [value for _, value in self._typed if not isinstance(value, (list, dict))]
        return self._random.choice(scalars if scalars and self._random.random() < 0.7 else _ODD)
