"""All malformed experiments."""

from __future__ import annotations

from support.malformed import yaml_text

ALL = [*yaml_text.CASES]
