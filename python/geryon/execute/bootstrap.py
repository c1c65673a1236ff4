"""Running env_script and env_setup_cmds in one bash, and reading back the environment that they leave.

Nothing of it goes over a command line or a disk: lines to run and the environment travel through pipes.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from geryon.errors import Problem, RunFailure

_LOOK_EVERY_SEC = 0.05
_OPTIONS = ("--noprofile", "--norc", "-c")

# Arguments: the script or nothing, two descriptors and the path of `env`. By the first descriptor come the lines to
# run, each ended by NUL; by the second goes the name of each step before it runs, and at last the environment. The
# variables begin with `__geryon_`, so that they can be told from a script's own under `set -a`; `set --` hides our
# arguments from the script, which may define a `printf` of its own. `source` stands alone because errexit would not
# work in it to the left of `||`.
_PROGRAM = r"""
__geryon_script=$1 __geryon_in=$2 __geryon_out=$3 __geryon_env=$4 __geryon_step=0
set --
if [ -n "$__geryon_script" ]; then
  builtin printf 'env_script\0' >&"$__geryon_out"
  source "$__geryon_script"
  __geryon_status=$?
  if [ "$__geryon_status" -ne 0 ]; then exit "$__geryon_status"; fi
fi
while IFS= read -r -d '' -u "$__geryon_in" __geryon_line; do
  builtin printf 'env_setup_cmds[%s]\0' "$__geryon_step" >&"$__geryon_out"
  eval "$__geryon_line"
  __geryon_status=$?
  if [ "$__geryon_status" -ne 0 ]; then exit "$__geryon_status"; fi
  __geryon_step=$((__geryon_step + 1))
done
builtin printf 'environment\0' >&"$__geryon_out"
"$__geryon_env" -0 >&"$__geryon_out" && builtin printf 'end\0' >&"$__geryon_out"
"""


def run_scripts(
    script: str | None,
    commands: Sequence[str],
    environment: Mapping[str, str],
    cwd: str,
    logs: Path,
    stopped: Callable[[], bool],
) -> dict[str, str] | None:
    """Source a script and run lines in one bash; the environment afterwards, or None if the task was stopped.

    Raises:
        RunFailure: a script or a line failed, or there is no bash.
    """
    bash, env = shutil.which("bash"), shutil.which("env")
    if bash is None or env is None:
        raise RunFailure(
            Problem("bash-missing", "env_script and env_setup_cmds need `bash` and `env`, and PATH has not both")
        )
    lines_read, lines_write = os.pipe()
    found_read, found_write = os.pipe()
    stdout, stderr = _private(logs / "task.stdout.log"), _private(logs / "task.stderr.log")
    try:
        process = subprocess.Popen(
            [bash, *_OPTIONS, _PROGRAM, "geryon-env", script or "", str(lines_read), str(found_write), env],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=environment,
            cwd=cwd,
            start_new_session=True,
            pass_fds=(lines_read, found_write),
        )
    except OSError as error:
        os.close(lines_write)
        os.close(found_read)
        raise RunFailure(Problem("bash-failed", f"cannot start bash: {error.strerror}")) from error
    finally:
        for descriptor in (lines_read, found_write, stdout, stderr):
            os.close(descriptor)
    data = b"".join(line.encode("utf-8", "surrogateescape") + b"\0" for line in commands)
    threading.Thread(target=_feed, args=(lines_write, data), daemon=True).start()
    with process, os.fdopen(found_read, "rb", buffering=0) as found:
        output = _read(process, found.fileno(), stopped)
        if output is None:
            return None
    parts = output.decode("utf-8", "surrogateescape").split("\0")
    if parts[-2:] != ["end", ""]:
        raise RunFailure(_problem(script, process.returncode, parts, logs))
    pairs = (part.split("=", 1) for part in parts[parts.index("environment") + 1 : -2] if "=" in part)
    return {name: value for name, value in pairs if not name.startswith("__geryon_")}


def _read(process: subprocess.Popen[bytes], descriptor: int, stopped: Callable[[], bool]) -> bytes | None:
    """What bash says, until its end mark or its death; a process that it left behind may hold the pipe open."""
    output = b""
    open_ = True
    while True:
        gone = process.poll() is not None
        while open_ and select.select([descriptor], [], [], 0 if gone else _LOOK_EVERY_SEC)[0]:
            part = os.read(descriptor, 1 << 16)
            output += part
            open_ = bool(part)
        if output.endswith(b"\0end\0"):
            process.wait()
            return output
        if gone:
            return output
        if stopped():
            os.killpg(process.pid, signal.SIGKILL)
            return None
        if not open_:  # a script closed the pipe: nothing will come, but it runs on
            time.sleep(_LOOK_EVERY_SEC)


def _feed(descriptor: int, data: bytes) -> None:
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
    except BrokenPipeError:
        pass  # bash ended early; it is told elsewhere why


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _problem(script: str | None, status: int, parts: list[str], logs: Path) -> Problem:
    # what follows `environment` is no step: entries of it, which nobody may see
    steps = parts[: parts.index("environment") + 1] if "environment" in parts else parts[:-1]
    step = steps[-1] if steps else "bash"
    name = f"env_script `{script}`" if step == "env_script" else step
    if status == 0:
        return Problem(
            "env-script-failed",
            f"{name} ended the shell before its environment could be read",
            hint="use `return` instead of `exit` in it",
        )
    how = f"was ended by signal {-status}" if status < 0 else f"failed with exit status {status}"
    return Problem("env-script-failed", f"{name} {how}", hint=f"its output is in `{logs}`, task.stderr.log first")
