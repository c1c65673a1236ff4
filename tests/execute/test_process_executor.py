"""The process executor: the contract of every executor, and what is its own."""

from __future__ import annotations

import errno
import os
import selectors
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geryon.execute.executors.process import ProcessExecutor
from support.executor_contract import Bench, ExecutorContract
from support.processes import wait_until


class TestProcessExecutor(ExecutorContract):
    """The contract, with whatever the system offers for waiting."""

    @pytest.fixture
    def executor(self) -> Iterator[ProcessExecutor]:
        """A process executor."""
        executor = ProcessExecutor()
        yield executor
        executor.close()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="there are no process descriptors: threads wait anyway")
class TestProcessExecutorWithThreads(ExecutorContract):
    """The contract where a thread waits for each child, as on macOS."""

    @pytest.fixture
    def executor(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessExecutor]:
        """A process executor on a system without process descriptors."""
        monkeypatch.delattr(os, "pidfd_open")
        executor = ProcessExecutor()
        yield executor
        executor.close()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="there are no process descriptors: threads wait anyway")
class TestProcessExecutorWithReapingThreads(ExecutorContract):
    """The contract where that thread has to reap the child, as on macOS before Python 3.13."""

    @pytest.fixture
    def executor(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessExecutor]:
        """A process executor on a system without process descriptors and waitid."""
        monkeypatch.delattr(os, "pidfd_open")
        monkeypatch.delattr(os, "waitid")
        executor = ProcessExecutor()
        yield executor
        executor.close()

    def test_what_has_ended_keeps_its_result(self, bench: Bench) -> None:
        """As soon as the thread has reaped it: Linux lets a zombie be signalled, macOS does not."""
        command = bench.shell("exit 0")
        wait_until(lambda: not Path(f"/proc/{command.pid}").exists())
        assert not bench.executor.terminate(command, 10.0)
        assert bench.end(command)[0].signalled is False


def test_memory_is_told_only_where_it_is_the_commands_own(tmp_path: Path) -> None:
    """Linux hands the spawner's peak on to the child: a small command's memory is null, a large one's is its own."""
    executor = ProcessExecutor()
    bench = Bench(executor, tmp_path)
    (small,) = bench.end(bench.shell("true"))
    assert small.max_rss_bytes is None
    mebibytes = 400
    (large,) = bench.end(bench.python(f"b'x' * ({mebibytes} << 20)"))
    assert large.max_rss_bytes is not None
    assert large.max_rss_bytes > mebibytes << 20
    executor.close()


def test_a_selector_that_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that was started is waited for, whatever it takes: it must not count as refused."""

    class Full(selectors.DefaultSelector):
        def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
            if data is not None:
                raise OSError(errno.ENOSPC, "no watches are left")
            return super().register(fileobj, events, data)

    monkeypatch.setattr(selectors, "DefaultSelector", Full)
    executor = ProcessExecutor()
    bench = Bench(executor, tmp_path)
    (ended,) = bench.end(bench.shell("exit 3"))
    assert ended.exit_code == 3
    executor.close()


def test_closing_twice_and_descriptors(tmp_path: Path) -> None:
    """Nothing stays open: as many descriptors after fifty commands and a close as before."""
    if sys.platform != "linux":
        pytest.skip("counts /proc/self/fd")
    before = len(list(Path("/proc/self/fd").iterdir()))
    executor = ProcessExecutor()
    bench = Bench(executor, tmp_path)
    for _ in range(50):
        bench.end(bench.shell("true"))
    executor.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
