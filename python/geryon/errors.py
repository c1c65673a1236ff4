"""The one exception tree: every failure is a list of problems, each with a code, a place and a hint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a user's file something stands.

    Attributes:
        file: The file's path as the user wrote it, or None where there is no file.
        line: Line number, from 1.
        column: Column number, from 1, in code points.
        path: Dotted path inside the document, such as `packs.model.options[0].id`.
        source: The text of that line, shown under the message.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None
    source: str | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        code: Stable kebab-case code, listed in the documentation.
        message: One sentence without a final period; user values stand in backticks.
        place: Where it is.
        hint: The next thing to do, or None.
    """

    code: str
    message: str
    place: Place = NOWHERE
    hint: str | None = None


class GeryonError(Exception):
    """Base of all errors that geryon raises on purpose.

    Attributes:
        problems: What is wrong, in the order found; never empty.
        exit_code: What a command that ends with this error returns.
    """

    exit_code = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class InvalidInput(GeryonError):
    """The user's files, options or names are wrong; nothing was written (exit code 2)."""

    exit_code = 2


class RunFailure(GeryonError):
    """The input was right and the machine said no: a full disk, a damaged file (exit code 1)."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something worth telling that stops nothing: `severity` is `warning` or `info`."""

    code: str
    message: str
    place: Place = NOWHERE
    severity: str = "warning"
