"""The settings of a run: what a profile's `defaults` and the options of the run commands are made from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from geryon.schema.fields import Filled, Flag, Items, Number, Text, as_text
from geryon.schema.setting_types import (
    Batches,
    Commas,
    Count,
    CpuList,
    Environment,
    Nullable,
    Options,
    PositiveSeconds,
    Rate,
    RetryStatus,
    Seconds,
    Tally,
)


class TaskSettings(BaseModel):
    """What the task loop obeys, locally and under Slurm."""

    model_config = ConfigDict(extra="forbid")

    executor: Annotated[Literal["process", "tmux", "pylauncher"], BeforeValidator(as_text)] = Field(
        "process", description="what runs the commands"
    )
    max_concurrent_tasks: Count = Field(1, description="commands that run at the same time, at most")
    cores_per_task: Count = Field(1, description="logical CPUs a command")
    max_total_cores: Nullable[Count] = Field(None, description="logical CPUs for all commands together, at most")
    cores: Nullable[CpuList] = Field(
        None, description="the logical CPUs to use, such as 0-3,8; without it those this process may use"
    )
    smt: Flag = Field(True, description="use all hardware threads of a core, not only one")
    claims: Flag = Field(True, description="leave out CPUs that other geryon runners on this node hold")
    gpus: Nullable[Commas[Filled]] = Field(None, description="the GPUs to use, by number or UUID, as a comma list")
    gpus_per_task: Tally = Field(0, description="GPUs a command; 0 leaves them alone")
    tasks_per_gpu: Nullable[Count] = Field(None, description="commands that share one GPU")
    batches_per_task: Batches = Field(
        1, description="batches a Slurm array element, or auto; a local run is one task with all batches"
    )
    command_timeout_sec: Nullable[PositiveSeconds] = Field(None, description="end a command after that many seconds")
    kill_grace_sec: Seconds = Field(10.0, description="seconds between TERM and KILL")
    max_retries: Tally = Field(0, description="further attempts at a configuration that did not succeed")
    retry_on_status: Commas[RetryStatus] = Field(
        ["failed", "terminated"], description="attempt statuses that are retried, as a comma list"
    )
    max_failures: Nullable[Count] = Field(None, description="stop at that many configurations that failed")
    fail_fast_threshold: Nullable[Rate] = Field(
        None, description="stop at that rate of configurations that failed, such as 0.2 or 20%"
    )
    fail_fast_min: Count = Field(5, description="finished configurations before the rate counts")
    failure_scope: Annotated[Literal["task", "run"], BeforeValidator(as_text)] = Field(
        "task", description="stop only the task with the failures, or every task of the run"
    )
    resume: Flag = Field(True, description="skip configurations that already succeeded")
    logs: Annotated[Literal["split", "merged", "failed_only"], BeforeValidator(as_text)] = Field(
        "split",
        description="stdout and stderr in a file each, merged into one, or in a file each that a success removes",
    )


class LocalDefaults(TaskSettings):
    """`defaults.run_local` of a profile."""

    progress: Flag = Field(False, description="show the live dashboard on a terminal")


class EnvironmentSettings(BaseModel):
    """What each command's environment is made of; explicit fields of a profile."""

    env_script: Nullable[Filled] = Field(
        None, description="a bash script, sourced once a task, that leaves the commands' environment"
    )
    env_setup_cmds: Items[Text] = Field([], description="bash lines that are run after env_script, in order")
    env: Environment = Field(
        {}, description="NAME=VALUE for the commands' environment; NAME alone takes the value from here"
    )


class RunSettings(LocalDefaults, EnvironmentSettings):
    """The effective settings of a local run."""


class ResourceSettings(BaseModel):
    """What a Slurm job asks for."""

    partition: Nullable[Filled] = Field(None, description="Slurm partition")
    time_min: Nullable[Count] = Field(None, description="wall time of a job in minutes")
    cpus_per_task: Count = Field(1, description="CPUs a job")
    mem_gb: Annotated[Number, Field(gt=0, allow_inf_nan=False)] = Field(16, description="memory a job in GB")
    gpus_per_node: Tally = Field(0, description="GPUs a job")
    job_name: Filled = Field("geryon", description="name of the jobs")
    mail_user: Nullable[Filled] = Field(None, description="address for Slurm's mail")
    mail_type: Commas[Filled] = Field([], description="events that Slurm mails about, as a comma list")
    slurm_setup_cmds: Items[Text] = Field([], description="bash lines of the job script before the task")


class SlurmDefaults(TaskSettings, ResourceSettings):
    """`defaults.run_slurm` of a profile."""

    sbatch_option: Options = Field({}, description="further options of sbatch")
    query_status: Flag = Field(False, description="show what squeue says of the jobs after submission")
    array_parallelism: Nullable[Count] = Field(None, description="array elements that run at the same time, at most")
    requeue: Flag = Field(False, description="put a preempted or timed-out task back into the queue")
    max_requeues: Tally = Field(3, description="times a task is put back")
    signal_delay_sec: Seconds = Field(
        90.0, description="seconds before the end of the wall time at which a task is warned"
    )
