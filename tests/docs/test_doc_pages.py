"""The reader of Markdown pages that the other tests of the documentation rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.doc_pages import load_page


def write(directory: Path, text: str) -> Path:
    """A page with this text."""
    path = directory / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_blocks_come_in_order_with_their_lines(tmp_path: Path) -> None:
    """Each fenced block is found, with its language and the line where it begins."""
    page = load_page(write(tmp_path, "a\n```bash\ntrue\n```\n\n```yaml\nx: 1\n```\n"))
    assert [(b.language, b.text, b.line) for b in page.blocks] == [("bash", "true\n", 2), ("yaml", "x: 1\n", 6)]


def test_directive_is_for_the_next_block_only(tmp_path: Path) -> None:
    """`skip` covers one block."""
    page = load_page(write(tmp_path, "<!-- docs-test: skip why -->\n```bash\na\n```\n```bash\nb\n```\n"))
    assert [block.directive for block in page.blocks] == ["skip", ""]


def test_first_line_names_a_file(tmp_path: Path) -> None:
    """`# name.yaml` on the first line says where the block is stored; prose comments do not."""
    page = load_page(write(tmp_path, "```yaml\n# a/b.yaml\nx: 1\n```\n```yaml\n# some words\nx: 1\n```\n"))
    assert [block.file for block in page.blocks] == ["a/b.yaml", None]


@pytest.mark.parametrize("text", ["```bash\ntrue\n", "<!-- docs-test: skp why -->\n"])
def test_broken_page_is_refused(text: str, tmp_path: Path) -> None:
    """An open block or an unknown directive would silently leave something untested."""
    with pytest.raises(ValueError, match=r"page\.md:1"):
        load_page(write(tmp_path, text))
