"""Random expression nodes: mostly well typed, sometimes not, with shared arguments."""

from __future__ import annotations

from random import Random
from typing import Any

from support.oracle import Document, typed

COMPARISONS = ["lt", "lte", "gt", "gte", "eq", "ne"]
TWO_NUMBERS = ["sub", "div", "floordiv", "ceildiv", "mod", "pow"]
MANY_NUMBERS = ["add", "mul", "min", "max"]
ONE_NUMBER = ["neg", "abs", "sqrt"]
UNKNOWN = ["nowhere", "a", "0"]


class NodeBuilder:
    """Appends nodes to a program's list.

    Attributes:
        nodes: The nodes so far.
    """

    def __init__(
        self, random: Random, packs: list[Document], paths: list[tuple[str, ...]], constants: list[Any]
    ) -> None:
        self._random = random
        self._packs = packs
        self._paths = paths
        self._constants = constants
        self.nodes: list[Document] = []

    def predicate(self) -> int:
        """A root; returns its index.

        Most hold, or fail, only where a pack has certain options: else a random predicate decides all candidates alike.
        """
        random = self._random
        root = self._boolean(random.choice([1, 2, 2, 3]))
        for _ in range(random.choice([0, 1, 1, 1, 2]) if self._packs else 0):
            pack = random.randrange(len(self._packs))
            ids = [option["id"] for option in self._packs[pack]["options"]]
            some = [self._const(one) for one in random.sample(ids, random.randint((len(ids) + 1) // 2, len(ids)))]
            guard = self._add("in", self._append({"op": "option", "pack": pack}), self._add("list", *some))
            root = self._add(random.choice(["or", "or", "or", "or", "and"]), *random.sample([root, guard], 2))
        return root

    def _add(self, op: str, *arguments: int) -> int:
        return self._append({"op": op, "args": list(arguments)})

    def _append(self, node: Document) -> int:
        if node in self.nodes:
            return self.nodes.index(node)
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _const(self, value: Any) -> int:
        return self._append({"op": "const", "value": typed(value)})

    def _boolean(self, depth: int) -> int:
        random = self._random
        if random.random() < 0.04:
            return self._anything(depth)
        if depth == 0:
            return self._const(random.random() < 0.7) if random.random() < 0.7 else self._reference()
        shape = random.choice(["and", "or", "not", "numbers", "numbers", "strings", "in", "between", "has", "eq"])
        if shape in ("and", "or"):
            return self._add(shape, *(self._boolean(depth - 1) for _ in range(random.randint(1, 3))))
        if shape == "not":
            return self._add("not", self._boolean(depth - 1))
        if shape == "numbers":
            return self._add(random.choice(COMPARISONS), self._number(depth - 1), self._number(depth - 1))
        if shape == "strings":
            return self._add(random.choice([*COMPARISONS, "in", "not_in"]), self._string(), self._string())
        if shape == "in":
            return self._add(random.choice(["in", "not_in"]), self._anything(depth - 1), self._list(depth - 1))
        if shape == "between":
            return self._add("between", *(self._number(depth - 1) for _ in range(3)))
        if shape == "has":
            return self._append({"op": "has", "segments": self._segments()})
        return self._add(random.choice(["eq", "ne"]), self._anything(depth - 1), self._anything(depth - 1))

    def _number(self, depth: int) -> int:
        random = self._random
        if random.random() < 0.04:
            return self._anything(depth)
        if depth <= 0:
            if random.random() < 0.4:
                return self._reference()
            numbers = [each for each in self._constants if type(each) in (int, float)]
            return self._const(random.choice([1, 2, 3, 0.5, -2.0, *numbers]))
        shape = random.choice(["two", "many", "one", "len", "leaf"])
        if shape == "two":
            return self._add(random.choice(TWO_NUMBERS), self._number(depth - 1), self._number(depth - 1))
        if shape == "many":
            count = random.randint(2, 3)
            return self._add(random.choice(MANY_NUMBERS), *(self._number(depth - 1) for _ in range(count)))
        if shape == "one":
            return self._add(random.choice(ONE_NUMBER), self._number(depth - 1))
        return self._add("len", self._list(depth - 1)) if shape == "len" else self._reference()

    def _string(self) -> int:
        random = self._random
        if self._packs and random.random() < 0.6:
            return self._append({"op": "option", "pack": random.randrange(len(self._packs))})
        return self._const(random.choice(["a", "b", "ab", "", "é😀"])) if random.random() < 0.7 else self._reference()

    def _list(self, depth: int) -> int:
        items = [self._anything(depth - 1) for _ in range(self._random.randint(0, 3))]
        return self._add("list", *items) if self._random.random() < 0.8 else self._reference()

    def _anything(self, depth: int) -> int:
        random = self._random
        shape = random.choice(["const", "reference", "reference", "string", "number", "list"])
        if shape == "number" and depth > 0:
            return self._number(depth - 1)
        if shape == "list" and depth > 0:
            return self._list(depth - 1)
        if shape == "string":
            return self._string()
        return self._const(random.choice(self._constants)) if shape == "const" else self._reference()

    def _segments(self) -> list[str]:
        """Those of a path, of a mapping above one, of something below one, or of nothing."""
        random = self._random
        if not self._paths or random.random() < 0.1:
            return [random.choice(UNKNOWN)]
        path = random.choice(self._paths)
        shape = random.choice(["path", "path", "path", "above", "below"])
        if shape == "above":
            return list(path[: random.randint(1, len(path))])
        return [*path, random.choice(UNKNOWN)] if shape == "below" else list(path)

    def _reference(self) -> int:
        random = self._random
        default = None
        if random.random() < 0.6:
            default = self._const(random.choice(self._constants))
            if random.random() < 0.1:
                default = self._add("list", default, default)
        segments, choice = self._segments(), random.random() < 0.1
        return self._append({"op": "leaf", "choice": choice, "segments": segments, "default": default})
