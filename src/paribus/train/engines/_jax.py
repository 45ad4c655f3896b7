"""The JAX engine: a model, an objective and an optimizer compiled into a training step and an evaluation."""

import importlib.metadata
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Model, Optimizer, jax
from paribus.compile_cache import keep_executables
from paribus.measures import training_mode
from paribus.train._objective import Objective
from paribus.train.engines._base import (
    EpochMeans,
    Inference,
    Scores,
    State,
    as_scores,
    host_copies,
    split,
    zero_sums,
)
from paribus.train.engines._jax_inference import JaxInference
from paribus.train.engines._jax_passes import Passes, Steps
from paribus.train.engines._jax_together import JaxTogether, free_bytes, seeds_that_fit
from paribus.train.engines._normalization import find_normalizations, reestimated
from paribus.train.fast import FastModel, fast_clone

VERSION = 3
"""Raised whenever a change to this engine changes the numbers of a run."""

_MOST_SEEDS = 8
"""Seeds that train together on an accelerator, if nobody says how many; more of them gain little."""
_OUT_OF_MEMORY = "RESOURCE_EXHAUSTED"


class JaxEngine:
    """One arm compiled; it serves every seed of the arm, because weights are passed in and out.

    Args:
        model: A built Keras model; only its structure is used, with faster layers where there are any.
        objective: The loss, and what else is measured.
        optimizer: A new Keras optimizer.
        input_shape: Shape in which the model takes one example.
        fast_layers: Whether layers may be replaced by faster ones that compute the same.
        native_kernels: Whether those may run on native kernels.
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
        native_kernels: bool,
        whole_epochs: bool,
    ) -> None:
        keep_executables()
        self._model, self.replaced_layers = (
            fast_clone(model, kernels=native_kernels) if fast_layers else FastModel(model, ())
        )
        self._meters = objective.meters
        self._optimizer = optimizer
        optimizer.build(self._model.trainable_variables)
        self._whole_epochs = whole_epochs
        found = find_normalizations(self._model, lambda: _trace(self._model, input_shape))
        self._steps = Steps(self._model, objective, optimizer, input_shape, found)
        self._passes = Passes(self._steps.functions(), whole_epochs=whole_epochs)
        self._inference = JaxInference(self._steps, model)
        self._together: dict[int, JaxTogether] = {}

    @property
    def compile_seconds(self) -> float:
        """What compiling has taken so far."""
        compiling = (self._passes, self._inference, *self._together.values())
        return sum(each.compile_seconds for each in compiling)

    @property
    def normalizations(self) -> int:
        """How many batch normalisations there are whose statistics training moves."""
        return len(self._steps.normalizations)

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
        state, sums = self._passes.train(state, zero_sums(self._meters), x, y, order, batch_size=batch_size)
        n = len(order)
        return state, EpochMeans(
            float(sums.loss) / n, int(sums.correct) / n, self._meters.means(sums.metrics)
        )

    def evaluate(
        self, state: State, x: Array, y: Array, *, batch_size: int, keep_outputs: bool = False
    ) -> Scores:
        """Score all examples in inference mode."""
        found = self._passes.evaluate(state, x, y, batch_size=batch_size, keep_outputs=keep_outputs)
        return as_scores(found, self._meters)

    def recalibrated(self, state: State, x: Array, *, batch_size: int) -> State:
        """Return the state with the normalisations' statistics estimated anew."""
        batches = self._passes.statistics(state, x, batch_size=batch_size)
        return reestimated(state, self._steps.normalizations, batches, self.place)

    def evaluate_by_batch(self, state: State, x: Array, y: Array, *, batch_size: int) -> Scores:
        """Score all examples, normalised by batch."""
        found = self._passes.evaluate(state, x, y, batch_size=batch_size, normalized_by_batch=True)
        return as_scores(found, self._meters)

    def inference(self, state: State) -> Inference:
        """Return the model with the weights of `state`."""
        return self._inference.of(state)

    def prepare(
        self, state: State, x: Array, y: Array, *, batch_size: int, n_evaluated: tuple[int, ...]
    ) -> None:
        """Compile a step and an evaluation for every size of batch."""
        order = np.zeros(len(y), np.int32)
        self._passes.prepare(
            state, zero_sums(self._meters), x, y, order, batch_size=batch_size, n_evaluated=n_evaluated
        )
        if self.normalizations and n_evaluated:
            self._passes.prepare_normalizations(state, x, y, batch_size=batch_size, n_evaluated=n_evaluated)

    def to_arrays(self, state: State) -> list[NDArray[Any]]:
        """Return copies of everything in `state` on the host."""
        return host_copies(state)

    def from_arrays(self, arrays: Sequence[NDArray[Any]]) -> State:
        """Return the state that these arrays are of."""
        return split(self._model, self._optimizer, [jax().numpy.array(array, copy=True) for array in arrays])

    def together(self, seeds: int) -> JaxTogether:
        """Return what trains so many seeds at once; it is compiled once per number of seeds."""
        if seeds not in self._together:
            self._together[seeds] = JaxTogether(self._steps, seeds, whole_epochs=self._whole_epochs)
        return self._together[seeds]

    def most_seeds(self, state: State, x: Array, y: Array, *, batch_size: int) -> int:
        """Return how many seeds the device has memory for at once; any number where it does not tell its memory.

        Args:
            state: A state of this engine; not changed.
            x: All training examples, placed.
            y: All training labels, placed.
            batch_size: Examples per step.
        """
        free = free_bytes()
        if free is None:
            return sys.maxsize
        self.prepare(state, x, y, batch_size=batch_size, n_evaluated=())
        steps = self._passes.compiled.values()
        return min(seeds_that_fit(step, shared=x.nbytes + y.nbytes, free=free) for step in steps)


def kind() -> str:
    """Return what JAX computes on: "cpu", "gpu", "tpu"."""
    return jax().default_backend()


def seeds_together() -> int:
    """Return how many seeds train at once where nobody says how many: one on a CPU, whose processors one keeps busy."""
    return 1 if kind() == "cpu" else _MOST_SEEDS


def is_out_of_memory(error: Exception) -> bool:
    """Whether the device had too little memory."""
    return isinstance(error, jax().errors.JaxRuntimeError) and _OUT_OF_MEMORY in str(error)


def device() -> str:
    """Return the kind and name of the device that trains."""
    first = jax().devices()[0]
    return f"{first.platform}: {first.device_kind}"


def versions() -> dict[str, str]:
    """Return the versions of what changes numbers."""
    return {"jax": jax().__version__, "jaxlib": importlib.metadata.version("jaxlib")}


def _trace(model: Model, input_shape: tuple[int, ...]) -> None:
    """Call the model in training mode for the shape of its outputs alone."""
    variables = (model.trainable_variables, model.non_trainable_variables)
    jax().eval_shape(
        partial(model.stateless_call, **training_mode(model, training=True)),
        *([variable.value for variable in each] for each in variables),
        jax().ShapeDtypeStruct((2, *input_shape), np.float32),
    )


def _copies(variables: Any) -> list[Any]:
    return [jax().numpy.array(variable.value, copy=True) for variable in variables]
