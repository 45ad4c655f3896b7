"""The recipe's loss and optimizer as Keras objects."""

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from paribus.backend import Array, Optimizer, keras
from paribus.errors import StudyError
from paribus.study import Recipe


@dataclass(frozen=True, slots=True)
class Objective:
    """What is minimised: `loss(labels, outputs)` is the mean over a batch."""

    loss: Callable[[Any, Any], Any]
    classes: int
    takes_one_hot: bool

    def __call__(self, labels: Array, outputs: Array) -> Array:
        """Return the mean loss of a batch. Labels: integers of shape `(n,)`; outputs of shape `(n, classes)`."""
        outputs = keras().ops.cast(outputs, "float32")  # as `fit` does: a loss in half precision is rounding
        targets = keras().ops.one_hot(labels, self.classes, dtype="float32") if self.takes_one_hot else labels
        return keras().ops.mean(self.loss(targets, outputs))


def make_objective(recipe: Recipe, classes: int) -> Objective:
    """Return the recipe's loss for integer labels of so many classes.

    Raises:
        StudyError: Keras knows no such loss.
    """
    loss = _known(keras().losses.get, recipe.loss, "loss")
    kind = getattr(loss, "__name__", type(loss).__name__).lower()
    return Objective(loss=loss, classes=classes, takes_one_hot="sparse" not in kind)


def make_optimizer(recipe: Recipe) -> Optimizer:
    """Return a new optimizer of the recipe's kind.

    Raises:
        StudyError: Keras knows no such optimizer.
    """
    optimizer = _known(keras().optimizers.get, recipe.optimizer, "optimizer")
    if optimizer.use_ema:
        raise StudyError(
            "recipe: use_ema averages weights outside the training step, which paribus does not do."
        )
    return optimizer


def check_recipe(recipe: Recipe) -> None:
    """Raise a StudyError that names everything in the recipe that Keras does not know."""
    problems: list[str] = []
    for make in (make_optimizer, partial(make_objective, classes=2)):
        try:
            make(recipe)
        except StudyError as error:
            problems.extend(error.problems)
    if problems:
        raise StudyError(problems)


def _known(get: Callable[[Any], Any], config: Any, what: str) -> Any:
    try:
        found = get(copy.deepcopy(config))
    except Exception as error:  # Keras raises whatever the constructor it reached raises
        raise StudyError(f"recipe: Keras knows no {what} {config!r}. {_first_sentence(error)}") from error
    return found() if inspect.isclass(found) else found


def _first_sentence(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
