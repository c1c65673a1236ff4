"""The types of settings: each reads a marked node of a profiles file as well as a plain value of an option."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationInfo

from geryon.schema.base import found
from geryon.schema.faults import Collector, fault
from geryon.schema.fields import Number, Text, Whole, as_text
from geryon.schema.nodes import Node

T = TypeVar("T")

ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What geryon itself tells each command.
OWN_NAMES = frozenset(
    f"GERYON_{name}" for name in ("RUN_ID", "CONFIG_ID", "ATTEMPT_ID", "WORKDIR", "ASSIGNED_CORES", "OWNER")
)
_RATE = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*")
_CPU_RANGE = re.compile(r"\s*(\d{1,5})(?:-(\d{1,5}))?\s*")


def parse_cpu_list(text: str) -> list[int] | None:
    """The CPU numbers of a cpulist such as `0-3,8` in ascending order, or None if it is none."""
    numbers: set[int] = set()
    for part in text.split(","):
        match = _CPU_RANGE.fullmatch(part)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            return None
        numbers.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return sorted(numbers)


def as_nullable(value: Any) -> Any:
    """None for a node that is null."""
    return None if isinstance(value, Node) and value.value is None else value


def as_rate(value: Any) -> Any:
    """A number, or a string such as `0.2` or `20%` as that number."""
    scalar = value.value if isinstance(value, Node) else value
    if isinstance(scalar, str):
        match = _RATE.fullmatch(scalar)
        if match is not None:
            number = Decimal(match[1])
            return float(number / 100 if match[2] else number)
    elif isinstance(scalar, (int, float)) and not isinstance(scalar, bool):
        return scalar
    raise _wrong("expected a rate such as 0.2 or `20%`", value)


def as_cpu_list(value: Any) -> Any:
    """A cpulist as written."""
    text = _written(value)
    if not isinstance(text, str) or parse_cpu_list(text) is None:
        raise _wrong("expected a list of CPUs such as `0-3,8`", value)
    return text


def as_batches(value: Any) -> Any:
    """A count of batches, or `auto`."""
    scalar = value.value if isinstance(value, Node) else value
    if isinstance(scalar, str) and scalar.isdecimal():
        scalar = int(scalar)
    if scalar == "auto" or (isinstance(scalar, int) and not isinstance(scalar, bool) and scalar >= 1):
        return scalar
    raise _wrong("expected a positive integer or `auto`", value)


def as_comma_list(value: Any) -> Any:
    """A comma string as the list that it stands for, or the items of a list."""
    if isinstance(value, Node) and isinstance(value.value, list):
        return value.value
    text = _written(value)
    if isinstance(text, str):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def as_environment(value: Any, info: ValidationInfo) -> Any:
    """NAME -> value; messages never show a value."""
    if not isinstance(value, Node):
        return value
    if not isinstance(value.value, dict):
        raise fault("wrong-type", "expected a mapping of names to values", value)
    entries: dict[str, Node] = {}
    for key, child in value.value.items():
        node = value.key_nodes[key]
        name = node.text or ""
        problem = environment_name_problem(name)
        if problem is not None:
            _collector(info).add("bad-environment-name", problem, node)
        elif name in entries:
            _collector(info).add("duplicate-key", f"the key `{name}` is given twice", node)
        entries[name] = child
    return entries


def environment_name_problem(name: str) -> str | None:
    """What is wrong with the name of an environment variable, or None."""
    if not ENVIRONMENT_NAME.fullmatch(name):
        return f"`{name}` is no name of an environment variable"
    if name in OWN_NAMES:
        return f"`{name}` is set by geryon for each command"
    return None


def as_options(value: Any, info: ValidationInfo) -> Any:
    """Further options by name, `-` written as `_`; values are scalars."""
    if isinstance(value, dict):
        return {str(name).replace("-", "_"): option for name, option in value.items()}
    if not isinstance(value, Node) or not isinstance(value.value, dict):
        raise _wrong("expected a mapping of options to values", value)
    options: dict[str, Any] = {}
    for key, child in value.value.items():
        node = value.key_nodes[key]
        name = (node.text or "").replace("-", "_")
        if name in options:
            _collector(info).add("duplicate-key", f"the option `{name}` is given twice", node)
        if isinstance(child.value, (list, dict)):
            _collector(info).add("wrong-type", f"expected a string, number or boolean, {found(child)}", child)
        options[name] = child.value
    return options


def _collector(info: ValidationInfo) -> Collector:
    collector: Any = info.context
    assert isinstance(collector, Collector)
    return collector


def _written(value: Any) -> Any:
    if isinstance(value, Node):
        return as_text(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _wrong(message: str, value: Any) -> Exception:
    if isinstance(value, Node):
        return fault("wrong-value", f"{message}, {found(value)}", value)
    return ValueError(f"{message}, not `{value}`")


Nullable = Annotated[T | None, BeforeValidator(as_nullable)]
Count = Annotated[Whole, Field(ge=1)]
Tally = Annotated[Whole, Field(ge=0)]
Seconds = Annotated[Number, Field(ge=0, allow_inf_nan=False)]
PositiveSeconds = Annotated[Number, Field(gt=0, allow_inf_nan=False)]
Rate = Annotated[float, BeforeValidator(as_rate), Field(gt=0, le=1)]
CpuList = Annotated[str, BeforeValidator(as_cpu_list)]
Batches = Annotated[int | Literal["auto"], BeforeValidator(as_batches)]
Commas = Annotated[list[T], BeforeValidator(as_comma_list)]
RetryStatus = Annotated[Literal["failed", "terminated"], BeforeValidator(as_text)]
Environment = Annotated[dict[str, Text], BeforeValidator(as_environment)]
Options = Annotated[dict[str, Any], BeforeValidator(as_options)]
