"""Precedence: built-in values < defaults.run_local < explicit profile fields < options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geryon.app.run_local import show_settings
from geryon.app.run_request import RunRequest, local_settings
from geryon.errors import InvalidInput
from geryon.execute.effective import BUILT_IN, effective, environment_flags
from geryon.schema.profiles import Profile, parse_profiles
from geryon.schema.settings import RunSettings

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "max_concurrent_tasks": st.integers(1, 99),
    "cores_per_task": st.integers(1, 99),
    "command_timeout_sec": st.none() | st.floats(0.5, 99),
    "max_retries": st.integers(0, 9),
    "max_failures": st.none() | st.integers(1, 9),
    "retry_on_status": st.lists(st.sampled_from(["failed", "terminated"]), unique=True),
    "fail_fast_threshold": st.none() | st.sampled_from([0.25, 0.5, 1.0]),
    "resume": st.booleans(),
    "logs": st.sampled_from(["split", "merged", "failed_only"]),
    "claims": st.booleans(),
}
LAYER = st.fixed_dictionaries({}, optional=VALUES)
ENVIRONMENT = st.dictionaries(st.sampled_from("ABC"), st.text("xyz", max_size=2), max_size=3)


def profile(defaults: dict[str, Any], **explicit: Any) -> tuple[str, Profile]:
    """A profile `p` with these defaults.run_local and explicit fields."""
    text = json.dumps({"profiles": {"p": {**explicit, "defaults": {"run_local": defaults}}}})
    return "p", parse_profiles(text, "profiles.yaml")[0].profiles["p"]


@given(LAYER, LAYER)
def test_the_highest_layer_that_sets_a_value_wins(defaults: dict[str, Any], flags: dict[str, Any]) -> None:
    """For each setting by itself, null included, and its origin says which layer that was."""
    found = effective("run_local", profile(defaults), flags)
    for name in RunSettings.model_fields:
        if name in flags:
            expected, origin = flags[name], "--" + name.replace("_", "-")
        elif name in defaults:
            expected, origin = defaults[name], "profile `p`, defaults.run_local"
        else:
            expected, origin = RunSettings.model_fields[name].default, BUILT_IN
        assert (getattr(found.settings, name), found.origins[name]) == (expected, origin), name


@given(st.none() | ENVIRONMENT, st.none() | ENVIRONMENT)
def test_env_is_laid_over_by_name(explicit: dict[str, str] | None, flags: dict[str, str] | None) -> None:
    """`--env` replaces or adds single variables of the profile."""
    chosen = profile({}) if explicit is None else profile({}, env=explicit)
    found = effective("run_local", chosen, {} if flags is None else {"env": flags})
    assert found.settings.env == {**(explicit or {}), **(flags or {})}


def test_explicit_fields_stand_above_defaults_and_below_options() -> None:
    """Those that a local run knows; Slurm's resource keys are none of its settings."""
    chosen = profile({"logs": "merged"}, env_setup_cmds=["a"], mem_gb=3, partition="gpu")
    found = effective("run_local", chosen, {"env_setup_cmds": ["b"]})
    assert found.settings.env_setup_cmds == ["b"]
    assert found.origins["env_setup_cmds"] == "--env-setup-cmds"
    assert effective("run_local", chosen, {}).origins["env_setup_cmds"] == "profile `p`"
    assert "mem_gb" not in found.origins


def test_the_defaults_of_another_command_do_not_count() -> None:
    """run_slurm's are not run_local's."""
    text = '{"profiles": {"p": {"defaults": {"run_slurm": {"executor": "tmux", "max_retries": 3}}}}}'
    file, _ = parse_profiles(text, "profiles.yaml")
    found = effective("run_local", ("p", file.profiles["p"]), {})
    assert (found.settings.executor, found.settings.max_retries) == ("process", 0)


