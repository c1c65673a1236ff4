"""`geryon show-config`: one configuration and the argv that runs it."""

from __future__ import annotations

import json

from geryon.app.counts import count_valid
from geryon.app.experiment import load
from geryon.app.layers import leaf_layers
from geryon.artifacts.reader import Plan
from geryon.errors import InvalidInput, Place, Problem
from geryon.kernels import KernelError, kernel
from geryon.schema.output_plan import ShowConfigResult


def show_planned(plan: Plan, config_id: str, explain: bool = False) -> ShowConfigResult:
    """A configuration of a run.

    Args:
        plan: The run's plan.
        config_id: Its id, or a unique prefix of 6 digits or more.
        explain: Whether to say which layer set each leaf.

    Raises:
        InvalidInput: there is no such configuration.
        RunFailure: `plan-damaged`.
    """
    config = plan.config(plan.position(config_id))
    result = ShowConfigResult(**config.model_dump())
    if explain:
        # composed.yaml is an experiment of its own: what was planned, whatever has become of the files since.
        loaded = load(str(plan.layout.composed), None)
        result.layers = leaf_layers(loaded.compiled.program, config.selected_options)
    return result


def show_ranked(experiment: str, run_set: str | None, rank: int, explain: bool = False) -> ShowConfigResult:
    """The valid candidate of a rank, as it would be planned.

    Args:
        experiment: Path of the experiment's file.
        run_set: Its run set.
        rank: From 0.
        explain: Whether to say which layer set each leaf.

    Raises:
        InvalidInput: the experiment is wrong, or has no such rank.
    """
    loaded = load(experiment, run_set)
    sweep = kernel().sweep(loaded.compiled.program)
    try:
        chunk = sweep.render("", 1, False, [rank]).next(1) if rank >= 0 else None
    except IndexError:
        chunk = None
    except KernelError as error:
        raise loaded.compiled.explain_kernel_error(error) from error
    if chunk is None:
        hint = f"there are {count_valid(loaded, sweep).valid} valid candidates, from rank 0"
        raise InvalidInput(Problem("rank-invalid", f"no configuration has rank `{rank}`", Place(file=experiment), hint))
    config = json.loads(chunk.configs)
    config.update(rank=rank, run_id=None, batch_index=None, line_index=None)
    result = ShowConfigResult(**config)
    if explain:
        result.layers = leaf_layers(loaded.compiled.program, result.selected_options)
    return result
