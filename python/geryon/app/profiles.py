"""`geryon list-profiles`, and the profile that a run command names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geryon.app.answer import Answer
from geryon.app.files import FileReader
from geryon.errors import Diagnostic, InvalidInput, Place, Problem
from geryon.execute.effective import shown
from geryon.schema.output_run import ProfileRow, ProfilesResult
from geryon.schema.profiles import Profile, ProfilesFile, parse_profiles
from geryon.schema.yaml_loader import decode
from geryon.suggest import did_you_mean

DEFAULT_PROFILES_FILE = "profiles.yaml"


@dataclass(frozen=True, slots=True)
class ChosenProfile:
    """The profile that counts.

    Attributes:
        profile: Its name and the profile, or None where none was asked for.
        directory: Of the profiles file, to which its env_script is relative.
        diagnostics: What is worth telling of the file.
    """

    profile: tuple[str, Profile] | None = None
    directory: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


def choose_profile(name: str | None, profiles_file: str | None) -> ChosenProfile:
    """Find a profile; without a name and a file there is none, which is fine.

    Args:
        name: `--profile`.
        profiles_file: `--profiles-file`; without it `./profiles.yaml` is read where a name is given.

    Raises:
        InvalidInput: there is no such file or profile, or the file is wrong.
    """
    if name is None and profiles_file is None:
        return ChosenProfile()
    path = profiles_file or DEFAULT_PROFILES_FILE
    if profiles_file is None and not Path(path).exists():
        raise InvalidInput(
            Problem(
                "file-not-found",
                f"there is no file `{path}` to find the profile `{name}` in",
                Place(path),
                "give --profiles-file",
            )
        )
    file, diagnostics = _read(path)
    directory = os.path.dirname(path)
    if name is None:
        return ChosenProfile(None, directory, tuple(diagnostics))
    if name not in file.profiles:
        known = ", ".join(f"`{other}`" for other in file.profiles) or "none"
        hint = did_you_mean(name, file.profiles) or f"profiles in it: {known}"
        raise InvalidInput(Problem("unknown-profile", f"no profile `{name}` in `{path}`", Place(path), hint))
    return ChosenProfile((name, file.profiles[name]), directory, tuple(diagnostics))


def list_profiles(profiles_file: str | None = None) -> Answer[ProfilesResult]:
    """The profiles of a file, in its order, with what each sets.

    Raises:
        InvalidInput: there is no such file, or it is wrong.
    """
    file, diagnostics = _read(profiles_file or DEFAULT_PROFILES_FILE)
    rows = [ProfileRow(name=name, settings=_shown(profile)) for name, profile in file.profiles.items()]
    return Answer(ProfilesResult(profiles=rows), tuple(diagnostics))


def _read(path: str) -> tuple[ProfilesFile, list[Diagnostic]]:
    return parse_profiles(decode(FileReader()(path), path), path)


def _shown(profile: Profile) -> dict[str, Any]:
    settings = shown(profile.explicit())
    sections = {command: profile.defaults_of(command) for command in ("run_local", "run_slurm")}
    defaults = {command: shown(values) for command, values in sections.items() if values}
    return {**settings, "defaults": defaults} if defaults else settings
