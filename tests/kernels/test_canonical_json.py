"""Canonical JSON, byte by byte, on both cores."""

from __future__ import annotations

import enum
import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geryon.kernels.protocol import CanonicalError, Kernel
from geryon.kernels.pure import PythonKernel
from support import oracle

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT.filter(lambda key: key != "$float"), inner),
)
ODD_TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("\ud800\udfff"), max_size=3)
ODD_KEYS = ODD_TEXT | st.sampled_from(["$float", 1, None, True, 0.5])
ODD_VALUES = st.recursive(
    SCALARS | ODD_TEXT | st.sampled_from([(), {1}, b"", 1j, range(1)]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD_KEYS, inner, max_size=4),
)


class Colour(str, enum.Enum):
    RED = "red"


def nested(levels: int, leaf: Any = None) -> Any:
    """A list in a list in a list."""
    value = leaf
    for _ in range(levels):
        value = [value]
    return value


@given(value=VALUES)
def test_canonical_json_is_sorted_compact_json(kernel: Kernel, value: object) -> None:
    """The bytes are those of the standard library's compact, sorted, unescaped form."""
    assert kernel.canonical_json(value) == oracle.canonical(value).encode()


@given(value=VALUES)
def test_canonical_json_reads_back_as_the_same_value(kernel: Kernel, value: object) -> None:
    """Reading and writing again gives the same bytes: floats round-trip, and ints keep their digits."""

    def restored(mapping: dict[str, Any]) -> Any:
        return float(mapping["$float"]) if mapping.keys() == {"$float"} else mapping

    text = kernel.canonical_json(value)
    assert kernel.canonical_json(json.loads(text, object_hook=restored)) == text


@given(bits=st.integers(2**48, 2**53), eighths=st.integers(0, 7), power=st.integers(-80, 80))
def test_floats_between_two_decimals_are_those_of_repr(kernel: Kernel, bits: int, eighths: int, power: int) -> None:
    """Where two shortest texts are equally near, as for 1223383794756801.25, and around powers of two."""
    for value in (bits + eighths / 8, float(bits * 2**6 + eighths), 2.0**power, 2.0**power * (1 + 2**-52)):
        assert kernel.canonical_json(value) == repr(value).encode()


@given(value=ODD_VALUES)
def test_both_cores_refuse_alike(kernel: Kernel, value: object) -> None:
    """Whatever one core encodes or refuses, the other does too, with the same bytes or the same message."""

    def outcome(core: Kernel) -> bytes | str:
        try:
            return core.canonical_json(value)
        except CanonicalError as error:
            return str(error)

    assert outcome(kernel) == outcome(PythonKernel())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (1e16, "1e+16"),
        (1e-5, "1e-05"),
        (123456789012345.0, "123456789012345.0"),
        (5e-324, "5e-324"),
        (0.1 + 0.2, "0.30000000000000004"),
        (math.nan, '{"$float":"nan"}'),
        ([math.inf, -math.inf], '[{"$float":"inf"},{"$float":"-inf"}]'),
        (True, "true"),
        (2**64, "18446744073709551616"),
        ({"b": 1, "a": 2, "😀": 3, "\uffee": 4}, '{"a":2,"b":1,"\uffee":4,"😀":3}'),
        ('"\\\b\f\n\r\t\x00\x1f\x7f/é\u2028', '"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7f/é\u2028"'),
        pytest.param(10**4299, "1" + "0" * 4299, id="4300 digits"),
    ],
)
def test_examples(kernel: Kernel, value: object, text: str) -> None:
    """Floats are in Python's form, keys by code point (not UTF-16 unit), escapes are the short ones."""
    assert kernel.canonical_json(value) == text.encode()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (nested(201), "more than 200 levels of nesting have no canonical JSON"),
        ({1: 2}, "a key of type `int` has no canonical JSON; expected a string"),
        ({"$float": 1}, "the key `$float` is reserved in canonical JSON"),
        ("a\ud800", "a string with a lone surrogate has no canonical JSON"),
        ({"\udfff": 1}, "a string with a lone surrogate has no canonical JSON"),
        pytest.param(-(10**4300), "an integer of more than 4300 digits has no canonical JSON", id="digits"),
        ([{1}], "a value of type `set` has no canonical JSON"),
        ((1, 2), "a value of type `tuple` has no canonical JSON"),
        (Colour.RED, "a value of type `Colour` has no canonical JSON"),
        ({"b": {1}, "a": "\ud800"}, "a string with a lone surrogate has no canonical JSON"),
        ({"a": {1}, "$float": 0}, "the key `$float` is reserved in canonical JSON"),
        (nested(200, {1}), "a value of type `set` has no canonical JSON"),
    ],
)
def test_refusals(kernel: Kernel, value: object, message: str) -> None:
    """What has no canonical JSON is refused; of several faults the first one met is named."""
    with pytest.raises(CanonicalError) as raised:
        kernel.canonical_json(value)
    assert str(raised.value) == message


def test_200_levels_are_allowed(kernel: Kernel) -> None:
    """The outermost container is the first level."""
    assert kernel.canonical_json(nested(200, 1)) == b"[" * 200 + b"1" + b"]" * 200


@given(data=st.binary())
def test_config_id_is_half_a_sha256(kernel: Kernel, data: bytes) -> None:
    """The id is the first 32 hex digits."""
    assert kernel.config_id(data) == hashlib.sha256(data).hexdigest()[:32]
