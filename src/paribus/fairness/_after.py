"""Everything that can be said against a result, from the records of its runs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paribus.evidence import reach, spread
from paribus.fairness._concede import conceded, ranked
from paribus.fairness._words import counted, percent
from paribus.records import Finding, RunRecord, Severity, Status
from paribus.study import Contrast, StudyRecord

_MARGIN = 0.005
"""Where a contrast declares none."""
_STALE = 0.01
_LATEST = 3
"""Epochs at the end over which arms should not move any more."""
_FEWEST_EPOCHS = 4
_CONFIDENT = 2.0
"""Standard errors."""
_UNLIKELY = 0.01


@dataclass(frozen=True, slots=True)
class _Side:
    """One arm of a contrast: its completed runs by seed, and those that failed."""

    arm: str
    runs: dict[int, RunRecord]
    failed: tuple[RunRecord, ...]


def after_training(
    contrast: Contrast, study: StudyRecord, records: Sequence[RunRecord]
) -> tuple[Finding, ...]:
    """Return the findings on a contrast's runs, the heaviest first; what the study concedes is a note.

    Args:
        contrast: What is compared.
        study: What was declared.
        records: All runs that have ended.
    """
    sides = [_side(name, records) for name in (contrast.treatment, contrast.control)]
    margin = contrast.margin if contrast.margin and contrast.metric.endswith("_accuracy") else _MARGIN
    findings = [
        *_stale_normalization(contrast, sides, margin),
        *_unequal_runs(contrast, sides),
        *_failed_runs(contrast, sides),
        *_not_converged(contrast, sides, margin),
        *_ceiling(contrast, sides, margin),
        *_unequal_spread(contrast, sides),
        *_epoch_dependent(contrast, sides),
    ]
    return ranked(conceded(findings, study.concedes))


def _side(arm: str, records: Sequence[RunRecord]) -> _Side:
    own = [record for record in records if record.spec.arm == arm]
    completed = {record.spec.seed: record for record in own if record.status is Status.COMPLETED}
    return _Side(arm, completed, tuple(record for record in own if record.status is not Status.COMPLETED))


def _stale_normalization(contrast: Contrast, sides: Sequence[_Side], margin: float) -> Iterator[Finding]:
    for side in sides:
        checks = [run.normalization for run in side.runs.values() if run.normalization is not None]
        if not checks:
            continue
        inference, by_batch, reestimated = (
            np.array([getattr(check, name) for check in checks])
            for name in ("inference", "by_batch", "reestimated")
        )
        measured = (
            f"{side.arm} is right for {percent(inference.mean(), 4)} of the validation examples by the statistics of inference, for "
            f"{percent(by_batch.mean(), 4)} by those of each batch, and for {percent(reestimated.mean(), 4)} by statistics re-estimated "
            f"on the training data (mean of {counted(len(checks), 'seed')})"
        )
        least = max(margin, _STALE)
        if _exceeds(reestimated - inference, least):
            points = 100 * float((reestimated - inference).mean())
            yield Finding(
                kind="stale_normalization",
                severity=Severity.UNFAIR,
                about=contrast.label,
                evidence=f"{measured}: {points:.1f} points are lost to stale statistics, not to the architecture.",
                remedy="give the same command with --batchnorm recalibrate.",
            )
        elif _exceeds(by_batch - inference, least):
            yield Finding(
                kind="stale_normalization",
                severity=Severity.CAUTION,
                about=contrast.label,
                evidence=f"{measured}: batches differ so much that no one set of statistics serves all.",
                remedy="larger batches, or a normalisation that uses none, for all arms alike.",
            )


def _exceeds(gaps: NDArray[np.float64], least: float) -> bool:
    """Whether gaps are larger than `least` on the mean over seeds, and larger than their own noise."""
    noise = _CONFIDENT * gaps.std(ddof=1) / math.sqrt(len(gaps)) if len(gaps) > 1 else 0.0
    return bool(gaps.mean() > max(least, float(noise)))


def _unequal_runs(contrast: Contrast, sides: Sequence[_Side]) -> Iterator[Finding]:
    treatment, control = sides
    pairs = [(treatment.runs[seed], control.runs[seed]) for seed in treatment.runs if seed in control.runs]
    differing = [one.spec.seed for one, other in pairs if one.order_hash != other.order_hash]
    if differing:
        yield Finding(
            kind="unequal_runs",
            severity=Severity.UNFAIR,
            about=contrast.label,
            evidence=f"the batch order is not the same in both arms, of {counted(len(differing), 'seed')}: {_listed(differing)}.",
            remedy="train them again in a new store.",
        )
    apart = [(one, other) for one, other in pairs if _machine(one) != _machine(other)]
    if apart:
        one, other = apart[0]
        yield Finding(
            kind="unequal_runs",
            severity=Severity.CAUTION,
            about=contrast.label,
            evidence=f"{counted(len(apart), 'seed')} trained otherwise in one arm than in the other; seed {one.spec.seed}: "
            f"{treatment.arm} {_told(one, other)}, {control.arm} {_told(other, one)}.",
            remedy="train both arms on one kind of machine with one set of packages.",
        )


def _machine(run: RunRecord) -> tuple[object, ...]:
    return run.environment.versions, run.environment.device


def _told(run: RunRecord, other: RunRecord) -> str:
    """Name what of the run's environment differs from the other's."""
    own, theirs = run.environment.versions, other.environment.versions
    told = [f"{name} {version}" for name, version in own.items() if theirs.get(name) != version]
    told += [f"without {name}" for name in theirs if name not in own]
    return ", ".join(
        [*told, *([run.environment.device] if run.environment.device != other.environment.device else [])]
    )


def _failed_runs(contrast: Contrast, sides: Sequence[_Side]) -> Iterator[Finding]:
    failed = {side.arm: len(side.failed) for side in sides if side.failed}
    if not failed:
        return
    counted = "; ".join(
        f"{count} of {side.arm} ({', '.join(sorted({str(run.status.value) for run in side.failed}))})"
        for side in sides
        if (count := failed.get(side.arm))
    )
    yield Finding(
        kind="failed_runs",
        severity=Severity.CAUTION,
        about=contrast.label,
        evidence=f"runs that have no score: {counted}. The difference is that of the seeds that went well in both arms.",
        remedy="find out why before the difference is believed; a lower learning rate is for all arms alike.",
    )


def _not_converged(contrast: Contrast, sides: Sequence[_Side], margin: float) -> Iterator[Finding]:
    """Tell a difference that still moves, and otherwise arms that still rise, by the last epochs' validation accuracy."""
    slopes = [_slopes(side) for side in sides]
    seeds = sorted(slopes[0].keys() & slopes[1].keys())
    drift = np.array([slopes[0][seed] - slopes[1][seed] for seed in seeds])
    least = margin / _LATEST
    if len(drift) > 1 and abs(drift.mean()) > max(least, _reach(drift)):
        yield Finding(
            kind="not_converged",
            severity=Severity.CAUTION,
            about=contrast.label,
            evidence=f"over the last {_LATEST} epochs the difference in validation accuracy moved by {100 * drift.mean():+.2f} points per "
            f"epoch; {_LATEST} more could move it by {100 * _LATEST * drift.mean():+.2g}, and {100 * margin:g} would matter.",
            remedy="train longer (--epochs), all arms alike, or say that the comparison is at this many epochs.",
        )
        return
    rising = {
        side.arm: float(np.mean(list(own.values()))) for side, own in zip(sides, slopes, strict=True) if own
    }
    told = [f"{arm} by {100 * slope:.2f}" for arm, slope in rising.items() if slope > least]
    if told:
        yield Finding(
            kind="not_converged",
            severity=Severity.NOTE,
            about=contrast.label,
            evidence=f"over the last {_LATEST} epochs validation accuracy still rose, in points per epoch: {', '.join(told)}.",
            remedy="say that the comparison is at this many epochs, or train longer, all arms alike.",
        )


