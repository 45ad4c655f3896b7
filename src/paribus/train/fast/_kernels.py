"""The native kernels of the distribution `paribus-kernels`, if they are here and wanted."""

import functools
import importlib
import importlib.metadata
import importlib.util
import os
from typing import Any

from paribus.backend import jax

DISTRIBUTION = "paribus-kernels"
SWITCH = "PARIBUS_KERNELS"
_MODULE = "paribus_kernels"
_OFF = "0"


def native_kernels() -> Any:
    """Return the module with the kernels; None where they are not used: not installed, switched off, or not on a CPU."""
    return _usable()[0]


def describe_kernels() -> str:
    """Say whether convolutions run on native kernels here, and if not, why and what to do."""
    return _usable()[1]


def kernel_versions() -> dict[str, str]:
    """Return the version of the kernels if they are used."""
    return {DISTRIBUTION: importlib.metadata.version(DISTRIBUTION)} if native_kernels() else {}


def _usable() -> tuple[Any, str]:
    if os.environ.get(SWITCH) == _OFF:
        return None, f"switched off by {SWITCH}={_OFF}"
    if jax().default_backend() != "cpu":
        return None, "not used: they are for CPUs"
    return _loaded()


@functools.cache
def _loaded() -> tuple[Any, str]:
    if importlib.util.find_spec(_MODULE) is None:
        return None, (
            "not installed: convolutions run on XLA, at less than half the speed. They are compiled by "
            "`pip install ./kernels` from paribus' repository, which takes a C++ compiler, GCC or Clang"
        )
    try:
        module = importlib.import_module(_MODULE)
        name = module.instruction_set()
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with it, paribus trains without it
        return None, f"installed, but cannot be loaded: {error}"
    return module, f"{importlib.metadata.version(DISTRIBUTION)}, {name}"
