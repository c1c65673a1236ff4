"""What the README and the docs show works: shell blocks run, YAML blocks load."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.doc_pages import ROOT, Block, Page, all_pages

SHELL = ("bash", "sh", "shell", "console")
LANGUAGES = {*SHELL, "yaml", "python", "json", "text", "csv"}
PAGES = all_pages()
SHELL_PAGES = [page for page in PAGES if any(block.language in SHELL for block in page.blocks)]
YAML_BLOCKS = [
    pytest.param(page, block, id=f"{page.name}:{block.line}")
    for page in PAGES
    for block in page.blocks
    if block.language == "yaml" and block.directive != "skip"
]


def environment() -> dict[str, str]:
    """This Python's directory first on PATH: `geryon` and `python` are the ones under test."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NO_COLOR": "1"}


def lay_out(page: Page, directory: Path) -> None:
    """Fill the page's working directory with the files that it starts from or shows."""
    if page.files:
        shutil.copytree(ROOT / page.files, directory, dirs_exist_ok=True)
    for block in page.blocks:
        if block.file:
            target = directory / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_names_a_known_language(page: Page) -> None:
    """A block without a language, or with a misspelt one, would escape the tests below."""
    assert [f"{page.name}:{b.line}" for b in page.blocks if b.language not in LANGUAGES] == []


@pytest.mark.slow
@pytest.mark.parametrize("page", SHELL_PAGES, ids=lambda page: page.name)
def test_shell_blocks_run(page: Page, tmp_path: Path) -> None:
    """The shell blocks of a page run one after the other in one shell, and none fails."""
    lay_out(page, tmp_path)
    script = ["set -euo pipefail"]
    for block in page.blocks:
        if block.language in SHELL and block.directive != "skip" and not block.file:
            script += [f"echo '--- {page.name}:{block.line}' >&2", block.text]
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize(("page", "block"), YAML_BLOCKS)
def test_yaml_block_is_accepted(page: Page, block: Block, tmp_path: Path) -> None:
    """A YAML block is a valid profiles file, experiment, or part of one."""
    lay_out(page, tmp_path)
    text = block.text
    document = yaml.safe_load(text)
    if "profiles" in document:
        command = ["list-profiles", "--profiles-file"]
    elif block.directive == "fragment" or "command" in document:
        command = ["validate-config", "--experiment"]
        if "command" not in document:
            text += "command: {program: python, args: [train.py]}\n"
    else:
        pytest.fail("neither a profiles file nor an experiment: add `<!-- docs-test: fragment -->` or `skip`")
    file = tmp_path / (block.file or "block.yaml")
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["geryon", *command, str(file)], cwd=tmp_path, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
