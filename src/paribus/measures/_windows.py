"""Which windows a layer slides over the axes of an image, series or volume."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

from collections.abc import Callable
from typing import Any

from paribus.backend import Layer
from paribus.geometry import Window
from paribus.measures._config import is_kerasown
from paribus.measures._graph import Shape

Windows = tuple[Window, ...]
"""One per axis in space or time, in their order."""


def windows(layer: Layer) -> Windows | None:
    """Return the windows of a convolution or pooling layer; None for any other."""
    for kind in type(layer).__mro__:
        if is_kerasown(kind) and kind.__name__ in _KINDS:
            return _KINDS[kind.__name__](layer)
    return None


def stretches(layer: Layer) -> bool:
    """Whether the layer spreads every input over its window, as transposed convolutions do."""
    return "Transpose" in type(layer).__name__ and windows(layer) is not None


def extents(layer: Layer, shape: Shape) -> Shape:
    """Return the sizes along the axes in space or time, the channels left out.

    Args:
        layer: Whose `data_format` says where channels lie; last, if it has none.
        shape: Of its input, without the batch axis.
    """
    return shape[1:] if getattr(layer, "data_format", None) == "channels_first" else shape[:-1]


def _convolution(layer: Any) -> Windows:
    return tuple(
        Window(size=size, stride=stride, dilation=dilation, padding=layer.padding)
        for size, stride, dilation in zip(layer.kernel_size, layer.strides, layer.dilation_rate, strict=True)
    )


def _pooling(layer: Any) -> Windows:
    sizes, strides = (
        value if isinstance(value, tuple) else (value,) for value in (layer.pool_size, layer.strides)
    )
    return tuple(
        Window(size=size, stride=stride, padding=layer.padding)
        for size, stride in zip(sizes, strides, strict=True)
    )


_KINDS: dict[str, Callable[[Any], Windows]] = dict.fromkeys(
    (
        f"{kind}{axes}D{ending}"
        for kind, ending in (
            ("Conv", ""),
            ("Conv", "Transpose"),
            ("DepthwiseConv", ""),
            ("SeparableConv", ""),
        )
        for axes in (1, 2, 3)
    ),
    _convolution,
) | dict.fromkeys((f"{kind}Pooling{axes}D" for kind in ("Max", "Average") for axes in (1, 2, 3)), _pooling)
