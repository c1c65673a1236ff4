"""Which parameter paths and config group names can stand left of the `=` of an override."""

from __future__ import annotations

import re

from geryon.hydra.refusal import Refusal, shown

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")
_INTEGER = re.compile(r"0|[1-9](?:_?[0-9])*")
_DIGITS_FIRST = re.compile(r"[0-9]")
_GROUP = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:/[A-Za-z_][A-Za-z0-9_-]*)*")
_OWNED = (("hydra", "run", "dir"), ("hydra", "sweep"), ("hydra", "mode"))
_CHARACTERS = "a key segment is made of `A-Z a-z 0-9 _ $ -` and begins with a letter, `_` or `$`"


def key_error(path: tuple[str, ...]) -> Refusal | None:
    """Why no override key leads to this parameter path, or None if one does.

    Args:
        path: The segments of a leaf's path, at least one.
    """
    for segment in path:
        refusal = _segment_error(segment)
        if refusal is not None:
            return refusal
    if len(path) == 1 and not _NAME.fullmatch(path[0]):
        return Refusal(
            "key-invalid",
            f"the top-level key {shown(path[0])} is a number, which no override can name",
            "nest the parameter under a name",
        )
    return _owned_error(path)


def choice_key_error(key: str) -> Refusal | None:
    """Why this text names no config group (`group`, `group/sub`, `group@package`), or None if it does."""
    group, at, package = key.partition("@")
    if not _GROUP.fullmatch(group):
        return Refusal(
            "key-invalid",
            f"{shown(key)} is not the name of a config group",
            "write `group`, `group/sub` or `group@package`; names have `A-Z a-z 0-9 _ -`, no digit first",
        )
    if at and package and not _is_package(package):
        return Refusal(
            "key-invalid",
            f"{shown(package)} in {shown(key)} is not the name of a package",
            "a package is a dotted path such as `model.encoder`, `_global_` or `_here_`",
        )
    if key == "hydra":
        return Refusal("key-reserved", "the config group `hydra` belongs to the planner", "remove it")
    return None


def _segment_error(segment: str) -> Refusal | None:
    if _NAME.fullmatch(segment) or _INTEGER.fullmatch(segment):
        return None
    if not segment:
        return Refusal("key-invalid", "a parameter key is empty", _CHARACTERS)
    if "/" in segment or "@" in segment:
        return Refusal(
            "key-invalid",
            f"the parameter key {shown(segment)} contains `/` or `@`",
            "config groups are selected under `choices`, not under `params`",
        )
    if "." in segment:
        return Refusal(
            "key-invalid",
            f"the parameter key {shown(segment)} contains a dot",
            "nest the mapping: `a: {b: 1}` in place of `a.b: 1`",
        )
    if _DIGITS_FIRST.match(segment):
        return Refusal(
            "key-invalid",
            f"the parameter key {shown(segment)} begins with a digit and is not a plain integer",
            _CHARACTERS,
        )
    return Refusal("key-invalid", f"the parameter key {shown(segment)} cannot be written as an override", _CHARACTERS)


def _owned_error(path: tuple[str, ...]) -> Refusal | None:
    for owned in _OWNED:
        shorter = min(len(path), len(owned))
        if path[:shorter] == owned[:shorter]:
            return Refusal(
                "key-reserved",
                f"the parameter {shown('.'.join(path))} belongs to the planner",
                "remove it: each run gets a directory of its own",
            )
    return None


def _is_package(text: str) -> bool:
    segments = text.split(".")
    if len(segments) == 1:
        return _NAME.fullmatch(text) is not None
    return all(_NAME.fullmatch(segment) or _INTEGER.fullmatch(segment) for segment in segments)
