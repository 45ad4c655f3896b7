"""The engine for Keras on TensorFlow and Torch: a stateful model, filled with a run's state before it is used."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Model, Optimizer, keras
from paribus.measures import MapSite, map_sites, training_mode
from paribus.train._objective import Objective
from paribus.train.engines._base import (
    BatchScores,
    EpochMeans,
    Inference,
    Scores,
    State,
    Sums,
    are_right,
    batch_sizes,
    full_batches,
    host_copies,
    split,
    zero_sums,
)
from paribus.train.engines._calls import captured
from paribus.train.engines._normalization import (
    BatchStatistics,
    by_batch,
    estimation_batches,
    find_normalizations,
    reestimated,
)


class LossAndOutputs(NamedTuple):
    """What a forward pass gives: the mean loss of the batch, and its outputs of shape `(n, classes)`."""

    loss: Array
    outputs: Array


class Toolkit(Protocol):
    """What Keras leaves to its backend: compiling, and differentiating."""

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of arrays that computes the same, faster if the backend can."""
        ...

    def prepare(self, function: Callable[..., Any], *arguments: Array) -> None:
        """Compile what `compiled` returned for arguments of these shapes, without running it."""
        ...

    def descend(
        self, forward: Callable[[], LossAndOutputs], model: Model, optimizer: Optimizer
    ) -> LossAndOutputs:
        """Take one step against the gradient of the loss; return what `forward` gave, cut from the gradient."""
        ...

    def seeded(self, entropy: Sequence[int]) -> AbstractContextManager[Any]:
        """Return a context in which the backend's global generator, where layers draw from it, starts from `entropy`."""
        ...

    def without_gradients(self) -> AbstractContextManager[Any]:
        """Return a context in which nothing is remembered for a gradient."""
        ...


