"""The rules of `paribus.evidence` for many simulated studies at once: arrays over repeats R, contrasts C and looks L."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from paribus.evidence import nominal_levels, reach, sequential_p

ALPHA = 0.05
SPENT = 0.94
"""Which part of every level looks spend."""
UNDECIDED, BETTER, WORSE, EQUIVALENT = 0, 1, -1, 2
_CHANCE = 1e-6
"""With which a true statement about a probability may be refuted by a simulation."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rate:
    """How often something happened."""

    hits: int
    repeats: int

    @classmethod
    def of(cls, flags: Flags) -> "Rate":
        return cls(int(flags.sum()), flags.size)

    @property
    def opposite(self) -> "Rate":
        return Rate(self.repeats - self.hits, self.repeats)

    @property
    def value(self) -> float:
        return self.hits / self.repeats

    @property
    def error(self) -> float:
        return math.sqrt(max(self.value * (1 - self.value), 1 / self.repeats) / self.repeats)

    def may_be_at_most(self, limit: float) -> bool:
        return float(stats.binom.sf(self.hits - 1, self.repeats, limit)) > _CHANCE

    def may_be_at_least(self, limit: float) -> bool:
        return float(stats.binom.cdf(self.hits, self.repeats, limit)) > _CHANCE

    def may_be(self, low: float, high: float) -> bool:
        return self.may_be_at_least(low) and self.may_be_at_most(high)

    def __str__(self) -> str:
        return f"{100 * self.value:.2f} % ± {100 * self.error:.2f}"


class Moments(NamedTuple):
    """Number, mean and standard deviation of paired differences."""

    n: NDArray[np.int64]
    mean: Floats
    spread: Floats


def moments(delta_S: Floats) -> Moments:
    """Return those over the last axis."""
    return Moments(np.array(delta_S.shape[-1]), delta_S.mean(axis=-1), delta_S.std(axis=-1, ddof=1))


def moments_at(delta_S: Floats, looks: Sequence[int]) -> Moments:
    """Return those of the first few differences each. Shape `(..., L)`."""
    parts = [moments(delta_S[..., :n]) for n in looks]
    return Moments(
        np.array(looks), np.stack([p.mean for p in parts], -1), np.stack([p.spread for p in parts], -1)
    )


def running(delta_S: Floats, *, first: int = 2) -> Moments:
    """Return those after every seed from `first` on. Shape `(..., S - first + 1)`."""
    n = np.arange(1, int(delta_S.shape[-1]) + 1, dtype=np.int64)
    mean = delta_S.cumsum(axis=-1) / n
    squares = np.maximum((delta_S**2).cumsum(axis=-1) - n * mean**2, 0)
    spread = np.sqrt(squares[..., 1:] / (n[1:] - 1))
    return Moments(n[first - 1 :], mean[..., first - 1 :], spread[..., first - 2 :])


def student_p(found: Moments) -> Floats:
    """Return `paired_t`'s p."""
    n, mean, spread = found
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * special.stdtr(n - 1, -np.abs(mean) * np.sqrt(n) / spread)
    return np.where(spread == 0, np.where(mean == 0, 1.0, 2.0 ** (1.0 - n)), p)


