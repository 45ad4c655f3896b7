"""The recipe: how every arm is trained."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from paribus.errors import StudyError, listed
from paribus.study._declared import KerasConfig, declared, metric_name, problems

Precision = Literal["float32", "bfloat16"]
BatchNorm = Literal["moving", "recalibrate"]

MEASURED = ("accuracy", "loss")
"""What every run is scored on, whatever the recipe."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """The controls that all arms share.

    Args:
        optimizer: Keras name, config or object; schedules are part of it.
        loss: Keras name, config or object of a classification loss; labels are one-hot unless the loss is "sparse".
        epochs: Passes over the training data; the last one is the one reported.
        batch_size: Examples per step; the last, smaller batch of an epoch is kept, as in Keras' `fit`.
        fast_layers: Whether layers whose gradients XLA computes slowly train as layers that compute the same faster. Same
            outputs to 1e-6, same gradients to 1e-5; rounding differs, and training carries that on.
        native_kernels: Whether fast layers run on the kernels of `paribus-kernels` where it is installed and JAX computes on a
            CPU. The same to 2e-5 as without; rounding differs.
        class_weights: Factor of the training loss by class, as `fit`'s `class_weight`; 1 for classes left out.
        metrics: What is measured besides loss and accuracy: names, configs or objects of Keras metrics that are means
            over examples.
        precision: What layers compute in. Weights and the loss are float32 either way.
        batchnorm: By which statistics every arm's BatchNormalization normalises when it is evaluated: "moving", those that
            training left behind, as Keras does; "recalibrate", those of the training data and the weights as they are then,
            estimated before every evaluation. After few steps, moving statistics are still near where they began.
            Training is the same either way, to the last bit.

    Raises:
        StudyError: Something in it can train nothing; all of it is named.
    """

    optimizer: KerasConfig = "SGD"
    loss: KerasConfig = "categorical_crossentropy"
    epochs: int = 10
    batch_size: int = 128
    fast_layers: bool = True
    native_kernels: bool = True
    class_weights: Mapping[int, float] | None = None
    metrics: tuple[KerasConfig, ...] = ()
    precision: Precision = "float32"
    batchnorm: BatchNorm = "moving"

    def __post_init__(self) -> None:
        for name in ("optimizer", "loss"):  # copies: nobody changes a control afterwards, Keras included
            object.__setattr__(self, name, declared(getattr(self, name), named=False))
        if not isinstance(self.metrics, str):
            object.__setattr__(self, "metrics", tuple(declared(each, named=True) for each in self.metrics))
        if self.class_weights is not None:
            object.__setattr__(self, "class_weights", _declared_weights(self.class_weights))
        found = [
            *_bad_numbers(self),
            *problems("optimizer", self.optimizer),
            *problems("loss", self.loss),
            *_bad_metrics(self.metrics),
            *_bad_weights(self.class_weights),
            *_bad_precision(self.precision),
            *_bad_batchnorm(self.batchnorm),
        ]
        if found:
            raise StudyError(found)

    @property
    def metric_names(self) -> tuple[str, ...]:
        """The names under which `metrics` are recorded."""
        return tuple(map(metric_name, self.metrics))

    @property
    def scores(self) -> tuple[str, ...]:
        """What a run is scored on, always after its last epoch: "test_accuracy" and so on."""
        names = (*MEASURED, *self.metric_names)
        return tuple(f"{split}_{name}" for split in ("test", "validation") for name in names)

    @property
    def takes_logits(self) -> bool | None:
        """Whether the loss takes logits; None for one that takes anything."""
        if isinstance(self.loss, str):
            return False if _is_crossentropy(self.loss) else None
        if not _is_crossentropy(str(self.loss["class_name"])):
            return None
        config: Mapping[str, Any] = self.loss.get("config") or {}
        return bool(config.get("from_logits", False))


def _is_crossentropy(name: str) -> bool:
    return "crossentropy" in name.lower().replace("_", "") or name.lower() == "bce"


def _declared_weights(weights: Mapping[int, float]) -> dict[int, float]:
    """Return the weights with Python's numbers, in the order of the classes, where they are numbers."""
    try:
        return {int(label): float(weight) for label, weight in sorted(weights.items())}
    except (TypeError, ValueError, AttributeError):
        raise StudyError(
            f"recipe: class_weights is {weights!r}; give a factor for each class, as {{0: 1.0, 1: 2.5}}."
        ) from None


def _bad_numbers(recipe: Recipe) -> list[str]:
    return [
        f"recipe: {name} is {value!r}; it must be a whole number of at least 1."
        for name, value in (("epochs", recipe.epochs), ("batch_size", recipe.batch_size))
        if type(value) is not int or value < 1
    ]


def _bad_metrics(metrics: tuple[KerasConfig, ...]) -> list[str]:
    if isinstance(metrics, str):
        return [f"recipe: metrics is {metrics!r}; give a tuple of metrics, as ({metrics!r},)."]
    if found := [sentence for each in metrics for sentence in problems("metrics", each)]:
        return found
    counts = Counter(map(metric_name, metrics))
    return [
        *(
            f"recipe: metric '{name}' is declared {count} times; give each a name of its own."
            for name, count in counts.items()
            if count > 1
        ),
        *(
            f"recipe: {name} is always measured; leave it out of metrics."
            for name in MEASURED
            if name in counts
        ),
    ]


def _bad_weights(weights: Mapping[int, float] | None) -> list[str]:
    return [
        f"recipe: the class weight of class {label} is {weight}; it must be finite and not negative."
        for label, weight in (weights or {}).items()
        if not (math.isfinite(weight) and weight >= 0)
    ]


def _bad_precision(precision: str) -> list[str]:
    if precision in get_args(Precision):
        return []
    why = (
        " float16 needs its loss scaled, which paribus does not do." if precision.endswith("float16") else ""
    )
    return [f"recipe: precision is {precision!r}; there are {listed(get_args(Precision))}.{why}"]


def _bad_batchnorm(batchnorm: str) -> list[str]:
    if batchnorm in get_args(BatchNorm):
        return []
    sentence = (
        f"recipe: batchnorm is {batchnorm!r}; it is 'moving', to evaluate by the statistics that training left behind, or "
        "'recalibrate', by statistics that are estimated on the training data before every evaluation."
    )
    return [sentence]
