"""Where everything of a run lies under its root; pure path arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunLayout:
    """The paths of one run, `<out>/runs/<run_id>`.

    Attributes:
        root: The run's root directory.
    """

    root: Path

    @property
    def run_json(self) -> Path:
        return self.root / "run.json"

    @property
    def plan(self) -> Path:
        return self.root / "plan"

    @property
    def snapshot(self) -> Path:
        return self.plan / "experiment.snapshot.yaml"

    @property
    def composed(self) -> Path:
        return self.plan / "composed.yaml"

    @property
    def configs(self) -> Path:
        return self.plan / "configs.jsonl"

    @property
    def index(self) -> Path:
        return self.plan / "configs.idx"

    @property
    def batches(self) -> Path:
        return self.plan / "batches.jsonl"

    @property
    def batch_dir(self) -> Path:
        return self.plan / "batches"

    @property
    def manifest_jsonl(self) -> Path:
        return self.plan / "manifest.jsonl"

    @property
    def manifest_csv(self) -> Path:
        return self.plan / "manifest.csv"

    @property
    def diagnostics(self) -> Path:
        return self.plan / "diagnostics.json"

    @property
    def run_set(self) -> Path:
        return self.plan / "run_set.json"

    @property
    def exec(self) -> Path:
        return self.root / "exec"

    @property
    def results(self) -> Path:
        return self.exec / "results"

    @property
    def summary(self) -> Path:
        return self.results / "summary.json"

    @property
    def batch_logs(self) -> Path:
        return self.exec / "batch_logs"

    @property
    def cmd_logs(self) -> Path:
        return self.exec / "cmd_logs"

    @property
    def workdirs(self) -> Path:
        return self.exec / "workdirs"

    @property
    def retries(self) -> Path:
        return self.exec / "retries"

    def attempt_stem(self, batch_index: int, line_index: int, attempt_index: int) -> str:
        """`b000123/l0004_a0`: an attempt's place below cmd_logs and workdirs."""
        return f"b{batch_index:06d}/l{line_index:04d}_a{attempt_index}"