def student_equivalence_p(found: Moments, margin: float) -> Floats:
    """Return `equivalence_p`."""
    n, mean, spread = found
    room = margin - np.abs(mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = special.stdtr(n - 1, -room * np.sqrt(n) / spread)
    return np.where(spread == 0, np.where(room > 0, 2.0**-n, 1.0), p)


def anytime_p(found: Moments, of: float = 0.0, g: float = 1.0) -> Floats:
    """Return `anytime_t`'s p of a mean."""
    n, mean, spread = found
    r = g / (g + n)
    with np.errstate(divide="ignore", invalid="ignore"):
        square = n * (mean - of) ** 2 / spread**2 / (n - 1)
        log_e = 0.5 * np.log(r) + 0.5 * n * (np.log1p(square) - np.log1p(r * square))
    equal = np.where(mean == of, 0.5 * np.log(r), (n - 2) * math.log(2))
    return np.minimum(1.0, np.exp(-np.where(spread == 0, equal, log_e)))


def anytime_equivalence_p(found: Moments, margin: float) -> Floats:
    """Return the function's of the same name."""
    p = np.maximum(anytime_p(found, margin), anytime_p(found, -margin)) / 2
    return np.where(np.abs(found.mean) >= margin, 1.0, p)


def spent_levels(information_L: tuple[float, ...], alpha: float) -> Floats:
    """Return below which p each look finds something, as `at_looks` spends `alpha`."""
    return np.array(nominal_levels(information_L, alpha=SPENT * alpha))


def crossed(p_L: Floats, information_L: tuple[float, ...], alpha: float) -> Flags:
    """Return whether any look's p is below its level, over the last axis."""
    return np.asarray((p_L < spent_levels(information_L, alpha)).any(axis=-1), np.bool_)


def outside(found: Moments, information_L: tuple[float, ...], margin: float) -> Flags:
    """Return whether the narrow interval of the last look lies outside the margin."""
    level = float(spent_levels(information_L, 2 * ALPHA)[-1])
    if level == 0:  # it is infinite
        return np.zeros(found.mean.shape[:-1], np.bool_)
    radius = reach(int(found.n[-1]), level=1 - level) * found.spread[..., -1]
    return np.asarray(np.abs(found.mean[..., -1]) - radius >= margin, np.bool_)


def mean_at_the_look_that_found_the_most(
    found: Moments, p_L: Floats, information_L: tuple[float, ...]
) -> Floats:
    """Return, over the last axis, the mean that a finding is about."""
    below = p_L < spent_levels(information_L, ALPHA)
    mean = np.where(
        below.any(axis=-1), np.take_along_axis(found.mean, below.argmax(axis=-1)[..., None], -1)[..., 0], 0.0
    )
    disagree = (below & (found.mean > 0)).any(axis=-1) & (below & (found.mean < 0)).any(axis=-1)
    for place in zip(*np.nonzero(disagree), strict=True):
        mean[place] = found.mean[place][_most(p_L[place], information_L)]
    return mean


def _most(p_L: Floats, information_L: tuple[float, ...]) -> int:
    """Return the look whose p is the least of all when it is adjusted for looks."""
    alone = np.where(np.eye(len(p_L), dtype=np.bool_), p_L, math.nan)
    return int(np.argmin([sequential_p(list(p_l), information_L) for p_l in alone]))


def holm_rejects(found_at: Callable[[float], Flags], contrasts: int) -> Flags:
    """Return which contrasts Holm's procedure rejects, from what is found at a level. Shape `(R, C)`."""
    found = np.stack([found_at(ALPHA / part) for part in range(1, contrasts + 1)])
    strictest = -found.sum(axis=0)  # of the parts of alpha that found it; smallest first
    enough = -np.sort(strictest, axis=-1) >= np.arange(contrasts, 0, -1)
    rejected = np.cumprod(enough, axis=-1).sum(axis=-1)
    ranks = np.argsort(np.argsort(strictest, axis=-1, kind="stable"), axis=-1, kind="stable")
    return ranks < rejected[..., None]


def words(mean_RxC: Floats, directed_RxC: Flags, equivalent_RxC: Flags) -> NDArray[np.int64]:
    """Return each contrast's word where more is better."""
    direction = np.where(mean_RxC > 0, BETTER, np.where(mean_RxC < 0, WORSE, UNDECIDED))
    return np.where(equivalent_RxC, EQUIVALENT, np.where(directed_RxC, direction, UNDECIDED))


def fixed_words(delta_RxCxS: Floats, margin: float | None) -> NDArray[np.int64]:
    """Return the words of `verdicts` read by `fixed`."""
    found = moments(delta_RxCxS)
    p = student_p(found)
    directed = holm_rejects(lambda level: p < level, p.shape[-1])
    equivalent = np.zeros_like(directed) if margin is None else student_equivalence_p(found, margin) < ALPHA
    return words(found.mean, directed, equivalent)


def anytime_words(delta_RxCxS: Floats, margin: float | None) -> NDArray[np.int64]:
    """Return the words of `verdicts` read by `anytime`."""
    found = moments(delta_RxCxS)
    p = anytime_p(found)
    directed = holm_rejects(lambda level: p < level, p.shape[-1])
    equivalent = np.zeros_like(directed) if margin is None else anytime_equivalence_p(found, margin) < ALPHA
    return words(found.mean, directed, equivalent)


def look_words(
    delta_RxCxS: Floats, looks: tuple[int, ...], most: int, margin: float | None
) -> NDArray[np.int64]:
    """Return the words of `verdicts` read by `at_looks`, after the last of the looks."""
    information = tuple(n / most for n in looks)
    found = moments_at(delta_RxCxS, looks)
    p = student_p(found)
    directed = holm_rejects(lambda level: crossed(p, information, level), p.shape[-2])
    equivalent = np.zeros_like(directed)
    if margin is not None:
        equivalent = crossed(2 * student_equivalence_p(found, margin), information, 2 * ALPHA)
        equivalent &= ~outside(found, information, margin)
    return words(mean_at_the_look_that_found_the_most(found, p, information), directed, equivalent)