def test_env_script_is_relative_to_the_profiles_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option's is relative to where the user is; absolute paths stay; a missing one is an error before anything."""
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "boot.sh").write_text("true")
    (tmp_path / "here.sh").write_text("true")
    (tmp_path / "conf" / "profiles.yaml").write_text("profiles: {p: {env_script: ./boot.sh}, q: {env_script: gone.sh}}")
    monkeypatch.chdir(tmp_path)
    request = RunRequest(profile="p", profiles_file="conf/profiles.yaml")
    assert local_settings(request)[0].settings.env_script == str(tmp_path / "conf" / "boot.sh")
    request = RunRequest(profile="p", profiles_file="conf/profiles.yaml", flags={"env_script": "here.sh"})
    assert local_settings(request)[0].settings.env_script == str(tmp_path / "here.sh")
    with pytest.raises(InvalidInput) as caught:
        local_settings(RunRequest(profile="q", profiles_file="conf/profiles.yaml"))
    assert caught.value.problems[0].code == "env-script-missing"
    assert "conf/gone.sh" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"cores_per_task": 0}, ["`cores_per_task` (--cores-per-task)", "greater than or equal to 1, not `0`"]),
        ({"fail_fast_threshold": "x"}, ["`fail_fast_threshold`", "expected a rate"]),
        ({"cores": "3-1"}, ["expected a list of CPUs", "3-1"]),
        ({"retry_on_status": "done"}, ["`retry_on_status`", "'failed' or 'terminated'"]),
        ({"logs": "no"}, ["`logs`"]),
        ({"batches_per_task": "x"}, ["expected a positive integer or `auto`"]),
        ({"nonsense": 1}, ["`nonsense`"]),
    ],
)
def test_wrong_options_name_the_option(flags: dict[str, Any], words: list[str]) -> None:
    """Exit code 2."""
    with pytest.raises(InvalidInput) as caught:
        effective("run_local", None, flags)
    (problem,) = caught.value.problems
    assert problem.code == "bad-setting"
    assert all(word in problem.message for word in words), problem.message


def test_text_of_options_is_read_like_a_profile() -> None:
    """What the command line gives as strings."""
    flags = {
        "fail_fast_threshold": "20%",
        "retry_on_status": "failed,terminated",
        "cores": "0-1",
        "batches_per_task": "auto",
    }
    settings = effective("run_local", None, flags).settings
    assert (settings.fail_fast_threshold, settings.retry_on_status) == (0.2, ["failed", "terminated"])
    assert (settings.cores, settings.batches_per_task) == ("0-1", "auto")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("executor", "tmux"),
        ("executor", "pylauncher"),
        ("smt", False),
        ("gpus", ["0"]),
        ("gpus_per_task", 1),
        ("tasks_per_gpu", 2),
    ],
)
def test_what_this_version_does_not_do_is_refused(name: str, value: Any) -> None:
    """From a profile as from an option, with where it came from; never silently ignored."""
    for chosen, flags, origin in (
        (profile({name: value}), {}, "profile `p`, defaults.run_local"),
        (None, {name: value}, "--" + name.replace("_", "-")),
    ):
        with pytest.raises(InvalidInput) as caught:
            effective("run_local", chosen, flags)
        (problem,) = caught.value.problems
        assert problem.code == "setting-not-supported"
        assert origin in problem.message
    unasked = effective("run_local", profile({name: value}), {name: RunSettings.model_fields[name].default})
    assert unasked.origins[name] == "--" + name.replace("_", "-")


def test_hints_are_accepted() -> None:
    """What a local run of this version does anyway, or what only shows."""
    settings = {"claims": False, "progress": True, "failure_scope": "run", "batches_per_task": "auto"}
    assert effective("run_local", profile(settings), {}).settings.progress


def test_env_of_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """NAME=VALUE as it stands, NAME from the process environment; all bad names are told, no value is."""
    found = environment_flags(["A=1=2", "B", "C="], {"B": "inherited"})
    assert found == {"A": "1=2", "B": "inherited", "C": ""}
    with pytest.raises(InvalidInput) as caught:
        environment_flags(["1A=geheim", "GONE", "GERYON_OWNER=geheim", "=geheim"], {})
    assert [problem.code for problem in caught.value.problems] == [
        "bad-environment-name", "environment-not-set", "bad-environment-name", "bad-environment-name",
    ]  # fmt: skip
    assert not any("geheim" in problem.message for problem in caught.value.problems)
    monkeypatch.setenv("FROM_HERE", "x")
    assert local_settings(RunRequest(flags={"env": ["FROM_HERE"]}))[0].settings.env == {"FROM_HERE": "x"}


def test_shown_settings_hide_values() -> None:
    """--show-settings prints names and origins."""
    flags = {"env": ["TOKEN=geheim"], "env_setup_cmds": ["export KEY=geheim"], "max_retries": 2}
    result = show_settings(RunRequest(flags=flags)).result
    assert "geheim" not in result.model_dump_json()
    rows = {row.name: (row.value, row.origin) for row in result.settings}
    assert rows["env"] == (["TOKEN"], "--env")
    assert rows["max_retries"] == (2, "--max-retries")
    assert rows["logs"] == ("split", "built-in")
