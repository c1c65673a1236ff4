"""The options of one selected pack: where they come from, which stay, and equal ones once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from geryon.compose.document import AnyPack, Definition, Registry, absolute
from geryon.errors import Place
from geryon.resolve.convert import Converter, content
from geryon.resolve.findings import Findings, suggestion
from geryon.resolve.model import Option
from geryon.schema.nodes import Node
from geryon.schema.packs import Filter, OptionsFrom, RefSelector, Shorthand

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One selected pack, before packs of one name meet.

    Attributes:
        name: Its name.
        options: Its options, each with the entry's priority.
        replaces: Whether it discards what earlier selectors gave that name.
        place: Where its name or reference stands.
    """

    name: str
    options: tuple[Option, ...]
    replaces: bool
    place: Place


class PackReader:
    """Reads packs against a registry.

    Attributes:
        used: Ids of the pack definitions that something selected refers to.
    """

    def __init__(self, registry: Registry, converter: Converter, findings: Findings) -> None:
        """Keep what all packs need."""
        self._registry = registry
        self._converter = converter
        self._findings = findings
        self.used: set[str] = set()

    def inline(self, pack: AnyPack, package: str | None) -> Entry | None:
        """A pack that stands where it is selected."""
        options = self._of_pack(pack, package)
        return self._entry(pack.name, options, pack.priority, False, pack.node.value["name"].place)

    def by_reference(self, selector: RefSelector, package: str | None) -> Entry | None:
        """A pack by reference, with what the selector adds and takes away."""
        definition = self.definition(selector.ref, package)
        if definition is None:
            return None
        pack = definition.value
        name = selector.name if selector.name is not None else pack.name
        priority = selector.priority if selector.priority is not None else pack.priority
        base: Sequence[Option] | None = ()
        if not selector.replace_options:
            base = self._of_pack(pack, definition.package)
        added = self._from_sets(selector.options_from, package)
        if base is None or added is None:
            return None
        options = [*base, *added, *map(self._converter.option, selector.options)]
        joined = self.joined(options, name)
        if joined is not None and selector.filter is not None:
            joined = self._filtered(joined, selector.filter, f"pack `{name}`")
        return self._entry(name, joined, priority, selector.replace_options, selector.ref.place)

    def definition(self, reference: Node, package: str | None) -> Definition[AnyPack] | None:
        """The pack that a reference means; an unknown one is noted."""
        text = reference.text or ""
        name = absolute(text, package)
        definition = self._registry.packs.get(name)
        if definition is None:
            hint = reference_hint(text, package, self._registry.packs, "packs")
            if name in self._registry.groups:
                hint = f"`{name}` is a group: write `{{group: {text}}}`"
            elif name in self._registry.option_sets:
                hint = f"`{name}` is an option set: name it in `options_from` of a pack"
            self._findings.add("unknown-pack", f"there is no pack `{name}`", reference.place, hint)
        else:
            self.used.add(name)
        return definition

    def joined(self, options: Iterable[Option], name: str) -> tuple[Option, ...] | None:
        """Options of one pack with equal ones once; None if two of one id differ."""
        kept: dict[str, Option] = {}
        repeated: dict[str, Option] = {}
        good = True
        for option in options:
            first = kept.get(option.id)
            if first is None:
                kept[option.id] = option
                continue
            if first is option or content(first) == content(option):
                repeated.setdefault(option.id, option)
                continue
            good = False
            where = f"the first is on line {first.place.line} of `{first.place.file}`"
            message = f"pack `{name}` has two different options `{option.id}`; {where}"
            self._findings.add("duplicate-option", message, option.place, "rename one of them, or make them equal")
        if repeated:
            names = ", ".join(f"`{each}`" for each in list(repeated)[:_NAMED])
            more = f" and {len(repeated) - _NAMED} more" if len(repeated) > _NAMED else ""
            message = f"pack `{name}` has {names}{more} more than once with equal content; it counts once"
            self._findings.tell("repeated-option", message, next(iter(repeated.values())).place)
        return tuple(kept.values()) if good else None

    def _of_pack(self, pack: AnyPack, package: str | None) -> tuple[Option, ...] | None:
        own = self._converter.options_of(pack)
        if isinstance(pack, Shorthand) or not pack.options_from:
            return self.joined(own, pack.name)
        taken = self._from_sets(pack.options_from, package)
        return None if taken is None else self.joined([*taken, *own], pack.name)

    def _from_sets(self, sources: Sequence[OptionsFrom], package: str | None) -> list[Option] | None:
        options: list[Option] = []
        good = True
        for source in sources:
            taken = self._from_set(source, package)
            good = good and taken is not None
            options.extend(taken or ())
        return options if good else None

    def _from_set(self, source: OptionsFrom, package: str | None) -> tuple[Option, ...] | None:
        text = source.ref.text or ""
        name = absolute(text, package)
        definition = self._registry.option_sets.get(name)
        if definition is None:
            hint = reference_hint(text, package, self._registry.option_sets, "option sets")
            if name in self._registry.packs:
                hint = f"`{name}` is a pack; `options_from` takes option sets"
            self._findings.add("unknown-option-set", f"there is no option set `{name}`", source.ref.place, hint)
            return None
        options = tuple(map(self._converter.option, definition.value))
        return self._filtered(options, source, f"option set `{name}`")

    def _filtered(self, options: tuple[Option, ...], ids: OptionsFrom | Filter, of: str) -> tuple[Option, ...] | None:
        """The options that two lists of ids leave, in their own order; unknown ids are noted."""
        if ids.include_ids is None and ids.exclude_ids is None:
            return options
        known = {option.id for option in options}
        good = True
        for node in [*(ids.include_ids or ()), *(ids.exclude_ids or ())]:
            if node.text not in known:
                good = False
                hint = suggestion(node.text or "", known, "options")
                self._findings.add("unknown-option", f"`{node.text}` is no option of {of}", node.place, hint)
        if not good:
            return None
        include = known if ids.include_ids is None else {node.text for node in ids.include_ids}
        exclude = {node.text for node in ids.exclude_ids or ()}
        return tuple(option for option in options if option.id in include and option.id not in exclude)

    def _entry(
        self, name: str, options: tuple[Option, ...] | None, priority: int, replaces: bool, place: Place
    ) -> Entry | None:
        if options is None:
            return None
        if not options:
            self._findings.add("empty-pack", f"pack `{name}` is selected and has no options", place, "give it options")
            return None
        if priority:
            options = tuple(replace(option, priority=priority) for option in options)
        return Entry(name, options, replaces, place)


def reference_hint(reference: str, package: str | None, known: Iterable[str], plural: str) -> str:
    """What a reference that leads nowhere may have meant."""
    names = set(known)
    if package is not None and reference in names:
        return f"write `/{reference}`: without it the name is looked up in package `{package}`"
    return suggestion(absolute(reference, package), names, plural)
