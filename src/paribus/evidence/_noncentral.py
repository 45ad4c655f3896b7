"""The noncentral t distribution, integrated over the spread: SciPy's is NaN in places that power calculations reach."""

import functools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_NODES = 160
_NEGLIGIBLE = 1e-18
_CERTAIN = 9.0
"""Standard deviations beyond which a normal never is."""


def noncentral_t_cdf(t: float, freedom: int, shift: float) -> float:
    """Return the probability of a noncentral t of at most `t`.

    Args:
        t: Finite.
        freedom: Degrees of freedom, at least 1.
        shift: Noncentrality.

    Source:
        Johnson, Kotz and Balakrishnan (1995), Continuous univariate distributions 2, chapter 31: a normal over an independent chi.
    """
    from scipy.special import gammaincc, ndtr

    if t < 0:
        return 1 - noncentral_t_cdf(-t, freedom, -shift)
    if t == 0:
        return float(ndtr(-shift))
    half = 0.5 * freedom
    far = 2 * _ends(freedom)[1]
    rises, risen = (min(far, max(0.0, (shift + end) / t)) for end in (-_CERTAIN, _CERTAIN))  # from 0 to 1
    beyond = float(gammaincc(half, half * risen**2))
    return beyond + over_spread(lambda spreads: ndtr(t * spreads - shift), freedom, least=rises, most=risen)


def over_spread(
    of: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    freedom: int,
    *,
    least: float = 0.0,
    most: float = math.inf,
) -> float:
    """Return the mean of a smooth function of a sample's spread, where the true one is 1; outside `least` to `most` it counts as 0."""
    low, high = _ends(freedom)
    low, high = max(low, least), min(high, most)
    if high <= low:
        return 0.0
    nodes, weights = _legendre()
    spreads = 0.5 * (high - low) * nodes + 0.5 * (high + low)
    return float(0.5 * (high - low) * (weights * _density(spreads, freedom)) @ of(spreads))


def _density(spreads: NDArray[np.float64], freedom: int) -> NDArray[np.float64]:
    """Return the density of the root of a chi-squared over its degrees of freedom."""
    half = 0.5 * freedom
    constant = math.log(2) + half * math.log(half) - math.lgamma(half)
    return np.exp(constant + (freedom - 1) * np.log(spreads) - half * spreads**2)


@functools.lru_cache(maxsize=1024)
def _ends(freedom: int) -> tuple[float, float]:
    from scipy.special import gammainccinv, gammaincinv

    half = 0.5 * freedom
    ends = gammaincinv(half, _NEGLIGIBLE), gammainccinv(half, _NEGLIGIBLE)
    return math.sqrt(float(ends[0]) / half), math.sqrt(float(ends[1]) / half)


@functools.cache
def _legendre() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.polynomial.legendre.leggauss(_NODES)
