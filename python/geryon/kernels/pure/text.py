"""The text of one configuration, put together from remembered parts (docs/program-format.md, "Rendering")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from geryon.kernels.pure.canonical import config_id, quoted
from geryon.kernels.pure.merge import Leaf
from geryon.kernels.pure.program import Program
from geryon.kernels.pure.projection import Projection
from geryon.kernels.pure.quoting import shell_quote
from geryon.kernels.pure.sections import Leaves, Sections

NAME_LENGTH = 119


@dataclass(frozen=True, slots=True)
class Fragment:
    """The leaves of one section in text.

    Attributes:
        first, last: Paths of the first and the last leaf.
        members: JSON from after the first leaf's key to the end of the last leaf's value.
        tokens: JSON strings of the overrides, joined by commas.
        shell: The overrides, shell-quoted, joined by spaces.
    """

    first: int
    last: int
    members: str
    tokens: str
    shell: str


@dataclass(frozen=True, slots=True)
class TagText:
    """Tags as canonical JSON, as the head of `wandb_name`, and as the override token."""

    json: str
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """One configuration in text: JSON, except `wandb_name` (plain), `id` (hex) and `shell`."""

    id: str
    choices: str
    params: str
    tags: str
    wandb_name: str
    tokens: str
    shell: str
    selected: str


class ConfigurationText:
    """Writes the configurations of one program."""

    def __init__(self, program: Program, sections: Sections) -> None:
        self._program = program
        self._command_tokens = [quoted(token) for token in program.command]
        self._command_shell = [shell_quote(token) for token in program.command]
        self._glue: dict[tuple[int | None, int], str] = {}
        fragments = [
            (program.paths[paths.start].choice, Projection(leaves.packs, partial(self._fragment, leaves)))
            for paths, leaves in zip(sections.ranges, sections.leaves, strict=True)
        ]
        self._choices = [fragment for choice, fragment in fragments if choice]
        self._params = [fragment for choice, fragment in fragments if not choice]
        tagging = [
            index for index, pack in enumerate(program.packs) if any(option.tag is not None for option in pack.options)
        ]
        self._tags: Projection[TagText] = Projection(tagging, self._tag_text)
        self._selected = [
            (index, [f"{quoted(pack.name)}:{quoted(option.id)}" for option in pack.options])
            for index, pack in sorted(enumerate(program.packs), key=lambda entry: entry[1].name)
        ]

    def write(self, options: Sequence[int]) -> Configuration:
        """The text of a candidate."""
        choices = _present(fragment(options) for fragment in self._choices)
        params = _present(fragment(options) for fragment in self._params)
        choices_json, params_json = self._mapping(choices), self._mapping(params)
        tags = self._tags(options)
        identity = f'{{"params":{params_json},"tags":{tags.json}}}'
        if choices:
            identity = f'{{"choices":{choices_json},{identity[1:]}'
        digits = config_id(identity.encode())
        name = f"{tags.name}_{digits[:8]}"
        tokens = self._command_tokens + [fragment.tokens for fragment in choices + params]
        shell = self._command_shell + [fragment.shell for fragment in choices + params]
        for token in self._wandb(name, tags):
            tokens.append(quoted(token))
            shell.append(shell_quote(token))
        return Configuration(
            digits,
            choices_json,
            params_json,
            tags.json,
            name,
            ",".join(tokens),
            " ".join(shell),
            ",".join([names[options[pack]] for pack, names in self._selected]),
        )

    def _wandb(self, name: str, tags: TagText) -> list[str]:
        if self._program.wandb is None:
            return []
        name_key, tags_key = self._program.wandb
        bare = name[0].isalpha() or name[0] == "_"
        return [name_key + (name if bare else f"'{name}'"), tags_key + tags.token]

    def _fragment(self, section: Callable[[Sequence[int]], Leaves], options: Sequence[int]) -> Fragment | None:
        leaves = list(section(options).values())
        if not leaves:
            return None
        members = leaves[0].value.json
        for before, leaf in pairwise(leaves):
            members += self._between(before.path, leaf.path) + leaf.value.json
        overrides = [self._override(leaf) for leaf in leaves]
        return Fragment(
            leaves[0].path,
            leaves[-1].path,
            members,
            ",".join(quoted(override) for override in overrides),
            " ".join(shell_quote(override) for override in overrides),
        )

    def _override(self, leaf: Leaf) -> str:
        return self._program.paths[leaf.path].key + leaf.value.token

    def _mapping(self, fragments: list[Fragment]) -> str:
        """The nested mapping of these leaves, in path order."""
        if not fragments:
            return "{}"
        parts = ["{"]
        before: int | None = None
        for fragment in fragments:
            parts.append(self._between(before, fragment.first))
            parts.append(fragment.members)
            before = fragment.last
        parts.append("}" * len(self._program.paths[fragments[-1].last].segments))
        return "".join(parts)

    def _between(self, before: int | None, path: int) -> str:
        """What stands between the values of two successive leaves, or before the first one's."""
        glue = self._glue.get((before, path))
        if glue is None:
            ended = () if before is None else self._program.paths[before].segments
            glue = self._glue[before, path] = _join(ended, self._program.paths[path].segments)
        return glue

    def _tag_text(self, options: Sequence[int]) -> TagText:
        numbers = set(self._program.default_tags)
        for pack in self._tags.packs:
            tag = self._program.packs[pack].options[options[pack]].tag
            if tag is not None:
                numbers.add(tag)
        tags = [self._program.tags[number] for number in sorted(numbers)]
        return TagText(
            "[" + ",".join(quoted(tag.tag) for tag in tags) + "]",
            ("_".join(tag.name for tag in tags) or "exp")[:NAME_LENGTH],
            "[" + ",".join(tag.token for tag in tags) + "]",
        )


def _present(fragments: Iterable[Fragment | None]) -> list[Fragment]:
    return [fragment for fragment in fragments if fragment is not None]


def _join(ended: tuple[str, ...], segments: tuple[str, ...]) -> str:
    common = 0
    while common < min(len(ended), len(segments)) and ended[common] == segments[common]:
        common += 1
    closing = "}" * (len(ended) - 1 - common) + "," if ended else ""
    opening = "".join(f"{quoted(segment)}:{{" for segment in segments[common:-1])
    return f"{closing}{opening}{quoted(segments[-1])}:"
