# make demo  - see it live: simulated sensor, no hardware, no server
# make test  - run the tests
# Both make the virtual environment .venv and install what they need.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Where the labelled recordings are; they are not part of this repository.
RECORDINGS ?= $(or $(SITSTREAK_RECORDINGS),../shared/data)

# Compiling every module of every package at installation takes longer than all the rest of it;
# each is compiled when it is first used instead. That needs Python's usual cache.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo install run test check format validate bench clean

help:
	@echo "make demo    see it live at http://127.0.0.1:8765 (simulated sensor, 14 days of history)"
	@echo "make install only make the environment, for the commands themselves (docs/operations.md)"
	@echo "make test    run the tests"
	@echo "make run     collect from a real sensor          (ARGS='--port 8770' passes options on)"
	@echo "make check   ruff, mypy --strict, import-linter"
	@echo "make format  let ruff put the code in shape"
	@echo "make validate  measure accuracy on the labelled recordings; rewrites docs/validation.md"
	@echo "make bench   measure speed and memory beside other libraries; rewrites docs/benchmarks.md"
	@echo "make clean   remove the virtual environment and caches"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "sitstreak needs Python 3.11 or newer; none was found. Install it, or give PYTHON=/path/to/python3." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.sim: $(BIN)/python pyproject.toml
	$(PIP_INSTALL) -e '.[sim]'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml
	$(PIP_INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.sim

demo: $(VENV)/.sim
	$(BIN)/sitstreak demo $(ARGS)

install: $(VENV)/.sim
	@echo "Next, in each terminal: . $(BIN)/activate"

run: $(VENV)/.sim
	$(BIN)/sitstreak run $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

validate: $(VENV)/.dev
	$(BIN)/sitstreak validate $(RECORDINGS) $(ARGS)

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench $(ARGS)

clean:
	rm -rf $(VENV) .venv-bench-* .fhir .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
