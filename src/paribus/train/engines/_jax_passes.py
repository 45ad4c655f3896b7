"""Passes over data on JAX: a training step and an evaluation, compiled for every shape they meet."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Model, Optimizer, jax
from paribus.measures import training_mode
from paribus.train._objective import Objective
from paribus.train.engines._base import BatchScores, State, Sums, are_right, batch_sizes, full_batches
from paribus.train.engines._normalization import BatchStatistics, Normalization, by_batch, estimation_batches

Step = Callable[[State, Sums, Array, Array, Any], tuple[State, Sums]]
"""`step(state, sums, x, y, rows)` trains on those rows of the data."""

Score = Callable[[State, Array, Array], BatchScores]
"""`score(state, x, y)` scores a batch."""

GatherStatistics = Callable[[State, Array], BatchStatistics]
"""`gather_statistics(state, x)` returns what the normalisations see of a batch."""


class Functions(NamedTuple):
    """What is computed per batch: of one run, or of several whose states, rows and results have a leading axis."""

    step: Step
    score: Score
    score_by_batch: Score
    gather_statistics: GatherStatistics


@dataclass(frozen=True, slots=True)
class Steps:
    """What one run computes per batch, as pure functions.

    Args:
        model: A built Keras model; only its structure is used.
        objective: The loss, and what else is measured.
        optimizer: A Keras optimizer, built for the model.
        input_shape: Shape in which the model takes one example.
        normalizations: The model's batch normalisations.
    """

    model: Model
    objective: Objective
    optimizer: Optimizer
    input_shape: tuple[int, ...]
    normalizations: tuple[Normalization, ...]

    def functions(self) -> Functions:
        """Return all that is computed."""
        return Functions(self.step, self.score, self.score_by_batch, self.gather_statistics)

    def step(self, state: State, sums: Sums, x: Array, y: Array, rows: Any) -> tuple[State, Sums]:
        """Train on the examples at `rows`."""
        batch_x, batch_y = self._shaped(x[rows]), y[rows]
        loss_and_rest = partial(self._loss, non_trainable=state.non_trainable, x=batch_x, y=batch_y)
        (loss, (non_trainable, correct, metrics)), gradients = jax().value_and_grad(
            loss_and_rest, has_aux=True
        )(state.trainable)
        trainable, optimizer = self.optimizer.stateless_apply(state.optimizer, gradients, state.trainable)
        new_sums = Sums(sums.loss + loss * len(rows), sums.correct + correct, sums.metrics + metrics)
        return State(trainable, non_trainable, optimizer), new_sums

    def score(self, state: State, x: Array, y: Array) -> BatchScores:
        """Score a batch in inference mode."""
        outputs, penalties = self.inferred(state, x)
        loss = self.objective(y, outputs, training=False) + sum(penalties)
        totals = self.objective.meters.totals(y, outputs)
        return BatchScores(loss, are_right(outputs, y), totals, outputs.astype("float32"))

    def score_by_batch(self, state: State, x: Array, y: Array) -> BatchScores:
        """Score a batch in inference mode, normalised by its own statistics."""
        with by_batch(self.normalizations):
            return self.score(state, x, y)

    def gather_statistics(self, state: State, x: Array) -> BatchStatistics:
        """Return the statistics by which a batch is normalised so."""
        with by_batch(self.normalizations) as statistics:
            self.inferred(state, x)
        return statistics

    def inferred(self, state: State, x: Array) -> tuple[Any, list[Any]]:
        """Return what the model puts out for a batch in inference mode, and the penalties that its layers add to the loss."""
        outputs, _, penalties = self.model.stateless_call(
            state.trainable,
            state.non_trainable,
            self._shaped(x),
            **training_mode(self.model, training=False),
            return_losses=True,
        )
        return outputs, penalties

    def _loss(self, trainable: Any, *, non_trainable: Any, x: Array, y: Array) -> Any:
        outputs, non_trainable, penalties = self.model.stateless_call(
            trainable, non_trainable, x, **training_mode(self.model, training=True), return_losses=True
        )
        loss = self.objective(y, outputs, training=True) + sum(penalties)
        metrics = self.objective.meters.totals(y, outputs)
        return loss, (non_trainable, are_right(outputs, y).sum(), metrics)

    def _shaped(self, x: Array) -> Any:
        return x.reshape((x.shape[0], *self.input_shape))


class Passes:
    """Trains and evaluates, batch by batch.

    Args:
        functions: What is computed per batch.
        whole_epochs: Whether the full batches of an epoch are one computation.
    """

    def __init__(self, functions: Functions, *, whole_epochs: bool) -> None:
        self._functions = functions
        self._whole_epochs = whole_epochs
        self.compiled: dict[tuple[str, tuple[int, ...]], Any] = {}
        self.compile_seconds = 0.0

    def train(
        self, state: State, sums: Sums, x: Array, y: Array, orders: NDArray[np.int32], *, batch_size: int
    ) -> tuple[State, Sums]:
        """Take the examples in order; the buffers of `state` and `sums` are reused.

        Args:
            state: Of one run, or of several on a leading axis.
            sums: The same.
            x: All training examples.
            y: All training labels.
            orders: Rows of `x` and `y`. Shape `(n,)`, or `(runs, n)`.
            batch_size: Examples per step.
        """
        for rows in self._parts(orders, batch_size):
            arguments = (state, sums, x, y, rows)
            state, sums = self._compile_part(arguments, one_batch=rows.ndim == orders.ndim)(*arguments)
        return state, sums

    def evaluate(
        self,
        state: State,
        x: Array,
        y: Array,
        *,
        batch_size: int,
        normalized_by_batch: bool = False,
        keep_outputs: bool = False,
    ) -> BatchScores:
        """Return what is found of all examples; of each run, if there is a leading axis."""
        compiled = self._compile_score_by_batch if normalized_by_batch else self._compile_score
        n = len(y)
        losses: list[NDArray[np.float64]] = []
        correct: list[NDArray[np.bool_]] = []
        metrics: list[NDArray[np.float64]] = []
        outputs: list[NDArray[np.float32]] = []
        for first in range(0, n, batch_size):
            batch = (x[first : first + batch_size], y[first : first + batch_size])
            scores: BatchScores = compiled(state, *batch)(state, *batch)
            losses.append(np.asarray(scores.loss, np.float64) * len(batch[1]))
            correct.append(np.asarray(scores.correct))
            metrics.append(np.asarray(scores.metrics, np.float64))
            if keep_outputs:
                outputs.append(np.asarray(scores.outputs))
        loss = sum(losses, np.zeros(())) / n
        return BatchScores(
            loss=loss,
            correct=np.concatenate(correct, axis=-1),
            metrics=sum(metrics, np.zeros(())),
            outputs=np.concatenate(outputs, axis=-2)
            if outputs
            else np.empty((*loss.shape, 0, 0), np.float32),
        )

    def statistics(self, state: State, x: Array, *, batch_size: int) -> Iterator[tuple[int, BatchStatistics]]:
        """Yield how many examples each batch has on which statistics are estimated, and its statistics."""
        for rows in estimation_batches(len(x), batch_size):
            batch = x[rows]
            yield len(batch), self._compile_statistics(state, batch)(state, batch)

    def prepare(
        self,
        state: State,
        sums: Sums,
        x: Array,
        y: Array,
        orders: NDArray[np.int32],
        *,
        batch_size: int,
        n_evaluated: tuple[int, ...],
    ) -> None:
        """Compile a step and an evaluation for every size of batch."""
        for rows in self._parts(orders, batch_size):
            self._compile_part((state, sums, x, y, rows), one_batch=rows.ndim == orders.ndim)
        for rows in batch_sizes(batch_size, *n_evaluated):
            self._compile_score(state, *_batch(rows, x, y))

    def prepare_normalizations(
        self, state: State, x: Array, y: Array, *, batch_size: int, n_evaluated: tuple[int, ...]
    ) -> None:
        """Compile what normalises by the batch in evaluations of so many examples."""
        for rows in {rows.stop - rows.start for rows in estimation_batches(len(x), batch_size)}:
            self._compile_statistics(state, *_batch(rows, x))
        for rows in batch_sizes(batch_size, *(full_batches(n, batch_size) for n in n_evaluated)):
            self._compile_score_by_batch(state, *_batch(rows, x, y))

    def _parts(self, orders: NDArray[np.int32], batch_size: int) -> list[NDArray[np.int32]]:
        """Return the rows of each computation: of a batch, shape `(..., rows)`; of several, shape `(batches, ..., rows)`."""
        full = orders.shape[-1] // batch_size * batch_size
        batches = np.moveaxis(orders[..., :full].reshape(*orders.shape[:-1], -1, batch_size), -2, 0)
        whole = [batches] if self._whole_epochs and full else list(batches)
        return [*whole, orders[..., full:]] if full < orders.shape[-1] else whole

    def _compile_part(self, arguments: tuple[Any, ...], *, one_batch: bool) -> Any:
        function = self._functions.step if one_batch else self._steps
        return self._compile("step", arguments[-1].shape, function, arguments, donate=(0, 1))

    def _compile_score(self, state: State, x: Array, y: Array) -> Any:
        return self._compile("score", y.shape, self._functions.score, (state, x, y))

    def _compile_score_by_batch(self, state: State, x: Array, y: Array) -> Any:
        return self._compile("score by batch", y.shape, self._functions.score_by_batch, (state, x, y))

    def _compile_statistics(self, state: State, x: Array) -> Any:
        return self._compile("statistics", x.shape[:1], self._functions.gather_statistics, (state, x))

    def _compile(
        self,
        kind: str,
        shape: tuple[int, ...],
        function: Any,
        arguments: tuple[Any, ...],
        donate: Any = (),
    ) -> Any:
        key = (kind, shape)
        if key not in self.compiled:
            began = time.perf_counter()
            self.compiled[key] = jax().jit(function, donate_argnums=donate).lower(*arguments).compile()
            self.compile_seconds += time.perf_counter() - began
        return self.compiled[key]

    def _steps(self, state: State, sums: Sums, x: Array, y: Array, rows: Any) -> tuple[State, Sums]:
        """Take a step for each of the batches."""

        def step(carried: tuple[State, Sums], rows: Any) -> tuple[tuple[State, Sums], None]:
            return self._functions.step(*carried, x, y, rows), None

        return jax().lax.scan(step, (state, sums), rows)[0]


def _batch(rows: int, *arrays: Array) -> list[Any]:
    """Return what stands for so many rows of each array where one is compiled for them."""
    return [jax().ShapeDtypeStruct((rows, *array.shape[1:]), array.dtype) for array in arrays]
