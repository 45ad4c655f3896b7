"""Student's t for paired differences: direction, equivalence, effect size."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paribus.evidence._flips import smallest_sign_flip_p
from paribus.evidence._intervals import Interval, spread, t_interval
from paribus.evidence._noncentral import noncentral_t_cdf


class PairedT(NamedTuple):
    """The mean of paired differences, and how sure its direction is. `t` and `p` are NaN when S < 2.

    Without any spread, where the mean is not 0, `t` is infinite and `p` that of the exact sign-flip test, 2 / 2^S: differences that
    are equal by chance, as coarse scores are, are no proof. Where it is 0, `t` is NaN and `p` 1.
    """

    n: int
    mean: float
    spread: float
    t: float
    p: float
    interval: Interval


def paired_t(delta_S: ArrayLike, *, level: float = 0.95) -> PairedT:
    """Test whether the mean difference is 0.

    Args:
        delta_S: Treatment minus control, one per shared seed. Shape `(S,)`; the metric's unit; finite.
        level: Coverage of the interval [probability], in (0, 1).

    Raises:
        ValueError: As `t_interval` does.

    Source:
        Student (1908), The probable error of a mean.
    """
    from scipy.special import stdtr

    interval = t_interval(delta_S, level=level)
    differences = np.asarray(delta_S, np.float64)
    n = len(differences)
    mean = float(differences.mean()) if n else math.nan
    if n < 2:
        return PairedT(n, mean, math.nan, math.nan, math.nan, interval)
    deviation = spread(differences)
    if deviation == 0:
        t = math.copysign(math.inf, mean) if mean else math.nan
        return PairedT(n, mean, 0.0, t, smallest_sign_flip_p(n) if mean else 1.0, interval)
    t = mean / (deviation / math.sqrt(n))
    return PairedT(n, mean, deviation, t, 2 * float(stdtr(n - 1, -abs(t))), interval)


def equivalence_p(delta_S: ArrayLike, *, margin: float) -> float:
    """Return the p value of two one-sided tests that the mean difference lies within the margin; NaN when S < 2.

    It is below .05 exactly where the 90 % interval lies within (-margin, margin); without any spread it is that of the exact one-sided
    sign-flip test, 1 / 2^S.

    Args:
        delta_S: As in `paired_t`.
        margin: The smallest difference that matters, in the unit of `delta_S`; positive.

    Raises:
        ValueError: The margin is not positive and finite, or as `t_interval` does.

    Source:
        Schuirmann (1987), A comparison of the two one-sided tests procedure and the power approach.
    """
    from scipy.special import stdtr

    check_margin(margin)
    found = paired_t(delta_S)
    if found.n < 2:
        return math.nan
    if found.spread == 0:
        return smallest_sign_flip_p(found.n) / 2 if abs(found.mean) < margin else 1.0
    error = found.spread / math.sqrt(found.n)
    return float(stdtr(found.n - 1, -(margin - abs(found.mean)) / error))


def check_margin(margin: float) -> None:
    """Refuse a margin that is not positive and finite.

    Raises:
        ValueError: It is not.
    """
    if not (margin > 0 and math.isfinite(margin)):
        raise ValueError(f"margin must be positive and finite, not {margin}.")


class EffectSize(NamedTuple):
    """Mean paired difference in standard deviations of the differences (d_z), with its interval; NaN without spread."""

    value: float
    interval: Interval


def effect_size(delta_S: ArrayLike, *, level: float = 0.95) -> EffectSize:
    """Return d_z, with the interval that follows from the noncentral t distribution.

    Args:
        delta_S: As in `paired_t`.
        level: Coverage of the interval [probability], in (0, 1).

    Source:
        Cohen (1988), section 2.3.5; Cumming and Finch (2001), A primer on confidence intervals based on noncentral distributions.
    """
    found = paired_t(delta_S, level=level)
    if not math.isfinite(found.t):
        return EffectSize(math.nan, Interval(math.nan, math.nan))
    root, tail = math.sqrt(found.n), (1 - level) / 2
    ends = (_noncentrality(found.t, found.n - 1, probability) / root for probability in (1 - tail, tail))
    return EffectSize(found.t / root, Interval(*ends))


def _noncentrality(t: float, freedom: int, probability: float) -> float:
    """Return the noncentrality under which a t no larger than `t` has that probability."""
    from scipy.optimize import brentq

    def off(noncentrality: float) -> float:
        return noncentral_t_cdf(t, freedom, noncentrality) - probability

    width = 1.0
    while off(t - width) < 0 or off(t + width) > 0:
        width *= 2
    return brentq(off, t - width, t + width, xtol=1e-10)


class Pairing(NamedTuple):
    """What pairing by seed gains: the correlation of the arms' scores, and an unpaired difference's variance over a paired one's.

    Both are NaN when S < 2; the gain is infinite where paired differences do not vary at all, NaN where nothing does.
    """

    correlation: float
    gain: float


def pairing(treatment_S: ArrayLike, control_S: ArrayLike) -> Pairing:
    """Return what pairing gains.

    Args:
        treatment_S: The treatment's scores. Shape `(S,)`.
        control_S: The control's, of the same seeds in the same order.

    Source:
        Var(a) + Var(b) against Var(a - b); Jordan (2023), arXiv 2304.01910, finds little between different architectures.
    """
    one, other = (np.asarray(scores, np.float64) for scores in (treatment_S, control_S))
    if len(one) < 2:
        return Pairing(math.nan, math.nan)
    variances = one.var(ddof=1), other.var(ddof=1)
    unpaired, paired = float(sum(variances)), float((one - other).var(ddof=1))
    gain = unpaired / paired if paired else (math.inf if unpaired else math.nan)
    return Pairing(_correlation(one, other), gain)


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    if not (one.std() and other.std()):
        return math.nan
    return float(np.corrcoef(one, other)[0, 1])
