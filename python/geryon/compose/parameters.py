"""Parameters and choices: which writes a mapping makes, and which of them Hydra cannot carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from geryon.hydra import Refusal, choice_key_error, key_error, value_errors
from geryon.hydra.values import MAX_DEPTH
from geryon.schema.base import found
from geryon.schema.faults import Collector
from geryon.schema.fields import note_surprise
from geryon.schema.nodes import Node

Path = tuple[str, ...]

_cached_key_error = lru_cache(maxsize=2**16)(key_error)  # options of one pack write the same few paths
_FLOAT_KEY = "$float"
_ANY_NAME = "a"


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """The writes of a `params` mapping without errors: each leaf with its path, in file order."""
    for key, child in node.value.items():
        if isinstance(child.value, dict) and child.value:
            yield from leaves(child, (*path, key))
        else:
            yield (*path, key), child


def choice_entries(node: Node) -> Iterator[tuple[str, Node]]:
    """The entries of a `choices` mapping, keys as written."""
    for key, child in node.value.items():
        yield node.key_nodes[key].text or "", child


def choice_value(node: Node) -> Any:
    """What a choice selects, as written: a name or a list of names."""
    if isinstance(node.value, list):
        return [item.text for item in node.value]
    return node.text


def check_deferred(collector: Collector) -> None:
    """Check the parts of a file that its models left to this layer."""
    checks: dict[str, Callable[[Node, Collector], None]] = {
        "params": _check_params,
        "choices": _check_choices,
        "param": _check_path,
        "value": _check_candidate,
    }
    for kind, node in collector.deferred:
        checks[kind](node, collector)


def _check_params(node: Node, collector: Collector) -> None:
    if not isinstance(node.value, dict):
        collector.add("wrong-type", f"expected a mapping of parameters, {found(node)}", node)
        return
    _check_mapping(node, (), collector)


def _check_mapping(node: Node, path: Path, collector: Collector) -> None:
    for key, child in node.value.items():
        if not isinstance(key, str):
            text = node.key_nodes[key].text
            collector.add("bad-key", f"the key `{text}` is not a string", node.key_nodes[key], f'write `"{text}"`')
            continue
        below = (*path, key)
        nested = isinstance(child.value, dict) and bool(child.value)
        # of a mapping only the segment is known: whether the planner owns the path is seen at its leaves
        refusal = _path_error((_ANY_NAME, key) if nested else below)
        if refusal is not None:
            collector.add(refusal.code, refusal.message, node.key_nodes[key], refusal.hint)
        elif len(below) > MAX_DEPTH:
            collector.add("value-invalid", f"parameters are nested more than {MAX_DEPTH} levels deep", child)
        elif nested:
            _check_mapping(child, below, collector)
        else:
            _check_value(child, len(below), collector)


def _path_error(path: Path) -> Refusal | None:
    if _FLOAT_KEY in path:
        return Refusal("key-invalid", "the key `$float` stands for a special float in a plan", "rename it")
    return _cached_key_error(path)


def _check_value(node: Node, depth: int, collector: Collector) -> None:
    value = node.plain_value()
    for refusal in value_errors(value, depth):
        collector.add(refusal.code, refusal.message, _descend(node, refusal.steps), refusal.hint)
    if node.text is not None:
        note_surprise(node, collector)
    else:
        for part in _parts(node):
            if part.text is not None:
                note_surprise(part, collector)
            elif isinstance(part.value, dict) and _FLOAT_KEY in part.value:
                message = "the key `$float` stands for a special float in a plan"
                collector.add("key-invalid", message, part.key_nodes[_FLOAT_KEY], "rename it")


def _check_choices(node: Node, collector: Collector) -> None:
    if not isinstance(node.value, dict):
        collector.add("wrong-type", f"expected a mapping of config groups, {found(node)}", node)
        return
    for key, child in choice_entries(node):
        refusal = choice_key_error(key)
        key_node = next(each for each in node.key_nodes.values() if each.text == key)
        if refusal is not None:
            collector.add(refusal.code, refusal.message, key_node, refusal.hint)
        if isinstance(child.value, list) and not child.value:
            collector.add("empty-list", "expected a name or a list of names that is not empty", child)
        for item in child.value if isinstance(child.value, list) else [child]:
            _check_choice(item, collector)


def _check_choice(item: Node, collector: Collector) -> None:
    if item.text is None or item.value is None:
        hint = "put it in quotes if the word is meant" if item.text else None
        collector.add("wrong-type", f"expected the name of an option, {found(item)}", item, hint)
        return
    if _check_bare(item, collector):
        for refusal in value_errors(item.text):
            collector.add(refusal.code, refusal.message, item, refusal.hint)


def _check_path(node: Node, collector: Collector) -> None:
    """The `param` of a pack of one parameter."""
    if node.text is None or node.value is None:
        collector.add("wrong-type", f"expected a dotted path, {found(node)}", node)
        return
    if _check_bare(node, collector):
        path = tuple(node.text.split("."))
        refusal = _path_error(path)
        if refusal is None and len(path) > MAX_DEPTH:
            refusal = Refusal("value-invalid", f"parameters are nested more than {MAX_DEPTH} levels deep")
        if refusal is not None:
            collector.add(refusal.code, refusal.message, node, refusal.hint)


def _check_candidate(node: Node, collector: Collector) -> None:
    """One of the `values` of a pack of one parameter: it is the option's id, too."""
    if node.text is None:
        hint = "write the pack with `options`, which have ids"
        collector.add("wrong-type", f"expected a string, a number, a boolean or null, {found(node)}", node, hint)
    elif not isinstance(node.value, str) or _check_bare(node, collector):
        _check_value(node, 1, collector)


def _check_bare(node: Node, collector: Collector) -> bool:
    """Whether a name is not empty and has no blanks around it."""
    text = node.text or ""
    if not text:
        collector.add("empty-string", "expected a string that is not empty", node)
    elif text != text.strip():
        collector.add("blanks-around", f"`{text}` has blanks around it", node, f"write `{text.strip()}`")
    else:
        return True
    return False


def _descend(node: Node, steps: tuple[str | int, ...]) -> Node:
    for step in steps:
        node = node.value[step]
    return node


def _parts(node: Node) -> Iterator[Node]:
    """Everything inside a list or mapping, and itself."""
    yield node
    if isinstance(node.value, (list, dict)):
        for child in node.value if isinstance(node.value, list) else node.value.values():
            yield from _parts(child)
