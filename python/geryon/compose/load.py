"""Files to one document: imports read recursively, each file validated once, definitions gathered by name."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from geryon.compose.document import Definition, Document, File, Registry, qualified
from geryon.compose.parameters import check_deferred
from geryon.errors import Diagnostic, InvalidInput, Place, Problem
from geryon.schema.base import validate
from geryon.schema.experiment import Experiment, Library
from geryon.schema.faults import Collector, in_file_order
from geryon.schema.growing import garbage_kept
from geryon.schema.nodes import Node
from geryon.schema.yaml_loader import decode, load_yaml

MAX_IMPORT_CHAIN = 64

Read = Callable[[str], str | bytes]
Identity = tuple[str, str | None]


@dataclass(slots=True)
class _Parsed:
    node: Node
    library: Library | None


def compose(root: str, read: Read) -> Document:
    """Read an experiment and all that it imports.

    Args:
        root: Path of the experiment file, as the user wrote it.
        read: Gives the content of a file; raises OSError, or InvalidInput, where it cannot.

    Raises:
        InvalidInput: every problem of all files.
    """
    with garbage_kept():
        return _Composer(read).compose(root)


class _Composer:
    def __init__(self, read: Read) -> None:
        self._read = read
        self._parsed: dict[str, _Parsed | None] = {}
        self._files: list[File] = []
        self._registry = Registry()
        self._problems: list[Problem] = []
        self._diagnostics: list[Diagnostic] = []
        self._done: set[Identity] = set()

    def compose(self, root: str) -> Document:
        self._visit(root, root, None, [], None)
        if self._problems:
            raise InvalidInput(in_file_order(self._problems))
        parsed = self._parsed[posixpath.normpath(root)]
        assert parsed is not None and isinstance(parsed.library, Experiment)
        return Document(parsed.library, tuple(self._files), self._registry, tuple(self._diagnostics))

    def _visit(
        self, path: str, written: str, package: str | None, chain: list[Identity], importer: Node | None
    ) -> None:
        """Register the definitions of a file under a package, after those of the files it imports."""
        identity = (posixpath.normpath(path), package)
        if importer is not None and identity in chain:
            shown = " -> ".join(_shown(link) for link in [*chain[chain.index(identity) :], identity])
            message = f"the imports form a cycle: {shown}"
            self._problems.append(Problem("import-cycle", message, importer.place, "remove this import"))
            return
        if identity in self._done:
            return
        if importer is not None and len(chain) >= MAX_IMPORT_CHAIN:
            message = f"the chain of imports is longer than {MAX_IMPORT_CHAIN}"
            self._problems.append(Problem("import-chain-too-long", message, importer.place))
            return
        self._done.add(identity)
        parsed = self._parse(path, written, importer)
        if parsed is None:
            return
        for node, imported_as in _imports(parsed.node):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), node.text or ""))
            self._visit(target, node.text or "", imported_as, [*chain, identity], node)
        if parsed.library is not None:
            self._register(parsed.library, package)

    def _parse(self, path: str, written: str, importer: Node | None) -> _Parsed | None:
        key = posixpath.normpath(path)
        if key not in self._parsed:
            self._parsed[key] = None
            content = self._content(path, importer)
            if content is not None:
                self._parsed[key] = self._validated(content, path, written, Library if importer else Experiment)
        return self._parsed[key]

    def _content(self, path: str, importer: Node | None) -> str | bytes | None:
        try:
            return self._read(path)
        except FileNotFoundError:
            problems: tuple[Problem, ...] = (Problem("file-not-found", f"there is no file `{path}`", Place(path)),)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            message = f"`{path}` cannot be read: {reason}"
            problems = (Problem("file-unreadable", message, Place(path)),)
        except InvalidInput as error:
            problems = error.problems
        for problem in problems:
            place = problem.place if importer is None else importer.place
            self._problems.append(Problem(problem.code, problem.message, place, problem.hint))
        return None

    def _validated(self, content: str | bytes, path: str, written: str, model: type[Library]) -> _Parsed | None:
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        try:
            text = decode(content, path)
            self._files.append(File(written, path, hashlib.sha256(data).hexdigest(), text))
            node = load_yaml(text, path)
        except InvalidInput as error:
            self._problems.extend(error.problems)
            return None
        collector = Collector(_unknown_keys(node))
        library = validate(model, node, collector)
        check_deferred(collector)
        self._problems.extend(collector.problems)
        self._diagnostics.extend(collector.sorted_diagnostics())
        return _Parsed(node, library)

    def _register(self, library: Library, package: str | None) -> None:
        registry = self._registry
        self._define("option set", registry.option_sets, library, "option_sets", package)
        self._define("pack", registry.packs, library, "packs", package)
        self._define("group", registry.groups, library, "groups", package)

    def _define(
        self, kind: str, definitions: dict[str, Definition[Any]], library: Library, section: str, package: str | None
    ) -> None:
        values = getattr(library, section)
        if not values:
            return
        keys = {key.text: key for key in library.node.value[section].key_nodes.values()}
        for written, value in values.items():
            name, key = qualified(written, package), keys[written]
            if not name:
                message = f"`{written}` is no name"
                self._problems.append(Problem("bad-name", message, key.place, "write a name after `/`"))
            elif name in definitions:
                first = definitions[name].key.place
                where = f"in `{first.file}` and in `{key.source.file}`"
                message = f"the {kind} `{name}` is defined twice: {where}"
                self._problems.append(Problem("duplicate-definition", message, key.place, "rename one of them"))
            else:
                definitions[name] = Definition(name, package, key, value)


def _unknown_keys(root: Node) -> str:
    """What the file itself asks for, before it is validated."""
    schema = root.value.get("schema") if isinstance(root.value, dict) else None
    if schema is None or not isinstance(schema.value, dict):
        return "error"
    behavior = schema.value.get("unknown_key_behavior")
    return "warn" if behavior is not None and behavior.text == "warn" else "error"


def _imports(root: Node) -> Iterator[tuple[Node, str | None]]:
    """Path and package of each import that has the right shape, also in a file that is wrong elsewhere."""
    section = root.value.get("imports") if isinstance(root.value, dict) else None
    for entry in section.value if section is not None and isinstance(section.value, list) else ():
        path = entry.value.get("path") if isinstance(entry.value, dict) else None
        package = entry.value.get("package") if isinstance(entry.value, dict) else None
        if path is not None and path.text and (package is None or package.text):
            yield path, None if package is None else package.text


def _shown(identity: Identity) -> str:
    path, package = identity
    return f"`{path}`" if package is None else f"`{path}` as `{package}`"
