"""Intervals for a mean over seeds."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

_ROUNDING = 1e-9
"""Of the largest value: what differences of scores lose at most."""


class Interval(NamedTuple):
    """Low and high end; both NaN when the data say nothing about spread."""

    low: float
    high: float


def spread(values_S: ArrayLike) -> float:
    """Return the standard deviation over seeds (divisor S - 1), in the values' unit; NaN when S < 2 or one is not finite.

    It is 0 where it is no more than rounding: differences of equal scores are equal but for their last bits.
    """
    values = np.asarray(values_S, np.float64)
    if len(values) < 2 or not np.isfinite(values).all():
        return math.nan
    deviation = float(values.std(ddof=1))
    return deviation if deviation > _ROUNDING * float(np.abs(values).max()) else 0.0


def reach(n: int, *, level: float = 0.95) -> float:
    """Return half the width of Student's interval for a mean of `n` values, in their standard deviations; infinite below two."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, (1 + level) / 2)) / math.sqrt(n) if n > 1 else math.inf


def t_interval(delta_S: ArrayLike, *, level: float = 0.95) -> Interval:
    """Student interval for the mean paired difference.

    Args:
        delta_S: Treatment minus control, one per shared seed. Shape `(S,)`; the metric's unit; finite.
        level: Coverage [probability], in (0, 1).

    Returns:
        Low and high ends in the unit of `delta_S`. Both NaN when S < 2: one seed says nothing about spread.

    Raises:
        ValueError: `delta_S` holds a non-finite value or has more than one axis, or `level` lies outside (0, 1).

    Source:
        Student (1908), The probable error of a mean.
    """
    differences = np.asarray(delta_S, np.float64)
    if differences.ndim != 1 or not np.isfinite(differences).all():
        raise ValueError(f"expected finite differences along one axis, got {differences!r}.")
    if not 0 < level < 1:
        raise ValueError(f"level is a probability between 0 and 1, not {level}.")
    n = len(differences)
    if n < 2:
        return Interval(math.nan, math.nan)
    radius = reach(n, level=level) * spread(differences)
    mean = float(differences.mean())
    return Interval(mean - radius, mean + radius)
