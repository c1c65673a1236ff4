"""Is there a candidate with these options that passes include and exclude?"""

from __future__ import annotations

from collections.abc import Iterable

from geryon.compile.document import Document, RuleForm, bare_option, empty_document, to_bytes
from geryon.kernels import kernel

Fixed = tuple[tuple[int, int], ...]  # (pack, class), ascending
Allowed = tuple[tuple[int, frozenset[int]], ...]  # (pack, classes left to it), ascending


class Feasibility:
    """Answers that question for classes of options.

    Options of one pack that stand in the same rules are of one class: the rules cannot tell them apart, so one
    answer serves for all of them, and 10^5 options are a few classes.
    """

    def __init__(self, sizes: list[int], include: list[RuleForm], exclude: list[RuleForm]) -> None:
        """Take the number of options of each pack, and the rules as in the program."""
        self._sizes = sizes
        self._include = include
        self._exclude = exclude
        self._classes: dict[int, list[int]] = {}
        self._signatures: dict[int, list[frozenset[int]]] = {}
        self._memo: dict[tuple[Fixed, Allowed], bool] = {}
        self._classify([*include, *exclude])

    def _classify(self, rules: list[RuleForm]) -> None:
        members: dict[int, dict[int, set[int]]] = {}
        for number, rule in enumerate(rules):
            for pack, options in rule:
                of_pack = members.setdefault(pack, {})
                for option in options:
                    of_pack.setdefault(option, set()).add(number)
        for pack, of_pack in members.items():
            numbers: dict[frozenset[int], int] = {}
            classes = []
            for option in range(self._sizes[pack]):
                signature = frozenset(of_pack.get(option, ()))
                classes.append(numbers.setdefault(signature, len(numbers)))
            self._classes[pack] = classes
            self._signatures[pack] = list(numbers)

    def class_of(self, pack: int, option: int) -> int:
        """The class of an option within its pack."""
        return self._classes[pack][option] if pack in self._classes else 0

    def classes_of(self, pack: int, options: Iterable[int]) -> frozenset[int]:
        """The classes of these options of one pack."""
        return frozenset(self.class_of(pack, option) for option in options)

    def possible(self, fixed: Fixed, allowed: Allowed = ()) -> bool:
        """Whether some candidate passes include and exclude.

        Args:
            fixed: Packs whose option is of that class.
            allowed: Other packs that are left only options of those classes.
        """
        if not self._include and not self._exclude:
            return all(classes for _, classes in allowed)
        key = (fixed, allowed)
        if key not in self._memo:
            self._memo[key] = self._decide(dict(fixed), dict(allowed))
        return self._memo[key]

    def _decide(self, fixed: dict[int, int], allowed: dict[int, frozenset[int]]) -> bool:
        if not all(allowed.values()):
            return False
        if self._excluded_by_these_alone(fixed):
            return False
        left = {pack: {number} for pack, number in fixed.items() if pack in self._classes}
        for pack in self._classes:
            if pack not in left:
                left[pack] = set(allowed.get(pack, range(len(self._signatures[pack]))))
        count = len(self._include)
        include = self._narrowed(range(count), self._include, left)
        exclude = self._narrowed(range(count, count + len(self._exclude)), self._exclude, left)
        if [] in exclude or (self._include and not include):
            return False
        if [] in include:
            include = []
        return not exclude or self._first_row(left, include, exclude)

    def _excluded_by_these_alone(self, fixed: dict[int, int]) -> bool:
        """The quick answer to most pairs that a user has excluded."""
        signatures = [self._signatures[pack][number] for pack, number in fixed.items() if pack in self._classes]
        if len(signatures) != 2:
            return False
        offset = len(self._include)
        common = signatures[0] & signatures[1]
        return any(number >= offset and len(self._exclude[number - offset]) == 2 for number in common)

    def _narrowed(
        self, numbers: range, rules: list[RuleForm], left: dict[int, set[int]]
    ) -> list[list[tuple[int, set[int]]]]:
        """Rules over classes: without those that cannot match, and without conditions that always hold."""
        narrowed = []
        for number, rule in zip(numbers, rules, strict=True):
            conditions = []
            for pack, _ in rule:
                matching = {item for item in left[pack] if number in self._signatures[pack][item]}
                if not matching:
                    break
                if matching != left[pack]:
                    conditions.append((pack, matching))
            else:
                narrowed.append(conditions)
        return narrowed

    def _first_row(
        self,
        left: dict[int, set[int]],
        include: list[list[tuple[int, set[int]]]],
        exclude: list[list[tuple[int, set[int]]]],
    ) -> bool:
        """Ask the kernel, with a program of classes in place of options."""
        packs = sorted({pack for rule in (*include, *exclude) for pack, _ in rule})
        position = {pack: number for number, pack in enumerate(packs)}
        classes = {pack: sorted(left[pack]) for pack in packs}
        document: Document = empty_document()
        document["packs"] = [
            {"name": str(pack), "options": [bare_option(item) for item in classes[pack]]} for pack in packs
        ]
        for name, rules in (("include", include), ("exclude", exclude)):
            document[name] = [
                [[position[pack], sorted(map(classes[pack].index, matching))] for pack, matching in rule]
                for rule in rules
            ]
        return bool(kernel().sweep(to_bytes(document)).rows(0, 1))
