"""Batch normalisation outside of training: by the batch itself, or by statistics that are estimated anew.

How a layer comes by its batch's statistics is its own affair: it is called in training mode, and what it remembers is read.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Layer, Model, keras
from paribus.measures import sublayers
from paribus.train.engines._base import State
from paribus.train.engines._calls import Call, called


class Moments(NamedTuple):
    """Mean and variance of each channel over a batch. Shape `(channels,)`, or `(seeds, channels)`."""

    mean: Any
    variance: Any


BatchStatistics = list[list[Moments]]
"""Of one batch: for each normalisation, the moments of each of its calls."""


@dataclass(frozen=True, slots=True)
class Normalization:
    """A layer that normalises by the batch while the model trains, and follows its statistics.

    Attributes:
        layer: A Keras `BatchNormalization`, or of a class that inherits from it.
        mean_place: Where its moving mean is among the model's non-trainable variables.
        variance_place: Where its moving variance is.
    """

    layer: Layer
    mean_place: int
    variance_place: int


def find_normalizations(model: Model, train: Callable[[], Any]) -> tuple[Normalization, ...]:
    """Return the normalisations whose statistics training moves, in the order of the model's variables.

    Frozen ones keep their statistics, as do those that the model calls in inference mode even while it trains, and those of
    momentum 1. Batch renormalisation trains by running statistics, and is left as it is.

    Args:
        model: A built model.
        train: Calls it in training mode, and changes nothing.
    """
    places = {id(variable): place for place, variable in enumerate(model.non_trainable_variables)}
    candidates = [layer for layer in sublayers(model) if _follows_batches(layer, places)]
    if not candidates:
        return ()
    trained: set[int] = set()

    def noted(layer: Layer, call: Call) -> Call:
        def call_and_note(*args: Any, **kwargs: Any) -> Any:
            if kwargs.get("training"):
                trained.add(id(layer))
            return call(*args, **kwargs)

        return call_and_note

    with called(candidates, noted):
        train()
    found = [
        Normalization(layer, places[id(layer.moving_mean)], places[id(layer.moving_variance)])
        for layer in candidates
        if id(layer) in trained
    ]
    return tuple(sorted(found, key=lambda each: each.mean_place))


@contextmanager
def by_batch(found: Sequence[Normalization]) -> Generator[BatchStatistics]:
    """Let these layers normalise by the batch while the model is called, or traced, in inference mode.

    Their moving statistics are set to 0 before each call, so that (1 - momentum) of the batch's are left in them after it.

    Yields:
        The moments of their calls, there as soon as the model has been called.
    """
    statistics: BatchStatistics = [[] for _ in found]
    of_layer = {id(each.layer): calls for each, calls in zip(found, statistics, strict=True)}

    def normalised(layer: Layer, call: Call) -> Call:
        def call_by_batch(*args: Any, **kwargs: Any) -> Any:
            moving = (layer.moving_mean, layer.moving_variance)
            for each in moving:
                each.assign(keras().ops.zeros(each.shape, each.dtype))
            outputs = call(*args, **(kwargs | {"training": True}))
            of_layer[id(layer)].append(Moments(*(each.value / (1.0 - layer.momentum) for each in moving)))
            return outputs

        return call_by_batch

    with called([each.layer for each in found], normalised):
        yield statistics


def estimation_batches(n: int, batch_size: int) -> list[slice]:
    """Return the rows of each batch that statistics are estimated on.

    The last one is left out if it is smaller than half the others: its variance says little.
    """
    batches = [slice(first, min(first + batch_size, n)) for first in range(0, n, batch_size)]
    return batches[:-1] if n > batch_size and 0 < 2 * (n % batch_size) < batch_size else batches


def reestimated(
    state: State,
    found: Sequence[Normalization],
    batches: Iterable[tuple[int, BatchStatistics]],
    place: Callable[[NDArray[Any]], Array],
) -> State:
    """Return the state with the statistics of all batches in the place of the moving ones.

    Args:
        state: Not changed; its other arrays are shared.
        found: The model's normalisations.
        batches: How many examples each batch has, and its statistics.
        place: Puts an array where the engine keeps its states.

    Source:
        Wu and Johnson (2021), Rethinking "Batch" in BatchNorm, arXiv 2105.07576, section 3: batches weighted by their
        examples, mean = E[mean_k], variance = E[variance_k + mean_k²] - mean².
    """
    estimates = [_Estimate() for _ in found]
    for n, statistics in batches:
        for estimate, calls in zip(estimates, statistics, strict=True):
            for moments in calls:
                estimate.add(n, moments)
    arrays = list(state.non_trainable)
    for each, estimate in zip(found, estimates, strict=True):
        if (moments := estimate.moments()) is None:
            continue  # not called in inference mode: nothing depends on its statistics
        for index, value in zip((each.mean_place, each.variance_place), moments, strict=True):
            with np.errstate(over="ignore"):
                arrays[index] = place(value.astype(arrays[index].dtype))
    return State(state.trainable, arrays, state.optimizer)


class _Estimate:
    """The statistics of one layer over batches, as sums in double precision. What is not finite stays so, silently."""

    def __init__(self) -> None:
        self._n = 0
        self._mean: Any = 0.0
        self._square: Any = 0.0

    def add(self, n: int, moments: Moments) -> None:
        """Count a batch of `n` examples."""
        mean, variance = (np.asarray(keras().ops.convert_to_numpy(each), np.float64) for each in moments)
        with np.errstate(over="ignore", invalid="ignore"):
            self._n += n
            self._mean = self._mean + n * mean
            self._square = self._square + n * (variance + mean**2)

    def moments(self) -> Moments | None:
        """Return mean and variance over all that was counted; None of nothing."""
        if not self._n:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            mean = self._mean / self._n
            return Moments(mean, np.maximum(self._square / self._n - mean**2, 0.0))


def _follows_batches(layer: Layer, places: Mapping[int, int]) -> bool:
    """Whether the layer's moving statistics are among the model's variables, and follow those of batches."""
    if not isinstance(layer, keras().layers.BatchNormalization) or layer.renorm:
        return False
    is_ours = {id(layer.moving_mean), id(layer.moving_variance)} <= places.keys()
    return bool(is_ours and layer.trainable and layer.momentum != 1)