def _slopes(side: _Side) -> dict[int, float]:
    return {seed: slope for seed, run in side.runs.items() if (slope := _slope(run)) is not None}


def _reach(values_S: NDArray[np.float64]) -> float:
    """Return half the width of the 95 % interval of their mean."""
    return reach(len(values_S)) * spread(values_S)


def _slope(run: RunRecord) -> float | None:
    """Return by how much validation accuracy rises per epoch at the end; None for a short run."""
    if len(run.epochs) < _FEWEST_EPOCHS:
        return None
    latest = [epoch.validation_accuracy for epoch in run.epochs[-_LATEST - 1 :]]
    steps = [place - (len(latest) - 1) / 2 for place in range(len(latest))]  # least squares
    return sum(step * value for step, value in zip(steps, latest, strict=True)) / sum(
        step**2 for step in steps
    )


def _ceiling(contrast: Contrast, sides: Sequence[_Side], margin: float) -> Iterator[Finding]:
    if not contrast.metric.endswith("_accuracy"):
        return
    means = {
        side.arm: float(scores.mean()) for side in sides if len(scores := _scores(side, contrast.metric))
    }
    if len(means) == 2 and 1 - min(means.values()) < margin:
        told = ", ".join(f"{arm} {percent(mean, 4)}" for arm, mean in means.items())
        yield Finding(
            kind="ceiling",
            severity=Severity.CAUTION,
            about=contrast.label,
            evidence=f"both arms are almost always right ({told}): less than the margin of {100 * margin:g} points is left between them.",
            remedy="ask on harder data, or with less of them, or for a smaller margin.",
        )


