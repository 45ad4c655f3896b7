"""The recipe's loss, metrics and optimizer as Keras objects."""

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from paribus.backend import Array, Optimizer, keras
from paribus.errors import StudyError
from paribus.study import Recipe
from paribus.train._meters import Meters, takes_integers


@dataclass(frozen=True, slots=True)
class Objective:
    """What is minimised, and what else is measured.

    Args:
        loss: Keras loss: an object, or a function that gives one number per example.
        classes: How many classes there are.
        class_weights: Factor of the training loss by class; 1 for classes left out.
        meters: What is measured besides.
    """

    loss: Callable[..., Any]
    classes: int
    class_weights: Mapping[int, float] | None
    meters: Meters

    def __call__(self, labels: Array, outputs: Array, *, training: bool) -> Array:
        """Return the mean loss of a batch, weighted by class in training, as `fit` does.

        Args:
            labels: Integers. Shape `(n,)`.
            outputs: Shape `(n, classes)`.
            training: Whether class weights count.
        """
        ops = keras().ops
        outputs = ops.cast(outputs, "float32")  # as `fit` does: a loss in half precision is rounding
        targets = labels if takes_integers(self.loss) else ops.one_hot(labels, self.classes, dtype="float32")
        weights = self._weights(labels) if training and self.class_weights else None
        if isinstance(self.loss, keras().losses.Loss):
            return self.loss(targets, outputs, sample_weight=weights)
        losses = self.loss(targets, outputs)
        return ops.mean(losses if weights is None else losses * weights)

    def _weights(self, labels: Array) -> Array:
        by_class = np.ones(self.classes, np.float32)
        for label, weight in (self.class_weights or {}).items():
            by_class[label] = weight
        return keras().ops.take(keras().ops.convert_to_tensor(by_class), labels, axis=0)


def make_objective(recipe: Recipe, classes: int) -> Objective:
    """Return the recipe's loss and metrics for integer labels of so many classes.

    Raises:
        StudyError: Keras knows no such loss or metric, or a metric is no mean over examples.
    """
    return Objective(
        loss=make_loss(recipe),
        classes=classes,
        class_weights=recipe.class_weights,
        meters=make_meters(recipe, classes),
    )


def make_loss(recipe: Recipe) -> Callable[..., Any]:
    """Return the recipe's loss.

    Raises:
        StudyError: Keras knows no such loss.
    """
    return _known(keras().losses.get, recipe.loss, "loss")


def make_meters(recipe: Recipe, classes: int) -> Meters:
    """Return the recipe's metrics.

    Raises:
        StudyError: Keras knows no such metric, or one is no mean over examples; all of them are named.
    """
    metrics: list[Any] = []
    problems: list[str] = []
    for name, config in zip(recipe.metric_names, recipe.metrics, strict=True):
        try:
            metrics.append(_mean_metric(name, config))
        except StudyError as error:
            problems.extend(error.problems)
    if problems:
        raise StudyError(problems)
    return Meters(tuple(metrics), recipe.metric_names, classes)


def make_optimizer(recipe: Recipe) -> Optimizer:
    """Return a new optimizer of the recipe's kind.

    Raises:
        StudyError: Keras knows no such optimizer, or it does what paribus does not.
    """
    optimizer = _known(keras().optimizers.get, recipe.optimizer, "optimizer")
    if isinstance(optimizer, keras().optimizers.LossScaleOptimizer):
        raise StudyError(
            "recipe: LossScaleOptimizer is for float16, which paribus does not train in; give its inner optimizer, and "
            "precision='bfloat16' if layers are to compute in half precision."
        )
    if optimizer.use_ema:
        raise StudyError(
            "recipe: use_ema averages weights outside the training step, which paribus does not do."
        )
    return optimizer


def check_recipe(recipe: Recipe, *, classes: int) -> None:
    """Raise a StudyError that names everything in the recipe that cannot be trained with this Keras and so many classes."""
    problems = _other_policy(recipe)
    for make in (make_optimizer, partial(_try_loss, classes=classes), partial(_try_meters, classes=classes)):
        try:
            make(recipe)
        except StudyError as error:
            problems.extend(error.problems)
    if problems:
        raise StudyError(problems)


def _try_loss(recipe: Recipe, classes: int) -> None:
    """Compute the loss of one example."""
    bare = replace(recipe, metrics=())
    _try("loss", classes, partial(make_objective(bare, classes), *_example(classes), training=True))


def _try_meters(recipe: Recipe, classes: int) -> None:
    """Measure one example by each metric."""
    meters = make_meters(recipe, classes)
    for metric, name in zip(meters.metrics, meters.names, strict=True):
        alone = Meters((metric,), (name,), classes)
        _try(f"metric '{name}'", classes, partial(alone.totals, *_example(classes)))


def _try(what: str, classes: int, compute: Callable[[], Any]) -> None:
    try:
        compute()
    except Exception as error:  # Keras and its backend raise whatever they come upon
        raise StudyError(
            f"recipe: the {what} cannot be computed for outputs of {classes} classes. {_first_sentence(error)}"
        ) from error


def _example(classes: int) -> tuple[Array, Array]:
    ops = keras().ops
    return ops.zeros((1,), "int32"), ops.full((1, classes), 1 / classes, "float32")


def _mean_metric(name: str, config: Any) -> Any:
    metric = _known(keras().metrics.get, config, "metric")
    if not isinstance(metric, keras().metrics.Metric):  # a function of labels and outputs
        return keras().metrics.MeanMetricWrapper(metric, name=name)
    if not isinstance(metric, keras().metrics.MeanMetricWrapper):
        raise StudyError(
            f"recipe: metric '{name}' is no mean over examples, so running means and comparisons of it would not hold; "
            "give one that is, as 'top_k_categorical_accuracy' or 'categorical_crossentropy'."
        )
    return metric


def _other_policy(recipe: Recipe) -> list[str]:
    policy = keras().config.dtype_policy().name
    if policy == "float32":
        return []
    sentence = (
        f"recipe: Keras' global dtype policy is '{policy}', but arms are built in the recipe's precision, "
        f"{recipe.precision!r}; declare it there and leave the policy alone."
    )
    return [sentence]


def _known(get: Callable[[Any], Any], config: Any, what: str) -> Any:
    try:
        found = get(copy.deepcopy(config))
    except Exception as error:  # Keras raises whatever the constructor it reached raises
        raise StudyError(f"recipe: Keras knows no {what} {config!r}. {_first_sentence(error)}") from error
    return found() if inspect.isclass(found) else found


def _first_sentence(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
