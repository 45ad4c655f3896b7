"""What paired differences say under each of three designs: a number of seeds, looks planned beforehand, or looks at any time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from paribus.evidence._anytime import anytime_equivalence_p, anytime_t
from paribus.evidence._intervals import Interval, t_interval
from paribus.evidence._looks import nominal_levels, sequential_p
from paribus.evidence._paired import equivalence_p, paired_t

ALPHA = 0.05
_SPENT = 0.94
"""Which part of every level looks spend: calibrated, so that Student's t errs in no more than the level at looks a few seeds apart; where
it is looked after every seed from the second on, in up to 5.4 % instead of 5."""
_NOWHERE = Interval(-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Sample:
    """Paired differences of one contrast, and what was declared of it.

    Attributes:
        deltas: Treatment minus control, in the order of the seeds. Shape `(S,)`; the metric's unit; finite.
        margin: The least difference that matters, positive; None where none was declared.
        rises: Whether more is better.
        at_looks: How many of the differences there were at each of the looks so far, the last one being all. A contrast that was not
            trained further has fewer looks than others.
    """

    deltas: NDArray[np.float64]
    margin: float | None = None
    rises: bool = True
    at_looks: tuple[int, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How sure a contrast's direction and equivalence are.

    Attributes:
        interval: It decides direction: 95 % at one look, wider where there may be several.
        narrow: It decides equivalence: 90 % at one look.
        p: That the mean is 0; NaN when S < 2.
        equivalence_p: That the mean lies outside the margin; NaN without a margin or when S < 2.
        sign: Of the mean that `p` is about, -1, 0 or 1: of that at the look that found the most.
    """

    interval: Interval
    narrow: Interval
    p: float
    equivalence_p: float
    sign: int


Read: TypeAlias = Callable[[Sample], Reading]


def fixed(sample: Sample) -> Reading:
    """Read a sample whose number of seeds was fixed beforehand: Student's t."""
    found = paired_t(sample.deltas)
    return Reading(
        interval=found.interval,
        narrow=t_interval(sample.deltas, level=1 - 2 * ALPHA),
        p=found.p,
        equivalence_p=math.nan
        if sample.margin is None
        else equivalence_p(sample.deltas, margin=sample.margin),
        sign=_sign(sample.deltas),
    )


def anytime(sample: Sample) -> Reading:
    """Read a sample whose number of seeds was not fixed beforehand: an anytime-valid t."""
    found = anytime_t(sample.deltas)
    return Reading(
        interval=found.interval,
        narrow=anytime_t(sample.deltas, level=1 - 2 * ALPHA).interval,
        p=found.p if len(sample.deltas) > 1 else math.nan,
        equivalence_p=math.nan
        if sample.margin is None
        else anytime_equivalence_p(sample.deltas, margin=sample.margin),
        sign=_sign(sample.deltas),
    )


def at_looks(information_L: tuple[float, ...]) -> Read:
    """Return how to read a sample at the last of the looks so far.

    Nominal p values of Student's t are held against spent levels, and what was found at an earlier look stays found. Intervals
    are those repeated at every look that all cover together. As Student's t at few seeds errs a little more often over several
    looks than the normal scores that the levels are computed for, 94 % of every level is spent.

    Args:
        information_L: Seeds at each planned look over the most seeds, rising, at most 1; a sample has had the first few. Shape `(L,)`.

    Source:
        Lan and DeMets (1983); Jennison and Turnbull (1989), Interim analyses: the repeated confidence interval approach.
    """

    def read(sample: Sample) -> Reading:
        looks = [sample.deltas[:n] for n in sample.at_looks]
        narrow = _repeated(sample, information_L, alpha=2 * ALPHA)
        by_look = [_spent(paired_t(look).p, information_L, place) for place, look in enumerate(looks)]
        found = min((p for p in by_look if not math.isnan(p)), default=math.nan)
        return Reading(
            interval=_repeated(sample, information_L, alpha=ALPHA),
            narrow=narrow,
            p=found,
            equivalence_p=_equivalence(looks, information_L, sample.margin, narrow),
            sign=_sign(looks[by_look.index(found)]) if found in by_look else 0,
        )

    return read


def _repeated(sample: Sample, information_L: tuple[float, ...], *, alpha: float) -> Interval:
    levels = (0.0, *nominal_levels(information_L, alpha=_SPENT * alpha))
    nominal = levels[len(sample.at_looks)]
    if nominal == 0 or len(sample.deltas) < 2:
        return _NOWHERE
    return t_interval(sample.deltas, level=1 - nominal)


def _equivalence(
    looks: Sequence[NDArray[np.float64]],
    information_L: tuple[float, ...],
    margin: float | None,
    narrow: Interval,
) -> float:
    """Return the sequential p value of two one-sided tests: half that of a two-sided one, whose ends err alike.

    Equivalence that an earlier look found does not stand against an interval that lies outside the margin now.
    """
    if margin is None:
        return math.nan
    if narrow.low >= margin or narrow.high <= -margin:
        return 1.0
    two_sided = [2 * equivalence_p(look, margin=margin) for look in looks]
    by_look = [_spent(p, information_L, place) for place, p in enumerate(two_sided)]
    return min((p for p in by_look if not math.isnan(p)), default=math.nan) / 2


def _spent(p: float, information_L: tuple[float, ...], look: int) -> float:
    """Return the least level at which one look would have found something; NaN if it could not test."""
    if math.isnan(p):
        return p
    alone = [math.nan] * look + [min(1.0, p)]
    return min(1.0, sequential_p(alone, information_L) / _SPENT)


def _sign(delta_S: NDArray[np.float64]) -> int:
    mean = float(delta_S.mean()) if len(delta_S) else 0.0
    return (mean > 0) - (mean < 0)
