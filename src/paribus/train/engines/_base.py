"""What every engine promises; `paribus.testing.EngineContract` holds it to that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Model, Optimizer, keras
from paribus.measures import MapSite
from paribus.train._meters import Meters


class State(NamedTuple):
    """Everything that training changes, as lists of arrays in Keras' order of variables."""

    trainable: list[Any]
    non_trainable: list[Any]
    optimizer: list[Any]

    @property
    def arrays(self) -> list[Any]:
        """All of them, one list after the other."""
        return [*self.trainable, *self.non_trainable, *self.optimizer]


class Sums(NamedTuple):
    """Running sums over the examples of an epoch, kept on the device."""

    loss: Any
    correct: Any
    metrics: Any


class EpochMeans(NamedTuple):
    """Running means over the examples of an epoch, in training mode."""

    loss: float
    accuracy: float
    metrics: dict[str, float]


class Scores(NamedTuple):
    """Means over examples in inference mode, and which were right: the largest output is the label.

    Attributes:
        loss: Mean loss.
        correct: Shape `(n,)`.
        metrics: Means by name.
        outputs: What the model put out. Shape `(n, classes)` if it was to be kept, `(0, 0)` if not.
    """

    loss: float
    correct: NDArray[np.bool_]
    metrics: dict[str, float]
    outputs: NDArray[np.float32]


class BatchScores(NamedTuple):
    """A batch in inference mode, on the device: its mean loss, who was right, the metrics' totals, and the outputs as float32."""

    loss: Any
    correct: Any
    metrics: Any
    outputs: Any


@dataclass(frozen=True, slots=True)
class Inference:
    """A model with a run's weights, in inference mode; of use as long as its engine does nothing else.

    Attributes:
        outputs: Returns what the model puts out for a batch, placed, as float32. Shape `(n, classes)`.
        maps: Returns its feature maps for a batch, placed, one for each site.
        sites: Where these are.
    """

    outputs: Callable[[Array], Array]
    maps: Callable[[Array], list[Array]]
    sites: tuple[MapSite, ...]


class Engine(Protocol):
    """One arm made ready to train; it serves every seed of the arm, because weights are passed in and out."""

    @property
    def compile_seconds(self) -> float:
        """What compiling has taken so far."""
        ...

    replaced_layers: tuple[str, ...]
    """Which layers train as faster ones that compute the same."""

    @property
    def normalizations(self) -> int:
        """How many batch normalisations there are whose statistics training moves. If there are none, the two that follow change nothing."""
        ...

    def recalibrated(self, state: State, x: Array, *, batch_size: int) -> State:
        """Return the state with the normalisations' statistics estimated anew, on what the model makes of `x`.

        Each normalises by its batch, and all else is in inference mode; batches are taken in the order of the rows, a last one
        of less than half the size left out if there are others.

        Args:
            state: Not changed, but its other buffers are shared with the new one; training on takes both.
            x: All training examples, placed. Shape `(n, ...)`.
            batch_size: Examples per batch.
        """
        ...

    def evaluate_by_batch(self, state: State, x: Array, y: Array, *, batch_size: int) -> Scores:
        """Score as `evaluate` does, but normalise each batch by its own statistics."""
        ...

    def place(self, array: NDArray[Any]) -> Array:
        """Return `array` where the engine trains."""
        ...

    def start(self, model: Model) -> State:
        """Return the state of a run that begins with the weights of `model`, which is built like the engine's own."""
        ...

    def train_epoch(
        self, state: State, x: Array, y: Array, order: NDArray[np.int32], *, batch_size: int
    ) -> tuple[State, EpochMeans]:
        """Take the examples in `order`, one step per batch, the last one smaller if it must be.

        Args:
            state: Consumed: its buffers may be reused.
            x: All training examples, placed. Shape `(n, ...)`.
            y: All training labels, placed. Shape `(n,)`.
            order: Rows of `x` and `y`. Shape `(m,)`.
            batch_size: Examples per step.

        Returns:
            The new state, and the means over the epoch.
        """
        ...

    def evaluate(
        self, state: State, x: Array, y: Array, *, batch_size: int, keep_outputs: bool = False
    ) -> Scores:
        """Score all placed examples in inference mode, in batches as `fit` validates, which a loss may depend on."""
        ...

    def inference(self, state: State) -> Inference:
        """Return the model with the weights of `state`, which is not changed; compiled for each number of examples it is given."""
        ...

    def prepare(
        self, state: State, x: Array, y: Array, *, batch_size: int, n_evaluated: tuple[int, ...]
    ) -> None:
        """Compile every shape that a run needs, so that compiling is not timed as training.

        Args:
            state: A state of this engine; not changed.
            x: All training examples, placed.
            y: All training labels, placed.
            batch_size: Examples per step.
            n_evaluated: How many examples are going to be evaluated; by batch, as many full batches as they make. If none
                are, only training is compiled.
        """
        ...

    def to_arrays(self, state: State) -> list[NDArray[Any]]:
        """Return copies on the host of everything in `state`: trainable, non-trainable, optimizer."""
        ...

    def from_arrays(self, arrays: Sequence[NDArray[Any]]) -> State:
        """Return the state that `to_arrays` gave these arrays for; training goes on from it to the same bits."""
        ...


