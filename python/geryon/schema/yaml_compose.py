"""Parsing events to marked nodes: keys, tags, anchors, merge keys, and the limits on all of them.

The document is built from a stack of its own, never by recursion over the input: nesting is refused before it can hurt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from geryon.errors import InvalidInput, Place, Problem
from geryon.schema.nodes import Node, Source, Step, dotted
from geryon.schema.yaml_scalars import MERGE, PREFIX, STR, BadScalar, Scalar, construct, plain_tag, refused
from geryon.suggest import did_you_mean

MAX_NESTING = 64
MAX_ALIAS_NODES = 10**6

_NO_KEYS: dict[Any, Node] = {}  # shared by all scalars and lists: an own one each would double their size


class _Frame:
    """A collection that is still open."""

    __slots__ = ("anchor", "is_mapping", "key", "merges", "node")

    def __init__(self, node: Node, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.is_mapping = isinstance(node.value, dict)
        self.key: Node | None = None
        self.merges: list[Node] = []


class Composer:
    """Builds the tree of one document."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stack: list[_Frame] = []
        self._root: Node | None = None
        self._anchors: dict[str, Node] = {}
        self._interned: dict[str, str] = {}
        self._alias_nodes = 0
        self._line = 0
        self._problems: list[Problem] = []

    def compose(self, events: Iterable[yaml.Event]) -> Node | None:
        """The root, or None for a file without a document.

        Raises:
            InvalidInput: what is wrong with the document, all of it where the rest can still be read.
        """
        event: Any  # the stubs give no event its marks
        for event in events:
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close()
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent and self._root is not None:
                message = "the file has more than one YAML document"
                self._stop("several-documents", message, event, hint="remove the `---`")
        if self._problems:
            raise InvalidInput(self._problems)
        return self._root

    def _scalar(self, event: Any) -> None:
        text, tag, plain = event.value, event.tag, not event.style
        frame = self._stack[-1] if self._stack else None
        is_key = frame is not None and frame.is_mapping and frame.key is None
        if is_key:
            text = self._interned.setdefault(text, text)
        if tag is None or tag == "!":
            tag = plain_tag(text) if event.implicit[0] else STR
        mark = event.start_mark
        line = mark.line + 1
        if line == self._line:
            line = self._line  # one int object for all nodes of a line
        else:
            self._line = line
        if is_key and tag == MERGE:
            assert frame is not None
            steps: tuple[Step, ...] = (*frame.node.steps, text)
            frame.key = Node(MERGE, self._source, line, mark.column + 1, steps, text, True, _NO_KEYS)
            return
        steps = (*frame.node.steps, text) if is_key and frame is not None else self._steps()
        value: Scalar = text
        if tag != STR:
            try:
                value = construct(tag, text)
            except BadScalar as error:
                hint = "remove the tag" if event.tag else "put it in quotes"
                self._note("bad-tag" if event.tag else "bad-scalar", str(error), event, steps, hint)
        node = Node(value, self._source, line, mark.column + 1, steps, text, plain, _NO_KEYS)
        if event.anchor is not None:
            self._anchor(event)
            self._anchors[event.anchor] = node
        if is_key and frame is not None:
            self._key(frame, node)
        else:
            self._value(node)

    def _open(self, event: Any) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.is_mapping and frame.key is None:
            self._stop("bad-key", "a list or a mapping cannot be a key", event, frame.node.steps)
        steps = self._steps()
        if len(self._stack) >= MAX_NESTING:
            self._stop("nested-too-deep", f"the document is nested more than {MAX_NESTING} levels deep", event, steps)
        is_mapping = type(event) is MappingStartEvent
        if event.tag not in (None, "!", PREFIX + ("map" if is_mapping else "seq")):
            self._note("bad-tag", refused(event.tag), event, steps, "remove the tag")
        mark = event.start_mark
        keys: dict[Any, Node] = {} if is_mapping else _NO_KEYS
        value: Any = {} if is_mapping else []
        node = Node(value, self._source, mark.line + 1, mark.column + 1, steps, None, False, keys)
        if event.anchor is not None:
            self._anchor(event)
        self._stack.append(_Frame(node, event.anchor))

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.merges:
            self._merge(frame)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = frame.node
        self._value(frame.node)

    def _alias(self, event: Any) -> None:
        frame = self._stack[-1] if self._stack else None
        name = event.anchor
        is_key = frame is not None and frame.is_mapping and frame.key is None
        steps = self._steps() if not is_key else ()
        if any(open_frame.anchor == name for open_frame in self._stack):
            self._stop("recursive-alias", f"the alias `*{name}` stands inside its own anchor", event, steps)
        if name not in self._anchors:
            hint = did_you_mean(name, self._anchors)
            self._stop("undefined-alias", f"no anchor `&{name}` stands before this alias", event, steps, hint)
        target = self._anchors[name]
        if not is_key:
            self._value(self._copy(target, steps, event))
            return
        assert frame is not None
        if target.text is None:
            self._stop("bad-key", "a list or a mapping cannot be a key", event, frame.node.steps)
        self._key(frame, self._copy(target, (*frame.node.steps, target.text or ""), event))

    def _steps(self) -> tuple[Step, ...]:
        """The way to the value that comes next."""
        if not self._stack:
            return ()
        frame = self._stack[-1]
        if frame.key is not None:
            return frame.key.steps
        if frame.is_mapping:
            return frame.node.steps
        return (*frame.node.steps, len(frame.node.value))

    def _key(self, frame: _Frame, key: Node) -> None:
        first = frame.node.key_nodes.get(key.value)
        if first is not None:
            message = f"the key `{key.text}` is given twice; it stands already on line {first.line}"
            self._problems.append(Problem("duplicate-key", message, key.place, "remove one of them"))
        else:
            frame.node.key_nodes[key.value] = key
        frame.key = key

    def _value(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        frame = self._stack[-1]
        if not frame.is_mapping:
            frame.node.value.append(node)
            return
        key, frame.key = frame.key, None
        assert key is not None
        if key.value is MERGE:
            frame.merges.append(node)
        else:
            frame.node.value[key.value] = node

    def _merge(self, frame: _Frame) -> None:
        """Put the entries of merge keys before a mapping's own, which win; of a list of mappings the first wins."""
        node = frame.node
        values: dict[Any, Node] = {}
        keys: dict[Any, Node] = {}
        for merged in frame.merges:
            parts = merged.value[::-1] if isinstance(merged.value, list) else [merged]
            for part in parts:
                if not isinstance(part.value, dict):
                    message = "`<<` takes a mapping or a list of mappings"
                    self._problems.append(Problem("bad-merge", message, part.place))
                    continue
                for key, child in part.value.items():
                    steps = (*node.steps, part.key_nodes[key].text or "")
                    values[key] = _moved(child, steps)
                    keys[key] = _moved(part.key_nodes[key], steps)
        values.update(node.value)
        keys.update(node.key_nodes)
        node.value, node.key_nodes = values, keys

    def _copy(self, node: Node, steps: tuple[Step, ...], event: Any) -> Node:
        self._alias_nodes += 1
        if self._alias_nodes > MAX_ALIAS_NODES:
            message = f"aliases add more than {MAX_ALIAS_NODES} nodes to the document"
            self._stop("too-many-aliases", message, event, self._steps())
        if node.text is None and len(steps) >= MAX_NESTING:
            message = f"the document is nested more than {MAX_NESTING} levels deep"
            self._stop("nested-too-deep", message, event, self._steps())
        copy = _shallow(node, steps)
        if isinstance(node.value, list):
            copy.value = [self._copy(item, (*steps, index), event) for index, item in enumerate(node.value)]
        elif isinstance(node.value, dict):
            copy.value, copy.key_nodes = {}, {}
            for key, child in node.value.items():
                below = (*steps, node.key_nodes[key].text or "")
                copy.value[key] = self._copy(child, below, event)
                copy.key_nodes[key] = _shallow(node.key_nodes[key], below)
        return copy

    def _anchor(self, event: Any) -> None:
        if event.anchor in self._anchors or any(frame.anchor == event.anchor for frame in self._stack):
            self._note("duplicate-anchor", f"the anchor `&{event.anchor}` is given twice", event, self._steps(), None)

    def _note(self, code: str, message: str, event: Any, steps: tuple[Step, ...], hint: str | None) -> None:
        mark = event.start_mark
        lines = self._source.lines
        source = lines[mark.line] if mark.line < len(lines) else None
        place = Place(self._source.file, mark.line + 1, mark.column + 1, dotted(steps) or None, source)
        self._problems.append(Problem(code, message, place, hint))

    def _stop(self, code: str, message: str, event: Any, steps: tuple[Step, ...] = (), hint: str | None = None) -> None:
        """Note a problem behind which nothing can be read, and raise all so far."""
        self._note(code, message, event, steps, hint)
        raise InvalidInput(self._problems)


def _shallow(node: Node, steps: tuple[Step, ...]) -> Node:
    return Node(node.value, node.source, node.line, node.column, steps, node.text, node.plain, node.key_nodes)


def _moved(node: Node, steps: tuple[Step, ...]) -> Node:
    """The same node at another way from the root."""
    moved = _shallow(node, steps)
    if isinstance(node.value, list):
        moved.value = [_moved(item, (*steps, index)) for index, item in enumerate(node.value)]
    elif isinstance(node.value, dict):
        ways = {key: (*steps, node.key_nodes[key].text or "") for key in node.value}
        moved.value = {key: _moved(child, ways[key]) for key, child in node.value.items()}
        moved.key_nodes = {key: _shallow(node.key_nodes[key], ways[key]) for key in node.value}
    return moved
