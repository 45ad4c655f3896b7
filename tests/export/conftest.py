"""A small study written by hand, with a run that diverged and one that was not trained."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from paribus.analyse import Summary, analyse
from paribus.export import Export
from paribus.records import Design, RunRecord, Status
from paribus.study import Contrast, StudyRecord
from tests.conftest import make_run_record

SEEDS = (0, 1, 2, 3)
SCORES = {
    ("flat", 0): 0.1 + 0.2,  # 0.30000000000000004: every digit counts
    ("flat", 1): 0.92,
    ("flat", 2): 0.91,
    ("flat", 3): 0.9,
    ("wide", 0): 0.93,
    ("wide", 1): 0.96,
}

MakeExport = Callable[..., Export]


@pytest.fixture
def records() -> tuple[RunRecord, ...]:
    """Six runs that completed, and one that diverged; wide with seed 3 was not trained."""
    completed = [make_run_record(arm, seed, accuracy) for (arm, seed), accuracy in SCORES.items()]
    diverged = make_run_record("wide", 2, status=Status.DIVERGED)
    return (*completed, replace(diverged, epochs=(replace(diverged.epochs[0], loss=float("inf")),)))


@pytest.fixture
def export(study_record: StudyRecord, records: tuple[RunRecord, ...]) -> Export:
    return exported(study_record, records)


@pytest.fixture
def probed_export(export: Export) -> Export:
    """The same, with two numbers besides of every run that completed, one of them not defined, and called like a column."""
    besides = {"calibration_error": 0.25, "seed": math.nan}
    arms = tuple(
        replace(
            arm,
            seeds=tuple(replace(seed, metrics={**seed.metrics, **besides}) for seed in arm.seeds),
            summaries={
                **arm.summaries,
                **{name: Summary(n=4, mean=value, spread=0.0) for name, value in besides.items()},
            },
        )
        for arm in export.analysis.arms
    )
    return replace(export, analysis=replace(export.analysis, arms=arms))


@pytest.fixture
def make_export(study_record: StudyRecord) -> MakeExport:
    """Return a study of arms with these names, one run each, that says these words everywhere."""

    def make(names: list[str], words: str = "?") -> Export:
        arms = tuple(replace(study_record.arms[0], name=name, identity=name) for name in names)
        contrasts = tuple(Contrast(name, names[0], margin=0.01) for name in names[1:])
        study = replace(study_record, name=words, question=words, arms=arms, contrasts=contrasts)
        failed = [replace(make_run_record(name, 0, status=Status.CRASHED), reason=words) for name in names]
        return exported(study, tuple(failed), seeds=(0,))

    return make


def exported(study: StudyRecord, records: tuple[RunRecord, ...], seeds: tuple[int, ...] = SEEDS) -> Export:
    analysis = analyse(study, seeds, records, design=Design(seeds=seeds))
    headlines = {label: f"{verdict.word.value}, in words" for label, verdict in analysis.verdicts.items()}
    return Export(analysis=analysis, records=records, headlines=headlines, summary=f"# {study.name}\n")
