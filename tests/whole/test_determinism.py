"""The same files and flags give the same plan, byte for byte, on every core and in every environment."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest

from support.geryon_command import geryon

EXPERIMENT = """\
command: {program: python, args: [train.py, "two words"]}
defaults: {params: {strasse: 1}, tags: [zebra]}
packs:
  model:
    name: model
    options:
      - {id: small, tag: Größe, params: {model: {width: 64, note: "naïve \\u2028 \\U0001F600 'x' \\"y\\""}}}
      - {id: large, tag: large, params: {model: {width: 512, betas: [0.9, 1e-07, -0.0, .inf]}}}
  rate: {name: rate, param: optimizer.lr, values: [1e-4, 0.1, 1.5e+300, null, "1e-4", yes]}
  seed: {name: seed, param: seed, range: [0, 2000]}
  late: {name: late, param: late, values: [a, "a b"]}
select: {packs: [{ref: model}, {ref: rate}, {ref: seed}, {ref: late}]}
constraints:
  exclude: [{when: {model: small, rate: 0.1}}]
  predicates: [{id: p, expr: "seed % 3 != 1 or model.width > 100"}]
merge: {mode: merge}
"""
SURROUNDINGS = [
    {"GERYON_CORE": "python", "PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
    {"GERYON_CORE": "rust", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu"},
    {"GERYON_CORE": "python", "PYTHONHASHSEED": "3", "LC_ALL": "POSIX", "TZ": "America/St_Johns", "LANG": "tr_TR"},
]


def different(left: Path, right: Path) -> list[str]:
    """Names below two directories that are not the same on both sides, with the same bytes."""
    names = {path.relative_to(left) for path in left.rglob("*")} | {
        path.relative_to(right) for path in right.rglob("*")
    }
    files = [str(name) for name in names if not ((left / name).is_dir() and (right / name).is_dir())]
    _, mismatch, errors = filecmp.cmpfiles(left, right, files, shallow=False)
    return sorted(mismatch + errors)


def test_plans_do_not_depend_on_core_hash_seed_locale_or_zone(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """`diff -r` of two plans of 20,000 configurations is empty."""
    experiment = tmp_path / "experiment.yaml"
    experiment.write_text(EXPERIMENT, encoding="utf-8")
    plans = []
    for number, surroundings in enumerate(SURROUNDINGS):
        if surroundings["GERYON_CORE"] == "rust" and "rust" not in request.getfixturevalue("cores"):
            continue
        out = tmp_path / f"out{number}"
        done = geryon(
            "plan", "-q", "--experiment", "experiment.yaml", "--out", str(out), "--run-id", "same",
            "--batch-size", "777", "--limit", "20000", cwd=tmp_path, env=surroundings,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        plans.append(out / "runs" / "same" / "plan")
    assert (plans[0] / "configs.jsonl").read_bytes().count(b"\n") == 20_000
    for other in plans[1:]:
        assert different(plans[0], other) == []
