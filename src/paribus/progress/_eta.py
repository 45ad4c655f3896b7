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
        parallel: Runs trained at once.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        todo: tuple[RunSpec, ...],
        *,
        epochs: int,
        parallel: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._waiting = {spec.run_id: spec for spec in todo}
        self._epochs = epochs
        self._parallel = parallel
        self._clock = clock
        self._last_news = clock()
        self._seconds_by_arm: dict[str, list[float]] = {}
        self._epoch_seconds: dict[str, float] = {}
        self._epochs_done: dict[str, int] = {}

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Project the arm's duration from this epoch."""
        self._epoch_seconds[spec.arm] = epoch.train_seconds
        self._epochs_done[spec.run_id] = epoch.epoch
        self._last_news = self._clock()

    def run_ended(self, record: RunRecord) -> None:
        """Take the run's duration as its arm's."""
        self._seconds_by_arm.setdefault(record.spec.arm, []).append(record.cost.wall_seconds)
        self._waiting.pop(record.spec.run_id, None)
        self._last_news = self._clock()

    def seconds_left(self) -> float:
        """Return the seconds that the remaining runs will take, those of arms not yet seen left out."""
        known = {arm: seconds * self._epochs for arm, seconds in self._epoch_seconds.items()} | {
            arm: sum(each) / len(each) for arm, each in self._seconds_by_arm.items()
        }
        total = sum(
            known.get(spec.arm, 0.0) * (1 - self._epochs_done.get(run_id, 0) / self._epochs)
            for run_id, spec in self._waiting.items()
        )
        return max(0.0, total / self._parallel - (self._clock() - self._last_news))

    def __str__(self) -> str:
        seen = self._epoch_seconds.keys() | self._seconds_by_arm.keys()
        everything_seen = all(spec.arm in seen for spec in self._waiting.values())
        return f"{'about' if everything_seen else 'over'} {duration(self.seconds_left())} left"


def duration(seconds: float) -> str:
    """Return "4.2 s", "42 s", "3 min 20 s" or "2 h 05 min"."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{seconds:.2g} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
