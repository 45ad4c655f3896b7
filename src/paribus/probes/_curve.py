"""Accuracy as a function of how far images are changed, and the area under it."""

from collections.abc import Callable, Sequence

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel, accuracy
from paribus.probes._images import Images


def curve_metrics(name: str, levels: Sequence[int], unit: str) -> tuple[str, ...]:
    """Return the name of the accuracy at each level, unchanged images first, and of the mean over all."""
    return (*(_metric(name, level, unit) for level in (0, *levels)), f"{name}_mean_accuracy")


def accuracy_curve(
    model: TrainedModel,
    data: ProbeData,
    *,
    name: str,
    levels: Sequence[int],
    unit: str,
    changed: Callable[[Images, int], Images],
) -> dict[str, float]:
    """Return the accuracy at each level, on the same examples.

    The mean is that over all levels from none to the last, in between straight: the area under the curve by the trapezoidal
    rule, over its width.

    Args:
        model: What is measured.
        data: Examples.
        name: Of the probe.
        levels: Rising, all above 0.
        unit: Of the levels, as in the metrics' names.
        changed: Returns images changed by a level.
    """
    accuracies = [accuracy(model, data.x, data.y)]
    accuracies += [accuracy(model, changed(data.x, level), data.y) for level in levels]
    places = np.array([0, *levels], np.float64)
    area = float(np.trapezoid(accuracies, places) / places[-1])
    return dict(zip(curve_metrics(name, levels, unit), [*accuracies, area], strict=True))


def _metric(name: str, level: int, unit: str) -> str:
    return f"{name}_{level}{unit}_accuracy"
