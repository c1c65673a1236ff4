"""Runs that are interrupted, killed, refused by the system, or out of disk."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from geryon.app.collect import collect
from geryon.app.rerun import rerun
from geryon.app.run_local import run_local
from geryon.app.run_request import RunRequest
from geryon.artifacts.reader import Plan
from geryon.errors import RunFailure
from geryon.execute import loop as loop_module
from geryon.execute.control import TaskControl
from geryon.execute.cores import usable_cores
from geryon.execute.environment import Bootstrap
from geryon.execute.executors.process import Child, ProcessExecutor
from geryon.execute.executors.protocol import CommandSpec, Ended
from geryon.execute.history import RecordedHistory
from geryon.execute.identity import TaskIdentity
from geryon.execute.journal.task_journal import RecordsNotWritten
from geryon.execute.observer import Observer, Silent
from geryon.execute.task import TaskOutcome, TaskSpec, run_task
from geryon.results import read_results
from geryon.schema.events import EVENT
from geryon.schema.settings import RunSettings
from support.processes import alive, wait_until
from support.runs import events, make_run, records, run, shell

RUNNER = """
import json, sys
from pathlib import Path
from geryon.app.run_local import run_local
from geryon.app.run_request import RunRequest
from geryon.artifacts.reader import Plan
result = run_local(Plan(Path(sys.argv[1])), RunRequest(flags=json.loads(sys.argv[2]))).result
print(result.model_dump_json())
sys.exit(result.exit_code)
"""


def start_runner(plan: Plan, **flags: Any) -> subprocess.Popen[str]:
    """Run a plan in a process of its own."""
    arguments = [sys.executable, "-c", RUNNER, str(plan.layout.root), json.dumps(flags)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_end_a_run_in_order(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """What runs is ended and recorded as interrupted, what had ended keeps its result, the rest stays missing."""
    plan = make_run(tmp_path / "r", shell("exit 0", "echo $$ > pid; sleep 600", "exit 0", "exit 0"))
    runner = start_runner(plan, max_retries=3)
    wait_until(lambda: len(_text(tmp_path / "r" / "pid")) > 1)
    runner.send_signal(number)
    out, err = runner.communicate()
    assert runner.returncode == code, err
    assert not alive(int(_text(tmp_path / "r" / "pid")))
    found = [(r["status"], r["status_reason"]) for r in records(plan)]
    assert found == [("success", None), ("terminated", "interrupted")]
    result = json.loads(out)
    assert result["configurations"] == {"complete": 1, "failed": 1, "missing": 2}
    assert (result["stopped_by"], result["signal"]) == ("interrupted", number)
    assert [e["event"] for e in events(plan)][-3:] == ["interrupt", "command_complete", "task_end"]


def test_a_second_signal_kills_at_once(tmp_path: Path) -> None:
    """A command that ignores TERM has no grace any more."""
    plan = make_run(tmp_path / "r", shell("trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done"))
    runner = start_runner(plan, kill_grace_sec=3600)
    wait_until(lambda: len(_text(tmp_path / "r" / "pid")) > 1)
    runner.send_signal(signal.SIGINT)
    wait_until(lambda: any(e["event"] == "interrupt" for e in events(plan)))
    runner.send_signal(signal.SIGINT)
    _, err = runner.communicate()
    assert runner.returncode == 130, err
    (record,) = records(plan)
    assert (record["status"], record["status_reason"], record["signal"]) == ("terminated", "interrupted", 9)


def test_a_signal_during_env_script(tmp_path: Path) -> None:
    """The script is ended, no command starts, everything stays missing."""
    plan = make_run(tmp_path / "r", shell("exit 0"))
    runner = start_runner(plan, env_setup_cmds=[": > started; sleep 600"])
    wait_until((tmp_path / "r" / "started").exists)
    runner.send_signal(signal.SIGTERM)
    out, err = runner.communicate()
    assert runner.returncode == 143, err
    assert json.loads(out)["configurations"] == {"complete": 0, "failed": 0, "missing": 1}
    assert records(plan) == []


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """Under nohup a run survives SIGHUP."""
    plan = make_run(tmp_path / "r", shell(": > started; while [ ! -e go ]; do sleep 0.01; done"))
    arguments = [sys.executable, "-c", RUNNER, str(plan.layout.root), "{}"]
    runner = subprocess.Popen(["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *arguments], stdout=subprocess.PIPE)
    wait_until((tmp_path / "r" / "started").exists)
    runner.send_signal(signal.SIGHUP)
    (tmp_path / "r" / "go").touch()
    runner.communicate()
    assert runner.returncode == 0


def test_handlers_are_restored(tmp_path: Path) -> None:
    """A library user's own handlers are there again afterwards."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    run(make_run(tmp_path / "r", shell("exit 0")))
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


