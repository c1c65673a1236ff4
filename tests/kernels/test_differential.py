"""Each core against the plain definition, on programs too large to write out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from geryon.kernels.protocol import Kernel, KernelError, Sweep
from geryon.kernels.pure import PythonKernel
from support.oracle import Document
from support.programs import encode, programs
from support.sweeps import count_or_error, parts, rows_or_error

LARGE = 3000


def everything(sweep: Sweep, spans: list[tuple[int, int]], ranks: list[int], count: int) -> dict[str, Any]:
    """All that a sweep says, errors included."""
    said: dict[str, Any] = {
        "candidates": sweep.candidates,
        "count": count_or_error(sweep),
        "rejects": sweep.rejects_alone(),
        "rows": [rows_or_error(sweep, *span) for span in spans],
        "chunks": [],
    }
    for chosen in (None, ranks):
        renderer = sweep.render("run", 16, True, chosen)
        try:
            while (chunk := renderer.next(count)) is not None:
                said["chunks"].append((parts(chunk), renderer.duplicates))
        except (KernelError, IndexError) as error:
            said["chunks"].append(error.args)
    return said


@given(document=programs(LARGE), choose=st.data())
def test_both_cores_say_the_same(kernel: Kernel, document: Document, choose: Any) -> None:
    """Counts, rows, rejections, rendered bytes and errors are equal."""
    definition = PythonKernel().sweep(encode(document))
    rank = st.integers(0, definition.candidates + 1)
    spans = [tuple(sorted(span)) for span in choose.draw(st.lists(st.tuples(rank, rank), max_size=4))]
    ranks = sorted(choose.draw(st.sets(st.integers(0, max(1, definition.candidates // 4)), max_size=20)))
    count = choose.draw(st.integers(1, 300))
    sweep = kernel.sweep(encode(document))
    assert everything(sweep, spans, ranks, count) == everything(definition, spans, ranks, count)
