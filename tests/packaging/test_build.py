"""What `pip install` makes of the project, with and without a Rust compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = [
    "build_backend",
    "python",
    "rust",
    "Cargo.toml",
    "Cargo.lock",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "pyproject.toml",
]

pytestmark = pytest.mark.slow


def source_copy(directory: Path) -> Path:
    """A copy of what a build needs, without anything built before."""
    ignore = shutil.ignore_patterns("*.so", "__pycache__")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, directory / part, ignore=ignore)
        elif (ROOT / part).exists():
            directory.mkdir(exist_ok=True)
            shutil.copy(ROOT / part, directory / part)
    return directory


def path_without_cargo() -> str:
    """PATH less the directories that hold a cargo."""
    entries = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if not (Path(entry) / "cargo").exists())


def environment(**changes: str) -> dict[str, str]:
    """The environment of a build: no choice of ours but those given."""
    ours = ("GERYON_BUILD", "GERYON_CORE", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in ours} | changes


def run(*command: str | Path, env: dict[str, str], cwd: Path) -> str:
    """Run a command; its stdout."""
    done = subprocess.run([str(c) for c in command], env=env, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def pythons() -> list[Path]:
    """This Python, and the other supported ones that can be found: on PATH or among pyenv's."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": Path(sys.executable)}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for version in ("3.10", "3.12", "3.13", "3.14"):
        candidates = [*sorted(pyenv.glob(f"versions/{version}.*/bin/python3"))]
        if on_path := shutil.which(f"python{version}"):
            candidates.append(Path(on_path))
        for candidate in candidates:
            works = subprocess.run([candidate, "-c", "import venv, ensurepip"], capture_output=True)
            if works.returncode == 0:
                found.setdefault(version, candidate)
    return list(found.values())


def build_wheel(source: Path, out: Path, env: dict[str, str]) -> Path:
    """Build the wheel of a source tree in an isolated environment."""
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", out, source, env=env, cwd=source)
    (wheel,) = out.glob("*.whl")
    return wheel


def metadata(wheel: Path) -> Message:
    """A wheel's METADATA."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def entry_points(wheel: Path) -> list[str]:
    """The lines of a wheel's entry_points.txt."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/entry_points.txt")]
        return normal(list(filter(None, archive.read(name).decode("utf-8").splitlines())))


@pytest.mark.parametrize("python", pythons(), ids=lambda python: python.parts[-3])
def test_install_without_cargo_is_a_working_python_core(python: Path, tmp_path: Path) -> None:
    """`pip install .` with no cargo on PATH works, and `--version` says which core runs and why."""
    source = source_copy(tmp_path / "source")
    env = environment(PATH=path_without_cargo())
    run(python, "-m", "venv", tmp_path / "venv", env=env, cwd=tmp_path)
    bin_directory = tmp_path / "venv" / "bin"
    run(bin_directory / "python", "-m", "pip", "install", "-q", source, env=env, cwd=tmp_path)
    version = run(bin_directory / "geryon", "--version", env=env, cwd=tmp_path)
    assert "core: python, the extension is not built" in version
    experiment = tmp_path / "experiment.yaml"
    experiment.write_text(
        "command: {program: python}\nselect: {packs: [{name: x, param: x, range: [0, 3]}]}\n", encoding="utf-8"
    )
    run(bin_directory / "geryon", "validate-config", "--experiment", experiment, env=env, cwd=tmp_path)


def test_editable_install_on_request_is_pure(tmp_path: Path) -> None:
    """`GERYON_BUILD=pure pip install -e .` runs from the source tree, without an extension left by an older build."""
    source = source_copy(tmp_path / "source")
    stale = source / "python" / "geryon" / "_native.abi3.so"
    stale.touch()
    env = environment(GERYON_BUILD="pure")
    run(sys.executable, "-m", "venv", tmp_path / "venv", env=env, cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "--no-deps", "-e", source, env=env, cwd=tmp_path)
    where = run(python, "-c", "import geryon; print(geryon.__file__)", env=env, cwd=tmp_path)
    assert Path(where.strip()) == source / "python" / "geryon" / "__init__.py"
    assert not stale.exists()


@pytest.mark.skipif(shutil.which("cargo") is None, reason="no cargo on PATH")
def test_both_wheels_carry_the_same_metadata(tmp_path: Path) -> None:
    """The compiled and the pure wheel differ in the extension, not in name, version, dependencies or command."""
    source = source_copy(tmp_path / "source")
    pure = build_wheel(source, tmp_path / "pure", environment(GERYON_BUILD="pure"))
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    rust = build_wheel(source, tmp_path / "rust", environment(GERYON_BUILD="rust", CARGO_TARGET_DIR=target))
    assert pure.name.endswith("-py3-none-any.whl")
    assert "-cp310-abi3-" in rust.name
    ours, theirs = metadata(pure), metadata(rust)
    for field in ("Name", "Version", "Summary", "Requires-Python", "License-Expression"):
        assert ours[field] == theirs[field], field
    for field in ("Requires-Dist", "Provides-Extra", "Classifier", "License-File"):
        assert normal(ours.get_all(field)) == normal(theirs.get_all(field)), field
    assert str(ours.get_payload()).strip() == str(theirs.get_payload()).strip()
    assert entry_points(pure) == entry_points(rust)
    extensions = {wheel: [n for n in names(wheel) if n.endswith(".so")] for wheel in (pure, rust)}
    assert extensions == {pure: [], rust: ["geryon/_native.abi3.so"]}
    packaged = {wheel: {n for n in names(wheel) if n.startswith("geryon/")} for wheel in (pure, rust)}
    assert packaged[pure] == packaged[rust] - {"geryon/_native.abi3.so"}
    assert "geryon/py.typed" in packaged[pure]


def test_source_distribution_builds(tmp_path: Path) -> None:
    """The source distribution has all that a build needs, the backend and the Rust sources included."""
    source = source_copy(tmp_path / "source")
    script = (
        f"import sys; sys.path.insert(0, 'build_backend'); import geryon_build as b; b.build_sdist({str(tmp_path)!r})"
    )
    run(sys.executable, "-c", script, env=environment(), cwd=source)
    (archive,) = tmp_path.glob("geryon-*.tar.gz")
    shutil.unpack_archive(archive, tmp_path / "unpacked")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert {part for part in PARTS if (ROOT / part).exists()} <= {path.name for path in unpacked.iterdir()}
    wheel = build_wheel(unpacked, tmp_path / "wheel", environment(GERYON_BUILD="pure"))
    assert "geryon/cli/__init__.py" in names(wheel)


def test_unknown_build_is_refused(tmp_path: Path) -> None:
    """A misspelt GERYON_BUILD stops the build instead of choosing silently."""
    source = source_copy(tmp_path / "source")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(tmp_path), str(source)],
        env=environment(GERYON_BUILD="pur"),
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "expected `auto`, `rust` or `pure`" in done.stdout + done.stderr


def names(wheel: Path) -> list[str]:
    """The files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def normal(values: list[str] | None) -> list[str]:
    """Header values without regard to order, blanks and quotes."""
    return sorted(value.replace(" ", "").replace("'", '"').lower() for value in values or [])
