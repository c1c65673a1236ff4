"""Each core against the brute-force planner, on random programs."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from geryon.kernels.protocol import Kernel
from support import oracle
from support.programs import encode, programs
from support.sweeps import count_or_error, drain, lines, rows_or_error, unpack

PROFILE = settings().max_examples
MANY = settings(max_examples=max(PROFILE, min(10 * PROFILE, 2000)))


@MANY
@given(document=programs(), choose=st.data())
def test_rows_counts_and_errors_are_those_of_brute_force(
    kernel: Kernel, document: oracle.Document, choose: Any
) -> None:
    """The valid candidates, or the first erring one and its error, are what writing out every candidate finds."""
    expected = oracle.answer(document)
    sweep = kernel.sweep(encode(document))
    packs = len(document["packs"])
    candidates = len(oracle.candidates(document))
    assert sweep.candidates == candidates
    assert count_or_error(sweep) == (len(expected.valid) if expected.error is None else expected.error)
    start = choose.draw(st.integers(0, candidates), label="start")
    stop = choose.draw(st.integers(start, candidates + 1), label="stop")
    for low, high in [(0, candidates), (start, stop), (0, start)]:
        wanted = expected.rows(low, high)
        outcome, data = rows_or_error(sweep, low, high)
        assert outcome == ("error" if isinstance(wanted, bytes) else "rows")
        if isinstance(wanted, bytes):
            assert data == wanted
        elif packs:
            assert unpack(data, packs) == wanted


@MANY
@given(document=programs(), batch_size=st.integers(1, 5), dedupe=st.booleans(), count=st.integers(1, 7))
def test_rendered_bytes_are_those_of_brute_force(
    kernel: Kernel, document: oracle.Document, batch_size: int, dedupe: bool, count: int
) -> None:
    """Each file's lines and the ids are what a plain rendering of each configuration gives."""
    document = {**document, "predicates": [{**each, "error_is_false": True} for each in document["predicates"]]}
    valid = oracle.answer(document).valid
    expected = oracle.render(document, valid, "run é", batch_size, dedupe)
    sweep = kernel.sweep(encode(document))
    renderer = sweep.render("run é", batch_size, dedupe)
    chunks = drain(renderer, count)
    assert renderer.duplicates == expected.duplicates
    assert [chunk.rows for chunk in chunks[:-1]] == [count] * (len(chunks) - 1)
    assert sum(chunk.rows for chunk in chunks) == len(expected.ids)
    assert [line for chunk in chunks for line in lines(chunk.configs, chunk.config_lengths)] == expected.configs
    assert [line for chunk in chunks for line in lines(chunk.commands, chunk.command_lengths)] == expected.commands
    assert b"".join(chunk.manifest for chunk in chunks) == b"".join(expected.manifest)
    assert b"".join(chunk.csv for chunk in chunks) == b"".join(expected.csv)
    assert b"".join(chunk.ids for chunk in chunks) == bytes.fromhex("".join(expected.ids))
    assert sweep.distinct() == len(set(expected.ids if dedupe else oracle.render(document, valid, "r", 1, True).ids))


@given(document=programs())
def test_rejections_are_those_of_brute_force(kernel: Kernel, document: oracle.Document) -> None:
    """What each rule rejects alone is counted over all candidates, whatever else rejects them."""
    assert json.loads(kernel.sweep(encode(document)).rejects_alone()) == oracle.rejects_alone(document)
