"""The environment that a task's commands start with. Its values are never written anywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geryon.execute.bootstrap import run_scripts
from geryon.execute.cores import THREAD_VARIABLES, thread_limits
from geryon.execute.identity import TaskIdentity
from geryon.schema.plan import PlannedConfig

WANDB_VARIABLES = ("WANDB_NAME", "WANDB_TAGS", "WANDB_RUN_GROUP")
# Ours, unless the profile's env or env_script sets them; what is merely inherited does not count, so it is taken away
# before the scripts run: what is there afterwards was set by them.
_YIELDING = frozenset((*THREAD_VARIABLES, *WANDB_VARIABLES))
# What bash changes by being a shell; commands get what this process had.
_OF_THE_SHELL = ("_", "SHLVL", "OLDPWD", "PWD")


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """What a task's environment is made of.

    Attributes:
        script: Absolute path of a bash script to source, or None.
        commands: Bash lines to run after it.
        variables: The profile's `env` and the values of `--env`.
    """

    script: str | None = None
    commands: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class TaskEnvironment:
    """The environment of a task's commands.

    Attributes:
        base: What every command gets: of the thread limits and the W&B names only what the user set.
    """

    base: Mapping[str, str] = field(repr=False)

    def for_command(
        self,
        identity: TaskIdentity,
        config: PlannedConfig,
        attempt_id: str,
        workdir: str,
        cwd: str,
        cores: Sequence[int],
    ) -> dict[str, str]:
        """All of one command's environment."""
        environment = thread_limits(len(cores))
        environment["WANDB_NAME"] = config.wandb_name
        environment["WANDB_TAGS"] = ",".join(config.tags)
        environment["WANDB_RUN_GROUP"] = identity.run_id
        environment.update(self.base)
        environment["PWD"] = cwd
        environment["GERYON_RUN_ID"] = identity.run_id
        environment["GERYON_CONFIG_ID"] = config.config_id
        environment["GERYON_ATTEMPT_ID"] = attempt_id
        environment["GERYON_WORKDIR"] = workdir
        environment["GERYON_ASSIGNED_CORES"] = ",".join(map(str, cores))
        environment["GERYON_OWNER"] = identity.owner
        return environment


def prepare_environment(
    bootstrap: Bootstrap, cwd: str, logs: Path, stopped: Callable[[], bool] = lambda: False
) -> TaskEnvironment | None:
    """Build the environment of a task, running its scripts once.

    Args:
        bootstrap: What to run and to set.
        cwd: Where the scripts run.
        logs: Directory for task.stdout.log and task.stderr.log, the scripts' output, readable by the user alone.
        stopped: Whether the task was asked to stop meanwhile.

    Returns:
        The environment, or None if the task was stopped.

    Raises:
        RunFailure: a script or a line failed, or there is no bash.
    """
    base = {name: value for name, value in os.environ.items() if name not in _YIELDING}
    base.update(bootstrap.variables)
    if bootstrap.script is None and not bootstrap.commands:
        return TaskEnvironment(base)
    found = run_scripts(bootstrap.script, bootstrap.commands, base, cwd, logs, stopped)
    if found is None:
        return None
    for name in _OF_THE_SHELL:
        found.pop(name, None)
        if name in base:
            found[name] = base[name]
    return TaskEnvironment(found)
