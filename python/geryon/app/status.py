"""`geryon status`: how every configuration of a run stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geryon.app.answer import Answer
from geryon.app.integrity import strict_problems
from geryon.app.running import running_commands
from geryon.artifacts.reader import Plan
from geryon.errors import InvalidInput, Problem
from geryon.results import RunIndex, read_results, views
from geryon.schema.output_results import Group, StatusResult
from geryon.suggest import nearest


def status(plan: Plan, by_pack: Sequence[str] = (), strict: bool = False) -> Answer[StatusResult]:
    """Summarise a run's progress.

    Args:
        plan: The run.
        by_pack: Packs by whose selected options the configurations are grouped.
        strict: Whether damaged records are an error.

    Raises:
        InvalidInput: a pack that the plan does not have.
    """
    index = read_results(plan)
    result = StatusResult(
        run_id=plan.info.run_id,
        run_root=str(plan.layout.root),
        totals=views.totals(index, plan.batch_count),
        by_status=views.status_counts(index),
        groups=grouped(plan, index, by_pack),
        corrupt=views.damage_rows(index.corrupt),
        torn=views.torn_rows(index),
        running=running_commands(plan.layout),
    )
    return Answer(result, problems=strict_problems(index) if strict else ())


def grouped(plan: Plan, index: RunIndex, by_pack: Sequence[str]) -> list[Group] | None:
    """Final statuses by selected options, or None where no pack is named.

    Raises:
        InvalidInput: a pack that the plan does not have.
    """
    if not by_pack:
        return None
    known = list(plan.config(0).selected_options) if plan.count else []
    unknown = [
        Problem("unknown-pack", f"no pack `{name}` in this run", hint=_pack_hint(name, known))
        for name in by_pack
        if name not in known
    ]
    if unknown:
        raise InvalidInput(unknown)
    return views.groups(index, by_pack, _options(plan))


def _options(plan: Plan) -> Iterator[dict[str, str]]:
    for config in plan.configs():
        yield config.selected_options


def _pack_hint(name: str, known: Sequence[str]) -> str:
    guess = nearest(name, known)
    return f"did you mean `{guess}`?" if guess else f"packs: {', '.join(known) or 'none'}"
