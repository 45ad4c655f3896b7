"""The JAX engine: a model, an objective and an optimizer compiled into a training step and an evaluation."""

import importlib.metadata
import inspect
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Model, Optimizer, jax, keras
from paribus.errors import BackendError
from paribus.train._objective import Objective
from paribus.train.fast import FastModel, fast_clone

ENGINE_VERSION = 2
"""Raised whenever a change to this package changes the numbers of a run."""


class State(NamedTuple):
    """Everything that training changes, as lists of arrays in Keras' order of variables."""

    trainable: list[Any]
    non_trainable: list[Any]
    optimizer: list[Any]


class Sums(NamedTuple):
    """Running sums over the examples of an epoch, kept on the device."""

    loss: Any
    correct: Any


class Scores(NamedTuple):
    """Mean loss, and which examples were right: the outputs' largest entry is the label. `correct` has shape `(n,)`."""

    loss: float
    correct: NDArray[np.bool_]


class Engine:
    """One arm compiled; it serves every seed of the arm, because weights are passed in and out.

    Args:
        model: A built Keras model; only its structure is used, with faster layers where there are any.
        objective: The loss.
        optimizer: A new Keras optimizer.
        input_shape: Shape in which the model takes one example.
        fast_layers: Whether layers may be replaced by faster ones that compute the same.
    """

    def __init__(
        self,
        model: Model,
        objective: Objective,
        optimizer: Optimizer,
        *,
        input_shape: tuple[int, ...],
        fast_layers: bool,
    ) -> None:
        self._model, self.replaced_layers = fast_clone(model) if fast_layers else FastModel(model, ())
        self._objective = objective
        self._optimizer = optimizer
        self._input_shape = input_shape
        optimizer.build(self._model.trainable_variables)
        self._compiled: dict[tuple[str, int], Any] = {}
        self.compile_seconds = 0.0

    def start(self, model: Model) -> State:
        """Return the state of a run that begins with the weights of `model`."""
        return State(
            trainable=_copies(model.trainable_variables),
            non_trainable=_copies(model.non_trainable_variables),
            optimizer=_copies(self._optimizer.variables),
        )

    def to_arrays(self, state: State) -> list[NDArray[Any]]:
        """Return a copy of all of `state`, in this process' memory."""
        return [np.array(each) for part in state for each in part]

    def from_arrays(self, arrays: Sequence[NDArray[Any]]) -> State:
        """Return the state that `to_arrays` was given."""
        placed = [jax().numpy.array(array, copy=True) for array in arrays]
        trainable = len(self._model.trainable_variables)
        weights = trainable + len(self._model.non_trainable_variables)
        return State(placed[:trainable], placed[trainable:weights], placed[weights:])

    def train_epoch(
        self, state: State, x: Array, y: Array, order: NDArray[np.int32], *, batch_size: int
    ) -> tuple[State, float, float]:
        """Take the examples in `order`, one step per batch, the last one smaller if it must be.

        Args:
            state: Consumed: its buffers are reused.
            x: All training examples, on the device.
            y: All training labels, on the device.
            order: Rows of `x` and `y`. Shape `(n,)`.
            batch_size: Examples per step.

        Returns:
            The new state; the running means over the epoch, in training mode, of loss and accuracy.
        """
        sums = _zero_sums()
        for first in range(0, len(order), batch_size):
            rows = order[first : first + batch_size]
            step = self._compile("step", len(rows), self._step, (state, sums, x, y, rows), donate=(0, 1))
            state, sums = step(state, sums, x, y, rows)
        return state, float(sums.loss) / len(order), int(sums.correct) / len(order)

    def evaluate(self, state: State, x: Array, y: Array, *, batch_size: int) -> Scores:
        """Score all examples in inference mode, in batches as `fit` validates, which a loss may depend on."""
        n = len(y)
        loss_sum, correct = 0.0, [np.empty(0, np.bool_)]
        for first in range(0, n, batch_size):
            batch = (x[first : first + batch_size], y[first : first + batch_size])
            score = self._compile("score", len(batch[1]), self._score, (state, *batch))
            batch_loss, batch_correct = score(state, *batch)
            loss_sum += float(batch_loss) * len(batch[1])
            correct.append(np.asarray(batch_correct))
        return Scores(loss_sum / n, np.concatenate(correct))

    def prepare(
        self, state: State, x: Array, y: Array, *, batch_size: int, n_evaluated: tuple[int, ...]
    ) -> None:
        """Compile every shape that a run needs, so that compiling is not timed as training."""
        n = len(y)
        sums = _zero_sums()
        for rows in {min(batch_size, n), n % batch_size} - {0}:
            arguments = (state, sums, x, y, np.zeros(rows, np.int32))
            self._compile("step", rows, self._step, arguments, donate=(0, 1))
        sizes = {min(batch_size, size) for size in n_evaluated} | {size % batch_size for size in n_evaluated}
        for rows in sizes - {0}:
            batch = [jax().ShapeDtypeStruct((rows, *array.shape[1:]), array.dtype) for array in (x, y)]
            self._compile("score", rows, self._score, (state, *batch))

    def _compile(
        self, kind: str, rows: int, function: Any, arguments: tuple[Any, ...], donate: Any = ()
    ) -> Any:
        key = (kind, rows)
        if key not in self._compiled:
            began = time.perf_counter()
            self._compiled[key] = jax().jit(function, donate_argnums=donate).lower(*arguments).compile()
            self.compile_seconds += time.perf_counter() - began
        return self._compiled[key]

    def _step(self, state: State, sums: Sums, x: Array, y: Array, rows: Any) -> tuple[State, Sums]:
        batch_x, batch_y = self._shaped(x[rows]), y[rows]
        loss_and_rest = partial(self._loss, non_trainable=state.non_trainable, x=batch_x, y=batch_y)
        (loss, (non_trainable, correct)), gradients = jax().value_and_grad(loss_and_rest, has_aux=True)(
            state.trainable
        )
        trainable, optimizer = self._optimizer.stateless_apply(state.optimizer, gradients, state.trainable)
        new_sums = Sums(sums.loss + loss * len(rows), sums.correct + correct)
        return State(trainable, non_trainable, optimizer), new_sums

    def _loss(self, trainable: Any, *, non_trainable: Any, x: Array, y: Array) -> Any:
        outputs, non_trainable, penalties = self._model.stateless_call(
            trainable, non_trainable, x, **self._mode(training=True), return_losses=True
        )
        loss = self._objective(y, outputs) + sum(penalties)
        return loss, (non_trainable, _right(outputs, y).sum())

    def _score(self, state: State, x: Array, y: Array) -> tuple[Any, Any]:
        outputs, _, penalties = self._model.stateless_call(
            state.trainable,
            state.non_trainable,
            self._shaped(x),
            **self._mode(training=False),
            return_losses=True,
        )
        return self._objective(y, outputs) + sum(penalties), _right(outputs, y)

    def _mode(self, *, training: bool) -> dict[str, bool]:
        """Return the training argument for a model whose `call` takes one; Keras' `fit` gives others none."""
        taken = inspect.signature(self._model.call).parameters.values()
        return (
            {"training": training}
            if any(each.name == "training" or each.kind is each.VAR_KEYWORD for each in taken)
            else {}
        )

    def _shaped(self, x: Array) -> Any:
        return x.reshape((x.shape[0], *self._input_shape))


def engine_name() -> str:
    """Return what trains, with the versions that change numbers; part of every run's identity."""
    return (
        f"jax-{jax().default_backend()} {ENGINE_VERSION}, keras {keras().__version__}, "
        f"jax {jax().__version__}, jaxlib {importlib.metadata.version('jaxlib')}"
    )


def require_jax() -> None:
    """Raise a BackendError unless Keras runs on JAX."""
    backend = keras().backend.backend()
    if backend != "jax":
        raise BackendError(
            f"Keras runs on {backend}, and paribus trains on JAX; set the environment variable KERAS_BACKEND=jax "
            "(or remove the backend from keras.json), before Keras is imported."
        )


def _right(outputs: Any, labels: Any) -> Any:
    return outputs.argmax(axis=-1) == labels


def _zero_sums() -> Sums:
    return Sums(jax().numpy.zeros((), jax().numpy.float32), jax().numpy.zeros((), jax().numpy.int32))


def _copies(variables: Any) -> list[Any]:
    return [jax().numpy.array(variable.value, copy=True) for variable in variables]
