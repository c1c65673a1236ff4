"""Facts that several files state and that must agree, and the one door to the extension."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import geryon

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python" / "geryon"


def imports(module: Path) -> set[str]:
    """Everything that a module imports, as dotted names, imported names included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_only_the_rust_kernel_imports_the_extension() -> None:
    """import-linter cannot see a compiled module, so this contract is held here."""
    importers = {
        module.relative_to(PACKAGE).as_posix()
        for module in PACKAGE.rglob("*.py")
        if any(name == "geryon._native" or name.startswith("geryon._native.") for name in imports(module))
    }
    assert {name for name in importers if not re.fullmatch(r"kernels/rust(\.py|/.*)", name)} == set()


def test_versions_agree() -> None:
    """pyproject.toml, Cargo.toml, the package and the newest entry of the changelog name one version."""
    stated = {
        name: re.search(r'^version = "(.+)"$', (ROOT / name).read_text(encoding="utf-8"), re.M)
        for name in ("pyproject.toml", "Cargo.toml")
    }
    assert {name: match and match.group(1) for name, match in stated.items()} == dict.fromkeys(
        stated, geryon.__version__
    )
