"""Random layers: parameters, choices and tags that often meet those of another layer, and options of them."""

from __future__ import annotations

from random import Random
from typing import Any

from support.experiment_oracle.values import Document, Path, tree, within

_IDS = ["o1", "o2", "o3", "a b", "é", "1", "on", "0.5", "it's", "x_y"]
_TAGS = ["base", "0.1", "x y", "é", "_u", "long" * 33, "a,b"]
_SEGMENTS = ["a", "b", "c", "a-b", "$d", "on", "x_1"]
_GROUPS = ["db", "opt/sub", "net@pkg.x"]
_NUMBERS = [1, 2, 3, 4, 1.0, 0.5, -2, 0]
_TEXTS = ["x", "ab", "a b", "yes", "1", "é", ""]
_LISTS: list[Any] = [[1], [2, 1], [1, "a", 1.0], [], [1, 1], ["a", None], [{"k": 1}, [2]]]
_ODD: list[Any] = [None, True, False, 1, 1.0, "x", [1], 10**30, 1e-05, 1e16, -0.0, float("inf"), "${a}", "it's\n\u2028"]
_POOLS: dict[str, list[Any]] = {"number": _NUMBERS, "text": _TEXTS, "list": _LISTS, "odd": _ODD}


class LayerBuilder:
    """Draws layers over a few shared paths.

    Attributes:
        sentinel: The delete sentinel.
        shared: The paths that any layer may write.
        kinds: What is written at each of them: number, text, list or odd.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self.sentinel = "__delete__" if random.random() < 0.85 else "DROP"
        self.shared = self._draw_paths()
        self.kinds = {path: random.choice(["number", "number", "text", "list", "odd"]) for path in self.shared}

    def _draw_paths(self) -> list[Path]:
        random = self._random
        alphabet = random.sample(_SEGMENTS, 3)
        paths = {
            tuple(random.choice(alphabet) for _ in range(random.choice([1, 1, 2, 2, 3])))
            for _ in range(random.randint(1, 7))
        }
        return sorted(paths)

    def params(self, paths: list[Path], share: float) -> Document:
        """Values at some of these paths, no leaf above another one."""
        chosen: dict[Path, Any] = {}
        for path in self._random.sample(paths, len(paths)):
            related = any(within(path, other) or within(other, path) for other in chosen)
            if not related and self._random.random() < share:
                chosen[path] = self._value(path)
        return tree(chosen)

    def _value(self, path: Path) -> Any:
        random = self._random
        chance = random.random()
        if chance < 0.07:
            return self.sentinel
        if chance < 0.14:
            return {}
        if chance < 0.141:
            return ["x", ["DROP"]]
        kind = self.kinds.get(path, "number") if chance < 0.95 else "odd"
        return random.choice(_POOLS[kind])

    def choices(self) -> Document:
        """Choices of one layer."""
        random = self._random
        values = ["a", "b", ["a", "b"], "null"] + ([self.sentinel] if random.random() < 0.2 else [])
        return {group: random.choice(values) for group in _GROUPS if random.random() < 0.1}

    def defaults(self) -> Document:
        """The lowest layer."""
        random = self._random
        defaults: Document = {}
        if random.random() < 0.8:
            defaults["params"] = self.params(self.shared, 0.5)
        if random.random() < 0.3:
            defaults["choices"] = self.choices()
        if random.random() < 0.3:
            defaults["tags"] = random.sample(_TAGS, random.randint(0, 2))
        return defaults

    def options(self, own: Path, size: int) -> list[Document]:
        """Options of one pack, which may write at a path of their own; an id may occur twice."""
        random = self._random
        paths = [own] if random.random() < 0.7 else []
        mine = [path for path in self.shared if random.random() < 0.6]
        options = []
        for name in random.sample(_IDS, size):
            params = self.params([*paths, *mine], 0.6)
            option: Document = {"id": name, "params": params}
            if random.random() < 0.25:
                option["choices"] = self.choices()
            if random.random() < 0.4:
                option["tag"] = random.choice(_TAGS)
            options.append(option)
        if random.random() < 0.05:
            options.append(dict(options[0]))
        if random.random() < 0.004:
            options.append({**options[0], "tag": "other"})
        return options
