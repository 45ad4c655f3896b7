"""Work for an executor: groups of runs of one arm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from paribus.records import RunRecord, RunSpec
from paribus.study import Study
from paribus.train._runs import Assignment, Message
from paribus.train._trainer import Trainer


@dataclass(frozen=True, slots=True)
class OfRun:
    """A message about one run of a group."""

    spec: RunSpec
    message: Message


class _Tell(Protocol):
    def __call__(self, message: OfRun | RunRecord, /) -> Any: ...


class Groups:
    """Trains groups of runs, and tells how each run ended as soon as it has.

    Args:
        study: What is trained.
        checkpoint_seconds: Runs that take longer are checkpointed after every epoch.
    """

    def __init__(self, study: Study, *, checkpoint_seconds: float) -> None:
        self._trainer = Trainer(study, checkpoint_seconds=checkpoint_seconds)

    def __call__(self, assignments: Sequence[Assignment], tell: _Tell) -> None:
        """Train runs of one arm, at once as far as they can be."""
        for record in self._trainer.train(assignments, lambda spec, message: tell(OfRun(spec, message))):
            tell(record)
