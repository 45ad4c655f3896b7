# Two commands for a fresh machine: `make run` (the article's study) and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STUDY ?= convolution

BACKENDS ?= tensorflow torch

.PHONY: setup run test lint check-long check-backends check-ray clean

setup: $(VENV)/.installed

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.installed

run: setup
	$(BIN)/paribus run $(STUDY) $(ARGS)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

check-long: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m long $(ARGS)

# The suite on every other backend, each in an environment of its own.
check-backends: $(BACKENDS:%=check-on-%)

check-on-%:
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,$*]'
	KERAS_BACKEND=$* $(VENV)-$*/bin/python -m pytest tests/train tests/test_lab.py tests/test_audit.py $(ARGS)

# The executor on Ray, on a cluster of two nodes on this machine; a sample in seconds: ARGS="-k every_item".
check-ray:
	$(PYTHON) -m venv $(VENV)-ray
	$(VENV)-ray/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,ray]'
	$(VENV)-ray/bin/python -m pytest -m long tests/executors/test_ray.py $(ARGS)

clean:
	rm -rf $(VENV) $(VENV)-ray $(BACKENDS:%=$(VENV)-%) build dist .pytest_cache .ruff_cache .import_linter_cache
