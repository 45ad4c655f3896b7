"""The learning rate in an optimizer that was declared as a name or config."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from paribus.errors import StudyError
from paribus.study._declared import KerasConfig

_RATE = "learning_rate"


def learning_rate(optimizer: KerasConfig) -> float:
    """Return an optimizer's learning rate; Keras is asked where it is not declared.

    Raises:
        StudyError: It is a schedule, or Keras makes no such optimizer.
    """
    config = _config(optimizer)
    declared = config["config"].get(_RATE)
    rate = _default(optimizer) if declared is None else declared
    if isinstance(rate, int | float):
        return _as_written(float(rate))
    kind = (
        cast("Mapping[str, Any]", rate).get("class_name", "schedule") if isinstance(rate, Mapping) else rate
    )
    raise StudyError(
        f"the optimizer's learning rate is a schedule ({kind}), which no single number can take the place of; give the recipe an "
        "optimizer with a number."
    )


def with_learning_rate(optimizer: KerasConfig, rate: float) -> KerasConfig:
    """Return the optimizer with another learning rate and everything else as it is; itself, if that is its rate already."""
    if np.float32(learning_rate(optimizer)) == np.float32(rate):  # what Keras trains with
        return optimizer
    config = _config(optimizer)
    return {**config, "config": {**config["config"], _RATE: rate}}


def _config(optimizer: KerasConfig) -> dict[str, Any]:
    """Return the declaration as a config, a name as that of its defaults."""
    if isinstance(optimizer, str):
        return {"class_name": optimizer, "config": {}}
    return {**optimizer, "config": dict(optimizer.get("config") or {})}


def _default(optimizer: KerasConfig) -> Any:
    from paribus.backend import keras

    try:
        return keras().optimizers.get(optimizer).get_config()[_RATE]
    except Exception as error:  # Keras raises many kinds
        name = optimizer if isinstance(optimizer, str) else optimizer["class_name"]
        raise StudyError(
            f"recipe: optimizer '{name}' has no learning rate that Keras would tell ({type(error).__name__}: {error})."
        ) from error


def _as_written(rate: float) -> float:
    """Return the shortest number that is the same in float32: 0.01 for 0.009999999776482582."""
    short = float(str(np.float32(rate)))
    return short if np.float32(short) == np.float32(rate) and abs(short - rate) < 1e-6 * abs(rate) else rate
