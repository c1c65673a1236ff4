"""What a use case gives back: its result, and what people should be told beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from geryon.errors import Diagnostic, Problem
from geryon.schema.output_plan import DiagnosticRow

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Result]):
    """A result that may come with diagnostics.

    Attributes:
        result: The model that `--format json` prints.
        diagnostics: Warnings and notes about the experiment.
        problems: What went wrong although there is a result; exit code 1 then.
    """

    result: Result
    diagnostics: tuple[Diagnostic, ...] = ()
    problems: tuple[Problem, ...] = ()


def diagnostic_rows(diagnostics: Iterable[Diagnostic]) -> list[DiagnosticRow]:
    """Diagnostics as they stand in JSON."""
    return [
        DiagnosticRow(
            code=diagnostic.code,
            severity=diagnostic.severity,
            message=diagnostic.message,
            file=diagnostic.place.file,
            line=diagnostic.place.line,
            column=diagnostic.place.column,
            path=diagnostic.place.path,
        )
        for diagnostic in diagnostics
    ]
