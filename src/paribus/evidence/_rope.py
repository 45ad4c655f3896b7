"""How likely a difference matters, for those who think in probabilities of hypotheses."""

import math
from typing import NamedTuple

from numpy.typing import ArrayLike

from paribus.evidence._paired import paired_t


class Rope(NamedTuple):
    """Posterior probabilities that the mean difference lies below, within and above the region of practical equivalence."""

    below: float
    within: float
    above: float


def rope(delta_S: ArrayLike, *, margin: float) -> Rope:
    """Return where the mean difference lies, under a flat prior on mean and logarithm of the spread.

    Args:
        delta_S: Paired differences. Shape `(S,)`; finite.
        margin: Half the region's width, in their unit.

    Returns:
        All NaN when S < 2 or nothing varies.

    Source:
        Benavoli, Corani, Demsar and Zaffalon (2017), Time for a change, section 4.1, with correlation 0: seeds are independent.
    """
    from scipy.special import stdtr

    found = paired_t(delta_S)
    if found.n < 2 or not found.spread:
        return Rope(math.nan, math.nan, math.nan)
    error = found.spread / math.sqrt(found.n)
    below = float(stdtr(found.n - 1, (-margin - found.mean) / error))
    above = float(stdtr(found.n - 1, (found.mean - margin) / error))
    return Rope(below, max(0.0, 1 - below - above), above)
