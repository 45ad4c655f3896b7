"""What is seen while a study runs is true."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from paribus.plan import plan
from paribus.progress import Eta, Lines, Live, Schedule, duration
from paribus.records import RunRecord, Status
from paribus.study import StudyRecord
from tests.conftest import MakeRun


class Clock:
    """A clock that the test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def schedule(study_record: StudyRecord) -> Schedule:
    specs = plan(study_record, (0, 1))
    return Schedule(study=study_record, specs=specs, todo=specs, stored=(), changes=(), place="paribus.db")


def ended(schedule: Schedule, number: int, make_run: MakeRun, **options: object) -> RunRecord:
    spec = schedule.specs[number]
    return replace(make_run(spec.arm, spec.seed, **options), spec=spec)


def test_the_time_left_is_over_what_has_been_seen(schedule: Schedule, make_run: MakeRun) -> None:
    """An arm that has not been seen leaves the estimate open upwards; then it is what the arms took."""
    clock = Clock()
    eta = Eta(schedule.todo, epochs=2, clock=clock)
    assert "over 0 s left" == str(eta)
    eta.run_ended(ended(schedule, 0, make_run))
    assert "over 10 s left" == str(eta)
    eta.epoch_ended(schedule.specs[1], ended(schedule, 1, make_run).epochs[0])
    assert "about 13 s left" == str(eta)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0 s"), (4.21, "4.2 s"), (42.4, "42 s"), (200.0, "3 min 20 s"), (7_500.0, "2 h 05 min")],
)
def test_durations_are_read_at_a_glance(seconds: float, words: str) -> None:
    """Two digits are enough."""
    assert duration(seconds) == words


def test_a_log_has_one_line_per_finished_run(schedule: Schedule, make_run: MakeRun) -> None:
    """What will be trained, then each run with its scores or its reason."""
    lines: list[str] = []
    watcher = Lines(lines.append)
    watcher.planned(schedule)
    watcher.run_ended(ended(schedule, 0, make_run))
    watcher.run_ended(ended(schedule, 1, make_run, status=Status.DIVERGED))
    assert "small: 4 runs (2 arms × 2 seeds); training 4 into paribus.db" == lines[0]
    assert lines[1].startswith("[1/4] flat, seed 0: test 90.00%, validation 90.00% (10 s; over ")
    assert "[2/4] wide, seed 0: DIVERGED. Loss became non-finite" in lines[2]


def test_a_finished_study_says_that_nothing_is_trained(schedule: Schedule) -> None:
    """One line, nothing else."""
    lines: list[str] = []
    Lines(lines.append).planned(replace(schedule, todo=()))
    assert ["small: all 4 runs (2 arms × 2 seeds) are in paribus.db; nothing to train."] == lines


def test_the_live_table_shows_arms_by_seeds(schedule: Schedule, make_run: MakeRun) -> None:
    """Finished, running and waiting runs in one table, with the time left."""
    output = io.StringIO()
    watcher = Live(Console(file=output, force_terminal=True, width=100, color_system=None))
    watcher.planned(schedule)
    watcher.run_ended(ended(schedule, 0, make_run))
    watcher.epoch_ended(schedule.specs[1], ended(schedule, 1, make_run).epochs[0])
    watcher.close()
    last = output.getvalue().rsplit("arm", 1)[1]
    assert "test 90.00%" in last
    assert "epoch 1/2: 90.0%" in last
    assert "1 of 4 runs trained, about" in last
