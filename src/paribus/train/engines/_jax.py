"""The JAX engine: a model, an objective and an optimizer compiled into a training step and an evaluation."""

import importlib.metadata
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Model, Optimizer, jax
from paribus.train._objective import Objective
from paribus.train.engines._base import (
    EpochMeans,
    Scores,
    State,
    Sums,
    are_right,
    batch_sizes,
    host_copies,
    split,
    training_mode,
    zero_sums,
)
from paribus.train.engines._cache import keep_executables
from paribus.train.fast import FastModel, fast_clone

VERSION = 2
"""Raised whenever a change to this engine changes the numbers of a run."""


class JaxEngine:
    """One arm compiled; it serves every seed of the arm, because weights are passed in and out.

    Args:
        model: A built Keras model; only its structure is used, with faster layers where there are any.
        objective: The loss, and what else is measured.
        optimizer: A new Keras optimizer.
        input_shape: Shape in which the model takes one example.
        fast_layers: Whether layers may be replaced by faster ones that compute the same.
        whole_epochs: Whether the full batches of an epoch are one computation, which spares an accelerator the wait for
            the host; on a CPU, XLA runs the steps of such a loop on fewer cores.
    """

    def __init__(
        self,
        model: Model,
        objective: Objective,
        optimizer: Optimizer,
        *,
        input_shape: tuple[int, ...],
        fast_layers: bool,
        whole_epochs: bool,
    ) -> None:
        keep_executables()
        self._model, self.replaced_layers = fast_clone(model) if fast_layers else FastModel(model, ())
        self._objective = objective
        self._optimizer = optimizer
        self._input_shape = input_shape
        optimizer.build(self._model.trainable_variables)
        self._whole_epochs = whole_epochs
        self._compiled: dict[tuple[str, tuple[int, ...]], Any] = {}
        self.compile_seconds = 0.0

    def place(self, array: NDArray[Any]) -> Array:
        """Return `array` on the device."""
        return jax().numpy.asarray(array)

    def start(self, model: Model) -> State:
        """Return the state of a run that begins with the weights of `model`."""
        return State(
            trainable=_copies(model.trainable_variables),
            non_trainable=_copies(model.non_trainable_variables),
            optimizer=_copies(self._optimizer.variables),
        )

    def train_epoch(
        self, state: State, x: Array, y: Array, order: NDArray[np.int32], *, batch_size: int
    ) -> tuple[State, EpochMeans]:
        """Take the examples in `order`; the buffers of `state` are reused."""
        sums = zero_sums(self._objective.meters)
        for rows in self._parts(order, batch_size):
            state, sums = self._compile_part(state, sums, x, y, rows)(state, sums, x, y, rows)
        n = len(order)
        metrics = self._objective.meters.means(sums.metrics)
        return state, EpochMeans(float(sums.loss) / n, int(sums.correct) / n, metrics)

    def evaluate(self, state: State, x: Array, y: Array, *, batch_size: int) -> Scores:
        """Score all examples in inference mode."""
        n = len(y)
        loss_sum, correct, metrics = 0.0, [np.empty(0, np.bool_)], 0.0
        for first in range(0, n, batch_size):
            batch = (x[first : first + batch_size], y[first : first + batch_size])
            score = self._compile("score", batch[1].shape, self._score, (state, *batch))
            batch_loss, batch_correct, batch_metrics = score(state, *batch)
            loss_sum += float(batch_loss) * len(batch[1])
            correct.append(np.asarray(batch_correct))
            metrics = metrics + np.asarray(batch_metrics, np.float64)
        return Scores(loss_sum / n, np.concatenate(correct), self._objective.meters.means(metrics))

    def prepare(
        self, state: State, x: Array, y: Array, *, batch_size: int, n_evaluated: tuple[int, ...]
    ) -> None:
        """Compile a step and an evaluation for every size of batch."""
        sums = zero_sums(self._objective.meters)
        for rows in self._parts(np.zeros(len(y), np.int32), batch_size):
            self._compile_part(state, sums, x, y, rows)
        for rows in batch_sizes(batch_size, *n_evaluated):
            batch = [jax().ShapeDtypeStruct((rows, *array.shape[1:]), array.dtype) for array in (x, y)]
            self._compile("score", (rows,), self._score, (state, *batch))

    def to_arrays(self, state: State) -> list[NDArray[Any]]:
        """Return copies of everything in `state` on the host."""
        return host_copies(state)

    def from_arrays(self, arrays: Sequence[NDArray[Any]]) -> State:
        """Return the state that these arrays are of."""
        return split(self._model, self._optimizer, [jax().numpy.array(array, copy=True) for array in arrays])

    def _parts(self, order: NDArray[np.int32], batch_size: int) -> list[NDArray[np.int32]]:
        """Return the rows of each computation: of a batch, shape `(rows,)`; of several, shape `(batches, rows)`."""
        full = len(order) // batch_size * batch_size
        batches = order[:full].reshape(-1, batch_size)
        whole = [batches] if self._whole_epochs and full else list(batches)
        return [*whole, order[full:]] if full < len(order) else whole

    def _compile_part(self, state: State, sums: Sums, x: Array, y: Array, rows: NDArray[np.int32]) -> Any:
        function = self._step if rows.ndim == 1 else self._steps
        return self._compile("step", rows.shape, function, (state, sums, x, y, rows), donate=(0, 1))

    def _compile(
        self,
        kind: str,
        shape: tuple[int, ...],
        function: Any,
        arguments: tuple[Any, ...],
        donate: Any = (),
    ) -> Any:
        key = (kind, shape)
        if key not in self._compiled:
            began = time.perf_counter()
            self._compiled[key] = jax().jit(function, donate_argnums=donate).lower(*arguments).compile()
            self.compile_seconds += time.perf_counter() - began
        return self._compiled[key]

    def _steps(self, state: State, sums: Sums, x: Array, y: Array, rows: Any) -> tuple[State, Sums]:
        """Take a step for each row of `rows`."""

        def step(carried: tuple[State, Sums], rows: Any) -> tuple[tuple[State, Sums], None]:
            return self._step(*carried, x, y, rows), None

        return jax().lax.scan(step, (state, sums), rows)[0]

    def _step(self, state: State, sums: Sums, x: Array, y: Array, rows: Any) -> tuple[State, Sums]:
        batch_x, batch_y = self._shaped(x[rows]), y[rows]
        loss_and_rest = partial(self._loss, non_trainable=state.non_trainable, x=batch_x, y=batch_y)
        (loss, (non_trainable, correct, metrics)), gradients = jax().value_and_grad(
            loss_and_rest, has_aux=True
        )(state.trainable)
        trainable, optimizer = self._optimizer.stateless_apply(state.optimizer, gradients, state.trainable)
        new_sums = Sums(sums.loss + loss * len(rows), sums.correct + correct, sums.metrics + metrics)
        return State(trainable, non_trainable, optimizer), new_sums

    def _loss(self, trainable: Any, *, non_trainable: Any, x: Array, y: Array) -> Any:
        outputs, non_trainable, penalties = self._model.stateless_call(
            trainable, non_trainable, x, **training_mode(self._model, training=True), return_losses=True
        )
        loss = self._objective(y, outputs, training=True) + sum(penalties)
        metrics = self._objective.meters.totals(y, outputs)
        return loss, (non_trainable, are_right(outputs, y).sum(), metrics)

    def _score(self, state: State, x: Array, y: Array) -> tuple[Any, Any, Any]:
        outputs, _, penalties = self._model.stateless_call(
            state.trainable,
            state.non_trainable,
            self._shaped(x),
            **training_mode(self._model, training=False),
            return_losses=True,
        )
        loss = self._objective(y, outputs, training=False) + sum(penalties)
        return loss, are_right(outputs, y), self._objective.meters.totals(y, outputs)

    def _shaped(self, x: Array) -> Any:
        return x.reshape((x.shape[0], *self._input_shape))


def kind() -> str:
    """Return what JAX computes on: "cpu", "gpu", "tpu"."""
    return jax().default_backend()


def device() -> str:
    """Return the kind and name of the device that trains."""
    first = jax().devices()[0]
    return f"{first.platform}: {first.device_kind}"


def versions() -> dict[str, str]:
    """Return the versions of what changes numbers."""
    return {"jax": jax().__version__, "jaxlib": importlib.metadata.version("jaxlib")}


def _copies(variables: Any) -> list[Any]:
    return [jax().numpy.array(variable.value, copy=True) for variable in variables]
