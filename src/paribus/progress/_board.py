"""What is known of a study while it runs, as plain data that can be drawn here or by another process."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from paribus.progress._base import Schedule
from paribus.progress._eta import Eta
from paribus.progress._lines import opening_lines, outcome
from paribus.records import EpochRecord, RunRecord, RunSpec, Status

_LONGEST_REASON = 300


class Passed(NamedTuple):
    """An epoch that a run under way has passed, and its accuracies."""

    epoch: int
    training: float
    validation: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RunState:
    """A run as it stands.

    `accuracy` is the validation's until the run has ended, then the test's; `why` says how it failed; `curve` is that of a run
    under way, because what has ended is in the store.
    """

    begun: bool = False
    epochs: int = 0
    accuracy: float | None = None
    status: Status | None = None
    why: str = ""
    curve: tuple[Passed, ...] = ()

    @property
    def under_way(self) -> bool:
        """Whether it is being trained."""
        return self.begun and self.status is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A study as it stands.

    `runs` holds, for each of `seeds`, one state per arm, in the order of `arms`; `arm_epochs` are the arms' where these differ. `todo`, `ended` and `failed` count the runs
    that this command trains, not those stored before.
    """

    headline: str
    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    epochs: int
    runs: tuple[tuple[RunState, ...], ...]
    todo: int
    ended: int
    failed: int
    parallel: int
    time_left: str
    arm_epochs: tuple[int, ...] = ()

    def epochs_of(self, place: int) -> int:
        """Return how many epochs the arm at that place is trained for."""
        return self.arm_epochs[place] if self.arm_epochs else self.epochs

    @property
    def planned(self) -> int:
        """How many runs the study has."""
        return len(self.arms) * len(self.seeds)

    @property
    def stored(self) -> int:
        """How many of them are stored and will not be trained again."""
        states = (state for states in self.runs for state in states)
        return sum(state.status is not None and state.status.is_final for state in states)


class Board:
    """Keeps what a watcher is told. Another thread may read while this one is told: no dict changes its keys.

    Args:
        schedule: What is about to be done.
        clock: Monotonic seconds.
    """

    def __init__(self, schedule: Schedule, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._schedule = schedule
        self._eta = Eta(
            schedule.todo,
            epochs=schedule.study.recipe.epochs,
            parallel=schedule.parallel,
            arm_epochs=schedule.epochs,
            clock=clock,
        )
        self._seeds = tuple(dict.fromkeys(spec.seed for spec in schedule.specs))
        self._run_ids = {(spec.arm, spec.seed): spec.run_id for spec in schedule.specs}
        self._states = {spec.run_id: RunState() for spec in schedule.specs}
        for record in schedule.stored:
            self._states[record.spec.run_id] = _ended_state(record)

    def run_began(self, spec: RunSpec) -> None:
        """A run is under way."""
        self._eta.run_began(spec)
        self._states[spec.run_id] = RunState(begun=True)

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """A run is one epoch further."""
        self._eta.epoch_ended(spec, epoch)
        passed = Passed(epoch.epoch, epoch.accuracy, epoch.validation_accuracy)
        self._states[spec.run_id] = RunState(
            begun=True,
            epochs=epoch.epoch,
            accuracy=epoch.validation_accuracy,
            curve=(*self._states[spec.run_id].curve, passed),
        )

    def run_ended(self, record: RunRecord) -> None:
        """A run is stored."""
        self._eta.run_ended(record)
        self._states[record.spec.run_id] = _ended_state(record)

    def snapshot(self) -> Snapshot:
        """Return how things stand now."""
        arms = tuple(dict.fromkeys(spec.arm for spec in self._schedule.specs))
        todo = [self._states[spec.run_id] for spec in self._schedule.todo]
        ended = sum(state.status is not None for state in todo)
        return Snapshot(
            headline=opening_lines(self._schedule)[-1],
            arms=arms,
            seeds=self._seeds,
            epochs=self._schedule.study.recipe.epochs,
            runs=tuple(tuple(self._states[self._run_ids[arm, seed]] for arm in arms) for seed in self._seeds),
            todo=len(todo),
            ended=ended,
            failed=sum(bool(state.why) for state in todo),
            parallel=self._schedule.parallel,
            time_left=str(self._eta) if ended < len(todo) else "",
            arm_epochs=tuple(map(self._schedule.epochs_of, arms)) if self._schedule.epochs else (),
        )


class BoardKeeper:
    """The part of a watcher that passes news on to its board, which it has once there is something to show."""

    def __init__(self) -> None:
        self._board: Board | None = None

    def sizing(self, arms: int) -> None:
        """There is no board yet."""

    def run_began(self, spec: RunSpec) -> None:
        """Keep that the run is under way."""
        if self._board:
            self._board.run_began(spec)

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Keep the run's last epoch."""
        if self._board:
            self._board.epoch_ended(spec, epoch)

    def run_ended(self, record: RunRecord) -> None:
        """Keep how the run ended."""
        if self._board:
            self._board.run_ended(record)

    def looked(self, sentence: str) -> None:
        """Nothing is under way."""

    def waiting(self) -> None:
        """Nothing has changed."""


def _ended_state(record: RunRecord) -> RunState:
    return RunState(
        begun=True,
        epochs=len(record.epochs),
        accuracy=record.test.accuracy if record.test else None,
        status=record.status,
        why="" if record.status is Status.COMPLETED else outcome(record)[:_LONGEST_REASON],
    )