class Together(Protocol):
    """A number of seeds of one arm that train in step; one `State` holds theirs. Everything else is as an engine does it."""

    @property
    def normalizations(self) -> int:
        """How many batch normalisations the arm has whose statistics training moves."""
        ...

    def recalibrated(self, state: State, x: Array, *, batch_size: int) -> State:
        """Return the state with every seed's normalisations' statistics estimated anew, on what its model makes of `x`."""
        ...

    def evaluate_by_batch(self, state: State, x: Array, y: Array, *, batch_size: int) -> list[Scores]:
        """Score as `evaluate` does, but normalise each batch by its own statistics."""
        ...

    def join(self, states: Sequence[State]) -> State:
        """Return one state that holds those of all seeds, which may be used no more."""
        ...

    def train_epoch(
        self, state: State, x: Array, y: Array, orders: NDArray[np.int32], *, batch_size: int
    ) -> tuple[State, list[EpochMeans]]:
        """Take the examples in each seed's own order. `orders` has shape `(seeds, n)`; `state` is consumed."""
        ...

    def evaluate(
        self, state: State, x: Array, y: Array, *, batch_size: int, keep_outputs: bool = False
    ) -> list[Scores]:
        """Score all placed examples by every seed, in inference mode."""
        ...

    def prepare(
        self, state: State, x: Array, y: Array, *, batch_size: int, n_evaluated: tuple[int, ...]
    ) -> None:
        """Compile every shape that the seeds need."""
        ...

    def to_arrays(self, state: State) -> list[list[NDArray[Any]]]:
        """Return copies on the host of every seed's arrays; the engine's `from_arrays` goes on from them."""
        ...


class Alone:
    """A single seed on any engine, where several may be expected.

    Args:
        engine: What trains it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.normalizations = engine.normalizations
        self.prepare = engine.prepare
        self.recalibrated = engine.recalibrated

    def join(self, states: Sequence[State]) -> State:
        """Return the one state."""
        (state,) = states
        return state

    def train_epoch(
        self, state: State, x: Array, y: Array, orders: NDArray[np.int32], *, batch_size: int
    ) -> tuple[State, list[EpochMeans]]:
        """Take the examples in the one order."""
        (order,) = orders
        state, means = self._engine.train_epoch(state, x, y, order, batch_size=batch_size)
        return state, [means]

    def evaluate(
        self, state: State, x: Array, y: Array, *, batch_size: int, keep_outputs: bool = False
    ) -> list[Scores]:
        """Score all examples."""
        return [self._engine.evaluate(state, x, y, batch_size=batch_size, keep_outputs=keep_outputs)]

    def evaluate_by_batch(self, state: State, x: Array, y: Array, *, batch_size: int) -> list[Scores]:
        """Score all examples, normalised by batch."""
        return [self._engine.evaluate_by_batch(state, x, y, batch_size=batch_size)]

    def to_arrays(self, state: State) -> list[list[NDArray[Any]]]:
        """Return the one seed's arrays."""
        return [self._engine.to_arrays(state)]


def zero_sums(meters: Meters) -> Sums:
    """Return the sums of no example."""
    ops = keras().ops
    return Sums(ops.zeros((), "float32"), ops.zeros((), "int32"), meters.zero())


def as_scores(found: BatchScores, meters: Meters) -> Scores:
    """Return what was found of all examples of one run."""
    return Scores(float(found.loss), found.correct, meters.means(found.metrics), found.outputs)


def host_copies(state: State) -> list[NDArray[Any]]:
    """Return copies of everything in `state` in this process' memory."""
    return [np.array(array) for array in state.arrays]


def split(model: Model, optimizer: Optimizer, arrays: Sequence[Any]) -> State:
    """Return the arrays in the three lists of a state, by how many variables the model and the optimizer have."""
    trained = len(model.trainable_variables)
    kept = trained + len(model.non_trainable_variables)
    if len(arrays) != kept + len(optimizer.variables):
        raise ValueError(
            f"expected {kept + len(optimizer.variables)} arrays, one per variable of model and optimizer; got {len(arrays)}."
        )
    return State(list(arrays[:trained]), list(arrays[trained:kept]), list(arrays[kept:]))


def batch_sizes(batch_size: int, *counts: int) -> set[int]:
    """Return the sizes of the batches that so many examples make, for each of the counts."""
    return {size for n in counts for size in (min(batch_size, n), n % batch_size)} - {0}


def full_batches(n: int, batch_size: int) -> int:
    """Return how many of `n` examples are in full batches; all of them if they make none."""
    return n // batch_size * batch_size or n


def are_right(outputs: Array, labels: Array) -> Array:
    """Return whether the largest output of each example is its label. Shape `(n,)`."""
    return keras().ops.equal(keras().ops.argmax(outputs, axis=-1), keras().ops.cast(labels, "int32"))
