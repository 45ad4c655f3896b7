"""Whether a difference would be found again with other seeds and other test examples."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from paribus.evidence._intervals import Interval, spread

_UNDEFINED = Interval(math.nan, math.nan)


class TwoWay(NamedTuple):
    """A mean over seeds and examples, each a sample of many.

    Attributes:
        mean: Of all differences.
        error: Its standard error over new seeds and new examples; NaN when S < 2 or N < 2.
        from_examples: Which part of its variance comes from the examples.
        interval: For the mean over all seeds and all examples there could be.
    """

    mean: float
    error: float
    from_examples: float
    interval: Interval


def two_way(delta_SxN: ArrayLike, *, level: float = 0.95) -> TwoWay:
    """Return the mean difference with an interval that holds for new seeds and new examples.

    Seeds and examples are crossed random effects, whose variances are estimated by their mean squares: with few seeds a two-way
    bootstrap is too narrow, as it is over seeds alone.

    Args:
        delta_SxN: Treatment right minus control right, -1, 0 or 1. Shape `(S, N)`, seeds by test examples.
        level: Coverage [probability], in (0, 1).

    Source:
        Searle, Casella and McCulloch (1992), Variance components, chapter 4; Satterthwaite (1946) for the degrees of freedom.
    """
    from scipy.special import stdtrit

    deltas = np.asarray(delta_SxN, np.float64)
    seeds, examples = deltas.shape
    if seeds < 2 or examples < 2:
        return TwoWay(float(deltas.mean()) if deltas.size else math.nan, math.nan, math.nan, _UNDEFINED)
    by_seed, by_example = deltas.mean(axis=1), deltas.mean(axis=0)
    mean = float(by_seed.mean())
    freedom = (seeds - 1, examples - 1, (seeds - 1) * (examples - 1))
    over_seeds, over_examples = spread(by_seed) ** 2, spread(by_example) ** 2
    total = float(np.linalg.norm(deltas)) ** 2 - seeds * examples * mean**2
    rest = total - examples * freedom[0] * over_seeds - seeds * freedom[1] * over_examples
    parts = (over_seeds / seeds, over_examples / examples, max(0.0, rest) / freedom[2] / (seeds * examples))
    variance = max(parts[0] + parts[1] - parts[2], parts[0], parts[1])
    if variance == 0:
        return TwoWay(mean, 0.0, math.nan, Interval(mean, mean))
    own = sum(part**2 / degrees for part, degrees in zip(parts, freedom, strict=True))
    radius = float(stdtrit(variance**2 / own, (1 + level) / 2)) * math.sqrt(variance)
    return TwoWay(mean, math.sqrt(variance), 1 - parts[0] / variance, Interval(mean - radius, mean + radius))
