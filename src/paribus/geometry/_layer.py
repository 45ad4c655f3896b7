"""Whole layers, by the settings that Keras takes: sizes, windows, coverage; refused where Keras refuses."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paribus.errors import GeometryError
from paribus.geometry._axis import AxisGeometry, along
from paribus.geometry._moves import Repeated, Shifted, Transposed, Whole
from paribus.geometry._rules import (
    Setting,
    crop_problems,
    nothing_fits,
    pad_problems,
    problems,
    transposed_problems,
    window_problems,
)
from paribus.geometry._window import Padding, Window
from paribus.rich_display import html, text

Sizes: TypeAlias = int | Sequence[int]
"""One number for all axes, or one for each."""

Pairs: TypeAlias = int | Sequence[int | tuple[int, int]]
"""Before and after each axis: a number for all, a number or a pair for each."""

Kind = Literal[
    "conv", "depthwise", "separable", "transpose", "pool", "global", "padding", "cropping", "upsampling"
]


@dataclass(frozen=True, slots=True, repr=False)
class LayerGeometry:
    """What a layer does to its input along each axis; channels are left out.

    Attributes:
        kind: What it does.
        axes: In the order of the input's.
    """

    kind: Kind
    axes: tuple[AxisGeometry, ...]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Inputs along each axis."""
        return tuple(axis.n for axis in self.axes)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Outputs along each axis."""
        return tuple(axis.outputs for axis in self.axes)

    @property
    def coverage(self) -> NDArray[np.int64]:
        """How many outputs read each input. Shape as the input's."""
        counts = self.axes[0].reads
        for axis in self.axes[1:]:
            counts = np.multiply.outer(counts, axis.reads)
        return counts

    @property
    def unread(self) -> int:
        """How many inputs no output reads."""
        read = math.prod(int(np.count_nonzero(axis.reads)) for axis in self.axes)
        return math.prod(self.input_shape) - read

    @property
    def padding_shares(self) -> NDArray[np.float64]:
        """Which part of each output's window lies in the padding. Shape as the output's."""
        inside = 1 - self.axes[0].padding_shares
        for axis in self.axes[1:]:
            inside = np.multiply.outer(inside, 1 - axis.padding_shares)
        return 1 - inside

    def __repr__(self) -> str:
        return text(self)

    def _repr_html_(self) -> str:
        return html(self)


def conv(
    sizes: Sizes, kernel: Sizes, *, strides: Sizes = 1, padding: Padding = "valid", dilation: Sizes = 1
) -> LayerGeometry:
    """Return the geometry of Conv1D, Conv2D or Conv3D.

    Args:
        sizes: Of the input, without batch and channels: one number for one axis, or one for each.
        kernel: Of the window.
        strides: Inputs from one window to the next.
        padding: "valid", "same", or for one axis "causal".
        dilation: Inputs from one that a window reads to the next.

    Raises:
        GeometryError: Keras would refuse it; every reason is named.
    """
    return _sliding("conv", sizes, padding, kernel=kernel, strides=strides, dilation=dilation)


def depthwise_conv(
    sizes: Sizes, kernel: Sizes, *, strides: Sizes = 1, padding: Padding = "valid", dilation: Sizes = 1
) -> LayerGeometry:
    """Return the geometry of DepthwiseConv1D or DepthwiseConv2D; arguments and errors as of `conv`."""
    return _sliding("depthwise", sizes, padding, kernel=kernel, strides=strides, dilation=dilation)


def separable_conv(
    sizes: Sizes, kernel: Sizes, *, strides: Sizes = 1, padding: Padding = "valid", dilation: Sizes = 1
) -> LayerGeometry:
    """Return the geometry of SeparableConv1D or SeparableConv2D; arguments and errors as of `conv`."""
    return _sliding("separable", sizes, padding, kernel=kernel, strides=strides, dilation=dilation)


def pool(
    sizes: Sizes, window: Sizes = 2, *, strides: Sizes | None = None, padding: Padding = "valid"
) -> LayerGeometry:
    """Return the geometry of max or average pooling over one to three axes.

    Args:
        sizes: Of the input, without batch and channels.
        window: Of the pool.
        strides: Inputs from one window to the next; the window's size by default.
        padding: "valid" or "same".

    Raises:
        GeometryError: Keras would refuse it, or fail on it (a stride of 0); every reason is named.
    """
    chosen = window if strides is None else strides
    return _sliding("pool", sizes, padding, kernel=window, strides=chosen, dilation=1)


