# Every target sets up what it needs; a second call is quick (stamps in .venv).
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
JOBS ?= 2
PYTEST_FLAGS ?=
RUST_SOURCES := $(wildcard Cargo.toml Cargo.lock) $(shell find rust -name '*.rs' 2>/dev/null)

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYO3_PYTHON := $(CURDIR)/$(PY)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup build lint types test test-python-core bench docs ci quickstart lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.requirements ## Make .venv and install the pinned, hashed development tools

build: $(VENV)/.geryon ## Install geryon into .venv, in place, with the Rust core in release mode

lint: build ## Check style and layers: ruff, rustfmt, clippy, import-linter
	ruff check .
	ruff format --check .
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --all-targets --features python -- -D warnings
	lint-imports

types: build ## Check types: mypy --strict, and the stub of the extension against the built module
	mypy
	$(PY) -m mypy.stubtest --mypy-config-file pyproject.toml geryon._native

test: build ## Run all tests, Python and Rust
	$(PY) -m pytest -n $(JOBS) $(PYTEST_FLAGS)
	cargo test --locked

test-python-core: build ## Run the Python tests once more on the pure-Python core
	GERYON_CORE=python $(PY) -m pytest -n $(JOBS) --ignore=tests/packaging

bench: build ## Print the benchmarks
	@set -e; for bench in benches/bench_*.py; do echo "== $$bench"; $(PY) "$$bench"; done

docs: build ## Build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict

ci: export GERYON_REQUIRE_RUST := 1
ci: export HYPOTHESIS_PROFILE := ci
ci: PYTEST_FLAGS += --cov --cov-report=term
ci: lint types test test-python-core docs ## Everything that must pass before a change lands

quickstart: build ## Run the quickstart: 24 configurations of a real Hydra application
	geryon launch --experiment examples/quickstart/experiment.yaml --out outputs --batch-size 8 \
	  --backend local --profile local_fast --profiles-file examples/quickstart/profiles.yaml
	geryon status --run latest --out outputs

lock: setup ## Pin the development tools anew in requirements-dev.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.10 --upgrade --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements-dev.txt

clean: ## Remove all that can be made again, .venv included; outputs/ stays
	rm -rf $(VENV) target dist build site htmlcov .coverage .hypothesis .benchmarks
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache python/geryon/_native.*.so
	find python tests tools build_backend -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.requirements: requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --require-hashes -r requirements-dev.txt
	touch $@

$(VENV)/.geryon: $(VENV)/.requirements pyproject.toml build_backend/geryon_build.py $(RUST_SOURCES)
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@
