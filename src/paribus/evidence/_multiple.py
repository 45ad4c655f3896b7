"""Several questions asked at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paribus.evidence._flips import all_signs, random_signs

_MOST_EXACT = 13
"""Seeds up to which `max_t` tries all signs."""
_DRAWS = 9_999


def holm(p_C: ArrayLike) -> NDArray[np.float64]:
    """Return adjusted p values: rejecting those below alpha errs in any of them with probability alpha at most.

    Args:
        p_C: One per contrast. Shape `(C,)`; NaN of a contrast that could not be tested, which was asked all the same.

    Returns:
        Shape `(C,)`; NaN where `p_C` is.

    Source:
        Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    p = np.asarray(p_C, np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    factors = np.arange(len(p), 0, -1)[: len(order)]
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return adjusted


def benjamini_hochberg(p_C: ArrayLike) -> NDArray[np.float64]:
    """Return adjusted p values: of those below q, a part of q at most is false on average.

    Args:
        p_C: As in `holm`, but NaN of a contrast that is none of those asked.

    Source:
        Benjamini and Hochberg (1995), Controlling the false discovery rate.
    """
    p = np.asarray(p_C, np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(-p[tested], kind="stable")]
    factors = len(order) / np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(factors * p[order]))
    return adjusted


def max_t(delta_CxS: ArrayLike, *, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return adjusted p values by the largest |t| under joint changes of sign, stepping down.

    It errs in any contrast with probability alpha at most, as Holm does, and finds more where contrasts share arms. No p value
    is below 2 / 2^S.

    Args:
        delta_CxS: Paired differences of all contrasts, of the same seeds. Shape `(C, S)`; finite.
        rng: Draws signs of more than 13 seeds.

    Returns:
        Shape `(C,)`; all NaN when S < 2; 1 where a contrast's differences are all 0.

    Source:
        Westfall and Young (1993), Resampling-based multiple testing, algorithm 2.8.
    """
    deltas = np.asarray(delta_CxS, np.float64)
    adjusted, n = np.full(len(deltas), np.nan), deltas.shape[-1]
    if n < 2 or not len(deltas):
        return adjusted
    exact = n <= _MOST_EXACT
    signs = all_signs(n) if exact else random_signs(_DRAWS, n, rng)
    observed = _sizes_of_t(deltas, np.ones((1, n)))[:, 0]
    drawn_CxD = _sizes_of_t(deltas, signs)
    order = np.argsort(-observed, kind="stable")
    largest = np.maximum.accumulate(drawn_CxD[order[::-1]], axis=0)[::-1]  # over those not yet rejected
    reached = (largest >= observed[order, None] * (1 - 1e-6)).sum(axis=1)
    p = reached / signs.shape[0] if exact else (1 + reached) / (1 + _DRAWS)
    adjusted[order] = np.maximum.accumulate(p)
    adjusted[observed == 0] = 1.0
    return adjusted


def _sizes_of_t(delta_CxS: NDArray[np.float64], signs_DxS: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return |t| of every contrast under every pattern of signs; infinite without spread. Shape `(C, D)`."""
    n = delta_CxS.shape[1]
    means = delta_CxS @ signs_DxS.T / n
    squares = (delta_CxS**2).sum(axis=1, keepdims=True)
    variances = np.maximum((squares - n * means**2) / (n - 1), 0.0)
    negligible = variances <= 1e-12 * squares
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(means) / np.sqrt(variances / n)
    return np.asarray(np.where(negligible, np.where(means != 0, np.inf, 0.0), t), np.float64)
