"""References to ordered packs: selection, run sets, and what has no effect."""

from geryon.resolve.composed import composed_document
from geryon.resolve.resolution import resolve
from geryon.resolve.run_sets import Operation, RunSetInfo, run_set_info, run_set_names

__all__ = ["Operation", "RunSetInfo", "composed_document", "resolve", "run_set_info", "run_set_names"]
