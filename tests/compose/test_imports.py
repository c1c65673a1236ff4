"""Imports, packages, and what counts of an imported file."""

from __future__ import annotations

import hashlib

import pytest

from geryon.errors import InvalidInput
from support.composing import COMMAND, composed, packs, resolved, told

LIB = "packs: {m: {name: m, options: [{id: a, params: {x: 1}}]}}\ngroups: {g: [{ref: m}]}\n"


def test_definitions_have_the_name_of_their_package() -> None:
    """One file under several packages gives each definition several names."""
    text = COMMAND + "imports: [{path: lib.yaml, package: p}, {path: lib.yaml, package: q}, {path: lib.yaml}]\n"
    assert sorted(composed(text, {"lib.yaml": LIB}).registry.packs) == ["m", "p.m", "q.m"]


def test_packages_neither_nest_nor_are_inherited() -> None:
    """What a packaged file imports has the package that its own import says, or none."""
    files = {
        "one.yaml": "imports: [{path: two.yaml, package: q}, {path: three.yaml}]\npacks: {a: {name: a}}\n",
        "two.yaml": "packs: {b: {name: b}}\n",
        "three.yaml": "packs: {c: {name: c}}\n",
    }
    registry = composed(COMMAND + "imports: [{path: one.yaml, package: p}]\n", files).registry
    assert sorted(registry.packs) == ["c", "p.a", "q.b"]


def test_paths_are_relative_to_the_importing_file() -> None:
    """Joined lexically; the files are kept as written, with the hash of their bytes, the root first."""
    files = {"/x/sub/one.yaml": "imports: [{path: ../two.yaml}, {path: /y/three.yaml}]\n", "/x/two.yaml": LIB,
             "/y/three.yaml": "option_sets: {}\n"}  # fmt: skip
    document = composed(COMMAND + "imports: [{path: sub/one.yaml}]\n", files, root="/x/experiment.yaml")
    assert [(file.written, file.path) for file in document.files] == [
        ("/x/experiment.yaml", "/x/experiment.yaml"),
        ("sub/one.yaml", "/x/sub/one.yaml"),
        ("../two.yaml", "/x/two.yaml"),
        ("/y/three.yaml", "/y/three.yaml"),
    ]
    assert document.files[2].sha256 == hashlib.sha256(LIB.encode()).hexdigest()


def test_a_file_that_is_imported_twice_is_read_once() -> None:
    """Two ways to one file, and two spellings of its path, are one import."""
    files = {"one.yaml": "imports: [{path: ./lib.yaml}]\n", "two.yaml": "imports: [{path: x/../lib.yaml}]\n",
             "lib.yaml": LIB}  # fmt: skip
    document = composed(COMMAND + "imports: [{path: one.yaml}, {path: two.yaml}]\n", files)
    assert [file.path for file in document.files] == ["experiment.yaml", "one.yaml", "lib.yaml", "two.yaml"]


def test_references_without_a_dot_stay_in_their_package() -> None:
    """In a packaged file `m` is its own `m`; with a dot or a slash the name is absolute."""
    files = {
        "lib.yaml": "packs: {m: {name: lib, param: x, range: [0, 1]}}\n"
        + "groups: {own: [{ref: m}], root: [{ref: /m}], other: [{ref: p.m}]}\n"
    }
    base = "imports: [{path: lib.yaml, package: p}]\npacks: {m: {name: root, param: x, range: [0, 1]}}\n"
    for group, name in (("own", "lib"), ("root", "root"), ("other", "lib")):
        assert list(packs(resolved(base + f"select: {{groups: [p.{group}]}}\n", files))) == [name]


def test_a_definition_with_a_slash_is_absolute() -> None:
    """A packaged file may define a name outside of its package."""
    document = composed(COMMAND + "imports: [{path: lib.yaml, package: p}]\n", {"lib.yaml": "packs: {/m: {name: m}}\n"})
    assert list(document.registry.packs) == ["m"]


def test_other_sections_of_an_imported_file_are_ignored() -> None:
    """With a diagnostic for each, whatever stands in them."""
    files = {"lib.yaml": LIB + "command: 3\ndefaults: {params: {y: 1}}\nrun_sets: {r: {}}\n"}
    document = composed(COMMAND + "imports: [{path: lib.yaml}]\n", files)
    assert told(document.diagnostics) == [(("ignored-section"), name) for name in ("command", "defaults", "run_sets")]
    assert document.experiment.defaults is None


def test_each_file_is_judged_by_its_own_schema() -> None:
    """Unknown keys are warnings only in the file that asks for it."""
    warn = "schema: {unknown_key_behavior: warn}\n"
    document = composed(COMMAND + "imports: [{path: lib.yaml}]\n", {"lib.yaml": warn + "pakcs: {}\n"})
    assert told(document.diagnostics) == [("unknown-key", "pakcs")]
    with pytest.raises(InvalidInput, match="unknown key `pakcs`"):
        composed(COMMAND + warn + "imports: [{path: lib.yaml}]\n", {"lib.yaml": "pakcs: {}\n"})


def test_problems_of_all_files_come_together() -> None:
    """Also those of files that a broken file imports."""
    files = {"one.yaml": "pakcs: {}\nimports: [{path: two.yaml}]\n", "two.yaml": "groups: [}\n"}
    with pytest.raises(InvalidInput) as caught:
        composed("defaults: 1\nimports: [{path: one.yaml}]\n", files)
    assert [(each.code, each.place.file) for each in caught.value.problems] == [
        ("missing-key", "experiment.yaml"),
        ("wrong-type", "experiment.yaml"),
        ("unknown-key", "one.yaml"),
        ("yaml-syntax", "two.yaml"),
    ]


def test_a_file_that_cannot_be_read_is_reported_at_its_import() -> None:
    """Line and column of the import's path; the root has no line."""
    with pytest.raises(InvalidInput) as caught:
        composed(COMMAND + "imports:\n- path: none.yaml\n")
    place = caught.value.problems[0].place
    assert (place.file, place.line, place.column) == ("experiment.yaml", 3, 9)


def test_unexpected_readings_of_values_are_told() -> None:
    """In parameters and values; where a string is expected, nothing was read otherwise."""
    text = (
        "defaults: {params: {a: 010, b: [1:30, no]}, tags: [on]}\n"
        "packs: {m: {name: 010, param: x, values: [0x10, 011]}}\n"
    )
    assert told(composed(COMMAND + text).diagnostics) == [
        ("yaml-reading", "defaults.params.a"),
        ("yaml-reading", "defaults.params.b[0]"),
        ("yaml-reading", "defaults.params.b[1]"),
        ("yaml-reading", "packs.m.values[1]"),
    ]