def test_a_damaged_plan_lets_what_runs_end(tmp_path: Path) -> None:
    """Found in the middle, it stops giving out work; the command that runs is recorded."""
    slow = "while [ ! -e go ]; do sleep 0.01; done"
    plan = make_run(tmp_path / "r", shell(slow, "echo > go", "exit 0", "exit 0"))
    lines = plan.layout.configs.read_bytes().splitlines(keepends=True)
    lines[2] = b"x" * (len(lines[2]) - 1) + b"\n"
    plan.layout.configs.write_bytes(b"".join(lines))
    with pytest.raises(RunFailure) as caught:
        run(plan, max_concurrent_tasks=2)
    assert caught.value.problems[0].code == "plan-damaged"
    assert [r["status"] for r in records(plan)] == ["success", "success"]
    end = events(plan)[-1]
    assert (end["event"], end["stopped_by"], end["dropped"]) == ("task_end", "failure", 2)


@pytest.mark.parametrize("ended", [1, 7, 20])
def test_kill_9_loses_no_record_and_repeats_no_success(tmp_path: Path, ended: int) -> None:
    """The records that a killed runner wrote stay, and a resumed run finishes the rest and repeats none of them."""
    commands = shell(*['echo x >> ran_"$GERYON_CONFIG_ID"; sleep 0.01'] * 30)
    plan = make_run(tmp_path / "r", commands, batch_size=4)
    runner = start_runner(plan, max_concurrent_tasks=2)
    wait_until(lambda: len(_lines(plan)) >= ended)
    runner.kill()
    runner.communicate()
    before = [r for r in map(json.loads, _lines(plan)) if r["status"] == "success"]
    assert len(before) >= ended
    assert all(event["event"] != "task_end" for event in events(plan))
    result = run(plan, max_concurrent_tasks=2)
    assert (result.configurations.complete, result.exit_code) == (30, 0)
    for record in before:
        assert (tmp_path / "r" / f"ran_{record['config_id']}").read_text() == "x\n"
    index = read_results(plan)
    assert index.by_status()["complete"] == 30
    assert len({r["workdir"] for r in records(plan)}) == len(records(plan))


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _lines(plan: Plan) -> list[bytes]:
    data = b"".join(path.read_bytes() for path in plan.layout.results.glob("task_*.jsonl"))
    return data[: data.rfind(b"\n") + 1].splitlines()


class Refusing(ProcessExecutor):
    """A process executor on a system that refuses some spawns."""

    def __init__(self, refusals: int, error: int) -> None:
        super().__init__()
        self.refusals = refusals
        self.error = error

    def start(self, spec: CommandSpec) -> Child:
        """Refuse a few times."""
        if self.refusals:
            self.refusals -= 1
            raise OSError(self.error, os.strerror(self.error))
        return super().start(spec)


def run_with(
    plan: Plan, executor: ProcessExecutor, observer: Observer | None = None, give_up_sec: float = 0.0
) -> TaskOutcome:
    """Run a whole plan as one task with this executor."""
    spec = TaskSpec(
        plan=plan,
        positions=range(plan.count),
        settings=RunSettings(),
        bootstrap=Bootstrap(),
        slots=[tuple(usable_cores(None, 1))],
        identity=TaskIdentity(plan.info.run_id, plan.info.run_uid),
        history=RecordedHistory(read_results(plan)),
        give_up_sec=give_up_sec,
    )
    return run_task(spec, executor, TaskControl(), observer or Silent())


@pytest.mark.parametrize("error", [errno.EAGAIN, errno.EMFILE, errno.ENOMEM])
def test_a_passing_shortage_is_waited_for(tmp_path: Path, error: int) -> None:
    """The same attempt starts later, no record tells of it, events do."""
    plan = make_run(tmp_path / "r", shell("exit 0", "exit 0"))
    outcome = run_with(plan, Refusing(2, error))
    assert (outcome.tally.succeeded, len(records(plan))) == (2, 2)
    told = [event for event in events(plan) if event["event"] == "executor_error"]
    assert [event["retry_in_sec"] for event in told] == [0.1, 0.2]
    assert [e["event"] for e in events(plan)].count("command_start") == 2
    for event in events(plan):
        EVENT.validate_python(event)


