"""YAML that every reader takes for the same values: ours, Hydra's, and plain PyYAML's."""

from __future__ import annotations

import re
from typing import Any

import yaml

# What Hydra's loader reads as a float and plain PyYAML does not: a string of this form has to be quoted.
_HYDRA_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(?:[eE][-+]?[0-9]+)?$")
_UNICODE_BREAK = re.compile("[\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Plain YAML without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Unquoted or in single quotes the emitter writes these line breaks raw, and a reader folds them.
    style = '"' if _UNICODE_BREAK.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _HYDRA_FLOAT, list("-+0123456789."))


def yaml_text(value: Any) -> str:
    """A plain value as a YAML document in block style, keys in their order.

    The same value gives the same text everywhere: the emitter is PyYAML's own in Python, never libyaml's.
    """
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
