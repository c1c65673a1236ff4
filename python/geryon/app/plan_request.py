"""What `plan` is asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geryon.artifacts.index_format import MAX_COUNT
from geryon.artifacts.run_id import check_run_id
from geryon.errors import InvalidInput, Problem

MAX_CONFIGS = 10**7
MAX_BATCH_SIZE = 2**53 - 1

# Called with the phase (`load`, `count`, `write`), how much is done, and of how much, where that is known.
Progress = Callable[[str, int, "int | None"], None]


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The options of `geryon plan`.

    Attributes:
        experiment: Path of the experiment file, as the user wrote it.
        out: Output directory; runs go to `<out>/runs/<run_id>`.
        batch_size: Configurations a batch.
        run_id: Name of the run; with several run sets, what stands before `_<run set>`. None: made of the time.
        run_set: Which run set to plan.
        all_run_sets: Plan each run set into its own run.
        dry_run: Write nothing.
        limit: Plan only the first so many configurations.
        batch_files: Whether to write the files of shell-quoted commands.
        max_configs: Refuse to plan more configurations than this.
    """

    experiment: str
    out: str
    batch_size: int
    run_id: str | None = None
    run_set: str | None = None
    all_run_sets: bool = False
    dry_run: bool = False
    limit: int | None = None
    batch_files: bool = True
    max_configs: int = MAX_CONFIGS


def check_request(request: PlanRequest) -> None:
    """Refuse what no experiment could make right.

    Raises:
        InvalidInput: everything that is wrong.
    """
    problems: list[Problem] = []
    for name, number, highest in (
        ("--batch-size", request.batch_size, MAX_BATCH_SIZE),
        ("--limit", request.limit, None),
        ("--max-configs", request.max_configs, MAX_COUNT),
    ):
        if number is not None and (number < 1 or (highest is not None and number > highest)):
            expected = "1 or more" if highest is None else f"1 to {highest}"
            problems.append(Problem("option-invalid", f"`{name}` is `{number}`", hint=f"give a number of {expected}"))
    if request.run_set is not None and request.all_run_sets:
        problems.append(
            Problem(
                "option-invalid",
                "`--run-set` and `--all-run-sets` exclude each other",
                hint="leave one of them out",
            )
        )
    if request.run_id is not None:
        try:
            check_run_id(request.run_id)
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
