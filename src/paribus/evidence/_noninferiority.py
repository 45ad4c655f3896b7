"""Whether a change does harm: a one-sided question against a margin."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from paribus.evidence._flips import smallest_sign_flip_p
from paribus.evidence._intervals import Interval, t_interval
from paribus.evidence._paired import check_margin, paired_t
from paribus.evidence._power import seeds_for
from paribus.evidence._readings import ALPHA


class Harm(StrEnum):
    """What is known of a change's harm."""

    NONE = "no harm"
    HARM = "harm"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, kw_only=True, slots=True)
class HarmTest:
    """Whether a change loses as much as the margin; differences are candidate minus baseline, in the metric's unit.

    Attributes:
        harm: No harm if the loss is shown to be smaller than the margin, harm if it is shown to be larger.
        n: How many differences.
        mean: Of them; NaN of none.
        spread: Their standard deviation; NaN of fewer than two.
        interval: 90 %: each of its ends errs in 5 %.
        no_harm_p: That the loss is the margin or more; NaN of fewer than two differences.
        harm_p: That the loss is the margin or less.
        seeds: How many seeds, in all, settle it with probability .8 if mean and spread are as they seem; None if it is settled or
            nobody can say.
    """

    harm: Harm
    n: int
    mean: float
    spread: float
    interval: Interval
    no_harm_p: float
    harm_p: float
    seeds: int | None


def harm_test(delta_S: ArrayLike, *, margin: float, rises: bool = True) -> HarmTest:
    """Test whether a loss is smaller or larger than a margin, each at .05.

    Args:
        delta_S: Candidate minus baseline, one per shared seed. Shape `(S,)`; finite.
        margin: The loss that would matter, in the metric's unit; positive.
        rises: Whether more of the metric is better.

    Raises:
        ValueError: The margin is not positive and finite, or as `t_interval` does.

    Source:
        Student (1908), shifted by the margin; without any spread, by changes of sign.
    """
    check_margin(margin)
    deltas = np.asarray(delta_S, np.float64)
    found = paired_t(deltas)
    above = paired_t((deltas if rises else -deltas) + margin)
    larger = _one_sided(above.t, above.n)
    smaller = _one_sided(-above.t, above.n)
    harm = Harm.NONE if larger < ALPHA else Harm.HARM if smaller < ALPHA else Harm.INCONCLUSIVE
    return HarmTest(
        harm=harm,
        n=found.n,
        mean=found.mean,
        spread=found.spread,
        interval=t_interval(deltas, level=1 - 2 * ALPHA),
        no_harm_p=larger,
        harm_p=smaller,
        seeds=_seeds(above.mean, above.spread, above.n) if harm is Harm.INCONCLUSIVE else None,
    )


def _one_sided(t: float, n: int) -> float:
    """Return the p value that the mean is not above 0; without spread, where `t` is infinite, that of the signs."""
    from scipy.special import stdtr

    if n < 2 or math.isnan(t):
        return math.nan if n < 2 else 1.0
    if math.isinf(t):
        return smallest_sign_flip_p(n) / 2 if t > 0 else 1.0
    return float(stdtr(n - 1, -t))


def _seeds(mean: float, spread: float, n: int) -> int | None:
    if n < 2:
        return None
    if spread == 0:
        return next(seeds for seeds in range(2, 64) if smallest_sign_flip_p(seeds) / 2 < ALPHA)
    wanted = seeds_for(abs(mean) / spread, alpha=2 * ALPHA)
    return None if wanted is None else max(wanted, n + 1)
