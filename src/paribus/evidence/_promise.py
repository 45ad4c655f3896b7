"""Whether it is worth going on."""

import math

import numpy as np
from numpy.typing import NDArray

from paribus.evidence._readings import ALPHA

FUTILE = 0.1
"""Chance of a decision below which more seeds are hardly worth training."""


def promise(delta_S: NDArray[np.float64], most: int, *, margin: float | None) -> float:
    """Return the chance that a contrast is decided when all seeds are there, if the rest are like those so far.

    It only serves to stop where going on is in vain, which makes no error more likely; it is no part of a verdict.

    Args:
        delta_S: Paired differences so far. Shape `(S,)`; finite.
        most: Seeds there can be.
        margin: The least difference that matters; None where none was declared.

    Returns:
        1 when S < 2 or nothing varies: nothing speaks against going on.

    Source:
        Lan and Wittes (1988), The B-value: a tool for monitoring data, with the trend as it is seen.
    """
    from scipy.special import ndtr, stdtrit

    n = len(delta_S)
    spread = float(delta_S.std(ddof=1)) if n > 1 else 0.0
    if n >= most or not spread:
        return 1.0
    mean, error = float(delta_S.mean()), spread / math.sqrt(most)
    drift = spread * math.sqrt(most - n) / most  # of the mean of all, by the seeds to come

    def chance(low: float, high: float) -> float:
        return float(ndtr((high - mean) / drift) - ndtr((low - mean) / drift)) if high > low else 0.0

    reach = float(stdtrit(most - 1, 1 - ALPHA / 2)) * error
    room = 0.0 if margin is None else margin - float(stdtrit(most - 1, 1 - ALPHA)) * error
    return 1.0 if room >= reach else 1 - chance(-reach, reach) + chance(-room, room)
