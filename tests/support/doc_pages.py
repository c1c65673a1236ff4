"""Markdown pages as tests see them: fenced blocks in order, and the hidden comments that direct them.

A line `<!-- docs-test: ... -->` is invisible to readers and speaks to the tests:

- `files DIR`: the page's working directory starts as a copy of DIR (relative to the repository's root);
- `skip REASON`: the next block is only shown, not run or loaded;
- `fragment`: the next YAML block is part of an experiment; the test adds the `command` that it lacks.

A block whose first line is `# path/to/file.ext` is also written to that file in the page's working directory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_DIRECTIVE = re.compile(r"<!-- docs-test: (\w+) ?(.*?) *-->")
_FENCE = re.compile(r"( *)```(\w*)")
_FILE_LINE = re.compile(r"# ([\w./-]+\.\w+)")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, text, line in the page, and the directive before it (or an empty word)."""

    language: str
    text: str
    line: int
    directive: str

    @property
    def file(self) -> str | None:
        """The file that the block's first line names."""
        match = _FILE_LINE.fullmatch(self.text.split("\n", 1)[0])
        return match.group(1) if match else None


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path
    blocks: tuple[Block, ...]
    files: str | None

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


def load_page(path: Path) -> Page:
    """Read a page.

    Raises:
        ValueError: a fence is not closed, or a directive is unknown.
    """
    blocks: list[Block] = []
    files: str | None = None
    directive = ""
    lines = iter(enumerate(path.read_text(encoding="utf-8").splitlines(), start=1))
    for number, line in lines:
        if match := _DIRECTIVE.fullmatch(line.strip()):
            if match.group(1) == "files":
                files = match.group(2)
            elif match.group(1) in ("skip", "fragment"):
                directive = match.group(1)
            else:
                raise ValueError(f"{path}:{number}: unknown directive {match.group(1)}")
        elif match := _FENCE.match(line):
            indent, body = match.group(1), list[str]()
            for _, inner in lines:
                if inner.strip() == "```":
                    break
                body.append(inner.removeprefix(indent))
            else:
                raise ValueError(f"{path}:{number}: this block is not closed")
            blocks.append(Block(match.group(2), "\n".join(body) + "\n", number, directive))
            directive = ""
    return Page(path, tuple(blocks), files)


def all_pages() -> list[Page]:
    """README.md, CONTRIBUTING.md, docs/ and the READMEs of the examples."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    paths += sorted((ROOT / "docs").glob("**/*.md"))
    paths += sorted((ROOT / "examples").glob("*/README.md"))
    return [load_page(path) for path in paths]
