"""Malformed experiments: each with the one problem that it must give, at its place.

The table is made of modules, each with a list CASES; `table.ALL` joins them. In a text the character `‸` stands
directly before the place that the problem names, and is taken out before the text is read; a text without one expects
no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geryon.compile.experiment import compile_experiment
from geryon.compose import compose
from geryon.errors import InvalidInput, Problem
from geryon.resolve import resolve

MARK = "‸"
ROOT = "experiment.yaml"
COMMAND = "command: {program: p}\n"


@dataclass(frozen=True)
class Malformed:
    """One experiment.

    Attributes:
        files: Texts or bytes by path, with marks.
        code: The code of the first problem.
        path: Its dotted path.
        hint: A part of its hint, or None to say nothing about it.
        message: A part of its message.
        run_set: The run set to plan.
        others: Codes of the problems behind it, in order.
        file: The file of a problem that has no line.
    """

    files: Mapping[str, str | bytes]
    code: str
    path: str | None
    hint: str | None = None
    message: str = ""
    run_set: str | None = None
    others: tuple[str, ...] = ()
    file: str = ROOT

    def contents(self) -> dict[str, bytes]:
        """The files as they lie on disk."""
        return {
            path: (text if isinstance(text, bytes) else text.encode()).replace(MARK.encode(), b"")
            for path, text in self.files.items()
        }

    @property
    def place(self) -> tuple[str, int | None, int | None]:
        """File, line and column of the mark."""
        for path, text in self.files.items():
            before, mark, _ = (text if isinstance(text, str) else text.decode(errors="replace")).partition(MARK)
            if mark:
                return path, before.count("\n") + 1, len(before) - before.rfind("\n")
        return self.file, None, None


def bare(
    text: str | bytes,
    code: str,
    path: str | None = None,
    hint: str | None = None,
    message: str = "",
    *,
    run_set: str | None = None,
    others: Iterable[str] = (),
    file: str = ROOT,
    **files: str,
) -> Malformed:
    """A case whose root file is `text`; other files are keyword arguments, `lib=...` for `lib.yaml`."""
    texts: dict[str, str | bytes] = {ROOT: text}
    texts.update({f"{name}.yaml": content for name, content in files.items()})
    return Malformed(texts, code, path, hint, message, run_set, tuple(others), file)


def case(
    text: str,
    code: str,
    path: str | None = None,
    hint: str | None = None,
    message: str = "",
    *,
    run_set: str | None = None,
    others: Iterable[str] = (),
    file: str = ROOT,
    **files: str,
) -> Malformed:
    """A case whose root file is `text` behind a line with a command."""
    return bare(COMMAND + text, code, path, hint, message, run_set=run_set, others=others, file=file, **files)


def problems_of(malformed: Malformed) -> tuple[Problem, ...]:
    """What composing, resolving and compiling it finds wrong."""
    contents = malformed.contents()

    def read(path: str) -> bytes:
        if path not in contents:
            raise FileNotFoundError(2, "No such file or directory")
        return contents[path]

    try:
        compile_experiment(resolve(compose(ROOT, read), malformed.run_set))
    except InvalidInput as error:
        return error.problems
    return ()
