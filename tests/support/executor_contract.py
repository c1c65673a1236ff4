"""What every executor must do; a test class derives from it and gives the `executor` fixture."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from geryon.execute.executors.protocol import TRANSIENT, CommandSpec, Ended, Executor, Running
from support.processes import alive, wait_until

PATIENCE_SEC = 30.0


class Bench:
    """An executor, and a directory for what its commands write."""

    def __init__(self, executor: Executor, directory: Path) -> None:
        self.executor = executor
        self.directory = directory
        self.out = directory / "out"
        self.err = directory / "err"

    def spec(
        self,
        argv: Sequence[str],
        *,
        program: str | None = None,
        environment: dict[str, str] | None = None,
        merged: bool = False,
        cores: tuple[int, ...] = (),
        name: str = "",
    ) -> CommandSpec:
        """A command of this bench."""
        return CommandSpec(
            argv=argv,
            program=program or argv[0],
            environment={"PATH": os.environ["PATH"], **(environment or {})},
            cwd=str(self.directory),
            stdout=str(self.out) + name,
            stderr=None if merged else str(self.err) + name,
            cores=cores,
        )

    def python(self, text: str, *arguments: str, cores: tuple[int, ...] = (), name: str = "") -> Running:
        """Start a Python program."""
        return self.executor.start(self.spec([sys.executable, "-c", text, *arguments], cores=cores, name=name))

    def shell(self, text: str, *, merged: bool = False) -> Running:
        """Start a line of shell."""
        return self.executor.start(self.spec(["/bin/sh", "-c", text], merged=merged))

    def end(self, *commands: Running) -> list[Ended]:
        """Wait for commands; their ends in this order."""
        ended: dict[int, Ended] = {}
        while len(ended) < len(commands):
            told = self.executor.wait(PATIENCE_SEC)
            assert told, "a command did not end"
            for one in told:
                assert id(one.command) not in ended, "told twice"
                ended[id(one.command)] = one
        return [ended[id(command)] for command in commands]

    def pids(self, name: str, count: int) -> list[int]:
        """Process numbers that a command writes into a file, one a line, once there are `count`."""
        path = self.directory / name
        wait_until(lambda: path.exists() and path.read_text().count("\n") >= count)
        return [int(line) for line in path.read_text().split()]


class ExecutorContract:
    """The contract."""

    @pytest.fixture
    def executor(self) -> Executor:
        """The executor under test; the fixture closes it."""
        raise NotImplementedError

    @pytest.fixture
    def bench(self, executor: Executor, tmp_path: Path) -> Bench:
        """The executor with a directory."""
        return Bench(executor, tmp_path)

    def test_arguments_arrive_unchanged(self, bench: Bench) -> None:
        """No shell stands between: blanks, quotes, `$`, newlines, the empty string and non-ASCII arrive as they are."""
        words = ["a b", "", "$HOME", "'\"", "x\ny", "*", ";", "#", "~", "{a,b}", "`id`", "é", "\\", "-n"]
        command = bench.python("import json, sys; print(json.dumps(sys.argv[1:]))", *words)
        assert bench.end(command)[0].exit_code == 0
        assert json.loads(bench.out.read_text()) == words

    @pytest.mark.parametrize("code", [0, 1, 42, 255])
    def test_exit_codes_are_told(self, bench: Bench, code: int) -> None:
        """The exit status is the program's own."""
        (ended,) = bench.end(bench.shell(f"exit {code}"))
        assert (ended.exit_code, ended.signal, ended.signalled) == (code, None, False)

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGABRT])
    def test_signals_of_others_are_told(self, bench: Bench, number: signal.Signals) -> None:
        """A command that a signal ended has no exit code, and the signal was not ours."""
        (ended,) = bench.end(bench.shell(f"kill -{int(number)} $$"))
        assert (ended.exit_code, ended.signal, ended.signalled) == (None, number, False)

    def test_environment_is_exactly_what_was_given(self, bench: Bench) -> None:
        """Nothing of the runner's environment leaks, and values are bytes without meaning."""
        value = "two\nlines, $x 'quoted' é"
        spec = bench.spec(
            [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"],
            environment={"SPECIAL": value, "LC_ALL": "C.UTF-8"},
        )
        bench.end(bench.executor.start(spec))
        found = json.loads(bench.out.read_text())
        assert found["SPECIAL"] == value
        assert set(found) <= {"SPECIAL", "LC_ALL", "PATH", "__CF_USER_TEXT_ENCODING"}

    def test_directory_and_empty_stdin(self, bench: Bench) -> None:
        """A command starts in its cwd, and reads nothing."""
        bench.end(bench.shell("pwd; cat; echo end"))
        assert bench.out.read_text().splitlines() == [str(bench.directory.resolve()), "end"]

    def test_output_goes_to_its_files(self, bench: Bench) -> None:
        """Stdout and stderr are apart, whole, and as they were written."""
        bench.end(bench.shell("i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done; printf 'no end' >&2"))
        assert bench.out.read_text() == "".join(f"{i}\n" for i in range(2000))
        assert bench.err.read_text() == "no end"

    def test_merged_output_keeps_its_order(self, bench: Bench) -> None:
        """Without a file for stderr both go into one, in the order of writing."""
        bench.end(bench.shell("echo 1; echo 2 >&2; echo 3; echo 4 >&2", merged=True))
        assert bench.out.read_text() == "1\n2\n3\n4\n"
        assert not bench.err.exists()

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux can pin")
    def test_pinned_before_the_first_instruction(self, bench: Bench) -> None:
        """The program finds its affinity set, and the runner's own is as before."""
        before = os.sched_getaffinity(0)
        core = max(before)
        bench.end(bench.python("import os; print(*os.sched_getaffinity(0))", cores=(core,)))
        assert bench.out.read_text().split() == [str(core)]
        assert os.sched_getaffinity(0) == before

    def test_each_command_has_its_own_session(self, bench: Bench) -> None:
        """A terminal's Ctrl-C does not reach the commands."""
        bench.end(bench.python("import os; print(os.getsid(0) == os.getpid() == os.getpgrp())"))
        assert bench.out.read_text() == "True\n"

    def test_terminate_ends_the_whole_tree(self, bench: Bench) -> None:
        """Children and grandchildren of the command are gone when its end is told."""
        command = bench.shell("(sleep 600 & echo $! >> pids; wait) & echo $! >> pids; wait")
        pids = bench.pids("pids", 2)
        assert bench.executor.terminate(command, 10.0)
        (ended,) = bench.end(command)
        assert (ended.signal, ended.signalled) == (signal.SIGTERM, True)
        assert not [pid for pid in [command.pid, *pids] if alive(pid)]

    def test_what_ignores_term_is_killed_after_the_grace(self, bench: Bench) -> None:
        """KILL follows, also for a child that ignores TERM after the command itself obeyed."""
        command = bench.shell("(trap '' TERM; echo $$ > ready; while :; do sleep 0.1; done) & sleep 600")
        wait_until((bench.directory / "ready").exists)
        assert bench.executor.terminate(command, 0.2)
        (ended,) = bench.end(command)
        assert ended.signal == signal.SIGTERM
        stubborn = bench.python(
            "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w').close(); signal.pause()"
        )
        wait_until((bench.directory / "deaf").exists)
        assert bench.executor.terminate(stubborn, 0.0)
        assert bench.end(stubborn)[0].signal == signal.SIGKILL

    def test_children_may_use_the_grace_after_the_command_obeyed(self, bench: Bench) -> None:
        """A program behind a shell can still save its work although the shell died at once."""
        worker = "trap 'echo saved > saved; exit 0' TERM; : > ready; while :; do sleep 0.05; done"
        command = bench.shell(f"sh -c '{worker.replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39))}'; true")
        wait_until((bench.directory / "ready").exists)
        assert bench.executor.terminate(command, PATIENCE_SEC)
        bench.end(command)
        assert (bench.directory / "saved").exists()

    def test_a_clean_exit_after_our_signal_is_still_signalled(self, bench: Bench) -> None:
        """A program that handles TERM and exits with 0 was ended by us."""
        program = (
            "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); open('on', 'w').close();"
            "signal.pause()"
        )
        command = bench.python(program)
        wait_until((bench.directory / "on").exists)
        assert bench.executor.terminate(command, PATIENCE_SEC)
        (ended,) = bench.end(command)
        assert (ended.exit_code, ended.signalled) == (0, True)

    def test_a_second_terminate_shortens_the_grace(self, bench: Bench) -> None:
        """A long grace is cut short by asking again without one."""
        command = bench.python(
            "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w').close(); signal.pause()"
        )
        wait_until((bench.directory / "deaf").exists)
        bench.executor.terminate(command, 3600.0)
        bench.executor.terminate(command, 0.0)
        assert bench.end(command)[0].signal == signal.SIGKILL

    def test_what_has_ended_keeps_its_result(self, bench: Bench) -> None:
        """A command that ended before the signal is not signalled."""
        command = bench.shell("exit 0")
        wait_until(lambda: not alive(command.pid))
        assert not bench.executor.terminate(command, 10.0)
        (ended,) = bench.end(command)
        assert (ended.exit_code, ended.signalled) == (0, False)
        assert not bench.executor.terminate(command, 10.0)

    def test_what_a_command_leaves_behind_is_ended(self, bench: Bench) -> None:
        """A background process in the command's group is gone when its end is told, and the result is the command's."""
        command = bench.shell("(trap '' TERM; sleep 600) & echo $! > left; exit 0")
        (ended,) = bench.end(command)
        assert (ended.exit_code, ended.signalled) == (0, False)
        assert not alive(int((bench.directory / "left").read_text()))

    def test_a_missing_program_is_an_error_at_start(self, bench: Bench) -> None:
        """It is no transient one, and nothing is told of it later."""
        with pytest.raises(OSError) as caught:
            bench.executor.start(bench.spec(["nothing"], program="/nonexistent/nothing"))
        assert caught.value.errno == errno.ENOENT
        assert caught.value.errno not in TRANSIENT
        assert bench.executor.wait(0.0) == []

    def test_a_file_that_is_no_program_is_an_error_at_start(self, bench: Bench) -> None:
        """Neither without the right to execute it, nor without a format that the system knows."""
        path = bench.directory / "text"
        path.write_text("no program")
        path.chmod(0o755)
        with pytest.raises(OSError, match="Exec format error"):
            bench.executor.start(bench.spec([str(path)]))

    def test_wait_returns_after_its_timeout(self, bench: Bench) -> None:
        """With nothing to tell it gives an empty list."""
        assert bench.executor.wait(0.01) == []

    def test_wake_interrupts_wait(self, bench: Bench) -> None:
        """From another thread, before or during the wait."""
        bench.executor.wake()
        assert bench.executor.wait(PATIENCE_SEC) == []
        thread = threading.Thread(target=bench.executor.wake)
        thread.start()
        assert bench.executor.wait(PATIENCE_SEC) == []
        thread.join()

    def test_many_at_once_are_each_told_once(self, bench: Bench) -> None:
        """Every end belongs to its own command."""
        commands = [bench.python(f"raise SystemExit({number})", name=str(number)) for number in range(12)]
        assert [ended.exit_code for ended in bench.end(*commands)] == list(range(12))
        assert bench.executor.wait(0.0) == []

    def test_cpu_time_is_told(self, bench: Bench) -> None:
        """It covers what the command burnt."""
        program = "import time\nwhile time.process_time() < 0.2: pass"
        (ended,) = bench.end(bench.python(program))
        assert ended.cpu_time_sec is not None
        assert ended.cpu_time_sec >= 0.2

    def test_close_ends_everything(self, bench: Bench) -> None:
        """No command outlives its executor."""
        command = bench.shell("trap '' TERM; sleep 600 & echo $! > child; wait")
        (child,) = bench.pids("child", 1)
        bench.executor.close()
        assert not alive(command.pid)
        assert not alive(child)
