"""Which candidates are valid."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from support.oracle.predicates import Erring, evaluate
from support.oracle.values import Candidate, Document, canonical, typed


@dataclass(frozen=True)
class Answer:
    """What a sweep must say: valid candidates before the first erring one (all if there is none), and its data."""

    valid: list[Candidate]
    error: bytes | None

    def rows(self, start: int, stop: int) -> list[Candidate] | bytes:
        """The rows of these ranks, or the data of the error raised instead."""
        if self.error is not None and len(self.valid) <= stop:
            return self.error
        return self.valid[start:stop]


def candidates(document: Document) -> list[Candidate]:
    return list(itertools.product(*(range(len(pack["options"])) for pack in document["packs"])))


def matches(rule: list[Any], options: Candidate) -> bool:
    return all(options[pack] in allowed for pack, allowed in rule)


def outcome(document: Document, options: Candidate, number: int) -> bool | Erring:
    """A predicate's value for a candidate."""
    predicate = document["predicates"][number]
    try:
        value = evaluate(document, options, predicate["node"])
        if type(value) is not bool:
            raise Erring("type", predicate["node"], [typed(value)])
    except Erring as error:
        return False if predicate["error_is_false"] else error
    return bool(value)


def answer(document: Document) -> Answer:
    """Decide every candidate, up to the first erring one."""
    valid: list[Candidate] = []
    for options in candidates(document):
        if document["include"] and not any(matches(rule, options) for rule in document["include"]):
            continue
        if any(matches(rule, options) for rule in document["exclude"]):
            continue
        outcomes = [outcome(document, options, number) for number in range(len(document["predicates"]))]
        errors = [(number, each) for number, each in enumerate(outcomes) if isinstance(each, Erring)]
        if False in [each for each in outcomes if isinstance(each, bool)]:
            continue
        if errors:
            number, error = errors[0]
            data = {"kind": error.kind, "node": error.node, "operands": error.operands}
            return Answer(valid, canonical({**data, "predicate": number, "options": list(options)}).encode())
        valid.append(options)
    return Answer(valid, None)


def rejects_alone(document: Document) -> Document:
    """How many of all candidates each rule rejects."""
    every = candidates(document)
    include, predicates = document["include"], range(len(document["predicates"]))
    return {
        "exclude": [sum(matches(rule, options) for options in every) for rule in document["exclude"]],
        "include": sum(not any(matches(rule, each) for rule in include) for each in every) if include else None,
        "predicates": [sum(outcome(document, each, number) is False for each in every) for number in predicates],
    }
