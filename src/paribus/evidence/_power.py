"""How many seeds a question takes, and what so many can see. Effects are in standard deviations of the paired differences."""

import math
from collections.abc import Callable

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
    from scipy.stats import nct

    if n < 2:
        return 0.0
    critical, shift = float(stdtrit(n - 1, 1 - alpha / 2)), effect * math.sqrt(n)
    return float(nct.sf(critical, n - 1, shift) + nct.cdf(-critical, n - 1, shift))


def detectable_effect(n: int, *, alpha: float = 0.05, wanted: float = 0.8) -> float:
    """Return the least effect that `n` seeds find with probability `wanted`; infinite for fewer than two."""
    from scipy.optimize import brentq

    if n < 2:
        return math.inf
    high = 1.0
    while power(high, n, alpha=alpha) < wanted:
        high *= 2
    return float(brentq(lambda effect: power(effect, n, alpha=alpha) - wanted, 0.0, high, xtol=1e-10))


def seeds_for(effect: float, *, alpha: float = 0.05, wanted: float = 0.8) -> int | None:
    """Return the fewest seeds that find an effect with probability `wanted`; None if ten million do not."""
    return _fewest(lambda n: power(effect, n, alpha=alpha) >= wanted) if effect else None


def equivalence_power(margin: float, n: int, *, alpha: float = 0.05) -> float:
    """Return the probability that two one-sided tests of `n` seeds find equivalence where the true difference is 0.

    Args:
        margin: In standard deviations of the differences.
        n: Seeds; fewer than two find nothing.
        alpha: Of each of the two tests.

    Source:
        Owen (1965), A special case of a bivariate non-central t distribution; integrated over the spread numerically.
    """
    from scipy.integrate import quad
    from scipy.special import ndtr, stdtrit
    from scipy.stats import chi

    if n < 2:
        return 0.0
    freedom, critical = n - 1, float(stdtrit(n - 1, 1 - alpha))
    most = margin * math.sqrt(n) / critical  # a larger spread leaves the interval no room

    def given(spread: float) -> float:
        reach = margin * math.sqrt(n) - critical * spread
        return (
            (2 * float(ndtr(reach)) - 1)
            * float(chi.pdf(spread * math.sqrt(freedom), freedom))
            * math.sqrt(freedom)
        )

    return float(quad(given, 0.0, most, limit=200)[0])


def seeds_for_equivalence(margin: float, *, alpha: float = 0.05, wanted: float = 0.8) -> int | None:
    """Return the fewest seeds that find equivalence with probability `wanted` where there is no difference."""
    return _fewest(lambda n: equivalence_power(margin, n, alpha=alpha) >= wanted) if margin > 0 else None


def _fewest(enough: Callable[[int], bool]) -> int | None:
    high = 2
    while not enough(high):
        high *= 2
        if high > _MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