def test_a_lasting_shortage_ends_the_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some tries with nothing running: exit code 1, and nothing is recorded as failed."""
    monkeypatch.setattr(loop_module, "FIRST_BACK_OFF_SEC", 0.0)
    plan = make_run(tmp_path / "r", shell("exit 0", "exit 0"))
    with pytest.raises(RunFailure) as caught:
        run_with(plan, Refusing(10**6, errno.EAGAIN))
    assert caught.value.problems[0].code == "executor-failed"
    assert records(plan) == []
    assert events(plan)[-1]["event"] == "task_end"
    assert events(plan)[-1]["dropped"] == 2


class Filling(Silent):
    """An observer that fills a disk when the third command has started, and interrupts when it has ended."""

    def __init__(self, directory: Path, *, interrupt: bool = False) -> None:
        self.count = 0
        self.directory = directory
        self.interrupt = interrupt

    def started(self, config: Any, attempt_index: int, cores: tuple[int, ...]) -> None:
        """Count, and fill."""
        self.count += 1
        if self.count == 3:
            fill(self.directory)

    def ended(self, record: Any, retry: bool) -> None:
        """Interrupt."""
        if self.interrupt and self.count >= 3:
            os.kill(os.getpid(), signal.SIGTERM)


class Freeing(ProcessExecutor):
    """An executor that makes room as soon as the task waits with nothing running."""

    def __init__(self, ballast: Path) -> None:
        super().__init__()
        self.ballast = ballast
        self.freed = 0

    def wait(self, timeout: float | None) -> list[Ended]:
        """Make room, once."""
        if not self._running and self.ballast.exists():
            self.ballast.unlink()
            self.freed += 1
        return super().wait(timeout)


def fill(directory: Path) -> None:
    """Take all room of a file system."""
    with open(directory / "ballast", "ab", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError as error:
            assert error.errno == errno.ENOSPC


def test_a_full_disk_stops_giving_out_and_loses_no_record(small_disk: Path) -> None:
    """Records that cannot be written are kept, nothing more is started, and on giving up they are in the error."""
    plan = make_run(small_disk / "r", shell(*["exit 0"] * 20), batch_size=20)
    watching = Filling(small_disk)
    with pytest.raises(RecordsNotWritten) as caught:
        run_with(plan, ProcessExecutor(), watching)
    index = read_results(plan)
    assert index.damage == []
    assert 3 <= watching.count < 20
    assert index.attempts + len(caught.value.records) == watching.count
    (small_disk / "ballast").unlink()
    result = run(plan)
    assert result.configurations.complete == 20
    assert result.attempts.by_status.success == 20 - index.by_status()["complete"]


def test_a_disk_that_gets_room_again(small_disk: Path) -> None:
    """The task goes on where it stopped; every record is written once, every event too."""
    plan = make_run(small_disk / "r", shell(*["exit 0"] * 20), batch_size=20)
    executor = Freeing(small_disk / "ballast")
    outcome = run_with(plan, executor, Filling(small_disk), give_up_sec=60.0)
    assert (outcome.tally.succeeded, executor.freed) == (20, 1)
    index = read_results(plan)
    assert (index.attempts, index.damage) == (20, [])
    assert [event["event"] for event in events(plan)].count("command_complete") == 20


def test_records_that_found_no_disk_are_printed(small_disk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`run_local` writes them to stderr, so that they are somewhere; an interrupted run does not wait for room."""
    long_enough = "x" * 5000  # for a record to need room of its own
    plan = make_run(small_disk / "r", shell(*[f"exit 0 # {long_enough}"] * 6), batch_size=6)
    watching = Filling(small_disk, interrupt=True)
    with pytest.raises(RecordsNotWritten) as caught:
        run_local(plan, RunRequest(), watching)
    assert len(caught.value.records) == 1
    printed = [line for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    assert [line.encode() + b"\n" for line in printed] == caught.value.records


def test_a_full_disk_keeps_summaries_and_retry_files_away(small_disk: Path) -> None:
    """Both are whole or not there, and the error names the file."""
    plan = make_run(small_disk / "r", shell("exit 1"))
    run(plan)
    fill(small_disk)
    with pytest.raises(RunFailure) as caught:
        collect(plan)
    assert [problem.code for problem in caught.value.problems] == ["disk-full"]
    assert str(plan.layout.summary) in caught.value.problems[0].message
    with pytest.raises(RunFailure) as caught:
        rerun(plan, ["failed"])
    assert [problem.code for problem in caught.value.problems] == ["disk-full"]
    assert not plan.layout.summary.exists()
    assert list(plan.layout.retries.glob("*")) == []
