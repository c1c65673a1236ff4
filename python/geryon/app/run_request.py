"""What the run commands are asked to do, and what that selects and sets."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from geryon.app.profiles import choose_profile
from geryon.artifacts.reader import Plan
from geryon.errors import Diagnostic, InvalidInput, Place, Problem
from geryon.execute.effective import Effective, effective, environment_flags
from geryon.schema.retry import RetryFile


@dataclass(frozen=True, slots=True)
class RunRequest:
    """The options that the run commands share.

    Attributes:
        batch_index: Run only these batches; empty for all.
        config_id: Run only these configurations (unique prefixes will do); empty for all.
        retry_file: Run only the configurations that this file names. Given together, all three restrict.
        profile: Name of a profile.
        profiles_file: Where it is; `./profiles.yaml` by default.
        flags: Settings given as options, by field name. `env` may be a mapping, or a list of `NAME=VALUE` and `NAME`.
    """

    batch_index: Sequence[int] = ()
    config_id: Sequence[str] = ()
    retry_file: str | None = None
    profile: str | None = None
    profiles_file: str | None = None
    flags: Mapping[str, Any] = field(default_factory=dict, repr=False)


def local_settings(request: RunRequest) -> tuple[Effective, tuple[Diagnostic, ...]]:
    """The effective settings of a local run, with an absolute env_script that is there.

    Raises:
        InvalidInput: the profile, an option or the script is wrong or missing.
    """
    chosen = choose_profile(request.profile, request.profiles_file)
    flags = dict(request.flags)
    if "env" in flags and not isinstance(flags["env"], Mapping):
        flags["env"] = environment_flags(flags["env"], os.environ)
    found = effective("run_local", chosen.profile, flags, chosen.directory)
    script = found.settings.env_script
    if script is not None:
        path = Path(script).absolute()
        if not path.is_file():
            raise InvalidInput(
                Problem(
                    "env-script-missing",
                    f"there is no file `{script}`, which is env_script ({found.origins['env_script']})",
                    Place(script),
                    "a relative path in a profile is relative to the profiles file",
                )
            )
        found.settings.env_script = str(path)
    return found, chosen.diagnostics


def selected_positions(plan: Plan, request: RunRequest) -> Sequence[int]:
    """Positions of the configurations that the options select, ascending.

    Raises:
        InvalidInput: a batch or configuration that the plan does not have, or a retry file that is none of this run's.
    """
    problems: list[Problem] = []
    batches = sorted(set(request.batch_index))
    problems.extend(
        Problem(
            "unknown-batch", f"there is no batch `{index}` in this run", hint=f"batches: 0 to {plan.batch_count - 1}"
        )
        for index in batches
        if not 0 <= index < plan.batch_count
    )
    wanted: set[int] | None = None
    if request.config_id:
        wanted = _positions(plan, request.config_id, problems)
    if request.retry_file is not None:
        again = _positions(plan, _read_retry_file(plan, request.retry_file, problems), problems)
        wanted = again if wanted is None else wanted & again
    if problems:
        raise InvalidInput(problems)
    if wanted is not None:
        chosen = set(batches)
        return sorted(position for position in wanted if not batches or position // plan.batch_size in chosen)
    if batches:
        size = plan.batch_size
        return [p for index in batches for p in range(index * size, min((index + 1) * size, plan.count))]
    return range(plan.count)


def _positions(plan: Plan, config_ids: Sequence[str], problems: list[Problem]) -> set[int]:
    found = set()
    for config_id in config_ids:
        try:
            found.add(plan.position(config_id))
        except InvalidInput as error:
            problems.extend(error.problems)
    return found


def _read_retry_file(plan: Plan, path: str, problems: list[Problem]) -> Sequence[str]:
    try:
        retry = RetryFile.model_validate_json(Path(path).read_bytes())
    except FileNotFoundError:
        problems.append(
            Problem("file-not-found", f"there is no retry file `{path}`", Place(path), "write one with `geryon rerun`")
        )
    except OSError as error:
        problems.append(
            Problem(
                "file-unreadable", f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}", Place(path)
            )
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        problems.append(
            Problem(
                "retry-file-invalid",
                f"`{path}` is no retry file: {first['msg'].lower()}",
                Place(path, path=where or None),
                "write one with `geryon rerun`",
            )
        )
    else:
        if retry.run_id == plan.info.run_id:
            return retry.config_ids
        problems.append(
            Problem(
                "retry-file-of-another-run",
                f"`{path}` is of the run `{retry.run_id}`, not of `{plan.info.run_id}`",
                Place(path, path="run_id"),
                "write one for this run with `geryon rerun`",
            )
        )
    return ()
