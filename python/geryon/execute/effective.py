"""The settings that count, and where each came from. Pure: files and the process environment are read elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from geryon.errors import InvalidInput, Problem
from geryon.schema.profiles import Profile
from geryon.schema.setting_types import environment_name_problem
from geryon.schema.settings import RunSettings

BUILT_IN = "built-in"
_ASSIGNMENT = re.compile(r"(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]*\+?=).*", re.DOTALL)

# Settings that this version cannot obey, each with the one value that asks for nothing more than it does.
_UNSUPPORTED: tuple[tuple[str, Any, str, str], ...] = (
    ("executor", "process", "this version runs commands with `process` only", "give --executor process"),
    ("smt", True, "this version gives out logical CPUs in numeric order", "give --smt"),
    ("gpus", None, "this version leaves GPUs alone", "leave it out"),
    ("gpus_per_task", 0, "this version leaves GPUs alone", "give --gpus-per-task 0"),
    ("tasks_per_gpu", None, "this version leaves GPUs alone", "leave it out"),
)


@dataclass(frozen=True, slots=True)
class Effective:
    """What a run obeys.

    Attributes:
        settings: The values.
        origins: For each setting where its value came from: `built-in`, ``profile `NAME`, defaults.run_local``,
            ``profile `NAME` `` or `--option`.
    """

    settings: RunSettings
    origins: dict[str, str]

    def shown(self) -> dict[str, Any]:
        """The values as they may be printed: of `env` the names, of env_setup_cmds no assigned values."""
        return shown(self.settings.model_dump())


def effective(
    command: str,
    profile: tuple[str, Profile] | None,
    flags: Mapping[str, Any],
    profile_directory: str = "",
) -> Effective:
    """Lay built-in values, a profile's defaults, its explicit fields and options over each other, in this order.

    Args:
        command: `run_local`: which `defaults` of the profile count.
        profile: Its name and the profile, or None.
        flags: Options by field name, only those given; `env` is a mapping. It is laid over the profile's by name.
        profile_directory: The directory of the profiles file, to which its env_script is relative.

    Raises:
        InvalidInput: an option's value is wrong, or settings ask for what this version does not do.
    """
    values: dict[str, Any] = {}
    origins = dict.fromkeys(RunSettings.model_fields, BUILT_IN)
    layers: list[tuple[str, dict[str, Any]]] = []
    if profile is not None:
        name, chosen = profile
        explicit = {key: value for key, value in chosen.explicit().items() if key in origins}
        if explicit.get("env_script") is not None:
            explicit["env_script"] = posixpath.join(profile_directory, explicit["env_script"])
        layers.append((f"profile `{name}`, defaults.{command}", chosen.defaults_of(command)))
        layers.append((f"profile `{name}`", explicit))
    for origin, layer in layers:
        values.update(layer)
        origins.update(dict.fromkeys(layer, origin))
    for name, value in flags.items():
        option = _option(name)
        if name == "env" and values.get("env"):
            values["env"] = {**values["env"], **value}
            origins["env"] = f"{origins['env']}, {option}"
        else:
            values[name] = value
            origins[name] = option
    found = Effective(_validated(values, origins), origins)
    problems = _unsupported(found)
    if problems:
        raise InvalidInput(problems)
    return found


def environment_flags(items: Iterable[str], inherited: Mapping[str, str]) -> dict[str, str]:
    """The variables that `--env NAME=VALUE` and `--env NAME` name; the latter's value is taken from `inherited`.

    Raises:
        InvalidInput: a bad name, or one that is not set.
    """
    variables: dict[str, str] = {}
    problems = []
    for item in items:
        name, given, value = item.partition("=")
        wrong = environment_name_problem(name)
        if wrong is not None:
            problems.append(Problem("bad-environment-name", f"--env: {wrong}", hint="write --env NAME=VALUE"))
        elif given:
            variables[name] = value
        elif name in inherited:
            variables[name] = inherited[name]
        else:
            problems.append(
                Problem("environment-not-set", f"--env: `{name}` is not set", hint=f"write --env {name}=VALUE")
            )
    if problems:
        raise InvalidInput(problems)
    return variables


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they may be printed: no value of `env`, and no assigned value in bash lines."""
    visible = dict(values)
    if "env" in visible:
        visible["env"] = sorted(visible["env"])
    for name in ("env_setup_cmds", "slurm_setup_cmds"):
        if name in visible:
            visible[name] = [_ASSIGNMENT.sub(r"\1...", line) for line in visible[name]]
    return visible


def _validated(values: dict[str, Any], origins: dict[str, str]) -> RunSettings:
    try:
        return RunSettings.model_validate(values)
    except ValidationError as error:
        problems = []
        for details in error.errors(include_url=False, include_input=False):
            name = str(details["loc"][0])
            message = details["msg"].removeprefix("Value error, ").removeprefix("Input ").removesuffix(".")
            if message.startswith("should "):
                shown_value = "" if name == "env" else f", not `{values.get(name)}`"
                message = f"the value {message}{shown_value}"
            origin = origins.get(name, _option(name))
            problems.append(Problem("bad-setting", f"`{name}` ({origin}): {message}"))
        raise InvalidInput(problems) from None


def _unsupported(found: Effective) -> list[Problem]:
    problems = []
    for name, only, why, hint in _UNSUPPORTED:
        value = getattr(found.settings, name)
        if value != only:
            message = f"`{name}: {_text(value)}` ({found.origins[name]}) is not supported: {why}"
            problems.append(Problem("setting-not-supported", message, hint=hint))
    return problems


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