def transposed_conv(
    sizes: Sizes,
    kernel: Sizes,
    *,
    strides: Sizes = 1,
    padding: Literal["valid", "same"] = "valid",
    dilation: Sizes = 1,
    output_padding: Sizes | None = None,
) -> LayerGeometry:
    """Return the geometry of Conv1DTranspose, Conv2DTranspose or Conv3DTranspose.

    Args:
        sizes: Of the input, without batch and channels.
        kernel: Outputs that one input is spread over.
        strides: Outputs from one input's window to the next.
        padding: "valid" or "same".
        dilation: Outputs from one that a window writes to the next.
        output_padding: Outputs more than what the stride leaves open, below the stride; Keras' own choice by default.

    Raises:
        GeometryError: Keras would refuse it; every reason is named.
    """
    n, given = _settings(sizes, kernel=kernel, strides=strides, dilation=dilation)
    extra = None if output_padding is None else _per_axis(output_padding, len(n))
    problems(
        "transpose", n, given, window_problems("transpose", given, padding), transposed_problems(given, extra)
    )
    axes = [
        along(
            size,
            Transposed(
                size=given["kernel"][axis],
                stride=given["strides"][axis],
                dilation=given["dilation"][axis],
                padding=padding,
                output_padding=None if extra is None else extra[axis],
            ),
        )
        for axis, size in enumerate(n)
    ]
    return LayerGeometry("transpose", tuple(axes))


def global_pool(sizes: Sizes) -> LayerGeometry:
    """Return the geometry of global max or average pooling."""
    n, _ = _settings(sizes)
    problems("global", n, {})
    return LayerGeometry("global", tuple(along(size, Whole(size)) for size in n))


def zero_padding(sizes: Sizes, padding: Pairs = 1) -> LayerGeometry:
    """Return the geometry of ZeroPadding1D, 2D or 3D; `padding` is a number for all axes, or one or a pair for each.

    Raises:
        GeometryError: Keras would refuse it.
    """
    n, _ = _settings(sizes)
    pairs = _pairs(padding, len(n))
    problems("padding", n, {}, pad_problems(pairs))
    return LayerGeometry(
        "padding", tuple(along(size, Shifted(*pair)) for size, pair in zip(n, pairs, strict=True))
    )


def cropping(sizes: Sizes, cropping: Pairs = 1) -> LayerGeometry:
    """Return the geometry of Cropping1D, 2D or 3D; `cropping` is a number for all axes, or one or a pair for each.

    Raises:
        GeometryError: Keras would refuse it.
    """
    n, _ = _settings(sizes)
    pairs = _pairs(cropping, len(n))
    problems("cropping", n, {}, pad_problems(pairs), crop_problems(n, pairs))
    axes = (along(size, Shifted(-before, -after)) for size, (before, after) in zip(n, pairs, strict=True))
    return LayerGeometry("cropping", tuple(axes))


def upsampling(sizes: Sizes, size: Sizes = 2) -> LayerGeometry:
    """Return the geometry of nearest-neighbour UpSampling1D, 2D or 3D.

    Raises:
        GeometryError: Keras would refuse it.
    """
    n, given = _settings(sizes, size=size)
    problems("upsampling", n, given)
    return LayerGeometry(
        "upsampling",
        tuple(along(each, Repeated(times)) for each, times in zip(n, given["size"], strict=True)),
    )


def _sliding(
    kind: Literal["conv", "depthwise", "separable", "pool"], sizes: Sizes, padding: Padding, **settings: Sizes
) -> LayerGeometry:
    n, given = _settings(sizes, **settings)
    problems(kind, n, given, window_problems(kind, given, padding))
    windows = [
        Window(size=size, stride=stride, dilation=rate, padding=padding)
        for size, stride, rate in zip(*given.values(), strict=True)
    ]
    if found := nothing_fits(n, windows):
        raise GeometryError(found)
    return LayerGeometry(kind, tuple(along(size, window) for size, window in zip(n, windows, strict=True)))


def _settings(sizes: Sizes, **given: Sizes) -> tuple[tuple[int, ...], dict[str, Setting]]:
    """Return the sizes, and each setting once per axis."""
    n = (sizes,) if isinstance(sizes, int) else tuple(sizes)
    return n, {name: _per_axis(value, len(n)) for name, value in given.items()}


def _per_axis(value: Sizes, axes: int) -> Setting:
    return (value,) * axes if isinstance(value, int) else tuple(value)


def _pairs(value: Pairs, axes: int) -> tuple[tuple[int, int], ...]:
    per_axis = [value] * axes if isinstance(value, int) else list(value)
    made = [(each, each) if isinstance(each, int) else each for each in per_axis]
    if len(made) != axes or any(len(pair) != 2 for pair in made):
        raise GeometryError(f"expected a number or a pair for each of {axes} axes, got {value!r}.")
    return tuple(made)


LAYERS: dict[str, Callable[..., LayerGeometry]] = {
    "conv": conv,
    "depthwise": depthwise_conv,
    "separable": separable_conv,
    "transpose": transposed_conv,
    "pool": pool,
    "global": global_pool,
    "padding": zero_padding,
    "cropping": cropping,
    "upsampling": upsampling,
}
