"""Malformed profiles files: each gives its code at its line and column, and writes nothing."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from geryon.app.profiles import choose_profile, list_profiles
from geryon.errors import InvalidInput, Problem
from geryon.schema.profiles import parse_profiles

LOCAL = "profiles:\n  p:\n    defaults:\n      run_local:\n        "
SLURM = "profiles:\n  p:\n    defaults:\n      run_slurm:\n        "
OWN = "profiles:\n  p:\n    "

# text, code, line, column, path, part of the message, part of the hint
CASES = [
    ("", "empty-file", None, None, None, "", None),
    ("[]", "wrong-type", 1, 1, None, "expected a profiles file, not a list", None),
    ("profile: {}", "unknown-key", 1, 1, "profile", "unknown key `profile`", "did you mean `profiles`?"),
    ("x: 1", "missing-key", 1, 1, None, "the key `profiles` is missing", "add `profiles:`"),
    ("profiles:", "missing-key", 1, 1, None, "the key `profiles` is missing", None),
    ("profiles: [a]", "wrong-type", 1, 11, "profiles", "expected a mapping, not a list", None),
    ("profiles: x", "wrong-type", 1, 11, "profiles", "expected a mapping, not `x`", None),
    ("profiles: {p: x}", "wrong-type", 1, 15, "profiles.p", "expected a profile, not `x`", None),
    ("profiles: {p: }", "wrong-type", 1, 15, "profiles.p", "expected a profile, not null", None),
    ("profiles: {p: [}", "yaml-syntax", 1, 16, None, "", None),
    ("profiles:\n  p: {}\n  p: {}", "duplicate-key", 3, 3, None, "p", None),
    ("profiles: {'': {}}", "empty-string", 1, 12, None, "not empty", None),
    (OWN + "partitoin: gpu", "unknown-key", 3, 5, "profiles.p.partitoin", "", "did you mean `partition`?"),
    (OWN + "PARTITION: gpu", "unknown-key", 3, 5, "profiles.p.PARTITION", "", "did you mean `partition`?"),
    (OWN + "executor: process", "unknown-key", 3, 5, "profiles.p.executor", "in a profile", None),
    (OWN + "time-min: 1\n    time_min: 2", "duplicate-key", 4, 5, None, "`time_min` is given twice", None),
    (OWN + "time_min: soon", "wrong-type", 3, 15, "profiles.p.time_min", "expected an integer, not `soon`", None),
    (OWN + "time_min: 0", "wrong-value", 3, 15, "profiles.p.time_min", "greater than or equal to 1, not `0`", None),
    (OWN + "time_min: 1.5", "wrong-type", 3, 15, "profiles.p.time_min", "expected an integer", None),
    (OWN + "time_min: true", "wrong-type", 3, 15, "profiles.p.time_min", "expected an integer", None),
    (OWN + "mem_gb: 0", "wrong-value", 3, 13, "profiles.p.mem_gb", "greater than 0", None),
    (OWN + "mem_gb: lots", "wrong-type", 3, 13, "profiles.p.mem_gb", "expected a number, not `lots`", None),
    (OWN + "mem_gb: .inf", "wrong-value", 3, 13, "profiles.p.mem_gb", "finite", None),
    (OWN + "cpus_per_task:", "wrong-type", 3, 19, "profiles.p.cpus_per_task", "expected an integer, not null", None),
    (OWN + "gpus_per_node: -1", "wrong-value", 3, 20, "profiles.p.gpus_per_node", "greater than or equal to 0", None),
    (OWN + "partition: [a]", "wrong-type", 3, 16, "profiles.p.partition", "expected a string, not a list", None),
    (OWN + "job_name: ''", "empty-string", 3, 15, "profiles.p.job_name", "not empty", None),
    (OWN + "mail_type: {a: b}", "wrong-type", 3, 16, "profiles.p.mail_type", "expected a string", None),
    (OWN + "env_script: {}", "wrong-type", 3, 17, "profiles.p.env_script", "expected a string, not a mapping", None),
    (
        OWN + "env_setup_cmds: true",
        "wrong-type",
        3,
        21,
        "profiles.p.env_setup_cmds",
        "expected a list, not `true`",
        None,
    ),
    (OWN + "env_setup_cmds: [a, [b]]", "wrong-type", 3, 25, "profiles.p.env_setup_cmds[1]", "expected a string", None),
    (OWN + "slurm_setup_cmds: {}", "wrong-type", 3, 23, "profiles.p.slurm_setup_cmds", "expected a list", None),
    (OWN + "slurm_additional_parameters: [a]", "wrong-value", 3, 34, None, "expected a mapping of options", None),
    (OWN + "slurm_additional_parameters: {a-b: 1, a_b: 2}", "duplicate-key", 3, 43, None, "`a_b` is given twice", None),
    (OWN + "slurm_additional_parameters: {a: [1]}", "wrong-type", 3, 38, None, "expected a string, number", None),
    (OWN + "env: [A=b]", "wrong-type", 3, 10, "profiles.p.env", "expected a mapping of names to values", None),
    (OWN + "env: {A: [b]}", "wrong-type", 3, 14, "profiles.p.env.A", "expected a string, not a list", None),
    (OWN + "env: {A: }", "wrong-type", 3, 14, "profiles.p.env.A", "expected a string, not null", None),
    (OWN + "env: {1A: b}", "bad-environment-name", 3, 11, "profiles.p.env.1A", "`1A` is no name", None),
    (OWN + "env: {'A=B': b}", "bad-environment-name", 3, 11, "profiles.p.env.A=B", "`A=B` is no name", None),
    (OWN + "env: {GERYON_RUN_ID: b}", "bad-environment-name", 3, 11, None, "`GERYON_RUN_ID` is set by geryon", None),
    (OWN + 'env: {A: "x\\0y"}', "bad-text", 3, 14, "profiles.p.env.A", "NUL", None),
    (
        OWN + "defaults: run_local",
        "wrong-type",
        3,
        15,
        "profiles.p.defaults",
        "expected the defaults of a profile",
        None,
    ),
    (OWN + "defaults: {local: {}}", "unknown-key", 3, 16, "profiles.p.defaults.local", "", "`run_local`"),
    (OWN + "defaults: {run_local: 1}", "wrong-type", 3, 27, "profiles.p.defaults.run_local", "not `1`", None),
    (LOCAL + "max_concurent_tasks: 2", "unknown-key", 5, 9, None, "", "did you mean `max_concurrent_tasks`?"),
    (LOCAL + "query_status: true", "unknown-key", 5, 9, None, "in the defaults of run_local", None),
    (SLURM + "progress: true", "unknown-key", 5, 9, None, "in the defaults of run_slurm", None),
    (LOCAL + "env: {A: b}", "unknown-key", 5, 9, None, "`env`", None),
    (LOCAL + "partition: gpu", "unknown-key", 5, 9, None, "`partition`", None),
    (LOCAL + "executor: proces", "wrong-value", 5, 19, None, "expected `process`", "did you mean `process`?"),
    (LOCAL + "executor: [process]", "wrong-type", 5, 19, None, "expected a string", None),
    (LOCAL + "max_concurrent_tasks: 0", "wrong-value", 5, 31, None, "greater than or equal to 1", None),
    (LOCAL + "cores_per_task: '2'", "wrong-type", 5, 25, None, "expected an integer", None),
    (LOCAL + "cores: 3-1", "wrong-value", 5, 16, None, "expected a list of CPUs such as `0-3,8`, not `3-1`", None),
    (LOCAL + "cores: [0, 1]", "wrong-type", 5, 16, None, "expected a string, not a list", None),
    (LOCAL + "smt: maybe", "wrong-type", 5, 14, None, "expected `true` or `false`, not `maybe`", None),
    (LOCAL + "resume: 1", "wrong-type", 5, 17, None, "expected `true` or `false`, not `1`", None),
    (LOCAL + "gpus: [[0]]", "wrong-type", 5, 16, None, "expected a string", None),
    (LOCAL + "batches_per_task: many", "wrong-value", 5, 27, None, "expected a positive integer or `auto`", None),
    (LOCAL + "command_timeout_sec: 0", "wrong-value", 5, 30, None, "greater than 0", None),
    (LOCAL + "command_timeout_sec: 5min", "wrong-type", 5, 30, None, "expected a number, not `5min`", None),
    (LOCAL + "kill_grace_sec: -1", "wrong-value", 5, 25, None, "greater than or equal to 0", None),
    (LOCAL + "kill_grace_sec: .nan", "wrong-value", 5, 25, None, "", None),
    (LOCAL + "max_retries: -1", "wrong-value", 5, 22, None, "greater than or equal to 0", None),
    (LOCAL + "retry_on_status: faild", "wrong-value", 5, 26, None, "expected `failed` or `terminated`", None),
    (LOCAL + "retry_on_status: [failed, success]", "wrong-value", 5, 35, None, "not `success`", None),
    (LOCAL + "max_failures: 0", "wrong-value", 5, 23, None, "greater than or equal to 1", None),
    (LOCAL + "fail_fast_threshold: 120%", "wrong-value", 5, 30, None, "less than or equal to 1, not `120%`", None),
    (LOCAL + "fail_fast_threshold: half", "wrong-value", 5, 30, None, "expected a rate", None),
    (LOCAL + "fail_fast_threshold: 0", "wrong-value", 5, 30, None, "greater than 0", None),
    (LOCAL + "fail_fast_min: 0", "wrong-value", 5, 24, None, "greater than or equal to 1", None),
    (LOCAL + "failure_scope: batch", "wrong-value", 5, 24, None, "expected `task` or `run`", None),
    (LOCAL + "logs: none", "wrong-value", 5, 15, None, "expected `split` or `merged` or `failed_only`", None),
    (SLURM + "sbatch_option: qos", "wrong-value", 5, 24, None, "expected a mapping of options", None),
    (SLURM + "requeue: 3", "wrong-type", 5, 18, None, "expected `true` or `false`", None),
    (SLURM + "array_parallelism: 0", "wrong-value", 5, 28, None, "greater than or equal to 1", None),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "path", "message", "hint"), CASES)
def test_malformed(
    text: str, code: str, line: int | None, column: int | None, path: str | None, message: str, hint: str | None
) -> None:
    """The first problem of that code stands where the file is wrong."""
    with pytest.raises(InvalidInput) as caught:
        parse_profiles(text, "profiles.yaml")
    found = [problem for problem in caught.value.problems if problem.code == code]
    assert found, caught.value.problems
    problem = found[-1]
    assert (problem.place.file, problem.place.line, problem.place.column) == ("profiles.yaml", line, column)
    if path is not None:
        assert problem.place.path == path
    assert message in problem.message
    assert not problem.message.endswith(".")
    if hint is not None:
        assert problem.hint is not None
        assert hint in problem.hint


def problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with a file."""
    with pytest.raises(InvalidInput) as caught:
        parse_profiles(dedent(text), "profiles.yaml")
    return caught.value.problems


