"""The runs that a study plans, ended or not."""

from collections.abc import Mapping
from typing import NamedTuple

from paribus.export._export import Export
from paribus.records import ArmRecord, RunRecord, Status
from paribus.study import StudyRecord

NOT_TRAINED = "not trained"
"""The status of a planned run that has not ended."""


class Run(NamedTuple):
    """A planned run: `record` is None until it has ended, `scores` are empty unless it has completed."""

    study: StudyRecord
    arm: ArmRecord
    seed: int
    record: RunRecord | None
    reason: str
    scores: Mapping[str, float]


def planned_runs(export: Export) -> tuple[Run, ...]:
    """Return all of a study's planned runs, arm by arm, in the order of the seeds."""
    records = {(record.spec.arm, record.spec.seed): record for record in export.records}
    waiting = {(run.arm, run.seed): run.reason for run in export.analysis.missing}
    scores = {(arm.arm, each.seed): each.metrics for arm in export.analysis.arms for each in arm.seeds}
    return tuple(
        Run(
            export.study,
            arm,
            seed,
            record,
            _reason(record, waiting.get((arm.name, seed), "")),
            scores.get((arm.name, seed), {}),
        )
        for arm in export.study.arms
        for seed in export.analysis.seeds
        if (record := records.get((arm.name, seed))) or (arm.name, seed) in waiting
    )


def score_names(export: Export) -> tuple[str, ...]:
    """Return what runs are scored on: by the recipe, and by what else was measured."""
    return tuple(dict.fromkeys(name for arm in export.analysis.arms for name in arm.summaries))


def knobs_of(study: StudyRecord, arm: str) -> dict[str, int]:
    """Return the sizes to which an arm was made, by knob."""
    return next((match.sizes for match in study.matches if match.arm == arm), dict[str, int]())


def _reason(record: RunRecord | None, waiting: str) -> str:
    if record is None:
        return waiting
    return "" if record.status is Status.COMPLETED else record.reason or record.status.sentence
