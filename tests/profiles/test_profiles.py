"""Good profiles files: what is read, and what `list-profiles` shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from geryon.app.profiles import choose_profile, list_profiles
from geryon.schema.profiles import Profile, parse_profiles
from geryon.schema.settings import RunSettings, SlurmDefaults
from geryon.schema.settings_fields import settings_fields

FOUNDING = """
profiles:
  local_fast:
    defaults:
      run_local:
        executor: process
        max_concurrent_tasks: 4
        cores_per_task: 1
        resume: true
        progress: true

  a100_short:
    partition: gpu
    time_min: 240
    cpus_per_task: 8
    mem_gb: 64
    gpus_per_node: 1
    mail_user: you@example.org
    mail_type: END,FAIL
    env_script: ./env/bootstrap.sh
    env_setup_cmds:
      - export OMP_PROC_BIND=true
    slurm_setup_cmds:
      - module load cuda/12.2
    slurm_additional_parameters:
      account: my_project
      qos: normal
      constraint: a100
      exclusive: true
    defaults:
      run_slurm:
        executor: tmux
        max_concurrent_tasks: 2
        cores_per_task: 4
        batches_per_task: 2
        resume: true
        query_status: true
    env:
      DATA_ROOT: /scratch/data
"""


def profile(text: str) -> Profile:
    """The profile `p` of a file."""
    return parse_profiles(text, "profiles.yaml")[0].profiles["p"]


def local(line: str) -> dict[str, object]:
    """What a line under defaults.run_local gives."""
    return profile(f"profiles: {{p: {{defaults: {{run_local: {{{line}}}}}}}}}").defaults_of("run_local")


def test_the_example_of_the_readme_loads() -> None:
    """Every key of it, each as it is meant."""
    file, diagnostics = parse_profiles(FOUNDING, "profiles.yaml")
    assert diagnostics == []
    assert file.profiles["local_fast"].explicit() == {}
    assert file.profiles["local_fast"].defaults_of("run_local") == {
        "executor": "process",
        "max_concurrent_tasks": 4,
        "cores_per_task": 1,
        "resume": True,
        "progress": True,
    }
    slurm = file.profiles["a100_short"]
    assert slurm.defaults_of("run_local") == {}
    assert slurm.defaults_of("run_slurm")["executor"] == "tmux"
    assert slurm.explicit()["mail_type"] == ["END", "FAIL"]
    assert slurm.explicit()["slurm_additional_parameters"]["exclusive"] is True


@pytest.mark.parametrize("key", ["max_concurrent_tasks", "max-concurrent-tasks", "max-concurrent_tasks"])
def test_keys_take_dash_or_underscore(key: str) -> None:
    """Also the names of sections."""
    assert local(f"{key}: 3") == {"max_concurrent_tasks": 3}
    text = f"profiles: {{p: {{mem-gb: 2, defaults: {{run-local: {{{key}: 3}}}}}}}}"
    assert profile(text).defaults_of("run_local") == {"max_concurrent_tasks": 3}
    assert profile(text).explicit() == {"mem_gb": 2.0}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("retry_on_status: failed", ["failed"]),
        ("retry_on_status: 'failed, terminated'", ["failed", "terminated"]),
        ("retry_on_status: [terminated]", ["terminated"]),
        ("retry_on_status: []", []),
        ("gpus: 0", ["0"]),
        ("gpus: '0,GPU-1f'", ["0", "GPU-1f"]),
        ("gpus: [0, 1]", ["0", "1"]),
        ("cores: 3", "3"),
        ("cores: '0-3,8'", "0-3,8"),
        ("fail_fast_threshold: 0.2", 0.2),
        ("fail_fast_threshold: 20%", 0.2),
        ("fail_fast_threshold: '14.3%'", 0.143),
        ("fail_fast_threshold: 1", 1),
        ("batches_per_task: auto", "auto"),
        ("batches_per_task: 4", 4),
        ("command_timeout_sec: 90", 90.0),
        ("command_timeout_sec: 1e-1", 0.1),
    ],
)
def test_forms_of_values(line: str, value: object) -> None:
    """Comma strings and lists, rates and percentages, numbers that stand for strings."""
    assert list(local(line).values()) == [value]


def test_null_means_not_set_where_that_is_a_value() -> None:
    """It overrides a lower layer; a null list or section is absent."""
    assert local("command_timeout_sec: , max_failures: null") == {"command_timeout_sec": None, "max_failures": None}
    assert profile("profiles: {p: {env: , env_setup_cmds: , defaults: }}").explicit() == {}


def test_strings_are_taken_as_written() -> None:
    """`010` and `on` are no numbers and no booleans where a string is expected."""
    found = profile("profiles: {p: {job_name: 010, env: {A: on, B: 1e3, C: ''}}}")
    assert found.explicit() == {"job_name": "010", "env": {"A": "on", "B": "1e3", "C": ""}}


def test_sexagesimal_numbers_are_told() -> None:
    """`4:00` is 240 to YAML: right by luck, and worth a warning."""
    file, diagnostics = parse_profiles("profiles: {p: {time_min: 4:00}}", "profiles.yaml")
    assert file.profiles["p"].time_min == 240
    assert [diagnostic.code for diagnostic in diagnostics] == ["yaml-reading"]


def test_list_profiles_shows_names_not_values(tmp_path: Path) -> None:
    """Of env the names, of assignments in bash lines the left side."""
    path = tmp_path / "profiles.yaml"
    path.write_text(
        "profiles:\n  p:\n    env: {TOKEN: geheim}\n    env_setup_cmds: [module load x, export KEY=geheim B=geheim]\n"
        "    slurm_setup_cmds: ['KEY=geheim true']\n    defaults: {run_local: {cores: '0'}}\n  q: {}\n"
    )
    result = list_profiles(str(path)).result
    assert "geheim" not in result.model_dump_json()
    assert [row.name for row in result.profiles] == ["p", "q"]
    assert result.profiles[0].settings == {
        "env": ["TOKEN"],
        "env_setup_cmds": ["module load x", "export KEY=..."],
        "slurm_setup_cmds": ["KEY=..."],
        "defaults": {"run_local": {"cores": "0"}},
    }


def test_the_default_file_is_used_when_a_profile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """./profiles.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "profiles.yaml").write_text("profiles: {p: {}}")
    chosen = choose_profile("p", None)
    assert chosen.profile is not None
    assert (chosen.profile[0], chosen.directory) == ("p", "")


@pytest.mark.parametrize("model", [RunSettings, SlurmDefaults])
def test_every_setting_is_described(model: type[RunSettings] | type[SlurmDefaults]) -> None:
    """Name, kind, default and a description, from which options and documents are made."""
    fields = settings_fields(model)
    assert [field.name for field in fields] == list(model.model_fields)
    for field in fields:
        assert field.description, field.name
        assert field.option == "--" + field.name.replace("_", "-")
        assert bool(field.choices) == (field.kind == "choice")
        assert field.nullable or field.default is not None
