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

    def __init__(self, todo: tuple[RunSpec, ...], *, epochs: int, clock: Callable[[], float] = time.monotonic) -> None:
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

    def seconds_left(self) -> float | None:
        """Return the seconds left, or None before anything has been measured.

        An arm that has not been seen yet is taken to last as long as the others do on average.
        """
        known = self._projected | {arm: sum(each) / len(each) for arm, each in self._seconds_by_arm.items()}
        if not self._waiting:
            return 0.0
        if not known:
            return None
        average = sum(known.values()) / len(known)
        total = sum(known.get(spec.arm, average) for spec in self._waiting)
        return max(0.0, total - (self._clock() - self._began_run))


def duration(seconds: float | None) -> str:
    """Return "42 s", "3 min 20 s" or "2 h 05 min"; an ellipsis for None."""
    if seconds is None:
        return "…"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{seconds:.2g} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
