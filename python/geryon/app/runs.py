"""Finding the run that `--run` names."""

from __future__ import annotations

from pathlib import Path

from geryon.artifacts.layout import RunLayout
from geryon.artifacts.reader import Plan
from geryon.errors import InvalidInput, Problem

DEFAULT_OUT = "outputs"


def open_run(run: str, out: str | None = None) -> Plan:
    """Open the plan of `run`: a run's root, or `latest` for the newest run below `out`.

    Raises:
        InvalidInput: there is no such run.
    """
    return Plan(latest_run(out or DEFAULT_OUT) if run == "latest" else Path(run))


def latest_run(out: str) -> Path:
    """The run below `<out>/runs` whose run.json is newest.

    Raises:
        InvalidInput: there is none.
    """
    runs = Path(out) / "runs"
    found = [path for path in runs.glob("*/") if not path.name.startswith(".")]
    dated = [(RunLayout(path).run_json.stat().st_mtime_ns, path.name, path) for path in found if _is_run(path)]
    if not dated:
        raise InvalidInput(
            Problem("run-not-found", f"there is no run below `{runs}`", hint="plan one, or name another --out")
        )
    return max(dated)[2]


def _is_run(path: Path) -> bool:
    return RunLayout(path).run_json.is_file()
