"""A layer as it is asked about: its settings and what follows from them."""

from dataclasses import dataclass
from typing import Literal

from paribus.geometry import (
    LayerGeometry,
    Padding,
    Sizes,
    Transposed,
    Window,
    conv,
    pool,
    transposed_conv,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerSettings:
    """A convolution, transposed convolution or pooling layer over an input, every setting once per axis.

    Attributes:
        kind: Which of the three.
        sizes: Of the input, without batch and channels.
        window: Of the kernel or the pool.
        strides: Per axis.
        padding: "valid", "same" or "causal".
        dilation: Per axis; ones for pooling.
        output_padding: Of a transposed convolution; None for Keras' own choice.
        geometry: What follows.
    """

    kind: Literal["conv", "transpose", "pool"]
    sizes: tuple[int, ...]
    window: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    dilation: tuple[int, ...]
    output_padding: tuple[int, ...] | None
    geometry: LayerGeometry

    @classmethod
    def conv(
        cls, sizes: Sizes, kernel: Sizes, *, strides: Sizes, padding: Padding, dilation: Sizes
    ) -> "LayerSettings":
        """Return a convolution; errors as of `paribus.geometry.conv`."""
        made = conv(sizes, kernel, strides=strides, padding=padding, dilation=dilation)
        axes = len(made.axes)
        return cls(
            kind="conv",
            sizes=made.input_shape,
            window=per_axis(kernel, axes),
            strides=per_axis(strides, axes),
            padding=padding,
            dilation=per_axis(dilation, axes),
            output_padding=None,
            geometry=made,
        )

    @classmethod
    def pool(cls, sizes: Sizes, window: Sizes, *, strides: Sizes | None, padding: Padding) -> "LayerSettings":
        """Return a pooling layer; errors as of `paribus.geometry.pool`."""
        made = pool(sizes, window, strides=strides, padding=padding)
        axes = len(made.axes)
        return cls(
            kind="pool",
            sizes=made.input_shape,
            window=per_axis(window, axes),
            strides=per_axis(window if strides is None else strides, axes),
            padding=padding,
            dilation=(1,) * axes,
            output_padding=None,
            geometry=made,
        )

    @classmethod
    def transpose(
        cls,
        sizes: Sizes,
        kernel: Sizes,
        *,
        strides: Sizes,
        padding: Literal["valid", "same"],
        dilation: Sizes,
        output_padding: Sizes | None,
    ) -> "LayerSettings":
        """Return a transposed convolution; errors as of `paribus.geometry.transposed_conv`."""
        made = transposed_conv(
            sizes, kernel, strides=strides, padding=padding, dilation=dilation, output_padding=output_padding
        )
        axes = len(made.axes)
        return cls(
            kind="transpose",
            sizes=made.input_shape,
            window=per_axis(kernel, axes),
            strides=per_axis(strides, axes),
            padding=padding,
            dilation=per_axis(dilation, axes),
            output_padding=None if output_padding is None else per_axis(output_padding, axes),
            geometry=made,
        )

    @property
    def name(self) -> str:
        """Keras' name of the layer: "Conv2D"; of pooling that of max pooling, whose geometry is average pooling's."""
        axes = len(self.sizes)
        return {"conv": f"Conv{axes}D", "transpose": f"Conv{axes}DTranspose", "pool": f"MaxPooling{axes}D"}[
            self.kind
        ]


def settings_of(geometry: LayerGeometry) -> LayerSettings | None:
    """Return the settings of a convolution, transposed convolution or pooling layer; None of any other."""
    steps = [axis.step for axis in geometry.axes]
    first = steps[0]
    if geometry.kind not in {"conv", "pool", "transpose"} or not isinstance(first, Window | Transposed):
        return None
    windows = [step for step in steps if isinstance(step, Window | Transposed)]
    extra = [step.output_padding for step in windows if isinstance(step, Transposed)]
    known = [each for each in extra if each is not None]
    return LayerSettings(
        kind="conv" if geometry.kind == "conv" else "pool" if geometry.kind == "pool" else "transpose",
        sizes=geometry.input_shape,
        window=tuple(step.size for step in windows),
        strides=tuple(step.stride for step in windows),
        padding=first.padding,
        dilation=tuple(step.dilation for step in windows),
        output_padding=tuple(known) if known else None,
        geometry=geometry,
    )


def per_axis(value: Sizes, axes: int) -> tuple[int, ...]:
    """Return one number per axis."""
    return (value,) * axes if isinstance(value, int) else tuple(value) * (axes if len(value) == 1 else 1)


def times(numbers: tuple[int, ...]) -> str:
    """Return "3×3"."""
    return "×".join(map(str, numbers))
