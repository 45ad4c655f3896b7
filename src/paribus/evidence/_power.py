"""How many seeds a question takes, and what so many can see. Effects are in standard deviations of the paired differences."""

import functools
import math

from paribus.evidence._fewest import fewest
from paribus.evidence._noncentral import noncentral_t_cdf, over_spread

_MOST = 10_000_000


def power(effect: float, n: int, *, alpha: float = 0.05) -> float:
    """Return the probability that a two-sided paired t test of `n` seeds finds a difference.

    Args:
        effect: True mean difference in standard deviations of the differences (d_z).
        n: Seeds; fewer than two find nothing.
        alpha: Probability of finding one where there is none, in (0, 1).

    Source:
        Cohen (1988), Statistical power analysis; by the noncentral t distribution, without approximation.
    """
    from scipy.special import stdtrit

    if n < 2:
        return 0.0
    critical, shift = float(stdtrit(n - 1, 1 - alpha / 2)), effect * math.sqrt(n)
    return noncentral_t_cdf(-critical, n - 1, -shift) + noncentral_t_cdf(-critical, n - 1, shift)


@functools.lru_cache(maxsize=1024)
def detectable_effect(n: int, *, alpha: float = 0.05, wanted: float = 0.8) -> float:
    """Return the least effect that `n` seeds find with probability `wanted`; infinite for fewer than two."""
    from scipy.optimize import brentq

    if n < 2:
        return math.inf
    high = 1.0
    while power(high, n, alpha=alpha) < wanted:
        high *= 2
    return brentq(lambda effect: power(effect, n, alpha=alpha) - wanted, 0.0, high, xtol=1e-10)


def seeds_for(effect: float, *, alpha: float = 0.05, wanted: float = 0.8) -> int | None:
    """Return the fewest seeds that find an effect with probability `wanted`; None if ten million do not."""
    return fewest(lambda n: power(effect, n, alpha=alpha) >= wanted, least=2, most=_MOST) if effect else None


def equivalence_power(margin: float, n: int, *, alpha: float = 0.05) -> float:
    """Return the probability that two one-sided tests of `n` seeds find equivalence where the true difference is 0.

    Args:
        margin: In standard deviations of the differences.
        n: Seeds; fewer than two find nothing.
        alpha: Of each of the two tests.

    Source:
        Owen (1965), A special case of a bivariate non-central t distribution; integrated over the spread numerically.
    """
    from scipy.special import ndtr, stdtrit

    if n < 2:
        return 0.0
    critical, edge = float(stdtrit(n - 1, 1 - alpha)), margin * math.sqrt(n)
    return over_spread(
        lambda spreads: 2 * ndtr(edge - critical * spreads) - 1,
        n - 1,
        most=edge / critical,  # a larger spread leaves the interval no room
    )


def seeds_for_equivalence(margin: float, *, alpha: float = 0.05, wanted: float = 0.8) -> int | None:
    """Return the fewest seeds that find equivalence with probability `wanted` where there is no difference."""
    return (
        fewest(lambda n: equivalence_power(margin, n, alpha=alpha) >= wanted, least=2, most=_MOST)
        if margin > 0
        else None
    )
