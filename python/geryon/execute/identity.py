"""Who a task is: what its files are called and what its records and events say about it."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TaskIdentity:
    """One task of one run.

    Attributes:
        run_id, run_uid: Of the run.
        job: What stands for the job in file names: `local`, or a Slurm job id.
        task: What stands for the task in file names: `0`, or an element of the job array.
        job_id, array_task_id, submission_id: As in records; null for a local run.
        nonce: Makes the file names of this process unlike those of any other.
    """

    run_id: str
    run_uid: str
    job: str = "local"
    task: str = "0"
    job_id: str | None = None
    array_task_id: str | None = None
    submission_id: str | None = None
    nonce: str = field(default_factory=lambda: secrets.token_hex(4))
    hostname: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)

    @property
    def stem(self) -> str:
        """`task_<job>_<task>_<nonce>`: the results file without its suffix, and the directory below batch_logs."""
        return f"task_{self.job}_{self.task}_{self.nonce}"

    @property
    def owner(self) -> str:
        """`<run_uid>.<lease>.<task>.<nonce>`, the mark in each command's environment; lease 0 is none."""
        return f"{self.run_uid}.0.{self.task}.{self.nonce}"
