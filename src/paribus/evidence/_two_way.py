"""Whether a difference would be found again with other test examples, too."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from paribus.evidence._intervals import Interval, reach, spread


class TwoWay(NamedTuple):
    """A mean over seeds and examples, each a sample of many; all NaN when S < 2 or N < 2.

    Attributes:
        error: Its standard error over new seeds and new examples.
        from_examples: Which part of its variance comes from the examples.
        radius: Half the width of the 95 % interval for new examples, were the seeds all there could be.
    """

    error: float
    from_examples: float
    radius: float

    def extended(self, interval: Interval) -> Interval:
        """Return an interval over new seeds as one over new seeds and examples: the squares of half widths add up."""
        middle = (interval.low + interval.high) / 2
        half = math.hypot((interval.high - interval.low) / 2, self.radius)
        return Interval(middle - half, middle + half) if math.isfinite(middle) else interval


def two_way(delta_SxN: ArrayLike) -> TwoWay:
    """Return how far a mean difference depends on the test examples.

    Seeds and examples are crossed random effects, whose variances are estimated by their mean squares. With few seeds a two-way
    bootstrap is too narrow, as it is over seeds alone.

    Args:
        delta_SxN: Treatment right minus control right, -1, 0 or 1. Shape `(S, N)`, seeds by test examples.

    Source:
        Searle, Casella and McCulloch (1992), Variance components, chapter 4; Zou and Donner (2008), Construction of confidence limits
        about effect measures, for adding the squares.
    """
    deltas = np.asarray(delta_SxN)
    seeds, examples = deltas.shape
    if seeds < 2 or examples < 2:
        return TwoWay(math.nan, math.nan, math.nan)
    by_seed, by_example = deltas.mean(axis=1), deltas.mean(axis=0)
    mean = float(by_seed.mean())
    over_seeds, over_examples = spread(by_seed) ** 2, spread(by_example) ** 2
    total = float(np.count_nonzero(deltas)) - seeds * examples * mean**2
    rest = total - examples * (seeds - 1) * over_seeds - seeds * (examples - 1) * over_examples
    noise = max(0.0, rest) / ((seeds - 1) * (examples - 1))
    from_examples = max(0.0, over_examples - noise / seeds)
    variance = over_seeds / seeds + from_examples / examples
    return TwoWay(
        error=math.sqrt(variance),
        from_examples=from_examples / examples / variance if variance else math.nan,
        radius=reach(examples) * math.sqrt(from_examples),
    )
