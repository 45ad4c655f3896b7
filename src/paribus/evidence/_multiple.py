"""Several questions asked at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(p_C: ArrayLike) -> NDArray[np.float64]:
    """Return adjusted p values: rejecting those below alpha errs in any of them with probability alpha at most.

    Args:
        p_C: One per contrast. Shape `(C,)`; NaN of a contrast that was not tested, which then is none of those asked.

    Returns:
        Shape `(C,)`; NaN where `p_C` is.

    Source:
        Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    p = np.asarray(p_C, np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return adjusted


def benjamini_hochberg(p_C: ArrayLike) -> NDArray[np.float64]:
    """Return adjusted p values: of those below q, a part of q at most is false on average.

    Args:
        p_C: As in `holm`.

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
