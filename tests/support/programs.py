"""Random programs for the kernels: small products with many collisions, errors and odd strings."""

from __future__ import annotations

import json
import re
from math import inf, nan
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from support.oracle import Document, canonical, typed
from support.random_nodes import NodeBuilder

CORPUS = Path(__file__).parent.parent / "data" / "programs"
MOST_CANDIDATES = 48

STRINGS = [
    "",
    "a",
    "b",
    "ab",
    "B",
    "it's",
    'q"',
    "new\nline\r\t",
    "\x1b\x00\x7f",
    "é😀",
    "\u2028",
    "\uffee",
    "a,b",
    "\\",
]
INTS = [0, 1, -1, 2, 3, -7, 2**53, 2**53 + 1, -(2**63), 2**64, 2**127 - 1, -(2**127) + 1, 2**127, 10**40, 10**400]
FLOATS = [0.0, -0.0, 1.0, 0.5, -2.5, 1e16, 1e-05, 5e-324, 1.7976931348623157e308, 2.0**53, 0.1, inf, -inf, nan]
PLAIN = [None, True, False, 0, 1, 2, 3, 4, 1, 2, 1.0, 0.5, -2.0, "a", "b", "ab"]
SEGMENTS = ["a", "b", "c", "0", "a-b", "\uffee", "😀", 'q"']
NAMES = ["model", "seed", "é", "A b", 'x"y', "\uffee", "😀", "a.b"]
TAGS = ["base", "0.1", "x y", "é", 'a"b', "_u", "long" * 35, "😀", "\uffee"]


def programs(most_candidates: int = MOST_CANDIDATES) -> st.SearchStrategy[Document]:
    """Programs as documents; `encode` gives the bytes."""
    # a seed, not Hypothesis's own chance, which prefers small and equal draws: most programs would be trivial
    return st.integers(0, 2**63).map(lambda seed: ProgramBuilder(Random(seed), most_candidates).build())


def encode(document: Document) -> bytes:
    """The bytes of a program."""
    return canonical(document).encode()


def corpus() -> dict[str, Document]:
    """The cases of tests/data/programs by name: `program` beside `rows` or `error`."""
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(CORPUS.glob("*.json"))}


def single_predicate(name: str, operands: list[Any]) -> Document:
    """A program without packs whose one predicate is this operation on constants."""
    nodes: list[Document] = [{"op": "const", "value": typed(operand)} for operand in operands]
    nodes.append({"op": name, "args": list(range(len(operands)))})
    return {
        "version": 1,
        "command": ["python"],
        "wandb": None,
        "has_choices": False,
        "tags": [],
        "values": [],
        "paths": [],
        "strategies": [],
        "defaults": {"writes": [], "tags": []},
        "packs": [],
        "include": [],
        "exclude": [],
        "nodes": nodes,
        "predicates": [{"id": "p", "node": len(operands), "error_is_false": False}],
    }


