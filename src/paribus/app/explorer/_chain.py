"""Layers over an input, one behind the other, and what a unit at the end sees of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paribus.app.explorer._choice import Choice, LayerChoice
from paribus.errors import GeometryError
from paribus.geometry import Field
from paribus.report.geometry import LayerSettings, layer_json, times

_LARGEST = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """Layers as far as Keras takes them.

    Attributes:
        input: Sizes.
        layers: With what follows from them.
        problems: Why Keras refuses the layer behind the last one; empty if it refuses none.
    """

    input: tuple[int, ...]
    layers: tuple[LayerSettings, ...]
    problems: tuple[str, ...] = ()

    @property
    def sizes(self) -> tuple[tuple[int, ...], ...]:
        """The input's, then every layer's output's."""
        return (self.input, *(layer.geometry.output_shape for layer in self.layers))

    def fields(self) -> tuple[tuple[Field, ...], ...]:
        """Return what a unit behind every layer sees of the input, along each axis."""
        now = tuple(Field() for _ in self.input)
        found: list[tuple[Field, ...]] = []
        for layer in self.layers:
            axes = layer.geometry.axes
            now = tuple(field.through(axis.step, axis.n) for field, axis in zip(now, axes, strict=True))
            found.append(now)
        return tuple(found)

    def lost(self) -> int:
        """Return how many inputs reach no output of the last layer."""
        reached = math.prod(int(self._reach(axis).any(axis=0).sum()) for axis in range(len(self.input)))
        return math.prod(self.input) - reached

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data: every layer as `paribus geometry --json` tells it."""
        return {
            "input": self.input,
            "layers": [layer_json(layer) for layer in self.layers],
            "fields": [[field.size for field in axes] for axes in self.fields()],
            "lost": self.lost(),
            "problems": self.problems,
        }

    def _reach(self, axis: int) -> NDArray[np.bool_]:
        """Return which outputs of the last layer depend on which inputs. Shape `(outputs, inputs)`."""
        through = np.eye(self.input[axis], dtype=np.bool_)
        for layer in self.layers:
            along = layer.geometry.axes[axis]
            through = np.array(
                [through[list(along.read_by(output))].any(axis=0) for output in range(along.outputs)]
            )
        return through


def chain_of(choice: Choice) -> Chain:
    """Return the layers of a choice, up to the one that Keras refuses."""
    layers: list[LayerSettings] = []
    sizes = choice.input
    for place, asked in enumerate(choice.layers):
        try:
            made = _layer(asked, sizes)
        except GeometryError as error:
            name = f"Layer {place + 1}: " if len(choice.layers) > 1 else ""
            return Chain(
                input=choice.input,
                layers=tuple(layers),
                problems=tuple(f"{name}{problem}" for problem in error.problems),
            )
        layers.append(made)
        sizes = made.geometry.output_shape
        if max(sizes) > _LARGEST:
            problem = f"Layer {place + 1} puts out {times(sizes)}; what is behind it is not shown beyond {_LARGEST} along an axis."
            return Chain(input=choice.input, layers=tuple(layers), problems=(problem,))
    return Chain(input=choice.input, layers=tuple(layers))


def _layer(asked: LayerChoice, sizes: Sequence[int]) -> LayerSettings:
    if asked.kind == "pool":
        return LayerSettings.pool(sizes, asked.kernel, strides=asked.strides, padding=asked.padding)
    if asked.kind == "conv":
        return LayerSettings.conv(
            sizes, asked.kernel, strides=asked.strides, padding=asked.padding, dilation=asked.dilation
        )
    if asked.padding == "causal":
        raise GeometryError(
            "padding 'causal' is for Conv1D alone; a transposed convolution takes 'valid' or 'same'."
        )
    return LayerSettings.transpose(
        sizes,
        asked.kernel,
        strides=asked.strides,
        padding=asked.padding,
        dilation=asked.dilation,
        output_padding=None,
    )
