"""Whole-command times of planning, beside one process that writes the same bytes.

Run it with `make bench`, or `python benches/bench_plan.py [--rounds N] [--sizes N ...]` with geryon installed. Every
figure is the median of the rounds; the candidates take turns in each round, so that a drift of the machine meets all.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
EXPERIMENT = """\
schema: {{version: 4}}
command: {{program: python, args: [train.py]}}
defaults:
  params: {{train: {{epochs: 10}}}}
packs:
  model:
    name: model
    options:
      - {{id: small, tag: small, params: {{model: {{width: 64, depth: 2}}}}}}
      - {{id: large, tag: large, params: {{model: {{width: 512, depth: 8}}}}}}
  optimizer:
    name: optimizer
    options:
      - {{id: sgd, tag: sgd, params: {{optimizer: {{name: sgd, momentum: 0.9}}}}}}
      - {{id: adam, tag: adam, params: {{optimizer: {{name: adam, betas: [0.9, 0.999]}}}}}}
  rate:
    name: rate
    options:
      - {{id: low, params: {{optimizer: {{lr: 0.001}}}}}}
      - {{id: high, params: {{optimizer: {{lr: 0.01}}}}}}
  seed: {{name: seed, param: train.seed, range: [0, {seeds}]}}
select:
  packs: [{{ref: model}}, {{ref: optimizer}}, {{ref: rate}}, {{ref: seed}}]
constraints:
  exclude:
    - when: {{optimizer: sgd, rate: low}}
  predicates:
    - {{id: fits, expr: "model.width * model.depth <= 4096 or optimizer.name == 'adam'"}}
"""


def seconds(command: list[str], core: str | None = None) -> float:
    """Wall seconds of one command that must succeed."""
    environment = dict(os.environ)
    if core is not None:
        environment["GERYON_CORE"] = core
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def plan_command(experiment: Path, out: Path) -> list[str]:
    """The documented command, with batches of 1000."""
    return [
        sys.executable, "-c", "from geryon.cli import main; main()",
        "plan", "-q", "--experiment", str(experiment), "--out", str(out), "--run-id", "bench", "--batch-size", "1000",
    ]  # fmt: skip


def measure(size: int, rounds: int, work: Path) -> None:
    """Print the row of one size."""
    experiment = work / f"experiment_{size}.yaml"
    experiment.write_text(EXPERIMENT.format(seeds=size // 6))
    times: dict[str, list[float]] = {"rust": [], "python": [], "write": []}
    written = 0
    for _ in range(rounds):
        for core in ("rust", "python"):
            out = work / core
            times[core].append(seconds(plan_command(experiment, out), core))
        source = work / "rust" / "runs" / "bench"
        written = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
        copy = work / "copy"
        times["write"].append(seconds([sys.executable, str(HERE / "write_bytes.py"), str(source), str(copy)]))
        for directory in ("rust", "python", "copy"):
            shutil.rmtree(work / directory)
    median = {name: statistics.median(values) for name, values in times.items()}
    print(
        f"{size:>9} {written / 1e6:>9.1f} {median['write']:>9.3f} {median['rust']:>9.3f} {median['python']:>9.3f}"
        f" {median['rust'] / median['write']:>11.2f} {median['python'] / median['write']:>13.2f}"
    )


def main() -> None:
    """Measure planning, then start-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    arguments = parser.parse_args()
    print(f"# python {platform.python_version()}, {os.cpu_count()} cores, medians of {arguments.rounds}, wall seconds")
    print("# write: one process that writes the same files; ratios are plan / write")
    print("  configs        MB     write      rust    python  rust/write  python/write")
    with tempfile.TemporaryDirectory() as directory:
        for size in arguments.sizes:
            measure(size, arguments.rounds, Path(directory))
    version = [sys.executable, "-c", "from geryon.cli import main; main()", "--version"]
    bare = [sys.executable, "-c", "pass"]
    starts = [(seconds(version), seconds(bare)) for _ in range(arguments.rounds)]
    ours, theirs = (statistics.median(column) for column in zip(*starts, strict=True))
    ratio = ours / theirs
    print(f"geryon --version {ours * 1000:.0f} ms, a bare interpreter {theirs * 1000:.0f} ms, ratio {ratio:.1f}")


if __name__ == "__main__":
    main()
