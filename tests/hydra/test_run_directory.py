"""A real Hydra application gets the directory and the values that it was sent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from geryon.hydra import encode, run_dir_override

APPLICATION = """
import json, os
import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf

@hydra.main(version_base=None, config_path=None)
def main(config):
    directory = HydraConfig.get().runtime.output_dir
    with open(os.path.join(directory, "seen.json"), "w") as file:
        json.dump({"directory": directory, "config": OmegaConf.to_container(config, resolve=True)}, file)

main()
"""

VALUES: list[Any] = [None, True, -3, 1e-05, 1.0, "1.0", "", "it's", 'a\\"b\\', "a, b=[c]", "x\ny"]
VALUES += [["null", [{"a b": "é"}]], {}]


@pytest.mark.parametrize(
    "name", ["plain", "a b=c,d", 'it\'s "q"', "a$b%j", "back\\slash\\", "back\\'", "[x]{y}(z)", "line\nend", "é😀~#;&"]
)
def test_the_application_runs_in_exactly_that_directory(tmp_path: Path, name: str) -> None:
    """The run directory holds what the application wrote, and the values are equal by value and type."""
    script = tmp_path / "application.py"
    script.write_text(APPLICATION, encoding="utf-8")
    directory = tmp_path / "runs" / name
    overrides = [f"+p{index}={encode(value)}" for index, value in enumerate(VALUES)]
    command = [sys.executable, str(script), *overrides, run_dir_override(str(directory))]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    seen = json.loads((directory / "seen.json").read_text(encoding="utf-8"))
    assert seen["directory"] == str(directory)
    assert json.dumps(list(seen["config"].values())) == json.dumps(VALUES)
    assert [entry.name for entry in (tmp_path / "runs").iterdir()] == [name]
