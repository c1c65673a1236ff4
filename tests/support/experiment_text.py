"""An experiment as YAML text: the same document in many spellings, predicates as trees or strings."""

from __future__ import annotations

import copy
import math
import re
from pathlib import Path
from random import Random
from typing import Any

from support.experiment_oracle.terms import COMPARISONS, Chain, ListOf, Literal, Operation, Reference, Term
from support.experiment_oracle.values import Document

# where a string is expected, a plain scalar is taken as it is written
_TEXTS = ("id", "tag", "tags", "name", "ref", "include_ids", "exclude_ids")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"}
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "floordiv": "//", "mod": "%", "pow": "**"}
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _NEGATIVE, _POWER, _ATOM = range(9)


_SECTIONS = ("schema", "option_sets", "packs", "groups", "select", "defaults", "constraints", "merge", "run_sets")
_DEFINITIONS = ("option_sets", "packs", "groups")


def write_files(document: Document, random: Random, directory: Path) -> Path:
    """Write the document as YAML: any order of keys, block and flow style, any form of each predicate.

    Definitions whose name begins with `lib.` go to a file of their own, imported as the package `lib`.

    Returns:
        The experiment's file.
    """
    root, library = _parts(with_expressions(document, random), random)
    for name, part in (("experiment.yaml", root), ("lib.yaml", library)):
        (directory / name).write_text(_Writer(random).block(part, "", "") + "\n", encoding="utf-8")
    return directory / "experiment.yaml"


def with_expressions(document: Document, random: Random) -> Document:
    """The document with each `expr` a tree or a string of the experiment format, and the arguments it uses."""
    written = copy.deepcopy(document)
    for section in [written, *(part for one in written.get("run_sets", {}).values() for part in one.values())]:
        if isinstance(section, dict) and section.get("constraints"):
            for predicate in section["constraints"].get("predicates", []):
                _spell(predicate, random)
    return written


def _parts(document: Document, random: Random) -> tuple[Document, Document]:
    """The experiment's own document and the imported one."""
    root = {**document, "imports": [{"path": "lib.yaml", "package": "lib"}]}
    library: Document = {}
    for section in _DEFINITIONS:
        definitions = document.get(section, {})
        root[section] = {name: each for name, each in definitions.items() if not name.startswith("lib.")}
        library[section] = {
            name[len("lib.") :]: _referring(each, "lib.", random)
            for name, each in definitions.items()
            if name.startswith("lib.")
        }
        if not root[section]:
            del root[section]
    root = {key: _referring(value, "", random) for key, value in root.items()}
    absent = {section: None for section in _SECTIONS if section not in root and random.random() < 0.05}
    return {**root, **absent}, library


def _referring(node: Any, package: str, random: Random) -> Any:
    """What stands in a package, with each reference in one of its spellings there."""

    def spelled(name: str) -> str:
        if package and name.startswith(package) and random.random() < 0.6:
            return name[len(package) :]
        absolute = random.random() < 0.3 or (package and "." not in name)
        return "/" + name if absolute else name

    if isinstance(node, list):
        return [_referring(item, package, random) for item in node]
    if not isinstance(node, dict):
        return node
    changed: Document = {}
    for key, value in node.items():
        if key in ("ref", "group") and isinstance(value, str):
            changed[key] = spelled(value)
        elif key == "groups" and isinstance(value, list):
            changed[key] = [spelled(name) for name in value]
        else:
            changed[key] = value if key in ("params", "choices") else _referring(value, package, random)
    return changed


def _spell(predicate: Document, random: Random) -> None:
    expression = _Expression(random)
    as_tree = _needs_tree(predicate["expr"]) or random.random() < 0.5
    term = predicate["expr"]
    predicate["expr"] = expression.tree(term) if as_tree else expression.string(term)
    if expression.arguments:
        predicate["args"] = expression.arguments


def _needs_tree(term: Term) -> bool:
    """What no string says: folds of three, `between`, numbers that are not finite."""
    if isinstance(term, Literal):
        return isinstance(term.value, float) and not math.isfinite(term.value)
    if isinstance(term, Reference):
        return False
    if isinstance(term, ListOf):
        return any(map(_needs_tree, term.items))
    if isinstance(term, Operation):
        fold = term.name in ("add", "mul") and len(term.operands) > 2
        if fold or term.name == "between":
            return True
    return any(map(_needs_tree, term.operands))


