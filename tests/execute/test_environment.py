"""The environment of commands: what is in it, what wins, and what the scripts leave."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geryon.errors import Problem, RunFailure
from geryon.execute.cores import THREAD_VARIABLES
from geryon.execute.environment import Bootstrap, TaskEnvironment, prepare_environment
from geryon.execute.identity import TaskIdentity
from geryon.schema.plan import PlannedConfig

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True).map(lambda name: f"T_{name}")
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


def prepared(tmp_path: Path, bootstrap: Bootstrap) -> TaskEnvironment:
    """The environment that results; scripts run in `tmp_path`."""
    environment = prepare_environment(bootstrap, str(tmp_path), tmp_path)
    assert environment is not None
    return environment


def of_script(tmp_path: Path, text: str, *commands: str, **variables: str) -> dict[str, str]:
    """What a script and lines leave."""
    script = tmp_path / "boot strap.sh"
    script.write_text(text)
    return dict(prepared(tmp_path, Bootstrap(str(script), commands, variables)).base)


def failure(tmp_path: Path, text: str, *commands: str) -> Problem:
    """The problem that a failing script gives."""
    with pytest.raises(RunFailure) as caught:
        of_script(tmp_path, text, *commands)
    (problem,) = caught.value.problems
    assert problem.code == "env-script-failed"
    return problem


def command_environment(environment: TaskEnvironment, cores: tuple[int, ...] = (4, 5)) -> dict[str, str]:
    """What a command of the task gets."""
    config = PlannedConfig(
        run_id="run",
        config_id="c" * 32,
        batch_index=1,
        line_index=2,
        command=["program"],
        params={},
        choices={},
        tags=["a", "b"],
        wandb_name="a_b_cccccccc",
        selected_options={},
    )
    identity = TaskIdentity("run", "uid", nonce="nonce")
    return environment.for_command(identity, config, "attempt", "/workdir", "/cwd", cores)


def test_what_each_command_is_told(tmp_path: Path) -> None:
    """Run, configuration, attempt, directory, cores, owner; the W&B names; thread limits of its core count."""
    found = command_environment(prepared(tmp_path, Bootstrap()))
    expected = {
        "GERYON_RUN_ID": "run",
        "GERYON_CONFIG_ID": "c" * 32,
        "GERYON_ATTEMPT_ID": "attempt",
        "GERYON_WORKDIR": "/workdir",
        "GERYON_ASSIGNED_CORES": "4,5",
        "GERYON_OWNER": "uid.0.0.nonce",
        "WANDB_NAME": "a_b_cccccccc",
        "WANDB_TAGS": "a,b",
        "WANDB_RUN_GROUP": "run",
        "PWD": "/cwd",
        **dict.fromkeys(THREAD_VARIABLES, "2"),
    }
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "WANDB_NAME", "WANDB_RUN_GROUP"])
def test_what_is_merely_inherited_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Thread limits and W&B names of the shell that started geryon do not reach the commands."""
    monkeypatch.setenv(name, "inherited")
    assert command_environment(prepared(tmp_path, Bootstrap()))[name] != "inherited"
    found = of_script(tmp_path, f'echo "[${name}]" > seen')
    assert name not in found
    assert (tmp_path / "seen").read_text() == "[]\n"


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "WANDB_NAME", "WANDB_TAGS"])
def test_what_the_user_sets_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A profile's env or env_script overrides thread limits and W&B names, even with the inherited value."""
    monkeypatch.setenv(name, "7")
    profile = prepared(tmp_path, Bootstrap(variables={name: "7"}))
    assert command_environment(profile)[name] == "7"
    script = TaskEnvironment(of_script(tmp_path, f"export {name}=7"))
    assert command_environment(script)[name] == "7"


def test_geryons_own_names_always_win(tmp_path: Path) -> None:
    """A script cannot change what a command is told of its attempt."""
    found = command_environment(TaskEnvironment(of_script(tmp_path, "export GERYON_ATTEMPT_ID=x GERYON_RUN_ID=y")))
    assert (found["GERYON_ATTEMPT_ID"], found["GERYON_RUN_ID"]) == ("attempt", "run")


def test_script_then_lines_over_env(tmp_path: Path) -> None:
    """The script sees env, the lines see what the script left, and the last word counts."""
    found = of_script(
        tmp_path, 'export A="$A-script" B=1', 'export A="$A-line"', "unset B; export C=$((2 + 3))", A="env"
    )
    assert (found["A"], found.get("B"), found["C"]) == ("env-script-line", None, "5")


def test_like_conda(tmp_path: Path) -> None:
    """An activation that evaluates a hook, changes PATH, defines functions and works under set -e and set -u."""
    (tmp_path / "bin").mkdir()
    found = of_script(
        tmp_path,
        """set -eu
        hook() { printf 'export CONDA_PREFIX=%q\\nactivate() { export PATH="$CONDA_PREFIX/bin:$PATH"; }\\n' "$PWD"; }
        eval "$(hook -s bash)"
        activate myenv
        greet() { echo "hello
        there"; }
        export -f greet
        export WANDB_API_KEY=secret
        """,
    )
    assert found["CONDA_PREFIX"] == str(tmp_path)
    assert found["PATH"].startswith(f"{tmp_path}/bin:")
    assert found["WANDB_API_KEY"] == "secret"
    assert any(name.startswith("BASH_FUNC_greet") and "hello\n" in value for name, value in found.items())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_value_passes_through(tmp_path: Path, variables: dict[str, str]) -> None:
    """Newlines, quotes, `=`, controls and non-ASCII survive bash and the pipe."""
    found = of_script(tmp_path, "true", **variables)
    assert {name: found[name] for name in variables} == variables


