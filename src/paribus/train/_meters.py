"""The recipe's metrics besides loss and accuracy, as means over examples."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from paribus.backend import Array, keras


@dataclass(frozen=True, slots=True)
class Meters:
    """Measures batches; what it returns for several adds up.

    Args:
        metrics: Keras metrics that are means over examples.
        names: The name under which each is recorded.
        classes: How many classes there are.
    """

    metrics: tuple[Any, ...]
    names: tuple[str, ...]
    classes: int

    def zero(self) -> Array:
        """Return the totals of no example. Shape `(metrics, 2)`."""
        return keras().ops.zeros((len(self.metrics), 2), "float32")

    def totals(self, labels: Array, outputs: Array) -> Array:
        """Return each metric's sum over the examples, and their number. Shape `(metrics, 2)`."""
        if not self.metrics:
            return self.zero()
        ops = keras().ops
        outputs, one_hot = ops.cast(outputs, "float32"), ops.one_hot(labels, self.classes, dtype="float32")
        return ops.stack(
            [
                ops.stack(
                    metric.stateless_update_state(
                        [ops.zeros((), "float32"), ops.zeros((), "float32")],
                        labels if takes_integers(metric) else one_hot,
                        outputs,
                    )
                )
                for metric in self.metrics
            ]
        )

    def means(self, totals: Any) -> dict[str, float]:
        """Return the mean of each metric by name; NaN of no example."""
        sums, counts = np.asarray(totals, np.float64).reshape(-1, 2).T
        with np.errstate(invalid="ignore"):
            return dict(zip(self.names, (sums / counts).tolist(), strict=True))


def takes_integers(metric_or_loss: Any) -> bool:
    """Whether a Keras metric or loss takes labels as integers, which Keras calls sparse; one-hot otherwise."""
    kind = getattr(metric_or_loss, "__name__", type(metric_or_loss).__name__)
    return "sparse" in (metric_or_loss.name if kind == "MeanMetricWrapper" else kind).lower()
