"""Keras and its backends, imported when they are first needed, Keras on the backend that the user chose.

None of them is typed to its ends, so their modules and objects are `Any` here, under names that say what they are.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from paribus.errors import BackendError

Model = Any
"""A `keras.Model`."""
Layer = Any
"""A `keras.Layer`."""
Optimizer = Any
"""A `keras.Optimizer`."""
Array = Any
"""An array on the device."""

DEFAULT_BACKEND = "jax"
_LOG_LEVEL, _ONLY_FATAL = "TF_CPP_MIN_LOG_LEVEL", "3"
_KERAS_FACTORY_BACKEND = "tensorflow"


def choose_backend() -> None:
    """Set `KERAS_BACKEND` to JAX unless the environment or Keras' own config decides.

    Keras writes `keras.json` with "tensorflow" on its first import, asked or not, so only another name in it is
    somebody's decision; whoever wants TensorFlow says so with `KERAS_BACKEND`.
    """
    if os.environ.get("KERAS_BACKEND") or "keras" in sys.modules:
        return
    if _configured_backend() in {None, _KERAS_FACTORY_BACKEND}:
        os.environ["KERAS_BACKEND"] = DEFAULT_BACKEND


def quiet_log() -> None:
    """Let XLA log nothing but the end of the process, unless the user has set a level or it is too late.

    Errors that matter are raised, too. What XLA logs besides, when it loads an executable, alarms for nothing.
    """
    if "jaxlib" not in sys.modules:
        os.environ.setdefault(_LOG_LEVEL, _ONLY_FATAL)


def log_is_quiet() -> bool:
    """Whether XLA logs nothing but the end of the process."""
    return os.environ.get(_LOG_LEVEL) == _ONLY_FATAL


def keras() -> Any:
    """Return the `keras` module.

    Raises:
        BackendError: Keras cannot be imported, most often because its backend is not installed.
    """
    choose_backend()
    try:
        import keras as module
    except Exception as error:  # a missing backend raises whatever importing it raises
        raise BackendError(
            f"Keras could not be imported with KERAS_BACKEND={os.environ.get('KERAS_BACKEND')}: {error}. "
            f"paribus comes with {DEFAULT_BACKEND}: unset KERAS_BACKEND, or set it to {DEFAULT_BACKEND}; for another one, "
            "install paribus[tensorflow] or paribus[torch]."
        ) from error
    return module


def jax() -> Any:
    """Return the `jax` module."""
    import jax as module

    return module


def tensorflow() -> Any:
    """Return the `tensorflow` module, which is there if Keras runs on it."""
    return importlib.import_module("tensorflow")


def torch() -> Any:
    """Return the `torch` module, which is there if Keras runs on it."""
    return importlib.import_module("torch")


def _configured_backend() -> str | None:
    try:
        home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
        config = json.loads((home / "keras.json").read_text(encoding="utf-8"))
        return config.get("backend")
    except (OSError, ValueError, AttributeError, RuntimeError):
        return None
