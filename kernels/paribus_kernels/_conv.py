"""Convolution over two axes, forward and its gradients, each by a kernel or by XLA."""

# pyright: reportUnknownVariableType=false
# JAX is not typed to its ends.

import operator
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paribus_kernels import _rules
from paribus_kernels._library import call

linear_transpose: Any = jax.linear_transpose
Array = Any
Pair = tuple[int, int]
Padding = str | Sequence[tuple[int, int]]

_LAYOUT = ("NHWC", "HWIO", "NHWC")


class _Settings(NamedTuple):
    """What of a convolution is not in its arrays; hashable, as a static argument must be."""

    strides: Pair
    dilation: Pair
    pads: tuple[Pair, Pair]
    groups: int

    def array(self) -> np.ndarray:
        """Return it as the library reads it."""
        (top, _), (left, _) = self.pads
        return np.array([*self.strides, *self.dilation, top, left, self.groups], np.int64)


def conv(
    x: Array,
    kernel: Array,
    bias: Array | None = None,
    *,
    strides: int | Pair = 1,
    padding: Padding = "VALID",
    dilation: int | Pair = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlate `x` with `kernel`.

    Kernels run on CPU, in float32, where they are faster than XLA by a rule fixed per version of jaxlib; XLA does the rest.

    Args:
        x: Shape `(n, height, width, channels)`.
        kernel: Shape `(rows, columns, channels / groups, filters)`.
        bias: Shape `(filters,)`.
        strides: Of the window, one number or one per axis.
        padding: "VALID", "SAME", or zeros (before, after) per axis.
        dilation: Of the kernel, one number or one per axis.
        groups: Parts into which channels and filters are split.

    Returns:
        Shape `(n, height', width', filters)`.

    Raises:
        ValueError: Shapes or settings do not belong together.
    """
    x, kernel = jnp.asarray(x), jnp.asarray(kernel)
    bias = None if bias is None else jnp.asarray(bias)
    settings = _settings(x, kernel, _pair(strides), _pair(dilation), padding=padding, groups=groups)
    if bias is not None and bias.shape != kernel.shape[3:]:
        raise ValueError(
            f"bias must have one number for each of the {kernel.shape[3]} filters; got shape {bias.shape}."
        )
    if not _rules.is_possible(x, kernel, *([] if bias is None else [bias])):
        y = _xla(x, kernel, settings)
        return y if bias is None else y + bias
    bias = jnp.zeros((0,), x.dtype) if bias is None else bias
    return _conv(x, kernel, bias, settings)


@partial(jax.custom_vjp, nondiff_argnums=(3,))
def _conv(x: Array, kernel: Array, bias: Array, settings: _Settings) -> Array:
    if not _rules.forward(_problem(x.shape, kernel.shape, settings)):
        y = _xla(x, kernel, settings)
        return y + bias if bias.size else y
    shape = (x.shape[0], *_sizes(x, kernel, settings), kernel.shape[3])
    return call(
        "paribus_conv", jax.ShapeDtypeStruct(shape, x.dtype), x, kernel, bias, settings=settings.array()
    )


def _forward(
    x: Array, kernel: Array, bias: Array, settings: _Settings
) -> tuple[Array, tuple[Array, Array, Array]]:
    return _conv(x, kernel, bias, settings), (x, kernel, bias)


def _backward(
    settings: _Settings, saved: tuple[Array, Array, Array], dy: Array
) -> tuple[Array, Array, Array]:
    x, kernel, bias = saved
    problem = _problem(x.shape, kernel.shape, settings)
    xla_dx, xla_dw = _xla_gradients(x, kernel, settings)
    if _rules.input_gradient(problem) or _pads_beyond_window(kernel.shape, settings):
        whole = jax.ShapeDtypeStruct(x.shape, x.dtype)
        dx = call("paribus_conv_input_gradient", whole, dy, kernel, settings=settings.array())
    else:
        dx = xla_dx(dy)
    if not _rules.kernel_gradient(problem):
        return dx, xla_dw(dy), dy.sum((0, 1, 2)) if bias.size else bias
    results = (jax.ShapeDtypeStruct(kernel.shape, x.dtype), jax.ShapeDtypeStruct(kernel.shape[3:], x.dtype))
    dw, db = call("paribus_conv_kernel_gradient", results, x, dy, settings=settings.array())
    return dx, dw, db if bias.size else bias


_conv.defvjp(_forward, _backward)


def _xla(x: Array, kernel: Array, settings: _Settings) -> Array:
    return jax.lax.conv_general_dilated(
        x,
        kernel,
        settings.strides,
        settings.pads,
        rhs_dilation=settings.dilation,
        dimension_numbers=_LAYOUT,
        feature_group_count=settings.groups,
    )


def _xla_gradients(x: Array, kernel: Array, settings: _Settings) -> tuple[Any, Any]:
    """Return functions of dy that give dx and dw; what is not called is not computed."""
    return _transposed(partial(_xla, kernel=kernel, settings=settings), x), _transposed(
        partial(_xla, x, settings=settings), kernel
    )


def _transposed(linear: Any, like: Array) -> Any:
    transpose = linear_transpose(linear, like)

    def gradient(dy: Array) -> Array:
        return transpose(dy)[0]

    return gradient


def _problem(x: tuple[int, ...], kernel: tuple[int, ...], settings: _Settings) -> _rules.Convolution:
    return _rules.Convolution(
        window=(kernel[0], kernel[1]),
        channels=x[3],
        filters=kernel[3],
        strides=settings.strides,
        dilation=settings.dilation,
        groups=settings.groups,
    )


def _pads_beyond_window(kernel: tuple[int, ...], settings: _Settings) -> bool:
    """Whether some windows lie in the padding alone; XLA's gradient by the input is wrong there in jaxlib 0.10.1."""
    reaches = ((size - 1) * step for size, step in zip(kernel[:2], settings.dilation, strict=True))
    return any(max(pads) > reach for pads, reach in zip(settings.pads, reaches, strict=True))


def _sizes(x: Array, kernel: Array, settings: _Settings) -> tuple[int, ...]:
    """Return height and width of the output."""
    rows = zip(
        x.shape[1:3], kernel.shape[:2], settings.strides, settings.dilation, settings.pads, strict=True
    )
    return tuple(
        max(0, (size + before + after - (window - 1) * dilation - 1) // stride + 1)
        for size, window, stride, dilation, (before, after) in rows
    )


def _pair(value: int | Sequence[int]) -> Pair:
    first, second = value if isinstance(value, Sequence) else (value, value)
    return operator.index(first), operator.index(second)


def _settings(
    x: Array, kernel: Array, strides: Pair, dilation: Pair, *, padding: Padding, groups: int
) -> _Settings:
    if x.ndim != 4 or kernel.ndim != 4:
        raise ValueError(
            f"x and kernel must have four axes, (n, height, width, channels) and (rows, columns, channels, filters); got {x.shape} and {kernel.shape}."
        )
    if min(*strides, *dilation, groups) < 1:
        raise ValueError(
            f"strides, dilation and groups must be positive; got {strides}, {dilation} and {groups}."
        )
    if kernel.shape[2] * groups != x.shape[3] or kernel.shape[3] % groups:
        raise ValueError(
            f"x has {x.shape[3]} channels, which {groups} groups of a kernel of shape {kernel.shape} do not fit."
        )
    reaches = [(window - 1) * step + 1 for window, step in zip(kernel.shape[:2], dilation, strict=True)]
    if isinstance(padding, str):
        pads = jax.lax.padtype_to_pads(x.shape[1:3], reaches, strides, padding)
    else:
        pads = padding
    (top, bottom), (left, right) = pads
    return _Settings(strides, dilation, ((int(top), int(bottom)), (int(left), int(right))), groups)