class PortableEngine:
    """One arm ready to train through Keras' own variables; states lie on the host, so that runs cannot mix.

    Args:
        model: A built Keras model, which becomes the engine's own.
        objective: The loss, and what else is measured.
        optimizer: A new Keras optimizer.
        input_shape: Shape in which the model takes one example.
        toolkit: What the backend does in its own way.
    """

    def __init__(
        self,
        model: Model,
        objective: Objective,
        optimizer: Optimizer,
        *,
        input_shape: tuple[int, ...],
        toolkit: Toolkit,
    ) -> None:
        self.replaced_layers: tuple[str, ...] = ()
        self.compile_seconds = 0.0
        self._model = model
        self._objective = objective
        self._optimizer = optimizer
        self._input_shape = input_shape
        self._toolkit = toolkit
        optimizer.build(model.trainable_variables)
        self._compiled: set[tuple[str, int]] = set()
        self._new_optimizer = _values(optimizer.variables)
        self._step = toolkit.compiled(self._take_step)
        self._score = toolkit.compiled(self._score_batch)
        self._normalizations = find_normalizations(model, self._try_training)
        self._score_by_batch = toolkit.compiled(self._score_batch_by_batch)
        self._statistics = toolkit.compiled(self._gather_statistics)
        self._infer = toolkit.compiled(self._infer_batch)
        self._map = toolkit.compiled(self._map_batch)

    @cached_property
    def _sites(self) -> tuple[MapSite, ...]:
        return map_sites(self._model)

    @property
    def normalizations(self) -> int:
        """How many batch normalisations there are whose statistics training moves."""
        return len(self._normalizations)

    def place(self, array: NDArray[Any]) -> Array:
        """Return `array` as a tensor on the backend's device."""
        return keras().ops.convert_to_tensor(
            np.array(array)
        )  # a copy: Torch refuses to share read-only memory

    def start(self, model: Model) -> State:
        """Return the state of a run that begins with the weights of `model`."""
        return State(
            trainable=_values(model.trainable_variables),
            non_trainable=_values(model.non_trainable_variables),
            optimizer=self._new_optimizer,
        )

    def train_epoch(
        self, state: State, x: Array, y: Array, order: NDArray[np.int32], *, batch_size: int
    ) -> tuple[State, EpochMeans]:
        """Take the examples in `order`."""
        self._load(state)
        sums = zero_sums(self._objective.meters)
        with self._toolkit.seeded(_integers(state)):
            for first in range(0, len(order), batch_size):
                rows = keras().ops.convert_to_tensor(order[first : first + batch_size])
                sums = self._step(sums, x, y, rows)
        n = len(order)
        return self._saved(), EpochMeans(
            float(sums.loss) / n, int(sums.correct) / n, self._means(sums.metrics)
        )

    def evaluate(
        self, state: State, x: Array, y: Array, *, batch_size: int, keep_outputs: bool = False
    ) -> Scores:
        """Score all examples in inference mode."""
        return self._evaluate(self._score, state, x, y, batch_size, keep_outputs=keep_outputs)

    def recalibrated(self, state: State, x: Array, *, batch_size: int) -> State:
        """Return the state with the normalisations' statistics estimated anew."""
        self._load(state)
        batches = estimation_batches(int(x.shape[0]), batch_size)
        statistics = ((rows.stop - rows.start, self._statistics(x[rows])) for rows in batches)
        return reestimated(state, self._normalizations, statistics, place=np.asarray)

    def evaluate_by_batch(self, state: State, x: Array, y: Array, *, batch_size: int) -> Scores:
        """Score all examples, normalised by batch."""
        return self._evaluate(self._score_by_batch, state, x, y, batch_size)

    def inference(self, state: State) -> Inference:
        """Return the model with the weights of `state`."""
        self._load(state)
        return Inference(outputs=self._infer, maps=self._map, sites=self._sites)

    def _evaluate(
        self,
        score: Callable[..., BatchScores],
        state: State,
        x: Array,
        y: Array,
        batch_size: int,
        *,
        keep_outputs: bool = False,
    ) -> Scores:
        self._load(state)
        n = int(y.shape[0])
        loss_sum, correct, metrics = 0.0, [np.empty(0, np.bool_)], self._objective.meters.zero()
        outputs: list[NDArray[np.float32]] = []
        for first in range(0, n, batch_size):
            labels = y[first : first + batch_size]
            scores = score(x[first : first + batch_size], labels)
            loss_sum += float(scores.loss) * int(labels.shape[0])
            correct.append(keras().ops.convert_to_numpy(scores.correct))
            metrics = metrics + scores.metrics
            if keep_outputs:
                outputs.append(np.array(keras().ops.convert_to_numpy(scores.outputs)))
        kept = np.concatenate(outputs) if outputs else np.empty((0, 0), np.float32)
        return Scores(loss_sum / n, np.concatenate(correct), self._means(metrics), kept)

    def prepare(
        self,
        state: State,  # noqa: ARG002 -- the model's own variables have its shapes
        x: Array,
        y: Array,
        *,
        batch_size: int,
        n_evaluated: tuple[int, ...],
    ) -> None:
        """Compile a step and an evaluation for every size of batch."""
        for rows in batch_sizes(batch_size, int(y.shape[0])):
            self._compile(
                "step",
                self._step,
                zero_sums(self._objective.meters),
                x,
                y,
                keras().ops.arange(rows, dtype="int32"),
            )
        for rows in batch_sizes(batch_size, *n_evaluated):
            self._compile("score", self._score, *_zeros(rows, x, y))
        if not (self.normalizations and n_evaluated):
            return
        for rows in {rows.stop - rows.start for rows in estimation_batches(int(x.shape[0]), batch_size)}:
            self._compile("statistics", self._statistics, *_zeros(rows, x))
        for rows in batch_sizes(batch_size, *(full_batches(n, batch_size) for n in n_evaluated)):
            self._compile("score by batch", self._score_by_batch, *_zeros(rows, x, y))

    def to_arrays(self, state: State) -> list[NDArray[Any]]:
        """Return copies of everything in `state`."""
        return host_copies(state)

    def from_arrays(self, arrays: Sequence[NDArray[Any]]) -> State:
        """Return the state that these arrays are of."""
        return split(self._model, self._optimizer, [np.array(array) for array in arrays])

    def _compile(self, name: str, function: Callable[..., Any], *arguments: Array) -> None:
        key = (name, int(arguments[-1].shape[0]))
        if key not in self._compiled:
            began = time.perf_counter()
            self._toolkit.prepare(function, *arguments)
            self._compiled.add(key)
            self.compile_seconds += time.perf_counter() - began

    def _variables(self) -> list[Any]:
        return [
            *self._model.trainable_variables,
            *self._model.non_trainable_variables,
            *self._optimizer.variables,
        ]

    def _load(self, state: State) -> None:
        for variable, array in zip(self._variables(), state.arrays, strict=True):
            variable.assign(array)

    def _saved(self) -> State:
        return split(self._model, self._optimizer, _values(self._variables()))

    def _means(self, totals: Array) -> dict[str, float]:
        return self._objective.meters.means(keras().ops.convert_to_numpy(totals))

    def _take_step(self, sums: Sums, x: Array, y: Array, rows: Array) -> Sums:
        ops = keras().ops
        batch_x, batch_y = ops.take(x, rows, axis=0), ops.take(y, rows, axis=0)
        loss, outputs = self._toolkit.descend(
            lambda: self._forward(batch_x, batch_y, training=True), self._model, self._optimizer
        )
        with self._toolkit.without_gradients():
            right = ops.sum(ops.cast(are_right(outputs, batch_y), "int32"))
            metrics = sums.metrics + self._objective.meters.totals(batch_y, outputs)
            return Sums(sums.loss + loss * rows.shape[0], sums.correct + right, metrics)

    def _score_batch(self, x: Array, y: Array) -> BatchScores:
        with self._toolkit.without_gradients():
            loss, outputs = self._forward(x, y, training=False)
            totals = self._objective.meters.totals(y, outputs)
            return BatchScores(loss, are_right(outputs, y), totals, keras().ops.cast(outputs, "float32"))

    def _score_batch_by_batch(self, x: Array, y: Array) -> BatchScores:
        with by_batch(self._normalizations):
            return self._score_batch(x, y)

    def _gather_statistics(self, x: Array) -> BatchStatistics:
        with self._toolkit.without_gradients(), by_batch(self._normalizations) as statistics:
            self._outputs(x, training=False)
        return statistics

    def _infer_batch(self, x: Array) -> Array:
        with self._toolkit.without_gradients():
            return keras().ops.cast(self._outputs(x, training=False), "float32")

    def _map_batch(self, x: Array) -> list[Array]:
        with self._toolkit.without_gradients(), captured(self._sites) as made:
            self._outputs(x, training=False)
            return [keras().ops.cast(each, "float32") for each in made()]

    def _forward(self, x: Array, y: Array, *, training: bool) -> LossAndOutputs:
        outputs = self._outputs(x, training=training)
        return LossAndOutputs(
            self._objective(y, outputs, training=training) + sum(self._model.losses), outputs
        )

    def _outputs(self, x: Array, *, training: bool) -> Array:
        shaped = keras().ops.reshape(x, (x.shape[0], *self._input_shape))
        return self._model(shaped, **training_mode(self._model, training=training))

    def _try_training(self) -> None:
        """Call the model in training mode, on nothing, without effects."""
        variables = (self._model.trainable_variables, self._model.non_trainable_variables)
        with self._toolkit.without_gradients(), self._toolkit.seeded((0,)):
            self._model.stateless_call(
                *([variable.value for variable in each] for each in variables),
                keras().ops.zeros((2, *self._input_shape), "float32"),
                **training_mode(self._model, training=True),
            )


def _zeros(rows: int, *arrays: Array) -> list[Array]:
    """Return as many rows of zeros as each of the arrays would give."""
    return [keras().ops.zeros((rows, *array.shape[1:]), array.dtype) for array in arrays]


def _integers(state: State) -> list[int]:
    """Return what tells epochs of runs apart and no rounding touches: generators' states, and the steps so far."""
    arrays = (*state.non_trainable, *state.optimizer)
    return [number for array in arrays if array.dtype.kind in "iu" for number in array.ravel().tolist()]


def _values(variables: Sequence[Any]) -> list[NDArray[Any]]:
    """Return copies of the variables' values on the host."""
    return [np.array(keras().ops.convert_to_numpy(variable.value)) for variable in variables]
