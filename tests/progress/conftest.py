"""A schedule of four runs, and what happens to them."""

from dataclasses import replace

import pytest

from paribus.plan import plan
from paribus.progress import Schedule
from paribus.records import EpochRecord, RunRecord
from paribus.study import StudyRecord
from tests.conftest import MakeRun, make_run_record


class Clock:
    """A clock that the test moves."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def make_schedule(study: StudyRecord, seeds: int = 2, *, parallel: int = 1) -> Schedule:
    """Return arms × seeds, nothing stored."""
    specs = plan(study, tuple(range(seeds)))
    return Schedule(
        study=study, specs=specs, todo=specs, stored=(), changes=(), place="paribus.db", parallel=parallel
    )


@pytest.fixture
def schedule(study_record: StudyRecord) -> Schedule:
    return make_schedule(study_record)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ended(schedule: Schedule, number: int, make_run: MakeRun, **options: object) -> RunRecord:
    spec = schedule.specs[number]
    return replace(make_run(spec.arm, spec.seed, **options), spec=spec)


def epoch(number: int, seconds: float = 1.0) -> EpochRecord:
    return replace(make_run_record("flat", 0).epochs[0], epoch=number, train_seconds=seconds)
