"""How long the rest will take, from what has been measured so far."""

import heapq
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from paribus.records import EpochRecord, RunRecord, RunSpec, Status

_MINUTE, _HOUR = 60, 3600
_MANY_RUNS = 1_000
_FRESH_SECONDS = 1.0
"""How old the words may be where there are many runs: to look through all of them after each would cost more than they do."""


@dataclass(slots=True)
class _Mean:
    """A running mean; 0 as long as there is nothing."""

    total: float = 0.0
    count: int = 0

    def add(self, value: float) -> None:
        self.total += value
        self.count += 1

    @property
    def value(self) -> float:
        return self.total / self.count if self.count else 0.0


@dataclass(slots=True)
class _ArmSeconds:
    """What an arm's runs took: until the first epoch began, per epoch with its validation, and after the last one.

    `start` is the newest one: the first run of a worker compiles, those after it do not.
    """

    start: float = 0.0
    epoch: _Mean = field(default_factory=_Mean)
    end: _Mean = field(default_factory=_Mean)


@dataclass(slots=True)
class _Run:
    """A run to be trained; `heard_at` is None until it begins."""

    arm: str
    heard_at: float | None = None
    epochs_done: int = 0
    ended: bool = False


class Eta:
    """Estimates the seconds left, of runs that are trained one after the other or several at once.

    Another thread may read while this one is told: no dict changes its keys.

    Args:
        todo: The runs to be trained, in order.
        epochs: Epochs per run.
        arm_epochs: Those of arms that are trained for another number.
        parallel: Runs trained at once.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        todo: tuple[RunSpec, ...],
        *,
        epochs: int,
        parallel: int = 1,
        arm_epochs: Mapping[str, int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._epochs = epochs
        self._arm_epochs = arm_epochs or {}
        self._parallel = parallel
        self._clock = clock
        self._runs = {spec.run_id: _Run(spec.arm) for spec in todo}
        self._seconds = {spec.arm: _ArmSeconds() for spec in todo}
        self._words, self._said_at = "", float("-inf")

    def run_began(self, spec: RunSpec) -> None:
        """Count from here, for the second time if its worker died."""
        run = self._runs[spec.run_id]
        run.heard_at, run.epochs_done = self._clock(), 0

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Learn how long the arm's epochs take and, from the first one, how long its runs take to start."""
        run, now = self._runs[spec.run_id], self._clock()
        seconds = self._seconds[run.arm]
        passed = epoch.train_seconds if run.heard_at is None else now - run.heard_at
        if run.epochs_done == 0:
            seconds.start = max(0.0, passed - epoch.train_seconds)
            seconds.epoch.add(epoch.train_seconds)
        else:
            seconds.epoch.add(passed)
        run.heard_at, run.epochs_done = now, epoch.epoch

    def run_ended(self, record: RunRecord) -> None:
        """Learn how long the arm's runs take after their last epoch."""
        run = self._runs[record.spec.run_id]
        if record.status is Status.COMPLETED and run.heard_at is not None and run.epochs_done:
            self._seconds[run.arm].end.add(self._clock() - run.heard_at)
        run.ended = True

    def seconds_left(self) -> float:
        """Return when the last run will end, each waiting run taken up by whoever is free first.

        Arms of which no epoch has been seen are left out.
        """
        now = self._clock()
        left = [run for run in self._runs.values() if not run.ended]
        free_in = [self._run_seconds(run, now) for run in left if run.heard_at is not None]
        free_in += [0.0] * (self._parallel - len(free_in))
        heapq.heapify(free_in)
        for run in left:
            if run.heard_at is None:
                heapq.heapreplace(free_in, free_in[0] + self._run_seconds(run, now))
        return max(free_in)

    def __str__(self) -> str:
        now = self._clock()
        if len(self._runs) < _MANY_RUNS or now - self._said_at >= _FRESH_SECONDS:
            self._words, self._said_at = self._estimate(), now
        return self._words

    def _estimate(self) -> str:
        arms = {run.arm for run in self._runs.values() if not run.ended}
        seen = [arm for arm in arms if self._seconds[arm].epoch.count]
        seconds = self.seconds_left()
        if arms and not seen and seconds == 0:
            return "time left not known yet"
        if len(seen) < len(arms):
            return f"over {duration(seconds)} left"
        return f"about {duration(seconds)} left" if seconds >= 1 else "nearly done"

    def _run_seconds(self, run: _Run, now: float) -> float:
        seconds = self._seconds[run.arm]
        if not seconds.epoch.count:
            return 0.0
        epochs = self._arm_epochs.get(run.arm, self._epochs)
        whole = (epochs - run.epochs_done) * seconds.epoch.value + seconds.end.value
        start = 0.0 if run.epochs_done else seconds.start
        passed = 0.0 if run.heard_at is None else now - run.heard_at
        return max(0.0, start + whole - passed)


def duration(seconds: float) -> str:
    """Return "4.2 s", "42 s", "3 min 20 s" or "2 h 05 min"."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{seconds:.2g} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
