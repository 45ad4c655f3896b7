"""Sign-flip tests: exact for differences that are symmetric about 0, whatever their distribution."""

import math

import numpy as np
from numpy.typing import ArrayLike

MOST_EXACT = 20
"""Differences up to which all signs are tried."""


def sign_flip_p(delta_S: ArrayLike, *, rng: np.random.Generator | None = None, draws: int = 99_999) -> float:
    """Return the two-sided p value of the mean under all changes of sign; NaN of no difference.

    Args:
        delta_S: Paired differences. Shape `(S,)`.
        rng: Draws signs where there are more than `MOST_EXACT` differences; required there.
        draws: How many; the p value is then that of the draws and the data together.

    Raises:
        ValueError: There are too many to try all, and no `rng`.

    Source:
        Fisher (1935), The design of experiments, section 21; Phipson and Smyth (2010) for the draws.
    """
    differences = np.asarray(delta_S, np.float64)
    n = len(differences)
    if n == 0:
        return math.nan
    magnitudes = np.abs(differences)
    observed = abs(differences.sum())
    least = observed - 1e-12 * magnitudes.sum()  # ties by rounding count
    if n <= MOST_EXACT:
        return float((np.abs(_all_sums(magnitudes)) >= least).mean())
    if rng is None:
        raise ValueError(f"of {n} differences not all signs can be tried; give an rng.")
    signs = rng.integers(2, size=(draws, n), dtype=np.int8) * 2 - 1
    return float((1 + (np.abs(signs @ magnitudes) >= least).sum()) / (draws + 1))


def _all_sums(magnitudes: np.ndarray) -> np.ndarray:
    sums = np.zeros(1)
    for magnitude in magnitudes:
        sums = np.concatenate([sums - magnitude, sums + magnitude])
    return sums


def smallest_sign_flip_p(n: int) -> float:
    """Return the least p value that `n` differences can reach: 2 / 2^n, which is not below .05 up to five."""
    return 2.0 ** (1 - n) if n else math.nan
