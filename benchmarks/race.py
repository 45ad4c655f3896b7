"""One arm, all contestants: each trains an epoch in turn while the others idle."""

import math
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from contestants import ContestantError, OneProcess, Runner, SideBySide, WorkerProcesses
from epochs import Contestant, Order

_REST_SECONDS = 0.5
"""Before each epoch, so that the threads of the contestant before have gone to sleep."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How a race is run.

    Args:
        images: Training images per epoch.
        validation: Validation images per epoch.
        repeats: Timed epochs per contestant, after the first.
        workers: Worker processes of paribus.
        pythons: Interpreters by backend.
    """

    images: int
    validation: int = 0
    repeats: int
    workers: int
    pythons: dict[str, str]


@dataclass(kw_only=True, slots=True)
class Timing:
    """What one contestant took for one arm.

    Args:
        key: Whose it is.
        title: Its name in tables.
        versions: Of what it trained with.
        first_seconds: The first epoch, with building and compiling; NaN if it did not end.
        epoch_seconds: The epochs after it.
        epoch_cpu_seconds: Processor time that those took: less than the cores had means that something else ran on them.
        idle_cpu_seconds: Processor time that it used while others trained those.
        accuracy: In validation after the last epoch; NaN if nobody validates.
        problem: Why there is no more than that; empty if nothing is missing.
    """

    key: str
    title: str
    versions: dict[str, str] = field(default_factory=dict[str, str])
    first_seconds: float = float("nan")
    epoch_seconds: list[float] = field(default_factory=list[float])
    epoch_cpu_seconds: list[float] = field(default_factory=list[float])
    idle_cpu_seconds: float = 0.0
    accuracy: float = float("nan")
    problem: str = ""


class _Lane:
    """A contestant, and what it has taken so far."""

    def __init__(self, contestant: Contestant, arm: str, settings: Settings) -> None:
        self.timing = Timing(key=contestant.key, title=_title(contestant, settings.workers))
        self.runs = False
        cache = tempfile.mkdtemp(prefix="paribus-benchmark-")
        order = Order(
            key=contestant.key, arm=arm, images=settings.images, validation=settings.validation, cache=cache
        )
        self.runner = _runner(contestant, order, settings)

    @property
    def state(self) -> str:
        """What can be said of it at the moment."""
        taken = [self.timing.first_seconds, *self.timing.epoch_seconds]
        last = "ready" if math.isnan(taken[-1]) else f"{taken[-1]:.3f} s"
        return f"{self.timing.title}: {self.timing.problem or last}"

    def get_ready(self) -> None:
        """Wait until it can train."""
        self.runs = self._tries(self._ready)

    def train_first(self) -> None:
        """Train the epoch that compiles."""
        self.runs = self._tries(self._first)

    def train(self, others: Sequence["_Lane"]) -> None:
        """Train a timed epoch, and see what the others do meanwhile."""
        before = [lane.runner.cpu_seconds() for lane in others]
        self.runs = self._tries(self._timed)
        for lane, used in zip(others, before, strict=True):
            lane.timing.idle_cpu_seconds += lane.runner.cpu_seconds() - used

    def _ready(self) -> None:
        self.timing.versions = self.runner.ready()

    def _first(self) -> None:
        self.timing.first_seconds, self.timing.accuracy = self.runner.epoch()

    def _timed(self) -> None:
        used = self.runner.cpu_seconds()
        seconds, self.timing.accuracy = self.runner.epoch()
        self.timing.epoch_seconds.append(seconds)
        self.timing.epoch_cpu_seconds.append(self.runner.cpu_seconds() - used)

    def _tries(self, step: Callable[[], None]) -> bool:
        """Return whether it can go on."""
        try:
            step()
        except ContestantError as error:
            self.timing.problem = str(error)
        return not self.timing.problem


def _runner(contestant: Contestant, order: Order, settings: Settings) -> Runner:
    if contestant.loop == "workers":
        return WorkerProcesses(order, settings.workers)
    python = settings.pythons[contestant.backend]
    return SideBySide(order, python, settings.workers) if contestant.per_core else OneProcess(order, python)


def race(
    arm: str, contestants: Sequence[Contestant], settings: Settings, *, watch: Callable[[str], None]
) -> list[Timing]:
    """Time the contestants on one arm, in processes that serve this arm only.

    Args:
        arm: Its name.
        contestants: Who takes part, in the order of their turns.
        settings: How.
        watch: Told in a sentence what happened.
    """
    lanes: list[_Lane] = []
    try:
        for contestant in contestants:
            lanes.append(_Lane(contestant, arm, settings))
            lanes[-1].get_ready()
            watch(f"{arm}: {lanes[-1].state}")
        for lane in _turns(lanes):
            lane.train_first()
            watch(f"{arm}, first epoch: {lane.state}")
        for repeat in range(1, settings.repeats + 1):
            for lane in _turns(lanes):
                lane.train([other for other in lanes if other.runs and other is not lane])
                watch(f"{arm}, repeat {repeat} of {settings.repeats}: {lane.state}")
    finally:
        for lane in lanes:
            lane.runner.stop()
    return [lane.timing for lane in lanes]


def _turns(lanes: Sequence[_Lane]) -> Iterator[_Lane]:
    """Yield those who can go on, each after a rest."""
    for lane in lanes:
        if lane.runs:
            time.sleep(_REST_SECONDS)
            yield lane


def _title(contestant: Contestant, workers: int) -> str:
    return (
        f"{contestant.title} ({workers})"
        if contestant.loop == "workers" or contestant.per_core
        else contestant.title
    )
