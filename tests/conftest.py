"""What every test may use: the two cores, and the Hypothesis profiles."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

from geryon.kernels.protocol import Kernel

# Time limits per example would make results depend on the machine, hence deadline=None everywhere.
_COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("dev", _COMMON, max_examples=50)
settings.register_profile("ci", _COMMON, max_examples=200)
settings.register_profile("long", _COMMON, max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

CORES = ["python"] if os.environ.get("GERYON_CORE") == "python" else ["rust", "python"]


def _rust_is_there() -> bool:
    if find_spec("geryon._native") is not None:
        return True
    if os.environ.get("GERYON_REQUIRE_RUST"):
        pytest.fail("the extension geryon._native is not built, and GERYON_REQUIRE_RUST is set")
    return False


@pytest.fixture(scope="session", params=CORES)
def kernel(request: pytest.FixtureRequest) -> Kernel:
    """Each core in turn; GERYON_REQUIRE_RUST makes a missing extension a failure."""
    if request.param == "python":
        from geryon.kernels.pure import PythonKernel

        return PythonKernel()
    if not _rust_is_there():
        pytest.skip("the extension geryon._native is not built")
    from geryon.kernels.rust import RustKernel

    return RustKernel()


@pytest.fixture(scope="session")
def cores() -> list[str]:
    """The cores that this session tests."""
    return [core for core in CORES if core == "python" or _rust_is_there()]
