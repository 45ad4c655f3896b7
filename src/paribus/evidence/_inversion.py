"""Where two curves over a control meet, and at which values that cannot be excluded: Student's t, inverted.

Every seed's differences are interpolated linearly over the logarithm of the control. At a value the interpolated differences are a sample
like any other, one per seed, so the values at which the t interval of their mean includes 0 cover the one at which the interpolated mean
is 0 as often as the interval covers. The set need not be an interval: as with Fieller's ratio, it may have no end, or several parts.

Source:
    Fieller (1954), Some problems in interval estimation; Draper and Smith (1998), Applied regression analysis, section 3.2, for
    inverse estimation.
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paribus.evidence._flips import smallest_sign_flip_p
from paribus.evidence._intervals import spread
from paribus.evidence._readings import ALPHA

_ROUNDING = 1e-12


class Span(NamedTuple):
    """Values that are not excluded; an end is infinite where it lies beyond the values that were tried."""

    low: float
    high: float


class Need(NamedTuple):
    """The least value at which a curve reaches what it is to reach; -infinite below those tried, infinite above them."""

    value: float
    spans: tuple[Span, ...]


def crossings(mean_C: ArrayLike, values_C: ArrayLike) -> tuple[float, ...]:
    """Return the values at which a mean difference, interpolated over the logarithm of the values, changes its sign.

    Args:
        mean_C: Mean difference at each value. Shape `(C,)`; finite.
        values_C: Of the control; positive and rising. Shape `(C,)`.

    Returns:
        The middle of several neighbours that are all exactly 0. Values at which it is 0 without changing its sign are none.
    """
    mean, values = np.asarray(mean_C, np.float64), np.asarray(values_C, np.float64)
    signed = [int(place) for place in np.flatnonzero(mean)]
    found: list[float] = []
    for one, other in pairwise(signed):
        if (mean[one] > 0) == (mean[other] > 0):
            continue
        if other == one + 1:
            found.append(_value(one + float(mean[one] / (mean[one] - mean[other])), values))
        else:
            found.append(_value((one + other) / 2, values))
    return tuple(found)


def not_excluded(delta_SxC: ArrayLike, values_C: ArrayLike, *, radius_C: ArrayLike) -> tuple[Span, ...]:
    """Return the values at which a mean difference of 0 is not excluded.

    Args:
        delta_SxC: Differences, seeds by values. Shape `(S, C)`; finite.
        values_C: Of the control; positive and rising. Shape `(C,)`, at least two.
        radius_C: Half the width of the interval at each value, in standard deviations of the differences: `reach(S)` where the number of
            seeds was fixed. Between two values the larger one counts.

    Returns:
        Everything when S < 2. Between values at one of which differences do not vary at all, everything as long as so few equal
        differences are no proof (fewer than six).
    """
    delta, values = np.asarray(delta_SxC, np.float64), np.asarray(values_C, np.float64)
    radius = np.asarray(radius_C, np.float64)
    parts: list[list[float]] = []
    for place in range(len(values) - 1):
        wider = float(max(radius[place], radius[place + 1]))
        for low, high in _parts(delta[:, place], delta[:, place + 1], wider):
            if parts and place + low <= parts[-1][1] + _ROUNDING:
                parts[-1][1] = max(parts[-1][1], place + high)
            else:
                parts.append([place + low, place + high])
    last = len(values) - 1
    return tuple(
        Span(
            -math.inf if low <= 0 else _value(low, values), math.inf if high >= last else _value(high, values)
        )
        for low, high in parts
    )


def need(delta_SxC: ArrayLike, values_C: ArrayLike, *, radius_C: ArrayLike, rises: bool = True) -> Need:
    """Return the least value at which a curve is as good as a score, and the values that are not excluded.

    A curve that is better already at the least value tried needs less than that, one that is worse still at the largest needs
    more.

    Args:
        delta_SxC: The curve minus the score, seeds by values. Shape `(S, C)`; finite.
        values_C: As in `not_excluded`.
        radius_C: As in `not_excluded`.
        rises: Whether more is better.
    """
    delta = np.asarray(delta_SxC, np.float64) * (1 if rises else -1)
    values, radius = np.asarray(values_C, np.float64), np.asarray(radius_C, np.float64)
    mean = delta.mean(axis=0)
    spans = list(not_excluded(delta, values, radius_C=radius))
    if (
        len(delta) > 1
        and mean[0] - radius[0] * spread(delta[:, 0]) > 0
        and not _reaches(spans[:1], -math.inf)
    ):
        spans.insert(0, Span(-math.inf, float(values[0])))
    if (
        len(delta) > 1
        and mean[-1] + radius[-1] * spread(delta[:, -1]) < 0
        and not _reaches(spans[-1:], math.inf)
    ):
        spans.append(Span(float(values[-1]), math.inf))
    return Need(_first_reached(mean, values), tuple(spans))


def _reaches(spans: list[Span], end: float) -> bool:
    return any(end in span for span in spans)


def _first_reached(mean_C: NDArray[np.float64], values_C: NDArray[np.float64]) -> float:
    reached = np.flatnonzero(mean_C >= 0)
    if not len(reached):
        return math.inf
    first = int(reached[0])
    if first == 0:
        return float(values_C[0]) if mean_C[0] == 0 else -math.inf
    before, after = float(mean_C[first - 1]), float(mean_C[first])
    return _value(first - 1 + before / (before - after), values_C)


def _value(place: float, values_C: NDArray[np.float64]) -> float:
    """Return the value at a place that counts values from 0."""
    if place == int(place):
        return float(values_C[int(place)])
    return math.exp(float(np.interp(place, np.arange(len(values_C)), np.log(values_C))))


def _parts(
    one_S: NDArray[np.float64], other_S: NDArray[np.float64], radius: float
) -> Iterator[tuple[float, float]]:
    """Yield from where to where, between two values at 0 and 1, a mean difference of 0 is not excluded.

    The mean of interpolated differences is linear in the place and their variance quadratic, so that mean² <= radius² variance is an
    inequality of second degree.
    """
    n, varies = len(one_S), bool(spread(one_S)) and bool(spread(other_S))
    if n < 2 or not math.isfinite(radius) or (not varies and smallest_sign_flip_p(n) >= ALPHA):
        yield 0.0, 1.0
        return
    step = other_S - one_S
    covariance = np.atleast_2d(np.cov(np.stack([one_S, step]), ddof=1))
    mean, rise, square = float(one_S.mean()), float(step.mean()), radius**2
    a = rise**2 - square * float(covariance[1, 1])
    b = 2 * (mean * rise - square * float(covariance[0, 1]))
    c = mean**2 - square * float(covariance[0, 0])
    scale = _ROUNDING * (mean**2 + rise**2 + square * float(covariance.trace()))
    roots = sorted(root for root in _roots(a, b, c) if 0 < root < 1)
    ends = [0.0, *roots, 1.0]
    inside = [(low, high) for low, high in pairwise(ends) if _at(a, b, c, (low + high) / 2) <= scale]
    touched = [(root, root) for root in roots if not any(low <= root <= high for low, high in inside)]
    yield from sorted([*inside, *touched])


def _at(a: float, b: float, c: float, place: float) -> float:
    return (a * place + b) * place + c


def _roots(a: float, b: float, c: float) -> tuple[float, ...]:
    """Return the real roots of a x² + b x + c, a double one once."""
    discriminant = b * b - 4 * a * c
    if abs(discriminant) <= _ROUNDING * b * b:
        discriminant = 0.0
    if discriminant < 0:
        return ()
    q = -(b + math.copysign(math.sqrt(discriminant), b)) / 2
    found = {q / a} if a else set[float]()
    return tuple(found | ({c / q} if q else set[float]()))
