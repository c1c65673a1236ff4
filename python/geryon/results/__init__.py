"""From attempt records to answers: one streaming pass, then pure views of it."""

from geryon.results.index import FINAL_STATUSES, Attempt, ConfigState, FinalStatus, RunIndex
from geryon.results.line import Damage
from geryon.results.reader import read_results

__all__ = ["FINAL_STATUSES", "Attempt", "ConfigState", "Damage", "FinalStatus", "RunIndex", "read_results"]
