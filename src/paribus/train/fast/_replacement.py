"""How a layer is replaced in a clone, and what replacements share."""

from collections.abc import Callable
from typing import Any, NamedTuple

from paribus.backend import Array, Layer


class Replacement(NamedTuple):
    """What stands for a layer, and what the record says of it.

    Attributes:
        make: Returns the new layer, given the old one.
        counts_as: Its name in the record; empty for a layer whose work another one does.
    """

    make: Callable[[Layer], Layer]
    counts_as: str


Replacements = dict[str, Replacement]
"""By the name of the layer that is replaced."""


def made_as(kind: Any, layer: Layer) -> Layer:
    """Return a layer of class `kind` with the config of `layer`."""
    return kind.from_config(layer.get_config())


def output_shape(layer: Layer) -> tuple[int | None, ...]:
    """Return the shape of the layer's output where it was called first; of no axes if it has several outputs."""
    try:
        return tuple(layer.output.shape)
    except (AttributeError, ValueError):
        return ()


def remember(layer: Layer, mean: Array, variance: Array) -> None:
    """Let a normalisation's moving statistics follow those of a batch."""
    for moving, now in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        moving.assign(moving * layer.momentum + now * (1.0 - layer.momentum))


def activated(layer: Layer, outputs: Array) -> Array:
    """Return the outputs of `layer` through its activation, if it has one."""
    return outputs if layer.activation is None else layer.activation(outputs)
