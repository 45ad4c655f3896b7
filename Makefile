# Two commands for a fresh machine: `make run` (the article's study) and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STUDY ?= convolution

BACKENDS ?= tensorflow torch

.PHONY: setup run test lint check-long check-backends check-ray bench clean

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

$(VENV)-%/.installed-dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,$*]'
	touch $@

.PRECIOUS: $(VENV)-%/.installed-dev

check-on-%: $(VENV)-%/.installed-dev
	KERAS_BACKEND=$* $(VENV)-$*/bin/python -m pytest tests/train tests/test_lab.py tests/test_audit.py $(ARGS)

# The executor on Ray, on a cluster of two nodes on this machine; a sample in seconds: ARGS="-k every_item".
check-ray: $(VENV)-ray/.installed-dev
	$(VENV)-ray/bin/python -m pytest -m long tests/executors/test_ray.py $(ARGS)

# Seconds per epoch of the article's arms, beside Keras' `fit` on every backend.
bench: $(VENV)/.installed $(BACKENDS:%=$(VENV)-%/.installed-dev)
	$(BIN)/python benchmarks/engine.py $(foreach backend,$(BACKENDS),--python $(backend)=$(VENV)-$(backend)/bin/python) $(ARGS)

clean:
	rm -rf $(VENV) $(VENV)-ray $(BACKENDS:%=$(VENV)-%) build dist .pytest_cache .ruff_cache .import_linter_cache
