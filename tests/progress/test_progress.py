"""What is seen while a study runs is true."""

from dataclasses import replace

import pytest

from paribus.progress import Lines, Schedule, duration
from paribus.records import Status
from tests.conftest import MakeRun
from tests.progress.conftest import ended, epoch


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
    watcher.run_began(schedule.specs[0])
    watcher.epoch_ended(schedule.specs[0], epoch(1))
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
