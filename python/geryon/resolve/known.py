"""Every name that a document knows, selected or not: what tells an inert rule from a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from geryon.compose.document import AnyPack, Document, Registry, Selector, absolute
from geryon.resolve.convert import Converter
from geryon.resolve.model import ABSENT, Defaults, Known, Option, Path
from geryon.schema import experiment as schema
from geryon.schema import packs


def known_names(document: Document, converter: Converter) -> Known:
    """Gather them from all definitions, the root's sections and all run sets."""
    gatherer = _Gatherer(document.registry, converter)
    for definition in document.registry.option_sets.values():
        for option in definition.value:
            gatherer.writes(converter.option(option))
    for pack in document.registry.packs.values():
        gatherer.pack(pack.value, pack.package)
    for group in document.registry.groups.values():
        gatherer.selectors(group.value, group.package)
    for select, defaults in _sections(document):
        if select is not None:
            gatherer.selectors(select.packs, None)
        gatherer.writes(converter.defaults(defaults))
    for run_set in document.experiment.run_sets.values():
        gatherer.selectors(run_set.patch_packs.values(), None)
    return gatherer.known()


def with_mappings(paths: Iterable[Path]) -> set[Path]:
    """These paths and the mappings above them."""
    return {path[:length] for path in paths for length in range(1, len(path) + 1)}


def _sections(document: Document) -> Iterator[tuple[schema.Select | None, schema.Defaults | None]]:
    experiment = document.experiment
    yield experiment.select, experiment.defaults
    for run_set in experiment.run_sets.values():
        for operation in (run_set.append, run_set.replace):
            if operation is not None:
                yield operation.select, operation.defaults


class _Gatherer:
    def __init__(self, registry: Registry, converter: Converter) -> None:
        self._registry = registry
        self._converter = converter
        self._packs: dict[str, set[str]] = {}
        self._valued: set[Path] = set()
        self._written: set[Path] = set()
        self._choices: set[str] = set()

    def known(self) -> Known:
        packs = {name: frozenset(ids) for name, ids in self._packs.items()}
        valued = frozenset(self._valued)
        return Known(packs, valued, frozenset(self._written) - valued, frozenset(self._choices))

    def writes(self, layer: Option | Defaults) -> None:
        for leaf in layer.leaves:
            (self._written if leaf.value is ABSENT else self._valued).add(leaf.path)
        for choice in layer.choices:
            self._choices.add(choice.path[0])

    def pack(self, pack: AnyPack, package: str | None) -> None:
        options = self._converter.options_of(pack)
        for option in options:
            self.writes(option)
        self._packs.setdefault(pack.name, set()).update(self._ids(pack, package))

    def selectors(self, selectors: Iterable[Selector], package: str | None) -> None:
        for selector in selectors:
            if isinstance(selector, (packs.Pack, packs.Shorthand)):
                self.pack(selector, package)
            elif isinstance(selector, packs.RefSelector):
                self._reference(selector, package)

    def _reference(self, selector: packs.RefSelector, package: str | None) -> None:
        options = list(map(self._converter.option, selector.options))
        for option in options:
            self.writes(option)
        definition = self._registry.packs.get(absolute(selector.ref.text or "", package))
        name = selector.name or (definition.value.name if definition is not None else None)
        if name is None:
            return
        ids = self._packs.setdefault(name, set())
        ids.update(option.id for option in options)
        ids.update(self._set_ids(selector.options_from, package))
        if definition is not None and name != definition.value.name:
            ids.update(self._ids(definition.value, definition.package))

    def _ids(self, pack: AnyPack, package: str | None) -> Iterator[str]:
        yield from (option.id for option in self._converter.options_of(pack))
        if isinstance(pack, packs.Pack):
            yield from self._set_ids(pack.options_from, package)

    def _set_ids(self, sources: Sequence[packs.OptionsFrom], package: str | None) -> Iterator[str]:
        for source in sources:
            definition = self._registry.option_sets.get(absolute(source.ref.text or "", package))
            if definition is not None:
                yield from (option.id for option in definition.value)