class ProgramBuilder:
    """Builds one program out of a source of chance."""

    def __init__(self, random: Random, most_candidates: int = MOST_CANDIDATES) -> None:
        self._random = random
        self._most_candidates = most_candidates
        self._values: list[Document] = []
        self._index: dict[str, int] = {}

    def build(self) -> Document:
        random = self._random
        self._draw_paths()
        numbers = random.sample(range(len(TAGS)), random.randint(0, 3))
        tags = [TAGS[number] for number in numbers]
        packs = self._packs(len(tags))
        defaults = {"writes": self._writes(), "tags": [tag for tag in range(len(tags)) if random.random() < 0.3]}
        nodes = NodeBuilder(random, packs, [tuple(path["segments"]) for path in self._paths], PLAIN + INTS + FLOATS)
        predicates = [
            {"id": f"p{number}", "node": nodes.predicate(), "error_is_false": random.random() < 0.4}
            for number in range(random.choice([0, 1, 1, 2, 3]))
        ]
        return {
            "version": 1,
            "command": ["python", "it's.py"][: random.randint(1, 2)],
            "wandb": random.choice([None, {"name": "wandb.name=", "tags": "+wandb.tags="}]),
            "has_choices": any(path["choice"] for path in self._paths),
            "tags": [
                {"tag": tag, "name": re.sub("[^A-Za-z0-9_.-]", "_", tag), "token": f"'{tag}'"} for tag in sorted(tags)
            ],
            "values": self._values,
            "paths": self._paths,
            "strategies": self._strategies,
            "defaults": defaults,
            "packs": packs,
            "include": self._rules(packs, random.choice([0, 0, 0, 0, 1, 2])),
            "exclude": self._rules(packs, random.choice([0, 0, 0, 1, 2])),
            "nodes": nodes.nodes,
            "predicates": predicates,
        }

    def _draw_paths(self) -> None:
        random = self._random
        alphabet = random.sample(SEGMENTS, 3)
        drawn = {
            tuple(random.choice(alphabet) for _ in range(random.choice([1, 1, 2, 2, 3])))
            for _ in range(random.randint(0, 8))
        }
        groups = random.sample(["model", "db/x", "a"], random.choice([0, 0, 1, 2]))
        tops = [path for path in sorted(drawn) if random.random() < 0.35]
        tops = [path for path in tops if not any(path != top and path[: len(top)] == top for top in tops)]
        self._paths: list[Document] = [
            {"choice": True, "segments": [group], "key": f"{group}="} for group in sorted(groups)
        ]
        self._paths += [
            {"choice": False, "segments": list(path), "key": random.choice(["", "+", "++"]) + ".".join(path) + "="}
            for path in sorted(drawn)
        ]
        self._strategies = [
            {"path": number, "kind": random.choice(["replace", "append_unique", "set_union"])}
            for number, path in enumerate(self._paths)
            if not path["choice"] and tuple(path["segments"]) in tops
        ]

    def _packs(self, tags: int) -> list[Document]:
        random = self._random
        priorities = random.choice([[0], [0, 1], [-1, 0, 1, 5]])
        names = random.sample(NAMES, random.choice([0, 1, 2, 2, 3, 3, 3, 4, 4]))
        packs: list[Document] = []
        candidates = 1
        for name in names:
            size = random.choice([1, 2, 2, 3, 3, 4, 5])
            if candidates * size > self._most_candidates:
                break
            candidates *= size
            ids = random.sample([*STRINGS[1:], "0", "1"], size)
            options = [
                {
                    "id": one,
                    "priority": random.choice(priorities),
                    "tag": random.randrange(tags) if tags and random.random() < 0.5 else None,
                    "writes": self._writes(),
                }
                for one in ids
            ]
            packs.append({"name": name, "options": options})
        return packs

    def _writes(self) -> list[list[int]]:
        """Writes of one layer: no leaf above another one."""
        chosen: list[int] = []
        for path in range(len(self._paths)):
            if self._random.random() < 0.5 and not any(self._related(path, other) for other in chosen):
                chosen.append(path)
        return [[path, -1 if self._random.random() < 0.12 else self._value(path)] for path in chosen]

    def _related(self, path: int, other: int) -> bool:
        one, two = self._paths[path], self._paths[other]
        shorter = min(len(one["segments"]), len(two["segments"]))
        same: bool = one["choice"] == two["choice"] and one["segments"][:shorter] == two["segments"][:shorter]
        return same

    def _value(self, path: int) -> int:
        random = self._random
        folds = any(each["path"] == path and each["kind"] != "replace" for each in self._strategies)
        if self._paths[path]["choice"]:
            return self._intern(random.choice(["small", "it's", ["a", "b"], ["b"]]))
        if folds and random.random() < 0.9:
            return self._intern([self._plain() for _ in range(random.randint(0, 3))])
        return self._intern(self._plain())

    def _plain(self) -> Any:
        random = self._random
        pool: list[Any] = random.choice([PLAIN, PLAIN, PLAIN, STRINGS, INTS, FLOATS, [{}], []])
        if pool:
            return random.choice(pool)
        return random.choice(
            [[], [1], [1.0, True], ["a", ["b", []]], [{"k": 1, "\uffee": nan, "😀": []}], [{}, "it's"]]
        )

    def _intern(self, value: Any) -> int:
        text = canonical(value)
        if text not in self._index:
            elements = [self._intern(item) for item in value] if isinstance(value, list) else None
            entry = {"value": typed(value), "json": text, "token": self._random.choice(["", "~", "é\n'"]) + text}
            self._index[text] = len(self._values)
            self._values.append(entry if elements is None else {**entry, "elements": elements})
        return self._index[text]

    def _rules(self, packs: list[Document], count: int) -> list[list[Any]]:
        random = self._random
        rules = []
        for _ in range(count if packs else 0):
            named = sorted(random.sample(range(len(packs)), random.randint(1, min(3, len(packs)))))
            sizes = [len(packs[pack]["options"]) for pack in named]
            rules.append(
                [
                    [pack, sorted(random.sample(range(size), random.randint(1, size)))]
                    for pack, size in zip(named, sizes, strict=True)
                ]
            )
        return rules
