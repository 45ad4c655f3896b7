"""The time left follows from what has been measured, for one run at a time and for several at once."""

from paribus.progress import Eta, Schedule
from paribus.records import Status
from paribus.study import StudyRecord
from tests.conftest import MakeRun
from tests.progress.conftest import Clock, ended, epoch, make_schedule


def test_nothing_measured_is_nothing_said(schedule: Schedule, clock: Clock) -> None:
    """No number before the first epoch, whatever time has passed."""
    eta = Eta(schedule.todo, epochs=2, clock=clock)
    eta.run_began(schedule.specs[0])
    clock.seconds = 100
    assert "time left not known yet" == str(eta)


def test_an_arm_that_has_not_been_seen_leaves_the_estimate_open(schedule: Schedule, clock: Clock) -> None:
    """Upwards; an epoch of every arm closes it. Starting, epochs with their validation, and the end are all counted."""
    flat0, wide0, *_ = schedule.specs
    eta = Eta(schedule.todo, epochs=2, clock=clock)
    eta.run_began(flat0)
    clock.seconds = 13  # 3 to start, 10 for the epoch
    eta.epoch_ended(flat0, epoch(1, 10))
    assert 10 + (3 + 2 * 10) == eta.seconds_left()
    assert "over 33 s left" == str(eta)
    eta.run_began(wide0)
    clock.seconds = 33
    eta.epoch_ended(wide0, epoch(1, 20))
    assert "about " in str(eta)


def test_a_run_that_has_ended_says_what_its_end_takes(
    schedule: Schedule, clock: Clock, make_run: MakeRun
) -> None:
    """The test set is read after the last epoch; the next run of the arm is expected to take as long."""
    flat0, _, _, _ = schedule.specs
    eta = Eta((flat0, schedule.specs[2]), epochs=2, clock=clock)
    eta.run_began(flat0)
    for clock.seconds, number in ((10, 1), (22, 2)):  # the second epoch's 12 hold its validation
        eta.epoch_ended(flat0, epoch(number, 10))
    clock.seconds = 25
    eta.run_ended(ended(schedule, 0, make_run))
    assert 2 * 11 + 3 == eta.seconds_left()


def test_time_passes_between_news(schedule: Schedule, clock: Clock) -> None:
    """The estimate counts down by itself, and never below nothing."""
    flat0 = schedule.specs[0]
    eta = Eta((flat0,), epochs=3, clock=clock)
    eta.run_began(flat0)
    clock.seconds = 10
    eta.epoch_ended(flat0, epoch(1, 10))
    clock.seconds = 14
    assert 16 == eta.seconds_left()
    assert "about 16 s left" == str(eta)
    clock.seconds = 100
    assert 0 == eta.seconds_left()
    assert "nearly done" == str(eta)


def test_two_at_once_take_half_as_long(study_record: StudyRecord, clock: Clock) -> None:
    """Eight runs of 20 s on two workers take 80 s; news of one run does not make the other's time undone."""
    schedule = make_schedule(study_record, 4, parallel=2)
    first, second, *_ = schedule.specs
    eta = Eta(schedule.todo, epochs=2, parallel=2, clock=clock)
    eta.run_began(first)
    eta.run_began(second)
    clock.seconds = 10
    eta.epoch_ended(first, epoch(1, 10))
    eta.epoch_ended(second, epoch(1, 10))
    assert 80 - 10 == eta.seconds_left()
    clock.seconds = 15
    eta.epoch_ended(second, epoch(2, 10))  # after 5 s, so its arm's epochs take 7.5 s on average
    assert (
        5 + 15 + 20 + 15 == eta.seconds_left()
    )  # the first ends in 5, as 10 - 5; then come wide, flat, wide


def test_the_last_run_is_not_shared_among_idle_workers(schedule: Schedule, clock: Clock) -> None:
    """One run of 30 s left takes 30 s on four workers, too."""
    flat0 = schedule.specs[0]
    eta = Eta((flat0,), epochs=4, parallel=4, clock=clock)
    eta.run_began(flat0)
    clock.seconds = 10
    eta.epoch_ended(flat0, epoch(1, 10))
    assert 30 == eta.seconds_left()


def test_runs_of_different_length_end_when_the_longest_does(study_record: StudyRecord, clock: Clock) -> None:
    """Two workers, a short arm and a long one: the waiting runs go to whoever is free first, in order."""
    schedule = make_schedule(study_record, 2, parallel=2)
    flat0, wide0, *_ = schedule.specs
    eta = Eta(schedule.todo, epochs=2, parallel=2, clock=clock)
    eta.run_began(flat0)
    eta.run_began(wide0)
    clock.seconds = 1
    eta.epoch_ended(flat0, epoch(1, 1))
    clock.seconds = 30
    eta.epoch_ended(
        wide0, epoch(1, 30)
    )  # flat, overdue, ends now: its next run takes 2 s, then wide's takes 60 s
    assert 2 + 60 == eta.seconds_left()


def test_a_run_that_is_tried_again_is_counted_from_its_beginning(schedule: Schedule, clock: Clock) -> None:
    """Its worker died after an epoch; without a checkpoint all epochs are left."""
    flat0 = schedule.specs[0]
    eta = Eta((flat0,), epochs=2, clock=clock)
    eta.run_began(flat0)
    clock.seconds = 10
    eta.epoch_ended(flat0, epoch(1, 10))
    eta.run_began(flat0)
    assert 20 == eta.seconds_left()


def test_a_run_that_goes_on_from_its_checkpoint_has_fewer_epochs_left(
    schedule: Schedule, clock: Clock
) -> None:
    """Its first epoch here is its third."""
    flat0 = schedule.specs[0]
    eta = Eta((flat0,), epochs=5, clock=clock)
    eta.run_began(flat0)
    clock.seconds = 10
    eta.epoch_ended(flat0, epoch(3, 10))
    assert 20 == eta.seconds_left()


def test_a_run_that_failed_says_nothing_about_the_end_of_others(
    schedule: Schedule, clock: Clock, make_run: MakeRun
) -> None:
    """And it is not waited for."""
    flat0, _, flat1, _ = schedule.specs
    eta = Eta((flat0, flat1), epochs=2, clock=clock)
    eta.run_began(flat0)
    clock.seconds = 10
    eta.epoch_ended(flat0, epoch(1, 10))
    clock.seconds = 500
    eta.run_ended(ended(schedule, 0, make_run, status=Status.TIMED_OUT))
    assert 20 == eta.seconds_left()
