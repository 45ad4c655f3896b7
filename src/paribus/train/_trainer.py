"""The loop: `fit`'s semantics, with every random stream named and test data touched once."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Model, keras
from paribus.build import build, input_shape, precision
from paribus.measures import is_plain
from paribus.records import Cost, EpochRecord, FinalScore, RunRecord, RunSpec, Status
from paribus.study import Study
from paribus.train._checkpoint import Checkpoint, decode_checkpoint
from paribus.train._environment import environment, peak_memory_bytes, reset_peak_memory
from paribus.train._memory import keep_memory
from paribus.train._objective import make_objective, make_optimizer
from paribus.train._streams import batch_orders, order_hash, stream
from paribus.train.engines import Engine, Scores, State, make_engine


@dataclass(frozen=True, slots=True)
class Assignment:
    """A run to be trained, from its checkpoint if it has one."""

    spec: RunSpec
    checkpoint: bytes | None = None


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """Said after an epoch of a long run: with `checkpoint`, the run can go on from here."""

    checkpoint: bytes


Tell = Callable[[EpochRecord | Checkpointed], None]


class _DeviceSplit(NamedTuple):
    x: Array
    y: Array


class _Outcome(NamedTuple):
    status: Status
    reason: str
    epochs: tuple[EpochRecord, ...]
    test: FinalScore | None
    compile_seconds: float


class Trainer:
    """Trains the runs of one study. An arm is compiled once, data lie on the device once.

    Args:
        study: What is trained.
        checkpoint_seconds: Runs that take longer are checkpointed after every epoch.
    """

    def __init__(self, study: Study, *, checkpoint_seconds: float = 60.0) -> None:
        keep_memory()
        self._study = study
        self._checkpoint_seconds = checkpoint_seconds
        self._engines: dict[str, Engine] = {}
        self._splits: dict[str, _DeviceSplit] = {}

    def __call__(self, assignment: Assignment, tell: Tell) -> RunRecord:
        """Train one run and return how it ended; a run that goes wrong is a record too.

        Args:
            assignment: What to train. From a checkpoint, it ends as if it had never stopped, to the last bit.
            tell: Told of every epoch as it ends, and of every checkpoint.
        """
        spec = assignment.spec
        began = time.perf_counter()
        reset_peak_memory()
        recipe = self._study.recipe
        orders = batch_orders(spec.seed, epochs=recipe.epochs, n=len(self._study.dataset.train))
        outcome = self._train(assignment, orders, tell)
        steps = len(outcome.epochs) * -(-orders.shape[1] // recipe.batch_size)
        train_seconds = sum(epoch.train_seconds for epoch in outcome.epochs)
        engine = self._engines.get(spec.arm_identity)
        cost = Cost(
            wall_seconds=time.perf_counter() - began,
            compile_seconds=outcome.compile_seconds,
            step_seconds=train_seconds / steps if steps else float("nan"),
            peak_memory_bytes=peak_memory_bytes(),
        )
        return _record(spec, outcome, orders, cost, engine.replaced_layers if engine else ())

    def _train(self, assignment: Assignment, orders: NDArray[np.int32], tell: Tell) -> _Outcome:
        epochs: list[EpochRecord] = []
        compiled_before = self._compile_seconds()
        try:
            engine, state = self._start(assignment.spec)
            state, epochs = _resumed(engine, state, assignment.checkpoint)
            compile_seconds = self._compile_seconds() - compiled_before
            for number in range(len(epochs) + 1, len(orders) + 1):
                state, record = self._epoch(engine, state, number, orders[number - 1])
                epochs.append(record)
                tell(record)
                if not np.isfinite(record.loss):
                    reason = f"The training loss was {record.loss} in epoch {number}."
                    return _Outcome(Status.DIVERGED, reason, tuple(epochs), None, compile_seconds)
                if self._is_long(epochs, len(orders)) and number < len(orders):
                    checkpoint = Checkpoint(tuple(epochs), tuple(engine.to_arrays(state)))
                    tell(Checkpointed(checkpoint.encode()))
            test_split = self._split("test", engine)
            scores = engine.evaluate(state, *test_split, batch_size=self._study.recipe.batch_size)
            if not np.isfinite([epochs[-1].validation_loss, scores.loss]).all():
                reason = f"After the last epoch the validation loss was {epochs[-1].validation_loss}, the test loss {scores.loss}."
                return _Outcome(Status.DIVERGED, reason, tuple(epochs), None, compile_seconds)
            test = _final_score(scores)
        except Exception as error:  # noqa: BLE001 -- a bad run is data: recorded with its reason
            reason = f"{type(error).__name__}: {error}"
            return _Outcome(
                Status.CRASHED, reason, tuple(epochs), None, self._compile_seconds() - compiled_before
            )
        return _Outcome(Status.COMPLETED, "", tuple(epochs), test, compile_seconds)

    def _start(self, spec: RunSpec) -> tuple[Engine, State]:
        """Return the arm's compiled engine and this seed's initial state."""
        dataset, recipe = self._study.dataset, self._study.recipe
        with precision(recipe.precision):
            model = build(self._study.arm(spec.arm), dataset, init_rng=stream(spec.seed, "init"))
        _seed_dropout(model, stream(spec.seed, "dropout"))
        if spec.arm_identity not in self._engines or not is_plain(
            model
        ):  # own layers may hold constants of a seed
            self._engines[spec.arm_identity] = make_engine(
                model,
                make_objective(recipe, dataset.classes),
                make_optimizer(recipe),
                input_shape=input_shape(model, dataset),
                fast_layers=recipe.fast_layers,
            )
        engine = self._engines[spec.arm_identity]
        state = engine.start(model)
        n_evaluated = (len(dataset.validation), len(dataset.test))
        engine.prepare(
            state, *self._split("train", engine), batch_size=recipe.batch_size, n_evaluated=n_evaluated
        )
        return engine, state

    def _epoch(
        self, engine: Engine, state: State, number: int, order: NDArray[np.int32]
    ) -> tuple[State, EpochRecord]:
        began = time.perf_counter()
        state, means = engine.train_epoch(
            state, *self._split("train", engine), order, batch_size=self._study.recipe.batch_size
        )
        train_seconds = time.perf_counter() - began
        validation = engine.evaluate(
            state, *self._split("validation", engine), batch_size=self._study.recipe.batch_size
        )
        return state, EpochRecord(
            epoch=number,
            loss=means.loss,
            accuracy=means.accuracy,
            validation_loss=validation.loss,
            validation_accuracy=float(validation.correct.mean()),
            train_seconds=train_seconds,
            metrics=means.metrics,
            validation_metrics=validation.metrics,
        )

    def _is_long(self, epochs: Sequence[EpochRecord], planned: int) -> bool:
        """Whether the whole run takes long, by its epochs so far."""
        mean_seconds = sum(epoch.train_seconds for epoch in epochs) / len(epochs)
        return mean_seconds * planned >= self._checkpoint_seconds

    def _split(self, name: str, engine: Engine) -> _DeviceSplit:
        if name not in self._splits:
            split = self._study.dataset.splits[name]
            self._splits[name] = _DeviceSplit(engine.place(split.x), engine.place(split.y))
        return self._splits[name]

    def _compile_seconds(self) -> float:
        return sum(engine.compile_seconds for engine in self._engines.values())


def failed_record(
    study: Study, spec: RunSpec, status: Status, reason: str, epochs: Sequence[EpochRecord]
) -> RunRecord:
    """Return the record of a run whose process could not write one."""
    orders = batch_orders(spec.seed, epochs=study.recipe.epochs, n=len(study.dataset.train))
    seconds = sum(epoch.train_seconds for epoch in epochs)
    nan = float("nan")
    cost = Cost(wall_seconds=seconds, compile_seconds=nan, step_seconds=nan, peak_memory_bytes=0)
    return _record(spec, _Outcome(status, reason, tuple(epochs), None, nan), orders, cost, ())


def _record(
    spec: RunSpec,
    outcome: _Outcome,
    orders: NDArray[np.int32],
    cost: Cost,
    replaced_layers: tuple[str, ...],
) -> RunRecord:
    return RunRecord(
        spec=spec,
        status=outcome.status,
        reason=outcome.reason,
        epochs=outcome.epochs,
        test=outcome.test,
        order_hash=order_hash(orders),
        replaced_layers=replaced_layers,
        cost=cost,
        environment=environment(),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _resumed(engine: Engine, state: State, checkpoint: bytes | None) -> tuple[State, list[EpochRecord]]:
    """Return where the run goes on; at its beginning, if there is no checkpoint or none of this version."""
    if checkpoint is None:
        return state, []
    try:
        decoded = decode_checkpoint(checkpoint)
    except msgspec.MsgspecError:
        return state, []
    return engine.from_arrays(decoded.arrays), list(decoded.epochs)


def _final_score(scores: Scores) -> FinalScore:
    return FinalScore(
        loss=scores.loss,
        accuracy=float(scores.correct.mean()),
        n=len(scores.correct),
        correct_bits=np.packbits(scores.correct).tobytes(),
        metrics=scores.metrics,
    )


def _seed_dropout(model: Model, rng: np.random.Generator) -> None:
    """Give every random layer of the model its own start, drawn in the order of the model's variables."""
    for variable in model.non_trainable_variables:
        if variable.path.endswith("seed_generator_state"):
            start = np.array([rng.integers(2**32), 0], np.uint32)
            variable.assign(keras().ops.convert_to_tensor(start.astype(variable.dtype)))
