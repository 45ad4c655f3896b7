"""Batch normalisations of a model: where they are, and how far their moving statistics will come."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, Layer, Model, jax, keras
from paribus.measures._calls import training_mode
from paribus.measures._graph import graph
from paribus.measures._sublayers import sublayers
from paribus.records import NormalizationForecast


def normalizations(model: Model) -> tuple[Layer, ...]:
    """Return the layers of `model`, at any depth, whose moving statistics training moves and inference uses."""
    return tuple(layer for layer in sublayers(model) if _moves(layer))


def forecasts(model: Model, x: NDArray[np.float32], *, updates: int) -> tuple[NormalizationForecast, ...]:
    """Return how far each normalisation's moving statistics will be from those of a batch, if batches stay as this one.

    Args:
        model: With its initial weights; its moving statistics are not kept.
        x: One batch, in the shape that the model takes.
        updates: Of the statistics in all of training.

    Returns:
        One for each; none at all for a model that fails on a batch.
    """
    calls = graph(model).calls
    names = {id(call.layer): call.name for call in calls}
    repeated = {id(call.layer) for call in calls if call.again}  # these take several steps at once
    layers = [layer for layer in normalizations(model) if id(layer) not in repeated]
    starts = [(_array(layer.moving_mean), _array(layer.moving_variance)) for layer in layers]
    for layer in layers:  # so that a step leaves (1 - momentum) times the batch's own
        for statistic in (layer.moving_mean, layer.moving_variance):
            statistic.assign(keras().ops.zeros(statistic.shape, statistic.dtype))
    try:
        _step(model, keras().ops.convert_to_tensor(x))
    except Exception:  # noqa: BLE001 -- a user's own layers may raise anything; training will say so
        return ()
    return tuple(
        _forecast(names.get(id(layer), str(layer.name)), layer, *start, updates)
        for layer, start in zip(layers, starts, strict=True)
        if _array(layer.moving_variance).any()  # in a layer that is called in inference mode, nothing moves
    )


def _step(model: Model, x: Array) -> None:
    """Let the moving statistics take one step; on JAX compiled whole, because one operation after the other takes seconds."""
    if keras().backend.backend() != "jax":
        model(x, **training_mode(model, training=True))
        return
    call = partial(model.stateless_call, **training_mode(model, training=True))
    values = [
        [variable.value for variable in each]
        for each in (model.trainable_variables, model.non_trainable_variables)
    ]
    _, updated = jax().jit(call)(*values, x)
    for variable, value in zip(model.non_trainable_variables, updated, strict=True):
        variable.assign(value)


def _forecast(
    name: str,
    layer: Layer,
    mean_start: NDArray[np.float64],
    variance_start: NDArray[np.float64],
    updates: int,
) -> NormalizationForecast:
    learned = 1 - layer.momentum
    mean, variance = _array(layer.moving_mean) / learned, _array(layer.moving_variance) / learned
    remembered = float(layer.momentum**updates)
    moving_mean = remembered * mean_start + (1 - remembered) * mean
    moving_variance = remembered * variance_start + (1 - remembered) * variance
    scale = np.sqrt((variance + layer.epsilon) / (moving_variance + layer.epsilon))
    shift = np.abs(moving_mean - mean) / np.sqrt(variance + layer.epsilon)
    return NormalizationForecast(
        layer=name,
        momentum=float(layer.momentum),
        updates=updates,
        remembered=remembered,
        variance=float(np.median(variance)),
        scale=float(np.median(scale)),
        worst_scale=float(scale[np.argmax(np.abs(np.log(scale)))]),
        shift=float(np.median(shift)),
    )


def _moves(layer: Layer) -> bool:
    if not isinstance(layer, keras().layers.BatchNormalization):
        return False
    return bool(layer.trainable and layer.momentum != 1 and not layer.renorm)


def _array(variable: Any) -> NDArray[np.float64]:
    return np.asarray(keras().ops.convert_to_numpy(variable), np.float64)
