"""run.json, read."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from geryon.artifacts.layout import RunLayout
from geryon.errors import InvalidInput, Place, Problem, RunFailure
from geryon.schema.plan import RunInfo


def read_run_info(layout: RunLayout) -> RunInfo:
    """run.json of a run.

    Raises:
        InvalidInput: `not-a-run`: there is no run.json.
        RunFailure: `run-damaged`: it cannot be read.
    """
    path = layout.run_json
    try:
        return RunInfo.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InvalidInput(
            Problem(
                "not-a-run",
                f"`{layout.root}` is no run: it has no `run.json`",
                Place(file=str(layout.root)),
                "give the run's own directory, `<out>/runs/<run_id>`, as `geryon plan` printed it",
            )
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(step) for step in first["loc"])
        raise RunFailure(
            Problem(
                "run-damaged",
                f"`{path}` is damaged: {first['msg'].lower()}",
                Place(file=str(path), path=field or None),
                "plan the experiment again under another run id",
            )
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> RunFailure:
    """A file that the system does not let us read."""
    return RunFailure(
        Problem(
            "unreadable",
            f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}",
            Place(file=str(path)),
        )
    )
