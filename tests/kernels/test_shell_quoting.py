"""Batch files are read by bash."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geryon.kernels.protocol import Kernel
from support.programs import corpus, encode

BASH = shutil.which("bash")
TOKENS = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("'\"\\$`! \n\r\t\x1b\x7fa~#"),
        max_size=8,
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@settings(max_examples=20)
@given(tokens=TOKENS)
def test_bash_reads_back_each_token(kernel: Kernel, tokens: list[str]) -> None:
    """What a rendered command says to bash is the argv that was planned, control characters included."""
    document = {**corpus()["no_packs"]["program"], "command": ["printf", "%s\\0", *tokens]}
    chunk = kernel.sweep(encode(document)).render("r", 1, dedupe=False).next(1)
    assert chunk is not None
    assert chunk.commands.count(b"\n") == 1
    done = subprocess.run([BASH or "bash", "-c", chunk.commands], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == tokens