def test_all_problems_come_together_in_the_order_of_the_file() -> None:
    """One pass finds them in every profile."""
    found = problems(
        """
        profiles:
          a: {mem_gb: 0, partitoin: x}
          b:
            env: {1: x}
            defaults: {run_local: {logs: x, claims: x}, run_slurm: {requeue: x}}
        """
    )
    assert [problem.place.line for problem in found] == [3, 3, 5, 6, 6, 6]


@pytest.mark.parametrize(
    "text",
    [
        "profiles: {p: {env: {TOKEN: [geheim]}}}",
        "profiles: {p: {env: geheim}}",
        "profiles: {p: {env: [geheim]}}",
        "profiles:\n  p:\n    env: {A B: geheim}",
        'profiles:\n  p:\n    env: {A: "geheim\\0"}',
        "profiles:\n  p:\n    env: {TOKEN: geheim\n",
    ],
)
def test_values_of_env_are_never_shown(text: str) -> None:
    """Neither in a message nor as the line of the file."""
    for problem in problems(text):
        assert "geheim" not in problem.message
        assert "geheim" not in (problem.hint or "")
        assert problem.place.source is None


def test_other_problems_show_their_line() -> None:
    """For the caret."""
    (problem,) = problems("profiles: {p: {mem_gb: lots}}")
    assert problem.place.source == "profiles: {p: {mem_gb: lots}}"


def test_an_unknown_profile_names_the_nearest(tmp_path: Path) -> None:
    """With a hint, at the file."""
    path = tmp_path / "profiles.yaml"
    path.write_text("profiles: {local_fast: {}, a100: {}}")
    with pytest.raises(InvalidInput) as caught:
        choose_profile("local_fats", str(path))
    (problem,) = caught.value.problems
    assert (problem.code, problem.hint) == ("unknown-profile", "did you mean `local_fast`?")


def test_a_profile_without_a_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--profile` looks for ./profiles.yaml; without a profile there need be no file."""
    monkeypatch.chdir(tmp_path)
    assert choose_profile(None, None).profile is None
    with pytest.raises(InvalidInput) as caught:
        choose_profile("x", None)
    assert caught.value.problems[0].hint == "give --profiles-file"
    for call in (lambda: choose_profile(None, "none.yaml"), lambda: list_profiles("none.yaml"), list_profiles):
        with pytest.raises(InvalidInput) as caught:
            call()
        assert caught.value.problems[0].code == "file-not-found"
