"""A t test and its interval that hold however often one looks."""

import math
from typing import NamedTuple

from numpy.typing import ArrayLike

from paribus.evidence._intervals import Interval
from paribus.evidence._paired import paired_t


class AnytimeT(NamedTuple):
    """Evidence against a mean of 0 (`e`, an e-value), `p` = min(1, 1 / e), and an interval that covers at all looks together."""

    e: float
    p: float
    interval: Interval


def anytime_t(delta_S: ArrayLike, *, level: float = 0.95, g: float = 1.0) -> AnytimeT:
    """Test the mean of paired differences at any time.

    Args:
        delta_S: Treatment minus control, one per shared seed. Shape `(S,)`; finite.
        level: Probability that all intervals, at whatever numbers of seeds, cover the mean.
        g: Prior variance in units of the variance: how early, against how late, evidence is wanted; positive.

    Returns:
        NaN evidence and an infinite interval when S < 2, or where the evidence cannot suffice yet.

    Source:
        Lindon, Ham, Tingley and Bojinov (2022), arXiv 2210.08589; Wang and Ramdas (2023), arXiv 2310.03722.
    """
    found = paired_t(delta_S)
    if found.n < 2:
        return AnytimeT(math.nan, 1.0, Interval(-math.inf, math.inf))
    freedom, r = found.n - 1, g / (g + found.n)
    log_e = 0.5 * math.log(r)
    if math.isfinite(found.t):
        square = found.t**2 / freedom
        log_e += 0.5 * (freedom + 1) * (math.log1p(square) - math.log1p(r * square))
    elif found.mean:
        log_e = 0.5 * math.log(r) - 0.5 * (freedom + 1) * math.log(r)
    e = math.exp(min(log_e, 700.0))
    return AnytimeT(e, min(1.0, 1 / e), _interval(found.mean, found.spread, found.n, r=r, alpha=1 - level))


def _interval(mean: float, spread: float, n: int, *, r: float, alpha: float) -> Interval:
    q = (r * alpha**2) ** (1 / n)
    if q <= r:
        return Interval(-math.inf, math.inf)
    radius = math.sqrt((n - 1) * (1 - q) / (q - r)) * spread / math.sqrt(n)
    return Interval(mean - radius, mean + radius)
