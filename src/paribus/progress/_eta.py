"""How long the rest will take, from what has been measured so far."""

import time
from collections.abc import Callable

from paribus.records import EpochRecord, RunRecord, RunSpec

_MINUTE, _HOUR = 60, 3600


class Eta:
    """Estimates the seconds left.

    Args:
        todo: The runs to be trained, in order.
        epochs: Epochs per run.
        clock: Monotonic seconds.
    """

    def __init__(
        self, todo: tuple[RunSpec, ...], *, epochs: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._waiting = list(todo)
        self._epochs = epochs
        self._clock = clock
        self._began_run = clock()
        self._seconds_by_arm: dict[str, list[float]] = {}
        self._projected: dict[str, float] = {}

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Project the arm's duration from its epochs so far."""
        self._projected[spec.arm] = (self._clock() - self._began_run) / epoch.epoch * self._epochs

    def run_ended(self, record: RunRecord) -> None:
        """Take the run's duration as its arm's."""
        self._seconds_by_arm.setdefault(record.spec.arm, []).append(record.cost.wall_seconds)
        self._waiting = [spec for spec in self._waiting if spec.run_id != record.spec.run_id]
        self._began_run = self._clock()

    def seconds_left(self) -> float:
        """Return the seconds that the remaining runs will take, those of arms not yet seen left out."""
        known = self._projected | {arm: sum(each) / len(each) for arm, each in self._seconds_by_arm.items()}
        total = sum(known.get(spec.arm, 0.0) for spec in self._waiting)
        return max(0.0, total - (self._clock() - self._began_run))

    def __str__(self) -> str:
        seen = self._projected.keys() | self._seconds_by_arm.keys()
        everything_seen = all(spec.arm in seen for spec in self._waiting)
        return f"{'about' if everything_seen else 'over'} {duration(self.seconds_left())} left"


def duration(seconds: float) -> str:
    """Return "4.2 s", "42 s", "3 min 20 s" or "2 h 05 min"."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{seconds:.2g} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
