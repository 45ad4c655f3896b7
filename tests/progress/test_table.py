"""The table of arms × seeds shows what matters, in the room there is."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from paribus.progress import Board, Live, Schedule, SnapshotTable
from paribus.records import Status
from paribus.study import StudyRecord
from tests.conftest import MakeRun
from tests.progress.conftest import Clock, ended, epoch, make_schedule


def drawn(board: Board, *, width: int = 100, height: int = 30, note: str = "", final: bool = False) -> str:
    """Return the table as text, as a terminal of that size shows it."""
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    with console.capture() as capture:
        console.print(SnapshotTable(board.snapshot(), note=note, whole=final, final=final))
    return capture.get()


def header(table: str) -> list[str]:
    """Return the seeds that have a column."""
    return next(line for line in table.splitlines() if line.startswith("arm")).split("seed ")[1:]


def test_every_run_under_way_is_shown(schedule: Schedule, make_run: MakeRun) -> None:
    """Ended, failed, under way with its epochs, starting and waiting, each in its own words."""
    board = Board(replace(schedule, parallel=2), clock=Clock())
    for spec in schedule.specs[:3]:
        board.run_began(spec)
    board.run_ended(ended(schedule, 0, make_run))
    board.run_ended(ended(schedule, 1, make_run, status=Status.DIVERGED))
    board.epoch_ended(schedule.specs[2], epoch(1))
    table = drawn(board)
    flat, wide = (line.split() for line in table.splitlines() if line.startswith(("flat", "wide")))
    assert ["flat", "test", "90.00%", "1/2", "90.0%"] == flat
    assert ["wide", "diverged", "·"] == wide
    assert "2 of 4 runs trained (1 failed), 2 at once, over " in table
    board.run_began(schedule.specs[3])
    assert "starting" in drawn(board)


def test_five_seeds_of_the_articles_arms_fit_eighty_columns(study_record: StudyRecord) -> None:
    """The longest name, every seed, no line too long."""
    arms = tuple(
        replace(arm, name=name)
        for arm, name in zip(study_record.arms, ("conv", "average pooling"), strict=True)
    )
    board = Board(make_schedule(replace(study_record, arms=arms), 5), clock=Clock())
    table = drawn(board, width=80)
    assert 5 == len(header(table))
    assert "shown" not in table
    assert 80 >= max(len(line.rstrip()) for line in table.splitlines())


@pytest.mark.parametrize(
    ("busy", "expected"),
    [((0, 1), "0 1 2"), ((18, 19), "17 18 19"), ((39,), "37 38 39"), ((3, 30), "2 3 30")],
)
def test_the_columns_are_those_of_the_runs_under_way(
    study_record: StudyRecord, busy: tuple[int, ...], expected: str
) -> None:
    """Of forty seeds, those in flight and what is next to them; the rest is counted."""
    schedule = make_schedule(study_record, 40, parallel=2)
    board = Board(schedule, clock=Clock())
    for seed in busy:
        board.run_began(schedule.specs[2 * seed])
    table = drawn(board, width=60)
    assert expected.split() == [seed.strip() for seed in header(table)]
    assert "3 of 40 seeds shown" in table
    assert "0/40" in table


def test_more_runs_under_way_than_columns_are_the_first_of_them(study_record: StudyRecord) -> None:
    """Eight in flight on a narrow terminal."""
    schedule = make_schedule(study_record, 20, parallel=8)
    board = Board(schedule, clock=Clock())
    for spec in schedule.specs[10:26]:
        board.run_began(spec)
    assert ["5", "6", "7"] == [seed.strip() for seed in header(drawn(board, width=60))]


def test_a_low_terminal_keeps_the_time_left(study_record: StudyRecord) -> None:
    """Thirty arms on twelve lines: those under way are shown, and the last line is there; at the end all are."""
    arms = tuple(
        replace(study_record.arms[0], name=f"arm {number} {'long ' * 20}", identity=f"{number}")
        for number in range(30)
    )
    schedule = make_schedule(replace(study_record, arms=arms))
    board = Board(schedule, clock=Clock())
    board.run_began(schedule.specs[20])
    table = drawn(board, width=80, height=12)
    assert "arm 20" in table
    assert "4 of 30 arms shown" in table
    assert "0 of 60 runs trained, time left not known yet" in table
    assert 12 > len(table.splitlines())
    assert "arms shown" not in drawn(board, width=80, height=12, final=True)


def test_what_is_over_has_no_time_left(schedule: Schedule) -> None:
    """However it ended."""
    board = Board(schedule, clock=Clock())
    board.run_began(schedule.specs[0])
    board.epoch_ended(schedule.specs[0], epoch(1))
    assert " left" in drawn(board)
    assert " left" not in drawn(board, final=True)


def test_two_arms_that_are_one_move_together(study_record: StudyRecord, make_run: MakeRun) -> None:
    """One run serves both, in both rows."""
    arms = tuple(replace(arm, identity="same") for arm in study_record.arms)
    planned = make_schedule(replace(study_record, arms=arms), 1)
    schedule = replace(planned, todo=planned.specs[:1])
    board = Board(schedule, clock=Clock())
    board.run_ended(ended(schedule, 0, make_run))
    assert 2 == drawn(board).count("test 90.00%")
    assert (2, 2) == (board.snapshot().stored, board.snapshot().planned)


def test_stored_runs_are_there_from_the_beginning(schedule: Schedule, make_run: MakeRun) -> None:
    """They count as stored, not as trained."""
    stored = ended(schedule, 0, make_run)
    board = Board(replace(schedule, stored=(stored,), todo=schedule.specs[1:]), clock=Clock())
    assert "test 90.00%" in drawn(board)
    assert "0 of 3 runs trained" in drawn(board)
    assert 1 == board.snapshot().stored


def test_the_live_table_stays_and_says_what_it_was_asked_to(schedule: Schedule, make_run: MakeRun) -> None:
    """Finished and running runs in one table, a note under it, and why a run failed above it."""
    output = io.StringIO()
    watcher = Live(Console(file=output, force_terminal=True, width=100, color_system=None))
    assert not watcher.note("too early")
    watcher.planned(schedule)
    watcher.run_began(schedule.specs[0])
    watcher.run_ended(ended(schedule, 0, make_run, status=Status.DIVERGED))
    watcher.run_began(schedule.specs[1])
    watcher.epoch_ended(schedule.specs[1], epoch(1))
    assert watcher.note("Stopping at the end of this epoch")
    watcher.close()
    last = output.getvalue().rsplit("arm ", 1)[1]
    assert "diverged" in last
    assert "1/2 90.0%" in last
    assert "1 of 4 runs trained (1 failed)" in last
    assert "Stopping at the end of this epoch" in last
    assert "flat, seed 0: DIVERGED. Loss became non-finite" in output.getvalue()
