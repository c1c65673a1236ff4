"""A sweep at its edges."""

from __future__ import annotations

import json

import pytest

from geryon.kernels.protocol import Kernel, KernelError
from support.oracle import Document
from support.programs import corpus, encode
from support.sweeps import count_or_error, drain, unpack

CORPUS = corpus()


@pytest.mark.parametrize("name", CORPUS)
def test_corpus(kernel: Kernel, name: str) -> None:
    """Each program of the corpus has the rows, or the error, written beside it."""
    case = CORPUS[name]
    sweep = kernel.sweep(encode(case["program"]))
    found = count_or_error(sweep)
    if "error" in case:
        assert isinstance(found, bytes)
        assert json.loads(found) == case["error"]
    else:
        assert found == len(case["rows"])
        if case["program"]["packs"]:
            rows = unpack(sweep.rows(0, len(case["rows"])), len(case["program"]["packs"]))
            assert [list(row) for row in rows] == case["rows"]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"{}", b'{"version":2}', b'{"version":true}', b'{"version":1.0}', b"\xff", b"[" * 10**5],
)
def test_other_bytes_are_refused(kernel: Kernel, data: bytes) -> None:
    """What is no program of version 1 is a ValueError, and nothing worse."""
    with pytest.raises(ValueError, match=r"^not a program of version 1$"):
        kernel.sweep(data)


def test_ranks_are_checked(kernel: Kernel) -> None:
    """A negative rank and a reversed range are refused; a rank past the end is an IndexError."""
    sweep = kernel.sweep(encode(CORPUS["odometer"]["program"]))
    for start, stop in [(-1, 2), (3, 2)]:
        with pytest.raises(ValueError, match=r"^expected 0 <= start <= stop$"):
            sweep.rows(start, stop)
    with pytest.raises(ValueError, match=r"^expected 0 <= start <= stop$"):
        sweep.kth(-1)
    with pytest.raises(IndexError, match=r"^no valid candidate of rank 6$"):
        sweep.kth(6)
    assert sweep.rows(5, 2**200) == sweep.kth(5)
    assert sweep.rows(2**130, 2**200) == b""
    assert sweep.rows(0, 1) == sweep.kth(0)


def test_rendering_is_checked(kernel: Kernel) -> None:
    """A batch or a chunk has at least one configuration, and a rank past the end is an IndexError, again and again."""
    sweep = kernel.sweep(encode(CORPUS["odometer"]["program"]))
    with pytest.raises(ValueError, match=r"^expected at least 1$"):
        sweep.render("r", 0, dedupe=False)
    with pytest.raises(ValueError, match=r"^expected 0 <= start <= stop$"):
        sweep.render("r", 1, False, [-1])
    renderer = sweep.render("r", 1, False, [1, 6])
    with pytest.raises(ValueError, match=r"^expected at least 1$"):
        renderer.next(0)
    for _ in range(2):
        with pytest.raises(IndexError, match=r"^no valid candidate of rank 6$"):
            renderer.next(2)


def test_a_renderer_stops_for_good_at_an_error(kernel: Kernel) -> None:
    """What stands before the erring candidate is given out; the error is raised each time after that."""
    sweep = kernel.sweep(encode(sweep_of_fifths()))
    renderer = sweep.render("r", 10, dedupe=False)
    assert renderer.next(3) is not None
    for _ in range(2):
        with pytest.raises(KernelError) as raised:
            renderer.next(2)
        assert json.loads(raised.value.data)["options"] == [5]
    with pytest.raises(KernelError):
        sweep.render("r", 10, dedupe=False).next(4)
    assert sweep.rows(0, 3) == sweep.rows(0, 2) + sweep.kth(2)
    with pytest.raises(KernelError):
        sweep.rows(0, 4)
    with pytest.raises(KernelError):
        sweep.kth(3)
    assert sweep.rows(1, 3) == sweep.kth(1) + sweep.kth(2)


def test_a_large_free_product_is_not_walked(kernel: Kernel) -> None:
    """Where nothing is left to decide, counting and going to a rank take no walk: 10^24 candidates here."""
    packs = [
        {
            "name": f"p{number}",
            "options": [{"id": str(o), "priority": 0, "tag": None, "writes": []} for o in range(1000)],
        }
        for number in range(8)
    ]
    document = {**CORPUS["no_packs"]["program"], "packs": packs, "exclude": [[[0, [0]]]]}
    sweep = kernel.sweep(encode(document))
    assert sweep.candidates == 10**24
    assert sweep.count() == 999 * 10**21
    assert unpack(sweep.kth(10**21 + 7), 8) == [(2, 0, 0, 0, 0, 0, 0, 7)]
    assert json.loads(sweep.rejects_alone())["exclude"] == [10**21]


def test_what_costs_too_much_to_count_is_null(kernel: Kernel) -> None:
    """A rule over more than 10^6 combinations of options has no number, one of 10^6 has."""
    options: list[Document] = [{"id": str(number), "priority": 0, "tag": None, "writes": []} for number in range(100)]
    packs = [{"name": f"p{number}", "options": options} for number in range(4)]
    document = {
        **CORPUS["no_packs"]["program"],
        "packs": packs,
        "exclude": [[[0, [0]], [1, [1]], [2, [0, 1]]], [[0, [0]], [1, [1]], [2, [0]], [3, [0]]]],
        "include": [[[0, [1]], [1, [0]]], [[2, [0]], [3, [0]]]],
    }
    rejections = json.loads(kernel.sweep(encode(document)).rejects_alone())
    assert rejections == {"exclude": [200, None], "include": None, "predicates": []}


def test_duplicates_are_dropped_only_when_asked(kernel: Kernel) -> None:
    """Six candidates that write nothing are one configuration."""
    sweep = kernel.sweep(encode(CORPUS["odometer"]["program"]))
    renderer = sweep.render("r", 4, dedupe=True)
    assert [chunk.rows for chunk in drain(renderer, 4)] == [1]
    assert renderer.duplicates == 5
    assert [chunk.rows for chunk in drain(sweep.render("r", 4, dedupe=False), 4)] == [4, 2]
    assert sweep.distinct() == 1


def sweep_of_fifths() -> Document:
    """Six options, x = 0 .. 5, and a predicate that fails for x = 5 and rejects x = 3."""
    program: Document = CORPUS["no_packs"]["program"]
    values = [{"value": ["i", str(x)], "json": str(x), "token": str(x)} for x in range(6)]
    options = [{"id": f"x{x}", "priority": 0, "tag": None, "writes": [[0, x]]} for x in range(6)]
    nodes = [
        {"op": "leaf", "choice": False, "segments": ["x"], "default": None},
        {"op": "const", "value": ["i", "5"]},
        {"op": "sub", "args": [0, 1]},
        {"op": "floordiv", "args": [1, 2]},
        {"op": "const", "value": ["i", "-3"]},
        {"op": "ne", "args": [3, 4]},
    ]
    return {
        **program,
        "values": values,
        "paths": [{"choice": False, "segments": ["x"], "key": "x="}],
        "packs": [{"name": "x", "options": options}],
        "nodes": nodes,
        "predicates": [{"id": "p", "node": 5, "error_is_false": False}],
    }
