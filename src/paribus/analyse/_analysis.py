"""What a study's runs say, per arm and per contrast, with everything that limits it."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from paribus.evidence import Interval, spread, t_interval
from paribus.fairness import Certificate, after_training, certificates, ranked
from paribus.records import Finding, ParameterCount, RunRecord, Status
from paribus.study import Contrast, StudyRecord

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A metric over an arm's completed seeds. `mean` is NaN without seeds, `spread` (S - 1) with fewer than two."""

    n: int
    mean: float
    spread: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedScore:
    """One completed run's final metrics by name."""

    seed: int
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingRun:
    """A planned run without a score, and why."""

    arm: str
    seed: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmResult:
    """An arm's scores: every seed's, and their summary by metric."""

    arm: str
    parameters: ParameterCount | None
    seeds: tuple[SeedScore, ...]
    summaries: dict[str, Summary]


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastResult:
    """Treatment minus control over the seeds that both completed, in the metric's unit.

    `certificate` says what differs between the arms, `findings` what can be said against the difference; it is not to be read
    without them.
    """

    contrast: Contrast
    n: int
    differences: dict[int, float]
    mean: float
    spread: float
    level: float
    interval: Interval
    caveats: tuple[str, ...]
    certificate: Certificate
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """A study's results. They are not to be read without `caveats` and `findings`; those about a contrast are with the contrast."""

    study: StudyRecord
    seeds: tuple[int, ...]
    arms: tuple[ArmResult, ...]
    contrasts: tuple[ContrastResult, ...]
    missing: tuple[MissingRun, ...]
    caveats: tuple[str, ...]
    findings: tuple[Finding, ...]


def analyse(study: StudyRecord, seeds: Sequence[int], records: Sequence[RunRecord]) -> Analysis:
    """Summarise the runs of `study` for the planned `seeds`.

    Args:
        study: What was declared.
        seeds: The seeds that were planned; runs of other seeds are left out.
        records: The runs that have ended.
    """
    by_run = {(record.spec.arm, record.spec.seed): record for record in records if record.spec.seed in seeds}
    arms = tuple(
        _arm_result(
            arm.name, arm.parameters, study.recipe.scores, [by_run.get((arm.name, seed)) for seed in seeds]
        )
        for arm in study.arms
    )
    missing = tuple(
        MissingRun(arm=arm.name, seed=seed, reason=reason)
        for arm in study.arms
        for seed in seeds
        if (reason := _why_missing(by_run.get((arm.name, seed))))
    )
    by_name = {arm.arm: arm for arm in arms}
    asked = {contrast.label for contrast in study.contrasts}
    return Analysis(
        study=study,
        seeds=tuple(seeds),
        arms=arms,
        contrasts=tuple(
            _contrast_result(made, by_name, missing, study, tuple(by_run.values()))
            for made in certificates(study, tuple(by_run.values()))
        ),
        missing=missing,
        caveats=tuple(_caveats(study, seeds, missing)),
        findings=tuple(
            finding
            for finding in study.findings
            if finding.about not in asked and not _is_superseded(finding, by_run.values())
        ),
    )


def _arm_result(
    arm: str, parameters: ParameterCount | None, metrics: Sequence[str], records: Sequence[RunRecord | None]
) -> ArmResult:
    seeds = tuple(
        SeedScore(seed=record.spec.seed, metrics={metric: _score(record, metric) for metric in metrics})
        for record in records
        if record is not None and record.status is Status.COMPLETED
    )
    return ArmResult(
        arm=arm,
        parameters=parameters,
        seeds=seeds,
        summaries={metric: _summary([seed.metrics[metric] for seed in seeds]) for metric in metrics},
    )


def _score(record: RunRecord, metric: str) -> float:
    value = record.score(metric)
    return float("nan") if value is None else value


def _summary(values: list[float]) -> Summary:
    return Summary(n=len(values), mean=_mean(values), spread=spread(values))


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _contrast_result(
    made: Certificate,
    arms: dict[str, ArmResult],
    missing: Sequence[MissingRun],
    study: StudyRecord,
    records: Sequence[RunRecord],
) -> ContrastResult:
    contrast = made.contrast
    treatment, control = (
        {seed.seed: seed.metrics[contrast.metric] for seed in arms[name].seeds}
        for name in (contrast.treatment, contrast.control)
    )
    differences = {seed: treatment[seed] - control[seed] for seed in treatment if seed in control}
    deltas = list(differences.values())
    return ContrastResult(
        contrast=contrast,
        n=len(deltas),
        differences=differences,
        mean=_mean(deltas),
        spread=spread(deltas),
        level=LEVEL,
        interval=t_interval(deltas, level=LEVEL),
        caveats=tuple(_contrast_caveats(contrast, len(deltas), missing)),
        certificate=made,
        findings=_contrast_findings(contrast, study, records),
    )


def _contrast_findings(
    contrast: Contrast, study: StudyRecord, records: Sequence[RunRecord]
) -> tuple[Finding, ...]:
    known = [finding for finding in study.findings if finding.about == contrast.label]
    return ranked([*known, *after_training(contrast, study, records)])


def _is_superseded(finding: Finding, records: Iterable[RunRecord]) -> bool:
    """Whether a finding foretells what has been measured since."""
    return finding.kind == "stale_normalization" and any(
        record.spec.arm == finding.about and record.normalization is not None for record in records
    )


def _contrast_caveats(contrast: Contrast, n: int, missing: Sequence[MissingRun]) -> list[str]:
    caveats: list[str] = []
    lost = sorted({run.seed for run in missing if run.arm in {contrast.treatment, contrast.control}})
    if n == 0:
        caveats.append(
            f"{contrast}: no seed has completed in both arms, so there is no difference to report."
        )
    elif n == 1:
        caveats.append(f"{contrast}: one seed says nothing about spread, so there is no interval.")
    if lost and n:
        caveats.append(f"{contrast}: {_seeds(lost)} left out, because a run is missing.")
    return caveats


def _caveats(study: StudyRecord, seeds: Sequence[int], missing: Sequence[MissingRun]) -> list[str]:
    caveats: list[str] = []
    if study.quick:
        caveats.append(
            f"This is a quick look, not evidence: {study.dataset.n_train:,} training images, "
            f"{study.recipe.epochs} epochs, {len(seeds)} seeds."
        )
    caveats.extend(
        f"'{one.name}' and '{other.name}' are the same in all that determines their numbers; one run serves both."
        for one, other in itertools.combinations(study.arms, 2)
        if one.identity == other.identity
    )
    caveats.extend(f"{run.arm}, seed {run.seed}: {run.reason}" for run in missing)
    return caveats


def _seeds(seeds: list[int]) -> str:
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"


def _why_missing(record: RunRecord | None) -> str:
    if record is None:
        return "Not trained yet."
    if record.status is Status.COMPLETED:
        return ""
    return f"{record.status.sentence} {record.reason}"
