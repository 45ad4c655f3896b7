"""The operations, as JAX functions with their own gradients.

XLA's generic gradients are slow on CPU where they become scalar loops: select-and-scatter for max pooling, reductions
fused with their operands for batch normalisation, convolutions with the batch as channels for weight gradients, and matrices that are turned over for
those of dense layers.
"""

import itertools
import math
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version

import jax
import jax.numpy as jnp

from paribus.backend import Array

_SLOW_REDUCTIONS_BEFORE = (0, 10, 2)
_JAXLIB = tuple(int(part) for part in version("jaxlib").split(".")[:3])

_FEW_CHANNELS = 8
"""Up to so many input channels, all shifts of the input side by side are a small matrix."""


def batch_normalization(
    x: Array, scale: Array | None, offset: Array | None, epsilon: float
) -> tuple[Array, Array, Array]:
    """Normalise over all axes but the last, by the batch's own mean and variance.

    Args:
        x: Shape `(..., channels)`; float32.
        scale: Shape `(channels,)`; one if None.
        offset: Shape `(channels,)`; zero if None.
        epsilon: Added to the variance.

    Returns:
        The normalised `x`; its mean and variance, which carry no gradient. Shape `(channels,)`.

    Source:
        Ioffe and Szegedy (2015), Batch normalization, section 3; divisor n in the variance.
    """
    channels = x.shape[-1]
    scale = jnp.ones(channels, x.dtype) if scale is None else jnp.asarray(scale)
    offset = jnp.zeros(channels, x.dtype) if offset is None else jnp.asarray(offset)
    return _normalize(x, scale, offset, epsilon)


def max_pool(x: Array, size: tuple[int, ...], strides: tuple[int, ...], padding: str) -> Array:
    """Take the maximum of each window; its gradient goes to the first maximum, in the order of the axes.

    Args:
        x: Shape `(n, *spatial, channels)`; float32.
        size: Window per spatial axis.
        strides: Per spatial axis.
        padding: "VALID" or "SAME"; padding never is a maximum.
    """
    return _max_pool(x, (1, *size, 1), (1, *strides, 1), padding)


def convolution(x: Array, kernel: Array, padding: str) -> Array:
    """Cross-correlate with stride 1.

    Args:
        x: Shape `(n, height, width, channels)`; float32.
        kernel: Shape `(rows, columns, channels, filters)`.
        padding: "VALID" or "SAME".
    """
    return _convolve(jnp.asarray(x), jnp.asarray(kernel), padding)


@jax.custom_vjp
def product(x: Array, kernel: Array) -> Array:
    """Multiply rows by a matrix of many rows and few columns.

    Args:
        x: Shape `(n, inputs)`; float32.
        kernel: Shape `(inputs, units)`.
    """
    return x @ kernel


def _product_forward(x: Array, kernel: Array) -> tuple[Array, tuple[Array, Array]]:
    return x @ kernel, (x, kernel)


def _product_backward(saved: tuple[Array, Array], dy: Array) -> tuple[Array, Array]:
    """The large factor stays as it lies in memory; left to itself, XLA turns it over."""
    x, kernel = saved
    few_rows = jax.lax.optimization_barrier(dy.T)
    return dy @ kernel.T, jax.lax.optimization_barrier(few_rows @ x).T


product.defvjp(_product_forward, _product_backward)


@partial(jax.custom_vjp, nondiff_argnums=(3,))
def _normalize(x: Array, scale: Array, offset: Array, epsilon: float) -> tuple[Array, Array, Array]:
    return _normalize_forward(x, scale, offset, epsilon)[0]


def _normalize_forward(
    x: Array, scale: Array, offset: Array, epsilon: float
) -> tuple[tuple[Array, Array, Array], tuple[Array, Array, Array, Array]]:
    n = math.prod(x.shape[:-1])
    mean = _channel_sums(x) / n
    centered = x - mean
    variance = _channel_sums(centered * centered) / n
    inverse = jax.lax.rsqrt(variance + epsilon)
    y = x * (inverse * scale) + (offset - mean * inverse * scale)
    return (y, mean, variance), (x, mean, inverse, scale)


def _normalize_backward(
    _epsilon: float, saved: tuple[Array, Array, Array, Array], cotangents: tuple[Array, Array, Array]
) -> tuple[Array, Array, Array]:
    (x, mean, inverse, scale), dy = saved, cotangents[0]
    n = math.prod(x.shape[:-1])
    d_offset = _channel_sums(dy)
    d_scale = _channel_sums(dy * (x - mean)) * inverse
    factor = scale * inverse
    dx = factor * (dy - d_offset / n) - (factor * inverse * d_scale / n) * (x - mean)
    return dx, d_scale, d_offset


_normalize.defvjp(_normalize_forward, _normalize_backward)


def _channel_sums(x: Array) -> Array:
    """Sum over all axes but the last: by matrix products where XLA's fused reductions run one number at a time.

    One product per example: a single one over all rows would lose two digits to rounding.
    """
    if _JAXLIB < _SLOW_REDUCTIONS_BEFORE and x.ndim > 2:
        rows = jax.lax.optimization_barrier(x).reshape(x.shape[0], -1, x.shape[-1])
        return jnp.einsum("k,nkc->nc", jnp.ones(rows.shape[1], x.dtype), rows).sum(axis=0)
    return x.sum(axis=tuple(range(x.ndim - 1)))


