"""Random experiments as documents: small products with many collisions, and with all that makes them hard to plan."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from support.experiment_oracle import Verdict, judge
from support.experiment_oracle.known import contains_sentinel, known_paths
from support.experiment_oracle.selection import Pack, selected_packs
from support.experiment_oracle.values import Document, Path, within
from support.random_conditions import ConditionBuilder
from support.random_layers import LayerBuilder

MOST_CANDIDATES = 48

_NAMES = ["model", "opt", "seed", "é", "A b", "x-y"]
_KINDS = ["error", "replace", "deep_merge", "append_unique", "set_union"]
# many more end early than is worth trying
_KEPT = {"planned": 1.0, "conflict": 1.0, "predicate-error": 1.0, "invalid": 0.3, "nothing-left": 0.1}


@dataclass(frozen=True)
class Case:
    """An experiment, and the run set of it to plan."""

    document: Document
    run_set: str | None


def cases() -> st.SearchStrategy[Case]:
    """Random experiments."""
    # a seed, not Hypothesis's own chance, which prefers small and equal draws: most experiments would be trivial
    return st.integers(0, 2**63).map(random_case)


def random_case(seed: int) -> Case:
    """The experiment of a seed."""
    random = Random(seed)
    while True:
        case = _Builder(random).build()
        verdict = judge(case.document, case.run_set)
        # the rules do not say whether a list is looked into whose option is not selected
        unclear = contains_sentinel(case.document, "DROP") and "sentinel-in-list" not in verdict.faults
        if not unclear and random.random() < _KEPT[verdict.stage]:
            return case


class _Builder:
    """Builds one experiment out of a source of chance."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._mode = "merge" if random.random() < 0.8 else "none"
        self._peaceful = random.random() < 0.55
        self._priorities = random.sample(range(-3, 8), 8)
        self._library = random.random() < 0.3
        self._candidates = 1
        self._names = random.sample(_NAMES, len(_NAMES))
        self._document: Document = {"command": self._command(), "packs": {}, "option_sets": {}, "groups": {}}
        self._layers = LayerBuilder(random)

    def build(self) -> Case:
        random = self._random
        document = self._document
        entries = [self._entry() for _ in range(random.choice([0, 1, 2, 2, 3, 3, 3, 4]))]
        document["select"] = self._select([entry for entry in entries if entry])
        document["defaults"] = self._layers.defaults()
        document["merge"] = self._merge()
        document["constraints"] = {}
        for _ in range(random.choice([0, 0, 1])):
            self._unused()
        packs = selected_packs(document, set())
        if packs:
            document["constraints"]["exclude"] = self._rules(packs, random.choice([0, 0, 1, 2]))
            if random.random() < 0.2:
                document["constraints"]["include"] = self._rules(packs, random.choice([1, 2, 3]))
        judged = judge(document)
        if judged.conflicts and random.random() < 0.7:
            self._exclude_conflicts(judged)
            judged = judge(document)
        document["constraints"]["predicates"] = self._predicates(judged, packs, "p")
        run_set = self._run_sets(packs) if random.random() < 0.3 else None
        return Case({key: value for key, value in document.items() if value}, run_set)

    def _command(self) -> Document:
        random = self._random
        command: Document = {"program": "python", "args": random.choice([[], ["train.py", "two words"]])}
        if random.random() < 0.5:
            command["overrides"] = {
                "prefix": random.choice(["", "+", "++"]),
                "prefixes": random.choice([{}, {"a": "+", "wandb.name": "++", "db": "+"}, {"w0": "", "a.b": "++"}]),
                "wandb": random.random() < 0.5,
            }
        return command

    # ---- packs

    def _entry(self) -> Document | None:
        """One entry of `select.packs`, with the definitions that it needs."""
        random = self._random
        most = min(4, MOST_CANDIDATES // self._candidates)
        if most < 1 or not self._names:
            return None
        size = random.randint(1, most)
        self._candidates *= size
        name, own = self._names.pop(), (f"w{len(self._names)}",)
        again = self._mode == "merge" and len(self._names) < 5 and random.random() < 0.12
        if again or random.random() < 0.01:
            name = random.choice([one for one in _NAMES if one not in self._names])
        if random.random() < 0.2:
            return self._short(name, own, size)
        return self._long(name, own, size)

    def _short(self, name: str, own: Path, size: int) -> Document:
        random = self._random
        path = random.choice(self._layers.shared) if random.random() < 0.3 else own
        pack: Document = {"name": name, "param": ".".join(path), **self._priority()}
        if random.random() < 0.4:
            start, step = random.randint(-2, 3), random.choice([1, 2, -1])
            pack["range"] = [start, start + size * step] + ([step] if step != 1 or random.random() < 0.3 else [])
        else:
            values = [1, 2, 0.5, 1e-05, True, None, "x", "a b", "on", self._layers.sentinel]
            pack["values"] = random.sample(values, size) + ([1, 1] if random.random() < 0.05 else [])
        return self._defined(pack) if random.random() < 0.5 else pack

    def _long(self, name: str, own: Path, size: int) -> Document:
        random = self._random
        options = self._layers.options(own, size)
        kind = random.choice(["inline", "inline", "defined", "defined", "set", "more", "replaced", "filtered"])
        pack: Document = {"name": name, "options": options, **self._priority()}
        if kind == "inline":
            return pack
        if kind == "set":
            names = self._option_set(options)
            pack["options"] = []
            pack["options_from"] = [self._source(options, names)]
            return self._defined(pack) if random.random() < 0.6 else pack
        if kind == "more" and size > 1:
            cut = random.randint(1, size - 1)
            overlap = 1 if random.random() < 0.3 else 0
            selector = self._defined({**pack, "options": options[: cut + overlap]})
            if random.random() < 0.3:
                return {**selector, "options_from": [self._source(options[cut:], self._option_set(options[cut:]))]}
            return {**selector, "options": options[cut:]}
        if kind == "replaced":
            other = {**pack, "options": self._layers.options(own, 2)}
            return {**self._defined(other), "replace_options": True, "options": options}
        if kind == "filtered":
            extra = [{**option, "id": option["id"] + "+"} for option in self._layers.options(own, 2)]
            limits: Document = {"exclude_ids": [option["id"] for option in extra]}
            if random.random() < 0.5:
                limits = {"include_ids": [option["id"] for option in options]}
            if random.random() < 0.2:
                limits["include_ids"] = [option["id"] for option in [*extra, *options[:-1]]]
            if random.random() < 0.03:
                limits = {"include_ids": ["nowhere"]}
            return {**self._defined({**pack, "options": extra + options}), "filter": limits}
        return self._defined(pack)

    def _priority(self) -> Document:
        random = self._random
        if self._peaceful:
            return {"priority": self._priorities.pop()} if self._priorities else {}
        return {"priority": random.choice([0, 0, 1, 2])} if random.random() < 0.6 else {}

    def _option_set(self, options: list[Document]) -> str:
        name = f"{self._package()}set{len(self._document['option_sets'])}"
        more = [{"id": "unwanted", "params": {"a": 9}}] if self._random.random() < 0.4 else []
        self._document["option_sets"][name] = more + options
        return name

    def _source(self, options: list[Document], name: str) -> Document:
        if len(self._document["option_sets"][name]) == len(options):
            return {"ref": name}
        if self._random.random() < 0.5:
            return {"ref": name, "exclude_ids": ["unwanted"]}
        return {"ref": name, "include_ids": [option["id"] for option in options]}

    def _package(self) -> str:
        """Where a definition stands."""
        return "lib." if self._library and self._random.random() < 0.6 else ""

    def _defined(self, pack: Document) -> Document:
        """A selector of the pack, which becomes a definition."""
        random = self._random
        key = f"{self._package()}d{len(self._document['packs'])}"
        pack = {key: value for key, value in pack.items() if value != []}
        selector: Document = {"ref": key}
        if random.random() < 0.2:
            selector["name"], pack["name"] = pack["name"], "renamed"
        if random.random() < 0.2 and "priority" in pack:
            selector["priority"], pack["priority"] = pack["priority"], 5
        self._document["packs"][key] = pack
        return selector

    def _unused(self) -> None:
        """A definition that nothing selects."""
        pack: Document = {"name": "unused", "options": self._layers.options(("unused",), 2)}
        self._document["packs"]["unused"] = pack

    def _select(self, entries: list[Document]) -> Document:
        """Some of the first entries come out of a group, perhaps a nested one."""
        random = self._random
        select: Document = {}
        if entries and random.random() < 0.3:
            cut = random.randint(1, len(entries))
            ref = self._package() + "inner"
            self._document["groups"][ref] = entries[:cut]
            entries = entries[cut:]
            if random.random() < 0.4:
                inner, ref = ref, self._package() + "outer"
                self._document["groups"][ref] = [{"group": inner}, *entries[:1]]
                entries = entries[1:]
            if random.random() < 0.5:
                select["groups"] = [ref]
            else:
                entries.insert(random.randint(0, len(entries)), {"group": ref})
        return {**select, "packs": entries}

    # ---- merge and constraints

    def _merge(self) -> Document:
        random = self._random
        merge: Document = {"mode": self._mode}
        if self._layers.sentinel != "__delete__" or random.random() < 0.1:
            merge["delete_sentinel"] = self._layers.sentinel
        strategies = self._strategies()
        return {**merge, "strategies": strategies} if strategies else merge

    def _strategies(self) -> dict[str, str]:
        random = self._random
        paths = sorted({path[:length] for path in known_paths(self._document) for length in range(1, len(path) + 1)})
        chosen: dict[Path, str] = {}
        for path in random.sample(paths, min(len(paths), random.choice([0, 0, 1, 2, 3]))):
            kind = random.choice(_KINDS)
            if self._layers.kinds.get(path) == "list" and random.random() < 0.7:
                kind = random.choice(["append_unique", "set_union"])
            elif kind in ("append_unique", "set_union") and random.random() < 0.85:
                kind = random.choice(["replace", "deep_merge"])
            elif kind == "error" and self._peaceful:
                kind = "deep_merge"
            both = {**chosen, path: kind}
            nested = any(
                other != top and within(other, top) and both[top] != "deep_merge" for top in both for other in both
            )
            if not nested or random.random() < 0.01:
                chosen = both
        return {".".join(path): kind for path, kind in chosen.items()}

    def _rules(self, packs: list[Pack], count: int) -> list[Document]:
        random = self._random
        rules = []
        for _ in range(count):
            when: Document = {}
            for pack in random.sample(packs, random.randint(1, min(3, len(packs)))):
                ids = [option.id for option in pack.options]
                chosen = random.sample(ids, random.randint(1, len(ids))) if ids else ["nowhere"]
                when[pack.name] = chosen[0] if len(chosen) == 1 and random.random() < 0.7 else chosen
            rules.append({"when": when})
        if rules and "unused" in self._document["packs"] and random.random() < 0.2:
            rules[0]["when"]["unused"] = self._document["packs"]["unused"]["options"][0]["id"]
        return rules

    def _exclude_conflicts(self, judged: Verdict) -> None:
        """Rule out the pairs that conflict; sometimes one of them is forgotten."""
        members = sorted(sorted(map(str, conflict)) for conflict in judged.conflicts)
        order = {str(sorted(map(str, conflict))): conflict for conflict in judged.conflicts}
        chosen = [order[str(conflict)] for conflict in members]
        if self._random.random() < 0.1:
            chosen.pop()
        rules = self._document["constraints"].setdefault("exclude", [])
        for conflict in chosen:
            when = {pack: option for _, pack, option in sorted(conflict, key=str) if pack is not None}
            if when and {"when": when} not in rules:
                rules.append({"when": when})

    def _predicates(self, judged: Verdict, packs: list[Pack], prefix: str) -> list[Document]:
        random = self._random
        unselected = [name for name in ("unused",) if name in self._document["packs"]]
        builder = ConditionBuilder(random, packs, judged.valid, sorted(known_paths(self._document)), unselected)
        predicates: list[Document] = []
        for number in range(random.choice([0, 1, 1, 2, 3])):
            wanted = random.random() < 0.75
            for _ in range(4):
                predicate: Document = {"id": f"{prefix}{number}", "expr": builder.predicate()}
                if random.random() < 0.3:
                    predicate["on_error"] = random.choice(["false", "error"])
                constraints = {**self._document["constraints"], "predicates": [*predicates, predicate]}
                trial = {**self._document, "constraints": constraints}
                if not wanted or judge(trial).stage not in ("predicate-error", "nothing-left"):
                    break
            predicates.append(predicate)
        return predicates

    # ---- run sets

    def _run_sets(self, packs: list[Pack]) -> str | None:
        random = self._random
        run_sets: Document = {}
        for name in random.sample(["small", "large.1", "x-y"], random.randint(1, 3)):
            one: Document = {}
            if run_sets and random.random() < 0.5:
                one["extends"] = random.sample(list(run_sets), random.randint(1, len(run_sets)))
            for verb in ("append", "replace"):
                if random.random() < 0.6:
                    one[verb] = self._changes(verb, packs)
            if random.random() < 0.3:
                one["patch_packs"] = self._patch()
            run_sets[name] = one
        self._document["run_sets"] = run_sets
        return random.choice([*run_sets, None])

    def _patch(self) -> Document:
        """Another entry in place of one of `select.packs`."""
        entries = [entry for entry in self._document["select"]["packs"] if "group" not in entry]
        if not entries:
            return {}
        entry = self._random.choice(entries)
        name = entry.get("name") or self._document["packs"][entry["ref"]]["name"]
        options = self._layers.options(("patched",), self._random.randint(1, 2))
        if "ref" in entry and self._random.random() < 0.5:
            return {name: {"ref": entry["ref"], "name": name, "priority": 1, "options": options}}
        return {name: {"name": name, "options": options}}

    def _changes(self, verb: str, packs: list[Pack]) -> Document:
        random = self._random
        changes: Document = {}
        if random.random() < 0.6:
            changes["defaults"] = self._layers.defaults()
        if random.random() < 0.3:
            strategies = self._strategies()
            changes["merge"] = {"mode": random.choice(["merge", "merge", "none"]), "strategies": strategies}
        if random.random() < 0.3 and packs:
            rules = random.choice(["exclude", "exclude", "include"])
            changes["constraints"] = {rules: self._rules(packs, 1)}
        if random.random() < 0.3:
            predicates = self._predicates(Verdict(set()), packs, f"{verb}{random.randint(0, 9)}")
            changes.setdefault("constraints", {})["predicates"] = predicates
        if random.random() < 0.4:
            entry = self._entry() if verb == "append" else None
            entries = self._document["select"]["packs"]
            if entry:
                changes["select"] = {"packs": [entry]}
            elif verb == "replace" and entries:
                changes["select"] = {"packs": random.sample(entries, random.randint(1, len(entries)))}
        return changes
