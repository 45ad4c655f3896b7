"""What every watcher is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from paribus.records import EpochRecord, RunRecord, RunSpec
from paribus.study import StudyRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """What a study is about to do.

    `stored` are its runs that need no training; `changes` say what is new; `parallel` is how many are trained at once; `epochs` are
    those of arms that are not trained for as many as the recipe says.
    """

    study: StudyRecord
    specs: tuple[RunSpec, ...]
    todo: tuple[RunSpec, ...]
    stored: tuple[RunRecord, ...]
    changes: tuple[str, ...]
    place: str
    parallel: int = 1
    epochs: Mapping[str, int] = field(default_factory=dict[str, int])

    def epochs_of(self, arm: str) -> int:
        """Return how many epochs an arm is trained for."""
        return self.epochs.get(arm, self.study.recipe.epochs)


class Watcher(Protocol):
    """Follows a study; never decides anything."""

    def sizing(self, arms: int) -> None:
        """So many arms are being resized to their budgets, which may take a while."""
        ...

    def planned(self, schedule: Schedule) -> None:
        """Training is about to begin, if anything is to be trained."""
        ...

    def run_began(self, spec: RunSpec) -> None:
        """A run is being trained; said again if its worker died and it is tried once more."""
        ...

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """A run has finished one epoch."""
        ...

    def run_ended(self, record: RunRecord) -> None:
        """A run has ended and is stored."""
        ...

    def looked(self, sentence: str) -> None:
        """A look has been taken whether contrasts are decided; nothing is being trained."""
        ...

    def waiting(self) -> None:
        """Nothing has happened for a moment; called while other processes train."""
        ...

    def close(self) -> None:
        """No more will happen, whatever the reason."""
        ...


class Quiet:
    """Shows nothing."""

    def sizing(self, arms: int) -> None:
        """Show nothing."""

    def planned(self, schedule: Schedule) -> None:
        """Show nothing."""

    def run_began(self, spec: RunSpec) -> None:
        """Show nothing."""

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Show nothing."""

    def run_ended(self, record: RunRecord) -> None:
        """Show nothing."""

    def looked(self, sentence: str) -> None:
        """Show nothing."""

    def waiting(self) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Show nothing."""
