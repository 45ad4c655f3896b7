"""Keras and JAX, imported when they are first needed, Keras on the backend that the user chose.

Neither is typed to its ends, so their modules and objects are `Any` here, under names that say what they are.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

Model = Any
"""A `keras.Model`."""
Layer = Any
"""A `keras.Layer`."""
Optimizer = Any
"""A `keras.Optimizer`."""
Array = Any
"""An array on the device."""

DEFAULT_BACKEND = "jax"
_KERAS_FACTORY_BACKEND = "tensorflow"


def choose_backend() -> None:
    """Set `KERAS_BACKEND` to JAX unless the environment or Keras' own config decides.

    Keras writes `keras.json` with "tensorflow" on its first import, asked or not, so only another name in it is
    somebody's decision; whoever wants TensorFlow says so with `KERAS_BACKEND`.
    """
    if "KERAS_BACKEND" in os.environ or "keras" in sys.modules:
        return
    if _configured_backend() in {None, _KERAS_FACTORY_BACKEND}:
        os.environ["KERAS_BACKEND"] = DEFAULT_BACKEND


def keras() -> Any:
    """Return the `keras` module."""
    choose_backend()
    import keras as module

    return module


def jax() -> Any:
    """Return the `jax` module."""
    import jax as module

    return module


def _configured_backend() -> str | None:
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    try:
        config = json.loads((home / "keras.json").read_text(encoding="utf-8"))
        return config.get("backend")
    except (OSError, ValueError, AttributeError):
        return None
