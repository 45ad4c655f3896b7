"""A t test and its interval that hold however often one looks."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from paribus.evidence._fewest import fewest
from paribus.evidence._intervals import Interval
from paribus.evidence._paired import check_margin, paired_t

_MOST = 1_000_000
_WANTED = 0.8


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
        g: Prior precision: the effect, in standard deviations, is taken to spread by 1 / √g. Larger for small effects, which show
            late; positive.

    Returns:
        NaN evidence and an infinite interval when S < 2; an infinite interval where the evidence cannot suffice yet. Without any
        spread the evidence is that of equal signs, half of 2^(S - 1): differences that are equal by chance are no proof.

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
        log_e = (found.n - 2) * math.log(2)
    e = math.exp(min(log_e, 700.0))
    reach = anytime_reach(found.n, alpha=1 - level, g=g)
    radius = reach * found.spread if math.isfinite(reach) else math.inf
    return AnytimeT(e, min(1.0, 1 / e), Interval(found.mean - radius, found.mean + radius))


def anytime_reach(n: int, *, alpha: float = 0.05, g: float = 1.0) -> float:
    """Return half the interval's width after `n` seeds, in standard deviations of the differences; infinite where it must be."""
    if n < 2:
        return math.inf
    r = g / (g + n)
    q = (r * alpha**2) ** (1 / n)
    return math.sqrt((n - 1) * (1 - q) / (q - r) / n) if q > r else math.inf


def anytime_equivalence_p(delta_S: ArrayLike, *, margin: float, g: float = 1.0) -> float:
    """Return the p value, at any time, of two one-sided tests that the mean lies within the margin.

    It is below .05 exactly where the anytime-valid 90 % interval lies within (-margin, margin), as its two ends err alike.

    Args:
        delta_S: As in `anytime_t`.
        margin: The smallest difference that matters; positive.
        g: As in `anytime_t`.

    Returns:
        NaN when S < 2.

    Raises:
        ValueError: The margin is not positive and finite.
    """
    check_margin(margin)
    differences = np.asarray(delta_S, np.float64)
    if len(differences) < 2:
        return math.nan
    if abs(differences.mean()) >= margin:
        return 1.0
    return max(anytime_t(differences - end, g=g).p for end in (-margin, margin)) / 2


def seeds_to_decide(
    mean: float, spread: float, *, margin: float | None, alpha: float = 0.05, n: int = 2
) -> int | None:
    """Return after how many seeds the anytime-valid interval decides with probability about .8, if mean and spread are as given.

    Args:
        mean: Of the paired differences.
        spread: Their standard deviation, positive.
        margin: The smallest difference that matters, in the same unit; None if none was declared, then only direction decides.
        alpha: Two-sided level of the interval that decides direction.
        n: Seeds there are already; fewer are not the answer.

    Returns:
        None if a million do not decide.
    """
    from scipy.special import ndtr

    def decides(seeds: int) -> bool:
        error = spread / math.sqrt(seeds)
        needed = anytime_reach(seeds, alpha=alpha) * spread
        room = -1.0 if margin is None else margin - anytime_reach(seeds, alpha=0.1) * spread
        found = ndtr((abs(mean) - needed) / error) + ndtr((-abs(mean) - needed) / error)
        equal = ndtr((room - mean) / error) - ndtr((-room - mean) / error) if room > 0 else 0.0
        return float(found + equal) >= _WANTED

    return fewest(decides, least=max(2, n), most=_MOST)