def test_bash_leaves_no_traces_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SHLVL, PWD and the like are this process's, and no helper variable leaks, even under `set -a`."""
    monkeypatch.setenv("SHLVL", "5")
    found = of_script(tmp_path, "set -a; cd /; x=1", "y=2")
    assert found["SHLVL"] == "5"
    assert found.get("PWD") == os.environ.get("PWD")
    assert not [name for name in found if "geryon" in name]
    assert (found["x"], found["y"]) == ("1", "2")


def test_a_script_sees_no_arguments(tmp_path: Path) -> None:
    """`source activate "$@"` in it gets nothing of ours."""
    assert of_script(tmp_path, 'export COUNT=$# FIRST="${1-none}"')["COUNT"] == "0"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("false", "failed with exit status 1"),
        ("exit 7", "failed with exit status 7"),
        ("return 9", "failed with exit status 9"),
        ("set -e\nfalse\ntrue", "failed with exit status 1"),
        ("set -u\necho $NOT_SET_AT_ALL\n", "failed with exit status"),
        ("if then", "failed with exit status"),
        ("kill -9 $$", "was ended by signal 9"),
        ("exit 0", "ended the shell before its environment could be read"),
        ("nonexistent-program-xyz", "failed with exit status 127"),
    ],
)
def test_an_error_in_the_script_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    """The message names the script and how it failed; what it printed is in the log."""
    problem = failure(tmp_path, f"echo said; echo complained >&2\n{text}")
    assert "env_script `" in problem.message
    assert message in problem.message
    assert "said" in (tmp_path / "task.stdout.log").read_text() or "then" in text
    assert problem.hint is not None


def test_an_error_in_a_line_names_its_number_not_its_text(tmp_path: Path) -> None:
    """A line may hold a secret."""
    problem = failure(tmp_path, "true", "true", "export TOKEN=geheim; false")
    assert problem.message.startswith("env_setup_cmds[1] failed with exit status 1")
    assert "geheim" not in problem.message


def test_a_script_may_define_our_words(tmp_path: Path) -> None:
    """A function or an alias `printf` of its own is not used."""
    found = of_script(
        tmp_path, "printf() { :; }; shopt -s expand_aliases; alias printf=false; export A=1", "export B=2"
    )
    assert (found["A"], found["B"]) == ("1", "2")


def test_no_entry_of_the_environment_is_taken_for_a_step(tmp_path: Path) -> None:
    """An environment that arrived without its end is told of without its values."""
    script = """builtin() { [ "$2" = 'end\\0' ] || command builtin "$@"; }"""
    problem = failure(tmp_path, script, "export Z=geheim")
    assert "geheim" not in problem.message
    assert "=" not in problem.message


def test_the_log_is_the_users_alone(tmp_path: Path) -> None:
    """Scripts may print secrets: mode 0600, and nothing of the environment in it."""
    of_script(tmp_path, "echo out; echo err >&2", SECRET="geheim")
    for name, text in (("task.stdout.log", "out\n"), ("task.stderr.log", "err\n")):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        assert (tmp_path / name).read_text() == text


def test_lines_larger_than_a_pipe(tmp_path: Path) -> None:
    """Neither long lines nor a large environment block."""
    big = "x" * 300_000
    found = of_script(tmp_path, "for i in 1 2 3; do export BIG$i=${big:-y}; done", f"v={big}; export SIZE=${{#v}}")
    assert found["SIZE"] == "300000"
    assert len(of_script(tmp_path, "export BIG=$(head -c 120000 /dev/zero | tr '\\0' x)")["BIG"]) == 120_000


def test_a_background_process_does_not_hold_it_up(tmp_path: Path) -> None:
    """An agent that the script leaves behind keeps the pipe open; nobody waits for it."""
    found = of_script(tmp_path, "sleep 600 & export AGENT=$!")
    os.kill(int(found["AGENT"]), 9)


def test_a_stop_ends_the_script(tmp_path: Path) -> None:
    """A task that is asked to stop does not wait for its script."""
    script = tmp_path / "slow.sh"
    script.write_text("echo started > started; sleep 600")
    assert prepare_environment(Bootstrap(str(script)), str(tmp_path), tmp_path, (tmp_path / "started").exists) is None


def test_it_works_beside_other_threads(tmp_path: Path) -> None:
    """Two tasks of one process build their environments at the same time."""
    found: dict[int, dict[str, str]] = {}

    def build(number: int) -> None:
        directory = tmp_path / str(number)
        directory.mkdir()
        found[number] = of_script(directory, "sleep 0.05; export NUMBER", NUMBER=str(number))

    threads = [threading.Thread(target=build, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: values["NUMBER"] for number, values in found.items()} == {i: str(i) for i in range(4)}


def test_reprs_hide_values() -> None:
    """A traceback or a log line never shows them."""
    assert "geheim" not in repr(Bootstrap(variables={"A": "geheim"}))
    assert "geheim" not in repr(TaskEnvironment({"A": "geheim"}))
