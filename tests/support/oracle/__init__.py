"""A brute-force planner that judges both kernels: every candidate is written out, merged, decided and rendered alone.

It follows docs/program-format.md literally, on the decoded JSON of a program, and shares no code with the kernels.
"""

from __future__ import annotations

from support.oracle.candidates import Answer, answer, candidates, rejects_alone
from support.oracle.merge import leaves
from support.oracle.rendering import Files, configuration, render
from support.oracle.values import Candidate, Document, canonical, plain, typed

__all__ = [
    "Answer",
    "Candidate",
    "Document",
    "Files",
    "answer",
    "candidates",
    "canonical",
    "configuration",
    "leaves",
    "plain",
    "rejects_alone",
    "render",
    "typed",
]
