"""How many seeds a study takes, from what its pilot runs spread and took."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paribus.evidence import ALPHA, seeds_for, seeds_for_equivalence, spread
from paribus.records import RunRecord, Status
from paribus.study import Contrast, StudyRecord

_UPPER = 0.8
"""How surely the true spread is below the upper one that is planned with, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedPlan:
    """How many seeds one contrast takes.

    Attributes:
        contrast: With the margin that is planned for.
        pilots: Pairs of runs that the spread is taken from; 0 if it was stated.
        spread: Standard deviation of the paired differences, in the metric's unit.
        upper_spread: What it is at most, with probability .8; the spread itself if it was stated.
        level: At which each contrast is tested, if all are adjusted by their number.
        direction: Seeds that find a difference as large as the margin; None if a hundred million do not.
        equivalence: Seeds that find equivalence where there is no difference.
        upper: Seeds for both, if the spread is the upper one.
        pair_seconds: What a pair of runs takes on one core; NaN if none was trained.
    """

    contrast: Contrast
    pilots: int
    spread: float
    upper_spread: float
    level: float
    direction: int | None
    equivalence: int | None
    upper: int | None
    pair_seconds: float

    @property
    def seeds(self) -> int | None:
        """How many find a difference as large as the margin, and equivalence where there is none."""
        return _most(self.direction, self.equivalence)


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyPlan:
    """How many seeds a study takes.

    Attributes:
        study: What is planned.
        power: Probability with which each contrast is decided.
        contrasts: One plan each, of those on the primary metric.
        skipped: Those that cannot be planned, and why.
        seed_seconds: What one seed of all arms takes on one core; NaN if not all arms have been trained.
        fresh_seed: The first seed after all that have been trained.
    """

    study: StudyRecord
    power: float
    contrasts: tuple[SeedPlan, ...]
    skipped: tuple[str, ...]
    seed_seconds: float
    fresh_seed: int

    @property
    def seeds(self) -> int | None:
        """How many decide every contrast; None if one takes more than can be named."""
        wanted = [each.seeds for each in self.contrasts]
        known = [seeds for seeds in wanted if seeds is not None]
        return max(known) if known and len(known) == len(wanted) else None


def planned_seeds(
    study: StudyRecord,
    records: Sequence[RunRecord],
    *,
    margin: float | None = None,
    stated_spread: float | None = None,
    power: float = 0.8,
) -> StudyPlan:
    """Plan a study's seeds.

    Args:
        study: Its contrasts on the primary metric are planned.
        records: Its pilot runs.
        margin: The difference that would matter, instead of those declared, in the metric's unit.
        stated_spread: Standard deviation of paired differences, instead of that of the pilot runs.
        power: Probability with which each contrast is to be decided.

    Returns:
        Only contrasts that have a margin, and a spread from two or more pairs or stated.
    """
    primary = [contrast for contrast in study.contrasts if contrast.metric == study.primary]
    asked = [replace(contrast, margin=margin) if margin else contrast for contrast in primary]
    seconds = _seconds(records)
    pilot = _Pilot(_scores(study, records), seconds, stated_spread, ALPHA / max(1, len(asked)), power)
    plans = [pilot.plan(contrast) for contrast in asked]
    per_arm = [seconds.get(arm.name, math.nan) for arm in study.arms]
    return StudyPlan(
        study=study,
        power=power,
        contrasts=tuple(plan for plan in plans if plan is not None),
        skipped=tuple(
            f"{contrast}: {'no margin is declared' if contrast.margin is None else 'fewer than two pairs of pilot runs that differ'}."
            for contrast, made in zip(asked, plans, strict=True)
            if made is None
        ),
        seed_seconds=sum(per_arm),
        fresh_seed=max((record.spec.seed for record in records), default=-1) + 1,
    )


@dataclass(frozen=True, slots=True)
class _Pilot:
    """What is known: scores by arm and seed, seconds by arm, a stated spread; and what is wanted."""

    scores: Mapping[str, Mapping[int, float]]
    seconds: Mapping[str, float]
    stated: float | None
    level: float
    power: float

    def plan(self, contrast: Contrast) -> SeedPlan | None:
        """Return a contrast's plan; None without a margin, or where no spread is known."""
        treatment, control = (self.scores.get(arm, {}) for arm in (contrast.treatment, contrast.control))
        deltas = np.array([treatment[seed] - control[seed] for seed in treatment if seed in control])
        pilots = len(deltas) if self.stated is None else 0
        found = spread(deltas) if self.stated is None else self.stated
        if contrast.margin is None or not found > 0:
            return None
        upper = found * _upper_factor(pilots) if pilots else found
        direction, equivalence = self._seeds(contrast.margin / found)
        return SeedPlan(
            contrast=contrast,
            pilots=pilots,
            spread=found,
            upper_spread=upper,
            level=self.level,
            direction=direction,
            equivalence=equivalence,
            upper=_most(*self._seeds(contrast.margin / upper)),
            pair_seconds=sum(
                self.seconds.get(arm, math.nan) for arm in (contrast.treatment, contrast.control)
            ),
        )

    def _seeds(self, margin: float) -> tuple[int | None, int | None]:
        """Return how many find a difference of the margin, and equivalence, for a margin in standard deviations."""
        return (
            seeds_for(margin, alpha=self.level, wanted=self.power),
            seeds_for_equivalence(margin, wanted=self.power),
        )


def _upper_factor(n: int) -> float:
    """Return how many times the spread of `n` values the true one is at most, with probability .8 (chi-squared)."""
    from scipy.special import chdtri

    return math.sqrt((n - 1) / float(chdtri(n - 1, _UPPER)))


def _most(*seeds: int | None) -> int | None:
    known = [each for each in seeds if each is not None]
    return max(known) if len(known) == len(seeds) else None


def _scores(study: StudyRecord, records: Sequence[RunRecord]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for record in records:
        score = record.score(study.primary) if study.primary else None
        if score is not None and math.isfinite(score):
            found.setdefault(record.spec.arm, {})[record.spec.seed] = score
    return found


def _seconds(records: Sequence[RunRecord]) -> dict[str, float]:
    """Return the median of an arm's completed runs, in seconds of one core: the first of a worker compiles."""
    by_arm: dict[str, list[float]] = {}
    for record in records:
        if record.status is Status.COMPLETED:
            by_arm.setdefault(record.spec.arm, []).append(record.cost.wall_seconds * record.environment.cores)
    return {arm: float(np.median(seconds)) for arm, seconds in by_arm.items()}