def _unequal_spread(contrast: Contrast, sides: Sequence[_Side]) -> Iterator[Finding]:
    """Compare variances by an F test, which is exact for normal scores; neither is less than the rounding of a count."""
    treatment, control = (_scores(side, contrast.metric) for side in sides)
    if min(len(treatment), len(control)) < 3 or not np.isfinite([*treatment, *control]).all():
        return
    from scipy.special import fdtrc

    n = min(run.test.n for side in sides for run in side.runs.values() if run.test is not None)
    rounding = 1 / (12 * n**2) if contrast.metric.endswith("_accuracy") else 0.0
    variances = [float(np.var(scores, ddof=1)) + rounding for scores in (treatment, control)]
    large = int(variances[1] > variances[0])
    if not variances[1 - large]:
        return
    freedom = [len(treatment) - 1, len(control) - 1]
    ratio = variances[large] / variances[1 - large]
    chance = 2 * float(fdtrc(freedom[large], freedom[1 - large], ratio))
    if chance < _UNLIKELY:
        scale, unit = (100, ", in points") if contrast.metric.endswith("_accuracy") else (1, "")
        spreads = ", ".join(
            f"{side.arm} {scale * math.sqrt(variance):.2g}"
            for side, variance in zip(sides, variances, strict=True)
        )
        yield Finding(
            kind="unequal_spread",
            severity=Severity.CAUTION,
            about=contrast.label,
            evidence=f"standard deviations over seeds{unit}: {spreads} (F test, p = {chance:.2g}).",
            remedy="look at every seed's score and curve: means hide that one arm sometimes fails.",
        )


def _epoch_dependent(contrast: Contrast, sides: Sequence[_Side]) -> Iterator[Finding]:
    """Compare what the last epochs would have said, by validation, which is measured after each."""
    treatment, control = sides
    seeds = [seed for seed in treatment.runs if seed in control.runs]
    epochs = min((len(side.runs[seed].epochs) for side in sides for seed in seeds), default=0)
    if len(seeds) < 2 or epochs < _FEWEST_EPOCHS:
        return
    words = [
        _word(
            np.array(
                [
                    treatment.runs[seed].epochs[epoch].validation_accuracy
                    - control.runs[seed].epochs[epoch].validation_accuracy
                    for seed in seeds
                ]
            )
        )
        for epoch in range(epochs - _LATEST, epochs)
    ]
    if len(set(words)) > 1:
        told = ", ".join(f"epoch {epochs - _LATEST + place + 1}: {word}" for place, word in enumerate(words))
        yield Finding(
            kind="epoch_dependent",
            severity=Severity.NOTE if words[-1] == "undecided" else Severity.CAUTION,
            about=contrast.label,
            evidence=f"by validation accuracy the last epochs would have said {told}.",
            remedy="take more seeds, or train until the curves are flat.",
        )


def _word(differences: NDArray[np.float64]) -> str:
    """Return what a 95 % interval of paired differences says of the treatment."""
    if abs(differences.mean()) <= _reach(differences):
        return "undecided"
    return "better" if differences.mean() > 0 else "worse"


def _scores(side: _Side, metric: str) -> NDArray[np.float64]:
    scores = [value for run in side.runs.values() if (value := run.score(metric)) is not None]
    return np.array([value for value in scores if not math.isnan(value)])


def _listed(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))
