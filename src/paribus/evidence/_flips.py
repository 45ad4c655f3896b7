"""Tests by changes of sign: exact for differences that are symmetric about 0, whatever their distribution."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_EXACT = 20
"""Differences up to which all signs are tried."""
DRAWS = 19_999
_BLOCK = 4_000_000
"""Signs that are drawn at once."""


def sign_flip_p(delta_S: ArrayLike, *, rng: np.random.Generator | None = None, draws: int = DRAWS) -> float:
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
    if len(differences) == 0:
        return math.nan
    magnitudes = np.abs(differences) / (np.abs(differences).max() or 1.0)
    differences = np.copysign(magnitudes, differences)
    least = abs(differences.sum()) - 1e-9 * magnitudes.sum()  # ties by rounding count
    if len(differences) <= MOST_EXACT:
        return float((np.abs(_all_sums(magnitudes)) >= least).mean())
    if rng is None:
        raise ValueError(f"of {len(differences)} differences not all signs can be tried; give an rng.")
    as_far = 0
    block = max(1, _BLOCK // len(differences))
    for first in range(0, draws, block):
        signs = random_signs(min(block, draws - first), len(differences), rng)
        as_far += int((np.abs(signs @ magnitudes.astype(np.float32)) >= least * (1 - 1e-6)).sum())
    return (1 + as_far) / (draws + 1)


class SignedRank(NamedTuple):
    """The smaller sum of ranks, and its exact two-sided p value; NaN p where every difference is 0."""

    w: float
    p: float


def signed_rank(delta_S: ArrayLike) -> SignedRank:
    """Test by the ranks of the differences' sizes; zeros are left out, ties share their mean rank.

    Args:
        delta_S: Paired differences. Shape `(S,)`; p is NaN of more than `MOST_EXACT` that are not 0.

    Source:
        Wilcoxon (1945), Individual comparisons by ranking methods.
    """
    from scipy.stats import rankdata

    differences = np.asarray(delta_S, np.float64)
    differences = differences[differences != 0]
    if not 0 < len(differences) <= MOST_EXACT:
        return SignedRank(math.nan, math.nan)
    ranks = np.asarray(rankdata(np.abs(differences)), np.float64)
    w = min(float(ranks[differences > 0].sum()), float(ranks[differences < 0].sum()))
    return SignedRank(w, sign_flip_p(np.sign(differences) * ranks))


def smallest_sign_flip_p(n: int) -> float:
    """Return the least p value that `n` differences can reach: 2 / 2^n, which is not below .05 up to five."""
    return 2.0 ** (1 - n) if n else math.nan


def random_signs(draws: int, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return -1 and 1 with equal chances. Shape `(draws, n)`."""
    bits = np.unpackbits(np.frombuffer(rng.bytes((draws * n + 7) // 8), np.uint8), count=draws * n)
    return (bits.astype(np.float32) * 2 - 1).reshape(draws, n)


def all_signs(n: int) -> NDArray[np.float32]:
    """Return every pattern of -1 and 1, the observed one first. Shape `(2^n, n)`."""
    numbers = np.arange(2**n, dtype=np.int64)[:, None]
    bits = np.right_shift(numbers, np.arange(n, dtype=np.int64)) & 1
    return (1 - 2 * bits).astype(np.float32)


def _all_sums(magnitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(1)
    for magnitude in magnitudes:
        sums = np.concatenate([sums - magnitude, sums + magnitude])
    return sums
