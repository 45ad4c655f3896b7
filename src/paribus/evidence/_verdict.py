"""What may be concluded from paired differences, in one of four words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from paribus.evidence._flips import sign_flip_p
from paribus.evidence._intervals import Interval, t_interval
from paribus.evidence._multiple import holm
from paribus.evidence._paired import EffectSize, PairedT, effect_size, equivalence_p, paired_t
from paribus.evidence._power import detectable_effect, seeds_for, seeds_for_equivalence

_ALPHA = 0.05
_FEWEST_FOR_SIGNS = 6
"""Differences below which no change of signs can be significant."""


class Word(StrEnum):
    """What is concluded of a treatment."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """A contrast's conclusion with what it rests on; differences in the metric's unit, gains positive.

    Attributes:
        word: The conclusion.
        remark: What the word leaves out: "by at least the margin", "real, but below the margin", or nothing.
        fragile: Whether the exact sign-flip test disagrees with the t test.
        t: Mean, spread and 95 % interval.
        p: Of the t test, adjusted by Holm for all contrasts of the study.
        narrow: The 90 % interval, which decides equivalence.
        equivalence_p: Of the two one-sided tests; NaN without a margin.
        sign_flip_p: Exact up to twenty differences; NaN below six.
        effect: In standard deviations of the differences.
        detectable: The least difference that so many seeds find with probability .8.
        more_seeds: How many more would decide it, if spread and mean are as they seem; None if it is decided or nobody can say.
    """

    word: Word
    remark: str
    fragile: bool
    t: PairedT
    p: float
    narrow: Interval
    equivalence_p: float
    sign_flip_p: float
    effect: EffectSize
    detectable: float
    more_seeds: int | None


def verdicts(
    deltas: Sequence[ArrayLike], margins: Sequence[float | None], *, rng: np.random.Generator
) -> tuple[Verdict, ...]:
    """Conclude on all contrasts of a study at once.

    Args:
        deltas: Paired differences of each contrast, gains positive; each of shape `(S,)`, finite.
        margins: The least difference that matters, of each contrast, in its unit; None where none was declared.
        rng: Draws signs where there are too many differences to try all.

    Source:
        Student (1908); Holm (1979); Schuirmann (1987); the order of the words is in `docs/decisions`.
    """
    tested = [paired_t(delta) for delta in deltas]
    adjusted = holm([found.p for found in tested])
    return tuple(
        _verdict(delta, margin, found, float(p), rng)
        for delta, margin, found, p in zip(deltas, margins, tested, adjusted, strict=True)
    )


def _verdict(
    delta: ArrayLike, margin: float | None, found: PairedT, p: float, rng: np.random.Generator
) -> Verdict:
    narrow = t_interval(delta, level=1 - 2 * _ALPHA)
    word, remark = _word(found, p, narrow, margin)
    flipped = sign_flip_p(delta, rng=rng) if found.n >= _FEWEST_FOR_SIGNS else math.nan
    return Verdict(
        word=word,
        remark=remark,
        fragile=found.n >= _FEWEST_FOR_SIGNS and (flipped < _ALPHA) != (found.p < _ALPHA),
        t=found,
        p=p,
        narrow=narrow,
        equivalence_p=math.nan if margin is None else equivalence_p(delta, margin=margin),
        sign_flip_p=flipped,
        effect=effect_size(delta),
        detectable=detectable_effect(found.n) * found.spread if found.n > 1 else math.inf,
        more_seeds=_more_seeds(found, margin) if word is Word.UNDECIDED else None,
    )


def _word(found: PairedT, p: float, narrow: Interval, margin: float | None) -> tuple[Word, str]:
    if found.n < 2:
        return Word.UNDECIDED, "one seed says nothing about spread" if found.n else "no pair of runs"
    low, high = found.interval
    if margin is not None and -margin < narrow.low and narrow.high < margin:
        return Word.EQUIVALENT, "real, but below the margin" if low > 0 or high < 0 else ""
    if p < _ALPHA and found.mean > 0:
        return Word.BETTER, "by at least the margin" if margin is not None and low >= margin else ""
    if p < _ALPHA and found.mean < 0:
        return Word.WORSE, "by at least the margin" if margin is not None and high <= -margin else ""
    return Word.UNDECIDED, ""


def _more_seeds(found: PairedT, margin: float | None) -> int | None:
    """Return how many more seeds would find the difference as it seems, or equivalence if that takes fewer."""
    if found.n < 2 or not found.spread:
        return None
    wanted = [seeds_for(found.mean / found.spread)]
    if margin is not None and abs(found.mean) < margin:
        wanted.append(seeds_for_equivalence((margin - abs(found.mean)) / found.spread))
    known = [n for n in wanted if n is not None]
    return max(1, min(known) - found.n) if known else None
