# Two commands for a fresh machine: `make run` (the article's study) and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STUDY ?= convolution

BACKENDS ?= tensorflow torch
# Processes that tests run in; with what they start, two keep two cores busy.
JOBS ?= 2
PYTEST := $(BIN)/python -m pytest
AT_ONCE := -n $(JOBS) --dist worksteal
KERNEL_SOURCES := kernels/pyproject.toml kernels/CMakeLists.txt $(wildcard kernels/src/* kernels/paribus_kernels/*.py)

.PHONY: setup run test lint docs check-pages check-long check-backends check-ray bench peers clean

setup: $(VENV)/.installed $(VENV)/.kernels

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.installed

# Native kernels take a C++ compiler. Without one paribus is set up all the same, and `paribus doctor` says what is missing.
$(VENV)/.kernels: $(VENV)/.installed $(KERNEL_SOURCES)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check ./kernels > $(VENV)/kernels.log 2>&1 \
	  || echo "paribus-kernels was not built ($(VENV)/kernels.log says why): paribus works without it, at less than half the speed."
	@touch $@

run: setup
	$(BIN)/paribus run $(STUDY) $(ARGS)

test: $(VENV)/.installed-dev $(VENV)/.kernels
	$(PYTEST) $(AT_ONCE) $(ARGS)

lint: $(VENV)/.installed-dev $(VENV)/.kernels
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/clang-format --dry-run --Werror $(wildcard kernels/src/*.h kernels/src/*.cpp kernels/tests/*.cpp)
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

# The report and the app in a real browser: Chromium, as Debian has it, or PARIBUS_CHROMIUM=/path/to/it.
check-pages: $(VENV)/.installed-dev $(VENV)/.kernels
	$(PYTEST) $(AT_ONCE) -m browser tests/browser $(ARGS)

# The documentation site, in build/docs: its examples are executed, and what they print is on its pages.
docs: $(VENV)/.installed-docs
	$(BIN)/sphinx-build -b html --fresh-env --nitpicky --fail-on-warning --keep-going docs build/docs $(ARGS)

$(VENV)/.installed-docs: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	touch $@ $(VENV)/.installed

check-long: $(VENV)/.installed-dev $(VENV)/.kernels
	$(PYTEST) -m long $(ARGS)

# The suite on every other backend, each in an environment of its own.
check-backends: $(BACKENDS:%=check-on-%)

$(VENV)-%/.installed-dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,$*]'
	touch $@

.PRECIOUS: $(VENV)-%/.installed-dev

check-on-%: $(VENV)-%/.installed-dev
	KERAS_BACKEND=$* $(VENV)-$*/bin/python -m pytest tests/train tests/test_lab.py tests/test_audit.py tests/geometry/test_against_keras.py $(ARGS)

# The executor on Ray, on a cluster of two nodes on this machine; a sample in seconds: ARGS="-k every_item".
check-ray: $(VENV)-ray/.installed-dev
	$(VENV)-ray/bin/python -m pytest -m long tests/executors/test_ray.py $(ARGS)

# Seconds per epoch of the article's arms, beside Keras' `fit` on every backend.
bench: setup $(BACKENDS:%=$(VENV)-%/.installed-dev)
	$(BIN)/python benchmarks/engine.py $(foreach backend,$(BACKENDS),--python $(backend)=$(VENV)-$(backend)/bin/python) $(ARGS)

# The article's whole study beside everything one would pick instead: half an hour.
peers: setup $(BACKENDS:%=$(VENV)-%/.installed-dev)
	$(BIN)/python benchmarks/peers.py $(foreach backend,$(BACKENDS),--python $(backend)=$(VENV)-$(backend)/bin/python) $(ARGS)

clean:
	rm -rf $(VENV) $(VENV)-ray $(BACKENDS:%=$(VENV)-%) build dist kernels/build .pytest_cache .ruff_cache .import_linter_cache
