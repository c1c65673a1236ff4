"""profiles.yaml: named presets for the run commands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from pydantic import Field

from geryon.errors import Diagnostic, InvalidInput, Problem
from geryon.schema.base import Located, parse
from geryon.schema.fields import Table
from geryon.schema.setting_types import Options
from geryon.schema.settings import EnvironmentSettings, LocalDefaults, ResourceSettings, SlurmDefaults
from geryon.schema.yaml_loader import load_yaml


class RunLocalSection(Located, LocalDefaults):
    """`defaults.run_local`."""

    dashes: ClassVar[bool] = True
    described: ClassVar[str] = "the defaults of run_local"


class RunSlurmSection(Located, SlurmDefaults):
    """`defaults.run_slurm`."""

    dashes: ClassVar[bool] = True
    described: ClassVar[str] = "the defaults of run_slurm"


class ProfileDefaults(Located):
    """`defaults`: settings for one command, below the profile's explicit fields."""

    dashes: ClassVar[bool] = True
    described: ClassVar[str] = "the defaults of a profile"

    run_local: RunLocalSection | None = None
    run_slurm: RunSlurmSection | None = None


class Profile(Located, ResourceSettings, EnvironmentSettings):
    """One profile."""

    dashes: ClassVar[bool] = True
    described: ClassVar[str] = "a profile"

    slurm_additional_parameters: Options = Field({}, description="further options of sbatch, as submitit names them")
    defaults: ProfileDefaults | None = None

    def explicit(self) -> dict[str, Any]:
        """The settings that stand in the profile itself, without its `defaults`."""
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in self.model_fields_set and name != "defaults"
        }

    def defaults_of(self, command: str) -> dict[str, Any]:
        """The settings given under `defaults` for `run_local` or `run_slurm`."""
        section = None if self.defaults is None else getattr(self.defaults, command)
        if section is None:
            return {}
        return {name: getattr(section, name) for name in type(section).model_fields if name in section.model_fields_set}


class ProfilesFile(Located):
    """The file as a whole."""

    described: ClassVar[str] = "a profiles file"

    profiles: Table[Profile]


def parse_profiles(text: str, file: str) -> tuple[ProfilesFile, list[Diagnostic]]:
    """Read a profiles file.

    Problems at a profile's `env`, and those of the YAML itself, come without the line of the file, which may hold a
    secret.

    Raises:
        InvalidInput: all that is wrong with it.
    """
    try:
        return parse(ProfilesFile, load_yaml(text, file))
    except InvalidInput as error:
        raise InvalidInput([_without_secrets(problem) for problem in error.problems]) from None


def _without_secrets(problem: Problem) -> Problem:
    steps = (problem.place.path or "").split(".")
    if steps == [""] or "env" in steps[2:]:
        return replace(problem, place=replace(problem.place, source=None))
    return problem
