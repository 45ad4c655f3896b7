"""The recipe: how every arm is trained."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paribus.errors import StudyError

KerasConfig = str | Mapping[str, Any]
"""A Keras name ("sgd") or a config ({"class_name": "SGD", "config": {"learning_rate": 0.1}})."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """The controls that all arms share.

    Args:
        optimizer: Keras name or config.
        loss: Keras name or config of a classification loss; labels are one-hot unless the loss is "sparse".
        epochs: Passes over the training data; the last one is the one reported.
        batch_size: Examples per step; the last, smaller batch of an epoch is kept, as in Keras' `fit`.
        fast_layers: Whether layers whose gradients XLA computes slowly train as layers that compute the same faster. Same
            outputs to 1e-6, same gradients to 1e-5; rounding differs, and training carries that on.

    Raises:
        StudyError: A number is not positive, or a name is empty.
    """

    optimizer: KerasConfig = "SGD"
    loss: KerasConfig = "categorical_crossentropy"
    epochs: int = 10
    batch_size: int = 128
    fast_layers: bool = True

    def __post_init__(self) -> None:
        problems = [
            f"recipe: {name} is {value!r}; it must be a whole number of at least 1."
            for name, value in (("epochs", self.epochs), ("batch_size", self.batch_size))
            if type(value) is not int or value < 1
        ]
        problems += [
            f"recipe: {name} is {value!r}; give a Keras name, or a config with 'class_name' and 'config'."
            for name, value in (("optimizer", self.optimizer), ("loss", self.loss))
            if not _is_keras_config(value)
        ]
        if problems:
            raise StudyError(problems)
        for name in ("optimizer", "loss"):  # nobody changes a control afterwards, Keras included
            object.__setattr__(self, name, copy.deepcopy(getattr(self, name)))


def _is_keras_config(value: object) -> bool:
    if isinstance(value, str):
        return bool(value)
    return isinstance(value, Mapping) and "class_name" in value