@partial(jax.custom_vjp, nondiff_argnums=(1, 2, 3))
def _max_pool(x: Array, window: tuple[int, ...], strides: tuple[int, ...], padding: str) -> Array:
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, strides, padding)


def _max_pool_forward(
    x: Array, window: tuple[int, ...], strides: tuple[int, ...], padding: str
) -> tuple[Array, tuple[Array, Array]]:
    y = _max_pool(x, window, strides, padding)
    return y, (x, y)


def _max_pool_backward(
    window: tuple[int, ...], strides: tuple[int, ...], padding: str, saved: tuple[Array, Array], dy: Array
) -> tuple[Array]:
    x, y = saved
    pads = jax.lax.padtype_to_pads(x.shape, window, strides, padding)
    padded = jnp.pad(x, pads, constant_values=-jnp.inf)
    taken = jnp.zeros(y.shape, bool)
    dx = jnp.zeros(padded.shape, x.dtype)
    for start in itertools.product(*map(range, window)):
        stop = [
            first + (out - 1) * stride + 1 for first, out, stride in zip(start, y.shape, strides, strict=True)
        ]
        is_maximum = (jax.lax.slice(padded, start, stop, strides) == y) & ~taken
        taken |= is_maximum
        dx += jax.lax.pad(jnp.where(is_maximum, dy, 0.0), 0.0, _spread(start, stop, strides, padded.shape))
    unpadded = [(before, before + size) for (before, _), size in zip(pads, x.shape, strict=True)]
    return (jax.lax.slice(dx, *zip(*unpadded, strict=True)),)


def _spread(
    start: tuple[int, ...], stop: list[int], strides: tuple[int, ...], shape: tuple[int, ...]
) -> list[tuple[int, int, int]]:
    """Return how to put the entries of a strided slice back to where they were taken from."""
    return [
        (first, size - last, stride - 1)
        for first, last, stride, size in zip(start, stop, strides, shape, strict=True)
    ]


_max_pool.defvjp(_max_pool_forward, _max_pool_backward)


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def _convolve(x: Array, kernel: Array, padding: str) -> Array:
    return jax.lax.conv_general_dilated(
        x, kernel, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def _convolve_forward(x: Array, kernel: Array, padding: str) -> tuple[Array, tuple[Array, Array]]:
    return _convolve(x, kernel, padding), (x, kernel)


def _convolve_backward(padding: str, saved: tuple[Array, Array], dy: Array) -> tuple[Array, Array]:
    x, kernel = saved
    rows, columns = kernel.shape[:2]
    pads = jax.lax.padtype_to_pads(x.shape[1:3], (rows, columns), (1, 1), padding)
    weight_gradient = _gradient_few_channels if x.shape[-1] <= _FEW_CHANNELS else _gradient_many_channels
    full = [
        (size - 1 - before, size - 1 - after)
        for size, (before, after) in zip((rows, columns), pads, strict=True)
    ]
    flipped = jnp.flip(kernel, (0, 1)).swapaxes(2, 3)
    dx = jax.lax.conv_general_dilated(dy, flipped, (1, 1), full, dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return dx, weight_gradient(x, dy, pads, rows, columns)


_convolve.defvjp(_convolve_forward, _convolve_backward)


def _gradient_few_channels(
    x: Array, dy: Array, pads: list[tuple[int, int]], rows: int, columns: int
) -> Array:
    """All shifts of the input side by side, times the output's gradient: one matrix product."""
    padded = jnp.pad(x, ((0, 0), *pads, (0, 0)))
    shifts = [_window(padded, row, column, dy.shape) for row, column in _offsets(rows, columns)]
    patches = jnp.concatenate(shifts, axis=-1).reshape(-1, rows * columns * x.shape[-1])
    product = patches.T @ dy.reshape(-1, dy.shape[-1])
    return product.reshape(rows, columns, x.shape[-1], dy.shape[-1])


def _gradient_many_channels(
    x: Array, dy: Array, pads: list[tuple[int, int]], rows: int, columns: int
) -> Array:
    """One matrix product per kernel row: the input's rows times the output's gradient at all column shifts."""
    channels, filters = x.shape[-1], dy.shape[-1]
    height, width = dy.shape[1], x.shape[2]
    padded = jnp.pad(x, ((0, 0), pads[0], (0, 0), (0, 0)))
    before, after = pads[1]
    spread = jnp.pad(dy, ((0, 0), (0, 0), (columns - 1 - before, columns - 1 - after), (0, 0)))
    shifts = [spread[:, :, columns - 1 - column :][:, :, :width] for column in range(columns)]
    gradients = jnp.concatenate(shifts, axis=-1).reshape(-1, columns * filters)
    products = [padded[:, row : row + height].reshape(-1, channels).T @ gradients for row in range(rows)]
    return jnp.stack(products).reshape(rows, channels, columns, filters).swapaxes(1, 2)


def _window(padded: Array, row: int, column: int, shape: tuple[int, ...]) -> Array:
    return padded[:, row : row + shape[1], column : column + shape[2]]


def _offsets(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    return itertools.product(range(rows), range(columns))
