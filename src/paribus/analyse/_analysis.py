"""What a study's runs say, per arm and per contrast, with everything that limits it."""

import math
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from paribus.analyse._caveats import study_caveats
from paribus.analyse._contrasts import Paired, Planned, concluded, paired
from paribus.analyse._families import families
from paribus.analyse._grounds import Grounds
from paribus.analyse._results import Analysis, ArmResult, MissingRun, SeedScore, Summary
from paribus.analyse._stage import Stage, stage
from paribus.evidence import Verdict, spread
from paribus.records import Design, Finding, ParameterCount, RunRecord, Status
from paribus.study import StudyRecord

_BY_EXAMPLE = "test_accuracy"


def analyse(
    study: StudyRecord,
    seeds: Sequence[int],
    records: Sequence[RunRecord],
    *,
    design: Design | None = None,
    planned: Collection[tuple[str, int]] | None = None,
) -> Analysis:
    """Summarise the runs of `study`, and conclude what may be concluded.

    Args:
        study: What was declared.
        seeds: The seeds that are asked for; runs of other seeds are left out.
        records: The runs that have ended.
        design: What was planned before anything was trained; these seeds, and one look, if nothing is known.
        planned: Arms and seeds of the runs that were planned; all arms with all seeds by default.
    """
    wanted = set(seeds)
    by_run = {(record.spec.arm, record.spec.seed): record for record in records if record.spec.seed in wanted}
    runs = Planned(frozenset(planned or ((arm.name, seed) for arm in study.arms for seed in seeds)))
    pending = {seed for arm, seed in runs.runs if (arm, seed) not in by_run and seed in wanted}
    reached = stage(design or Design(seeds=tuple(seeds)), seeds, pending)
    arms = tuple(
        _arm_result(arm.name, arm.parameters, study.scores, [by_run.get((arm.name, seed)) for seed in seeds])
        for arm in study.arms
    )
    missing = tuple(
        MissingRun(arm=arm.name, seed=seed, reason=reason)
        for arm in study.arms
        for seed in seeds
        if (arm.name, seed) in runs.runs and (reason := _why_missing(by_run.get((arm.name, seed))))
    )
    pairs = _pairs(study, arms, reached, runs)
    verdicts = _verdicts(pairs, study, reached)
    ended = tuple(by_run.values())
    grounds = Grounds(study, reached, ended, missing)
    return Analysis(
        study=study,
        seeds=tuple(seeds),
        stage=reached,
        arms=arms,
        contrasts=tuple(grounds.result(each, verdicts[each.contrast.label]) for each in pairs),
        families=families(pairs, verdicts, reached, study.adjust),
        missing=missing,
        caveats=study_caveats(study, reached, seeds, pairs, missing=missing, records=ended),
        findings=_study_findings(study, ended),
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


def _summary(scores: list[float]) -> Summary:
    """Summarise the seeds whose score is defined."""
    values = [score for score in scores if not math.isnan(score)]
    mean = float(np.mean(values)) if values else float("nan")
    return Summary(n=len(values), mean=mean, spread=spread(values))


def _pairs(
    study: StudyRecord, arms: Sequence[ArmResult], reached: Stage, runs: Planned
) -> tuple[Paired, ...]:
    by_name = {arm.arm: arm for arm in arms}

    def scores(arm: str, metric: str) -> dict[int, float]:
        return {seed.seed: seed.metrics[metric] for seed in by_name[arm].seeds}

    return tuple(
        paired(
            contrast,
            scores(contrast.treatment, contrast.metric),
            scores(contrast.control, contrast.metric),
            reached,
            runs,
        )
        for contrast in study.contrasts
    )


def _verdicts(pairs: Sequence[Paired], study: StudyRecord, reached: Stage) -> dict[str, Verdict]:
    """Conclude on every metric's contrasts as one family."""
    metrics = dict.fromkeys(each.contrast.metric for each in pairs)
    return {
        label: verdict
        for metric in metrics
        for label, verdict in concluded(
            [each for each in pairs if each.contrast.metric == metric], reached, study.adjust
        ).items()
    }


def _study_findings(study: StudyRecord, records: Sequence[RunRecord]) -> tuple[Finding, ...]:
    asked = {contrast.label for contrast in study.contrasts}
    return tuple(
        finding
        for finding in study.findings
        if finding.about not in asked and not _is_superseded(finding, records)
    )


def _is_superseded(finding: Finding, records: Iterable[RunRecord]) -> bool:
    """Whether a finding foretells what has been measured since."""
    return finding.kind == "stale_normalization" and any(
        record.spec.arm == finding.about and record.normalization is not None for record in records
    )


def _why_missing(record: RunRecord | None) -> str:
    if record is None:
        return "Not trained yet."
    if record.status is Status.COMPLETED:
        return ""
    return f"{record.status.sentence} {record.reason}"
