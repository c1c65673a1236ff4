"""Files that the user names for an answer."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from geryon.app.files import write_output
from geryon.errors import InvalidInput


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file that it stands for gets the content."""
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    write_output(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """And not replaced: with `--out /dev/null` root would lose the device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_output(pipe, b"text")
    reader.join(10)
    assert pipe.is_fifo()
    assert read == [b"text"]
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_directory_is_refused(tmp_path: Path) -> None:
    """It is no place for one file."""
    with pytest.raises(InvalidInput) as error:
        write_output(tmp_path, b"")
    assert error.value.problems[0].code == "output-is-a-directory"
