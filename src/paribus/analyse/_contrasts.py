"""Contrasts and what is concluded of them, one family for each metric."""

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paribus.analyse._stage import Rule, Stage
from paribus.evidence import (
    Read,
    Sample,
    Verdict,
    Word,
    anytime,
    at_looks,
    fixed,
    holm,
    max_t,
    promise,
    verdicts,
)
from paribus.study import Adjust, Contrast

Scores = Mapping[int, float]
"""A metric by seed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paired:
    """A contrast's scores by seed, of the seeds that count and that both arms have completed with finite scores.

    Attributes:
        contrast: What was asked.
        treatment: The treatment's scores.
        control: The control's, of the same seeds.
        undefined: Seeds that both arms completed, one of them without a finite score.
        at_looks: How many pairs there were at each look so far, of looks that were planned.
    """

    contrast: Contrast
    treatment: Scores
    control: Scores
    undefined: tuple[int, ...]
    at_looks: tuple[int, ...]

    @property
    def differences(self) -> dict[int, float]:
        """Treatment minus control, by seed."""
        return {seed: self.treatment[seed] - self.control[seed] for seed in self.treatment}


def paired(
    contrast: Contrast, treatment: Scores, control: Scores, stage: Stage, planned: "Planned"
) -> Paired:
    """Pair two arms' scores.

    Args:
        contrast: What is asked.
        treatment: The metric of the treatment's completed runs.
        control: The same of the control's.
        stage: Which seeds count.
        planned: Which runs were planned: where a contrast was decided, its arms may not have been trained any further.
    """
    both = [seed for seed in stage.seeds if seed in treatment and seed in control]
    finite = dict.fromkeys(
        seed for seed in both if math.isfinite(treatment[seed]) and math.isfinite(control[seed])
    )
    trained = [look for look in stage.looks if planned.covers(contrast, stage.seeds[:look])]
    return Paired(
        contrast=contrast,
        treatment={seed: treatment[seed] for seed in finite},
        control={seed: control[seed] for seed in finite},
        undefined=tuple(seed for seed in both if seed not in finite),
        at_looks=tuple(sum(seed in finite for seed in stage.seeds[:look]) for look in trained),
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """Which runs were planned, as pairs of arm and seed."""

    runs: frozenset[tuple[str, int]]

    def covers(self, contrast: Contrast, seeds: Sequence[int]) -> bool:
        """Whether both of a contrast's arms were planned with all of these seeds."""
        arms = contrast.treatment, contrast.control
        return all((arm, seed) in self.runs for arm in arms for seed in seeds)


def concluded(pairs: Sequence[Paired], stage: Stage, adjust: Adjust) -> dict[str, Verdict]:
    """Return what is concluded of contrasts on one metric, by label.

    Args:
        pairs: All of them.
        stage: By which rule.
        adjust: For their number.
    """
    if not pairs:
        return {}
    found = verdicts(
        [sample(each) for each in pairs],
        read=_rule(stage),
        rng=_rng(pairs),
        adjust=(lambda _: _joint(pairs)) if adjust == "max_t" and stage.rule is Rule.FIXED else holm,
    )
    return {each.contrast.label: verdict for each, verdict in zip(pairs, found, strict=True)}


def sample(pairs: Paired) -> Sample:
    """Return a contrast's differences as evidence."""
    return Sample(
        np.array(list(pairs.differences.values()), np.float64),
        pairs.contrast.margin,
        pairs.contrast.rises,
        at_looks=pairs.at_looks,
    )


def promised(pairs: Paired, verdict: Verdict, stage: Stage) -> float:
    """Return the chance that the rest of the planned seeds decides a contrast; NaN where it is decided or none are left."""
    if stage.no_look_left or verdict.word is not Word.UNDECIDED:
        return float("nan")
    return promise(sample(pairs).deltas, len(stage.design.seeds), margin=pairs.contrast.margin)


def _rule(stage: Stage) -> Read:
    if stage.rule is Rule.LOOKS:
        return at_looks(stage.information)
    return fixed if stage.rule is Rule.FIXED else anytime


def _joint(pairs: Sequence[Paired]) -> NDArray[np.float64]:
    """Return p values adjusted by joint changes of sign, over the seeds that all contrasts have that can be tested."""
    tested = [place for place, each in enumerate(pairs) if len(each.treatment) > 1]
    seeds = joint_seeds(pairs)
    adjusted = np.full(len(pairs), np.nan)
    if tested:
        deltas = [[pairs[place].differences[seed] for seed in seeds] for place in tested]
        adjusted[tested] = max_t(deltas, rng=_rng(pairs))
    return adjusted


def joint_seeds(pairs: Sequence[Paired]) -> tuple[int, ...]:
    """Return the seeds that all contrasts have in common, those left out that have fewer than two."""
    tested = [each.treatment for each in pairs if len(each.treatment) > 1]
    return tuple(seed for seed in tested[0] if all(seed in other for other in tested)) if tested else ()


def _rng(pairs: Sequence[Paired]) -> np.random.Generator:
    """Return a generator that draws the same signs whenever the same is analysed."""
    return np.random.default_rng(zlib.crc32("\n".join(each.contrast.label for each in pairs).encode()))
