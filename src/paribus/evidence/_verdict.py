"""What may be concluded from paired differences, in one of four words."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paribus.evidence._anytime import seeds_to_decide
from paribus.evidence._flips import SignedRank, sign_flip_p, signed_rank
from paribus.evidence._intervals import Interval
from paribus.evidence._multiple import holm
from paribus.evidence._paired import EffectSize, effect_size, paired_t
from paribus.evidence._power import detectable_effect
from paribus.evidence._readings import ALPHA, Read, Reading, Sample
from paribus.evidence._rope import Rope, rope

_FEWEST_FOR_SIGNS = 6
"""Differences below which no change of signs can be significant."""

Adjust: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From the p values of all contrasts of a family to those adjusted for their number."""


class Word(StrEnum):
    """What is concluded of a treatment."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """A contrast's conclusion with what it rests on; differences are treatment minus control, in the metric's unit.

    Attributes:
        word: The conclusion.
        remark: What the word leaves out: "by at least the margin", "real, but below the margin", or nothing.
        fragile: Whether the exact sign-flip test disagrees with Student's t on direction, with six differences or more.
        n: How many differences.
        mean: Of them; NaN of none.
        spread: Their standard deviation (S - 1); NaN of fewer than two.
        interval: It decides direction; 95 %, as the design demands.
        narrow: It decides equivalence; 90 %, as the design demands.
        p: That there is no difference, as the design demands; NaN of fewer than two.
        adjusted_p: The same, adjusted for all contrasts of the family.
        equivalence_p: That the difference is as large as the margin; NaN without one.
        sign_flip_p: By changes of sign, exact up to twenty differences; NaN below six.
        signed_rank: By ranks; NaN below six.
        effect: In standard deviations of the differences.
        detectable: The least difference that so many seeds find with probability .8, in one test at .05; infinite of fewer than two.
        posterior: Where the difference lies against the margin, under a flat prior; NaN without one.
        more_seeds: How many more, added to these, would decide it with probability .8 if spread and mean are as they seem; None
            if it is decided or nobody can say.
    """

    word: Word
    remark: str
    fragile: bool
    n: int
    mean: float
    spread: float
    interval: Interval
    narrow: Interval
    p: float
    adjusted_p: float
    equivalence_p: float
    sign_flip_p: float
    signed_rank: SignedRank
    effect: EffectSize
    detectable: float
    posterior: Rope
    more_seeds: int | None


def verdicts(
    samples: Sequence[Sample], *, read: Read | Sequence[Read], rng: np.random.Generator, adjust: Adjust = holm
) -> tuple[Verdict, ...]:
    """Conclude on all contrasts of a family at once.

    Args:
        samples: One per contrast.
        read: By what design the seeds came: `fixed`, `at_looks(...)` or `anytime`; one for all, or one per sample.
        rng: Draws signs where there are too many differences to try all.
        adjust: For the number of contrasts.

    Source:
        Student (1908); Holm (1979); Schuirmann (1987); Wellek (2010) for words in this order.
    """
    reads = [read] * len(samples) if callable(read) else read
    readings = [how(sample) for how, sample in zip(reads, samples, strict=True)]
    adjusted = adjust(np.array([reading.p for reading in readings]))
    words = [
        _word(sample, reading, float(p))
        for sample, reading, p in zip(samples, readings, adjusted, strict=True)
    ]
    level = ALPHA / max(1, sum(word is Word.UNDECIDED for word, _ in words))
    return tuple(
        _verdict(sample, reading, _Conclusion(word, remark, float(p), level), rng)
        for sample, reading, p, (word, remark) in zip(samples, readings, adjusted, words, strict=True)
    )


class _Conclusion(NamedTuple):
    """A word and its remark, the adjusted p value, and at which level an undecided contrast would be decided."""

    word: Word
    remark: str
    p: float
    level: float


def _word(sample: Sample, reading: Reading, p: float) -> tuple[Word, str]:
    n = len(sample.deltas)
    if n < 2:
        return Word.UNDECIDED, "one seed says nothing about spread" if n else "no pair of runs"
    (low, high), margin = reading.interval, sample.margin
    if reading.equivalence_p < ALPHA:
        return Word.EQUIVALENT, "real, but below the margin" if low > 0 or high < 0 else ""
    if not p < ALPHA or not reading.sign:
        return Word.UNDECIDED, ""
    surpassed = margin is not None and (low >= margin if reading.sign > 0 else high <= -margin)
    word = Word.BETTER if (reading.sign > 0) == sample.rises else Word.WORSE
    return word, "by at least the margin" if surpassed else ""


def _verdict(sample: Sample, reading: Reading, concluded: _Conclusion, rng: np.random.Generator) -> Verdict:
    found = paired_t(sample.deltas)
    enough = found.n >= _FEWEST_FOR_SIGNS
    flipped = sign_flip_p(sample.deltas, rng=rng) if enough else math.nan
    return Verdict(
        word=concluded.word,
        remark=concluded.remark,
        fragile=enough and concluded.word is not Word.EQUIVALENT and (flipped < ALPHA) != (found.p < ALPHA),
        n=found.n,
        mean=found.mean,
        spread=found.spread,
        interval=reading.interval,
        narrow=reading.narrow,
        p=reading.p,
        adjusted_p=concluded.p,
        equivalence_p=reading.equivalence_p,
        sign_flip_p=flipped,
        signed_rank=signed_rank(sample.deltas) if enough else SignedRank(math.nan, math.nan),
        effect=effect_size(sample.deltas),
        detectable=detectable_effect(found.n) * found.spread if found.n > 1 else math.inf,
        posterior=_posterior(sample),
        more_seeds=_more_seeds(sample, concluded.level) if concluded.word is Word.UNDECIDED else None,
    )


def _more_equal(n: int, mean: float, margin: float | None, level: float) -> int | None:
    """Return how many more differences, all equal to those there are, decide by their signs."""
    same = margin is not None and abs(mean) < margin
    if not mean and not same:
        return None
    enough = next(
        seeds for seeds in range(2, 1_000) if 2.0 ** (2 - seeds - same) < (ALPHA if same else level)
    )
    return max(1, enough - n)


def _posterior(sample: Sample) -> Rope:
    if sample.margin is None:
        return Rope(math.nan, math.nan, math.nan)
    return rope(sample.deltas, margin=sample.margin)


def _more_seeds(sample: Sample, level: float) -> int | None:
    """Return how many more decide it by the anytime-valid interval, the only one for seeds that come after a look."""
    found = paired_t(sample.deltas)
    if found.n < 2:
        return None
    if not found.spread:
        return _more_equal(found.n, found.mean, sample.margin, level)
    wanted = seeds_to_decide(found.mean, found.spread, margin=sample.margin, alpha=level, n=found.n + 1)
    return None if wanted is None else wanted - found.n
