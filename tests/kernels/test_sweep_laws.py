"""Laws of a sweep that hold for every program."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from geryon.kernels.protocol import Kernel, KernelError, Sweep
from support.oracle import Document
from support.programs import encode, programs
from support.sweeps import count_or_error, drain, rows_or_error

LARGER = 400


def draw_ranks(choose: Any, sweep: Sweep, count: int) -> list[int]:
    """Ascending ranks, some past the end."""
    return sorted(choose.draw(st.lists(st.integers(0, sweep.candidates + 1), min_size=count, max_size=count)))


@given(document=programs(LARGER), choose=st.data())
def test_rows_add_up(kernel: Kernel, document: Document, choose: Any) -> None:
    """`rows(a, c)` is `rows(a, b)` and then `rows(b, c)`, in whatever order they are asked for."""
    sweep = kernel.sweep(encode(document))
    start, middle, stop = draw_ranks(choose, sweep, 3)
    spans = choose.draw(st.permutations([(start, middle), (middle, stop), (start, stop)]))
    found = {span: rows_or_error(sweep, *span) for span in spans}
    whole, last = found[start, stop], found[middle, stop]
    if whole[0] == "error":
        assert whole == last
    else:
        assert whole[1] == found[start, middle][1] + last[1]


@given(document=programs(LARGER))
def test_the_count_is_the_number_of_rows(kernel: Kernel, document: Document) -> None:
    """`count` and a walk through all rows agree, in their error too."""
    sweep = kernel.sweep(encode(document))
    outcome, data = rows_or_error(sweep, 0, sweep.candidates)
    width = 4 * len(document["packs"])
    if outcome == "error":
        assert count_or_error(sweep) == data
    elif width:
        assert count_or_error(sweep) == len(data) // width


@given(document=programs(LARGER), choose=st.data())
def test_kth_is_a_row(kernel: Kernel, document: Document, choose: Any) -> None:
    """`kth(k)` is `rows(k, k + 1)`, and past the end there is none."""
    sweep = kernel.sweep(encode(document))
    for rank in choose.draw(st.lists(st.integers(0, sweep.candidates + 1), max_size=4)):
        expected = rows_or_error(kernel.sweep(encode(document)), rank, rank + 1)
        try:
            found = "rows", sweep.kth(rank)
        except KernelError as error:
            found = "error", error.data
        except IndexError as error:
            assert str(error) == f"no valid candidate of rank {rank}"
            found = "rows", b""
        assert found == expected


@given(document=programs(LARGER), choose=st.data())
def test_the_order_of_predicates_changes_no_valid_set(kernel: Kernel, document: Document, choose: Any) -> None:
    """Whether there is an error, and the rows if there is none, do not depend on the order of predicates."""
    order = choose.draw(st.permutations(range(len(document["predicates"]))))
    shuffled = {**document, "predicates": [document["predicates"][number] for number in order]}
    sweep, other = kernel.sweep(encode(document)), kernel.sweep(encode(shuffled))
    found, expected = rows_or_error(other, 0, sweep.candidates), rows_or_error(sweep, 0, sweep.candidates)
    assert found[0] == expected[0]
    if found[0] == "rows":
        assert found == expected


@given(document=programs(LARGER), steps=st.integers(1, 20))
def test_a_count_in_steps_is_the_count(kernel: Kernel, document: Document, steps: int) -> None:
    """A counter goes forward, never past the candidates, and ends with the count or the same error each time."""
    sweep = kernel.sweep(encode(document))
    counter = sweep.counter()
    positions = [counter.position]
    try:
        while not counter.advance(steps):
            positions.append(counter.position)
    except KernelError as error:
        assert error.data == count_or_error(sweep)
        try:
            counter.advance(steps)
        except KernelError as again:
            assert again.data == error.data
        else:
            raise AssertionError("the counter went on") from error
        return
    assert counter.valid == count_or_error(sweep)
    assert counter.position == sweep.candidates
    assert positions[0] == 0
    assert positions == sorted(positions)


@given(document=programs(LARGER), choose=st.data())
def test_rendering_some_ranks_is_part_of_rendering_all(kernel: Kernel, document: Document, choose: Any) -> None:
    """A sample's ids and commands are those that the full plan has at these ranks."""
    sweep = kernel.sweep(encode(without_errors(document)))
    total = sweep.count()
    ranks = sorted(choose.draw(st.sets(st.integers(0, total - 1)))) if total else []
    whole = [chunk.ids for chunk in drain(sweep.render("r", 1, dedupe=False), 1)]
    some = [chunk.ids for chunk in drain(sweep.render("r", 1, False, ranks), 1)]
    assert some == [whole[rank] for rank in ranks]


@given(document=programs(LARGER), count=st.integers(1, 9), dedupe=st.booleans())
def test_the_size_of_chunks_changes_no_byte(kernel: Kernel, document: Document, count: int, dedupe: bool) -> None:
    """Chunks of any size join to the same files."""
    sweep = kernel.sweep(encode(without_errors(document)))
    small = drain(sweep.render("r", 3, dedupe), count)
    large = drain(sweep.render("r", 3, dedupe), sweep.candidates)
    for name in ("configs", "ids", "commands", "manifest", "csv", "config_lengths", "command_lengths"):
        joined = [b"".join(getattr(chunk, name) for chunk in chunks) for chunks in (small, large)]
        assert joined[0] == joined[1]


def without_errors(document: Document) -> Document:
    """The same program, its predicates' errors taken as false."""
    return {**document, "predicates": [{**each, "error_is_false": True} for each in document["predicates"]]}
