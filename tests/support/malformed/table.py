"""All malformed experiments."""

from __future__ import annotations

from support.malformed import names, rules, sections, values, yaml_text

ALL = [*yaml_text.CASES, *sections.CASES, *rules.CASES, *values.CASES, *names.CASES]