class _Expression:
    """One expression in one of its spellings."""

    def __init__(self, random: Random) -> None:
        self.arguments: Document = {}
        self._random = random

    def tree(self, term: Term) -> Any:
        """The tree form."""
        if isinstance(term, Literal):
            return _dollar(term.value)
        if isinstance(term, Reference):
            return {"has": _dollar(term.target)} if term.kind == "has" else self._argument(term)
        if isinstance(term, ListOf):
            return [self.tree(item) for item in term.items]
        operands = [self.tree(operand) for operand in term.operands]
        if isinstance(term, Chain):
            return {"and": [{name: operands[at : at + 2]} for at, name in enumerate(term.names)]}
        one = term.name in ("not", "neg", "abs", "sqrt", "len")
        return {term.name: operands[0] if one else operands}

    def string(self, term: Term) -> str:
        """The string form."""
        return self._text(term, _OR)

    def _text(self, term: Term, needed: int) -> str:
        """The text of a term where one that binds at least so tightly is needed."""
        text, binding = self._bound(term)
        return f"({text})" if binding < needed or self._random.random() < 0.05 else text

    def _bound(self, term: Term) -> tuple[str, int]:
        if isinstance(term, Literal):
            return self._literal(term.value)
        if isinstance(term, Reference):
            return self._reference(term), _ATOM
        if isinstance(term, ListOf):
            return f"[{self._listed(term.items)}]", _ATOM
        if isinstance(term, Chain):
            texts = [self._text(operand, _SUM) for operand in term.operands]
            signs = (COMPARISONS[name] for name in term.names)
            links = (f" {sign} {text}" for sign, text in zip(signs, texts[1:], strict=True))
            return texts[0] + "".join(links), _COMPARISON
        return self._operation(term.name, term.operands)

    def _operation(self, name: str, operands: tuple[Term, ...]) -> tuple[str, int]:
        if name in ("and", "or"):
            own = _AND if name == "and" else _OR
            return f" {name} ".join(self._text(operand, own + 1) for operand in operands), own
        if name == "not":
            return f"not {self._text(operands[0], _NOT)}", _NOT
        if name == "neg":
            return f"-{self._text(operands[0], _NEGATIVE)}", _NEGATIVE
        if name in COMPARISONS:
            left, right = (self._text(operand, _SUM) for operand in operands)
            return f"{left} {COMPARISONS[name]} {right}", _COMPARISON
        if name == "pow":
            return f"{self._text(operands[0], _ATOM)} ** {self._text(operands[1], _NEGATIVE)}", _POWER
        if name in _SIGNS:
            own = _SUM if name in ("add", "sub") else _PRODUCT
            return f"{self._text(operands[0], own)} {_SIGNS[name]} {self._text(operands[1], own + 1)}", own
        return f"{name}({self._listed(operands)})", _ATOM

    def _listed(self, terms: tuple[Term, ...]) -> str:
        return ", ".join(self._text(term, _OR) for term in terms)

    def _literal(self, value: Any) -> tuple[str, int]:
        if value is None:
            return self._random.choice(["None", "null"]), _ATOM
        if isinstance(value, bool):
            return self._random.choice([str(value), str(value).lower()]), _ATOM
        if isinstance(value, str):
            return repr(value), _ATOM
        return repr(value), _NEGATIVE if repr(value).startswith("-") else _ATOM

    def _reference(self, term: Reference) -> str:
        target = f'"{term.target}"'
        if term.kind == "has":
            return f"has({target})"
        if self._random.random() < 0.2 or (term.default and term.kind != "param"):
            return self._argument(term)
        if term.kind != "param":
            return f"{term.kind}({target})"
        if term.default:
            return f"param({target}, {self._literal(term.default[0])[0]})"
        names = re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", term.target, re.ASCII)
        return term.target if names and self._random.random() < 0.8 else f"param({target})"

    def _argument(self, term: Reference) -> str:
        kind = {"param": "param", "pack": "pack_id", "choice": "choice"}[term.kind]
        written = {kind: term.target, **({"default": term.default[0]} if term.default else {})}
        name = f"x{len(self.arguments)}"
        self.arguments[name] = written
        return f"${name}"


class _Writer:
    def __init__(self, random: Random) -> None:
        self._random = random

    def block(self, value: Any, indent: str, key: str) -> str:
        """Text that goes on in the line of its key, or below it."""
        if not isinstance(value, (dict, list)) or not value or (indent and self._random.random() < 0.4):
            return self._flow(value, key)
        lines = []
        if isinstance(value, dict):
            for name, item in self._shuffled(value, key):
                lines.append(f"{indent}{self._scalar(name, '')}:{self._below(item, indent, name)}")
        else:
            for item in value:
                lines.append(f"{indent}-{self._below(item, indent, key)}")
        return "\n".join(lines)

    def _below(self, value: Any, indent: str, key: str) -> str:
        text = self.block(value, indent + "  ", key)
        return ("\n" if text.startswith(indent + "  ") else " ") + text

    def _flow(self, value: Any, key: str) -> str:
        if isinstance(value, dict):
            pairs = (f"{self._scalar(name, '')}: {self._flow(item, name)}" for name, item in self._shuffled(value, key))
            return "{" + ", ".join(pairs) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self._flow(item, key) for item in value) + "]"
        return self._scalar(value, key)

    def _shuffled(self, value: Document, key: str) -> list[tuple[str, Any]]:
        items = list(value.items())
        self._random.shuffle(items)
        return items

    def _scalar(self, value: Any, key: str) -> str:
        if isinstance(value, str):
            return self._string(value, key)
        if value is None:
            return self._random.choice(["null", "~"])
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and not math.isfinite(value):
            return ".nan" if math.isnan(value) else "-.inf" if value < 0 else ".inf"
        return repr(value)

    def _string(self, text: str, key: str) -> str:
        chance = self._random.random()
        plain = bool(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text)) and text.lower() not in _WORDS
        if key in _TEXTS and re.fullmatch(r"[A-Za-z0-9_.]+", text) and text.lower() != "null":
            plain = True
        if plain and chance < 0.7:
            return text
        if chance < 0.8 and re.fullmatch(r"[ -~]+", text):
            return "'" + text.replace("'", "''") + "'"
        return '"' + "".join(map(_escaped, text)) + '"'


def _dollar(value: Any) -> Any:
    """A literal of the tree form."""
    return "$" + value if isinstance(value, str) and value.startswith("$") else value


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if " " <= char <= "~" or (char.isprintable() and char.isalnum()):
        return char
    number = ord(char)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"
