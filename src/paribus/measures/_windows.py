"""What a layer does along the axes of an image, series or volume."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

from collections.abc import Callable
from typing import Any

from paribus.backend import Layer
from paribus.geometry import Repeated, Shifted, Step, Transposed, Whole, Window
from paribus.measures._config import is_kerasown
from paribus.measures._graph import Shape

Steps = tuple[Step, ...]
"""One per axis in space or time, in their order."""


def steps(layer: Layer, sizes: tuple[int, ...]) -> Steps | None:
    """Return what a layer does along each axis: convolution, pooling, padding, cropping, upsampling; None for any other.

    Args:
        layer: One of Keras', or derived from one.
        sizes: Of its input along the axes in space or time.
    """
    for kind in type(layer).__mro__:
        if is_kerasown(kind) and kind.__name__ in _KINDS:
            return _KINDS[kind.__name__](layer, sizes)
    return None


def windows(layer: Layer) -> tuple[Window, ...] | None:
    """Return the windows of a convolution or pooling layer; None for any other, transposed convolutions among them."""
    found = steps(layer, ())
    if not found:
        return None
    sliding = tuple(step for step in found if isinstance(step, Window))
    return sliding if len(sliding) == len(found) else None


def transposed(layer: Layer) -> tuple[Transposed, ...] | None:
    """Return what a transposed convolution spreads its inputs over; None for any other layer."""
    found = steps(layer, ())
    spread = tuple(step for step in found or () if isinstance(step, Transposed))
    return spread or None


def extents(layer: Layer, shape: Shape) -> Shape:
    """Return the sizes along the axes in space or time, the channels left out.

    Args:
        layer: Whose `data_format` says where channels lie; last, if it has none.
        shape: Of its input, without the batch axis.
    """
    return shape[1:] if getattr(layer, "data_format", None) == "channels_first" else shape[:-1]


def _convolution(layer: Any, _: tuple[int, ...]) -> Steps:
    return tuple(
        Window(size=size, stride=stride, dilation=dilation, padding=layer.padding)
        for size, stride, dilation in zip(layer.kernel_size, layer.strides, layer.dilation_rate, strict=True)
    )


def _transposed(layer: Any, _: tuple[int, ...]) -> Steps:
    more = layer.output_padding or (None,) * len(layer.kernel_size)
    settings = zip(layer.kernel_size, layer.strides, layer.dilation_rate, more, strict=True)
    return tuple(
        Transposed(size=size, stride=stride, dilation=dilation, padding=layer.padding, output_padding=extra)
        for size, stride, dilation, extra in settings
    )


def _pooling(layer: Any, _: tuple[int, ...]) -> Steps:
    sizes, strides = (
        value if isinstance(value, tuple) else (value,) for value in (layer.pool_size, layer.strides)
    )
    return tuple(
        Window(size=size, stride=stride, padding=layer.padding)
        for size, stride in zip(sizes, strides, strict=True)
    )


def _padding(layer: Any, _: tuple[int, ...]) -> Steps:
    return tuple(Shifted(before, after) for before, after in _pairs(layer.padding))


def _cropping(layer: Any, _: tuple[int, ...]) -> Steps:
    return tuple(Shifted(-before, -after) for before, after in _pairs(layer.cropping))


def _upsampling(layer: Any, _: tuple[int, ...]) -> Steps:
    if getattr(layer, "interpolation", "nearest") != "nearest":
        return ()
    times = layer.size if isinstance(layer.size, tuple | list) else (layer.size,)
    return tuple(Repeated(int(each)) for each in times)


def _global(_: Any, sizes: tuple[int, ...]) -> Steps:
    return tuple(map(Whole, sizes))


def _pairs(amounts: Any) -> list[tuple[int, int]]:
    return [(each[0], each[1]) for each in (amounts if isinstance(amounts[0], tuple) else (amounts,))]


def _per_axes(
    read: Callable[[Any, tuple[int, ...]], Steps], *names: str
) -> dict[str, Callable[[Any, tuple[int, ...]], Steps]]:
    return {name.format(axes): read for name in names for axes in (1, 2, 3)}


_KINDS = (
    _per_axes(_convolution, "Conv{}D", "DepthwiseConv{}D", "SeparableConv{}D")
    | _per_axes(_transposed, "Conv{}DTranspose")
    | _per_axes(_pooling, "MaxPooling{}D", "AveragePooling{}D")
    | _per_axes(_padding, "ZeroPadding{}D")
    | _per_axes(_cropping, "Cropping{}D")
    | _per_axes(_upsampling, "UpSampling{}D")
    | _per_axes(_global, "GlobalMaxPooling{}D", "GlobalAveragePooling{}D")
)
