"""A run from its assignment to its record."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from paribus.records import (
    Cost,
    EpochRecord,
    FinalScore,
    NormalizationCheck,
    ProbeOutcome,
    RunRecord,
    RunSpec,
    Status,
)
from paribus.study import Study
from paribus.train._checkpoint import Checkpoint, decode_checkpoint
from paribus.train._environment import environment, peak_memory_bytes
from paribus.train._streams import batch_orders, order_hash
from paribus.train.engines import Scores


@dataclass(frozen=True, slots=True)
class Assignment:
    """A run to be trained, from its checkpoint if it has one."""

    spec: RunSpec
    checkpoint: bytes | None = None


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """Said after an epoch of a long run: with `checkpoint`, the run can go on from here."""

    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class KeptWeights:
    """Said before a run ends that was trained to its end: its weights as it was scored, as an `.npz`."""

    content: bytes


Message: TypeAlias = EpochRecord | Checkpointed | KeptWeights
"""What is told of a run that goes on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `test` is None unless it was completed; `reason` is empty if it was."""

    status: Status
    reason: str = ""
    test: FinalScore | None = None
    normalization: NormalizationCheck | None = None
    probes: tuple[ProbeOutcome, ...] = ()


@dataclass(eq=False, slots=True)
class Run:
    """A run under way.

    Attributes:
        spec: What is trained.
        orders: The order of each epoch. Shape `(epochs, n)`.
        origin: Where it begins: after no epoch, or at its checkpoint.
        epochs: What has been recorded so far.
        together: How many runs train at once with it, itself included.
        compile_seconds: Its share of the time that compiling took.
        seconds: Its share of the time so far.
        replaced_layers: Which layers train as faster ones.
    """

    spec: RunSpec
    orders: NDArray[np.int32]
    origin: Checkpoint
    epochs: list[EpochRecord] = field(default_factory=list[EpochRecord])
    together: int = 0
    compile_seconds: float = 0.0
    seconds: float = 0.0
    replaced_layers: tuple[str, ...] = ()

    def restart(self) -> None:
        """Go back to where it begins; the time it has cost is kept."""
        self.epochs, self.together = list(self.origin.epochs), 0


class Stopwatch:
    """Shares the time that passes among the runs that it passes for."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self, runs: Sequence[Run]) -> None:
        """Give each of the runs its share of the seconds since the last lap."""
        now = time.perf_counter()
        for run in runs:
            run.seconds += (now - self._last) / len(runs)
        self._last = now


def begin(study: Study, assignment: Assignment) -> Run:
    """Return the run at its checkpoint; at its beginning, if there is none, or none of this version."""
    run = Run(assignment.spec, _orders(study, assignment.spec), _origin(assignment.checkpoint))
    run.restart()
    return run


def ended(run: Run, outcome: Outcome, batch_size: int) -> RunRecord:
    """Return the record of a run that ended in this process."""
    steps = len(run.epochs) * -(-run.orders.shape[1] // batch_size)
    train_seconds = sum(epoch.train_seconds for epoch in run.epochs)
    cost = Cost(
        wall_seconds=run.seconds,
        compile_seconds=run.compile_seconds,
        step_seconds=train_seconds / steps if steps else float("nan"),
        peak_memory_bytes=peak_memory_bytes(),
    )
    return _record(run, outcome, cost)


def failed_record(
    study: Study, spec: RunSpec, status: Status, reason: str, epochs: Sequence[EpochRecord]
) -> RunRecord:
    """Return the record of a run whose process could not write one."""
    run = Run(spec, _orders(study, spec), _origin(None), list(epochs))
    seconds = sum(epoch.train_seconds for epoch in epochs)
    nan = float("nan")
    cost = Cost(wall_seconds=seconds, compile_seconds=nan, step_seconds=nan, peak_memory_bytes=0)
    return _record(run, Outcome(status, reason), cost)


def diverged(epoch: EpochRecord) -> Outcome:
    """Return how a run ends after an epoch whose training loss is not finite."""
    return Outcome(Status.DIVERGED, f"The training loss was {epoch.loss} in epoch {epoch.epoch}.")


def crashed(error: Exception) -> Outcome:
    """Return how a run ends that raised."""
    return Outcome(Status.CRASHED, f"{type(error).__name__}: {error}")


def scored(last: EpochRecord, scores: Scores, normalization: NormalizationCheck | None) -> Outcome:
    """Return how a run ends after its last epoch."""
    if not np.isfinite([last.validation_loss, scores.loss]).all():
        return Outcome(
            Status.DIVERGED,
            f"After the last epoch the validation loss was {last.validation_loss}, the test loss {scores.loss}.",
        )
    test = FinalScore(
        loss=scores.loss,
        accuracy=float(scores.correct.mean()),
        n=len(scores.correct),
        correct_bits=np.packbits(scores.correct).tobytes(),
        metrics=scores.metrics,
    )
    return Outcome(Status.COMPLETED, test=test, normalization=normalization)


def _orders(study: Study, spec: RunSpec) -> NDArray[np.int32]:
    return batch_orders(spec.seed, epochs=study.recipe.epochs, n=len(study.dataset.train))


def _origin(checkpoint: bytes | None) -> Checkpoint:
    beginning = Checkpoint((), ())
    if checkpoint is None:
        return beginning
    try:
        return decode_checkpoint(checkpoint)
    except msgspec.MsgspecError:
        return beginning


def _record(run: Run, outcome: Outcome, cost: Cost) -> RunRecord:
    return RunRecord(
        spec=run.spec,
        status=outcome.status,
        reason=outcome.reason,
        epochs=tuple(run.epochs),
        test=outcome.test,
        order_hash=order_hash(run.orders),
        replaced_layers=run.replaced_layers,
        cost=cost,
        environment=environment(),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        together=max(1, run.together),
        normalization=outcome.normalization,
        probes=outcome.probes,
    )
