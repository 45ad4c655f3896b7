"""What follows a convolution: batch normalisation, ReLU and pooling, in one pass over memory each way."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paribus_kernels import _rules
from paribus_kernels._library import call

Array = Any
Pair = tuple[int, int]
Kind = Literal["max", "average"]

_KINDS = {None: 0, "max": 1, "average": 2}


class Pool(NamedTuple):
    """Pooling over two axes.

    Args:
        kind: "max", whose gradient goes to the first maximum of a window, or "average" over the inputs that exist.
        size: Of the window.
        strides: Of the window.
        padding: "VALID" or "SAME".
    """

    kind: Kind
    size: Pair
    strides: Pair
    padding: str = "VALID"


class _Settings(NamedTuple):
    affine: bool
    relu: bool
    pool: Pool | None

    def array(self, shape: Sequence[int]) -> np.ndarray:
        """Return it as the library reads it, for an input of that shape."""
        kind, size, strides, _ = self.pool or Pool("max", (1, 1), (1, 1))
        before = [first for first, _ in _pads(shape, self.pool)]
        return np.array(
            [self.affine, self.relu, _KINDS[kind if self.pool else None], *size, *strides, *before], np.int64
        )

    def output(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Return the shape that an input of `shape` is pooled to."""
        if self.pool is None:
            return tuple(shape)
        rows = zip(shape[1:3], self.pool.size, self.pool.strides, _pads(shape, self.pool), strict=True)
        sizes = [max(0, (size + sum(pad) - window) // stride + 1) for size, window, stride, pad in rows]
        return (shape[0], *sizes, shape[3])


def batch_norm(
    x: Array, scale: Array, offset: Array, *, epsilon: float, relu: bool = False, pool: Pool | None = None
) -> tuple[Array, Array, Array]:
    """Normalise over all axes but the last by the batch's own mean and variance; then ReLU and pool, if asked.

    Args:
        x: Shape `(..., channels)`, float32; `(n, height, width, channels)` if it is pooled.
        scale: Shape `(channels,)`.
        offset: Shape `(channels,)`.
        epsilon: Added to the variance.
        relu: Whether negative outputs become zero.
        pool: How outputs are pooled.

    Returns:
        The output; the mean and the variance (divisor n), which carry no gradient. Shape `(channels,)`.

    Source:
        Ioffe and Szegedy (2015), Batch normalization, section 3.
    """
    return _batch_norm(x, scale, offset, epsilon, _prepared(x, scale, offset, relu=relu, pool=pool))


def affine(
    x: Array, mean: Array, scale: Array, offset: Array, *, relu: bool = False, pool: Pool | None = None
) -> Array:
    """Return scale * (x - mean) + offset per channel; then ReLU and pool, if asked.

    Args:
        x: Shape `(..., channels)`, float32.
        mean: Shape `(channels,)`.
        scale: Shape `(channels,)`.
        offset: Shape `(channels,)`.
        relu: Whether negative outputs become zero.
        pool: How outputs are pooled.
    """
    return _affine(x, mean, scale, offset, _prepared(x, mean, scale, offset, relu=relu, pool=pool))


def max_pool(x: Array, size: Pair, strides: Pair | None = None, padding: str = "VALID") -> Array:
    """Take the maximum of each window; its gradient goes to the first one, in the order of the axes.

    Args:
        x: Shape `(n, height, width, channels)`, float32.
        size: Of the window.
        strides: Of the window; its size if None.
        padding: "VALID" or "SAME"; padding never is a maximum.
    """
    return _pool(x, _prepared(x, affine=False, pool=Pool("max", size, strides or size, padding)))


def average_pool(x: Array, size: Pair, strides: Pair | None = None, padding: str = "VALID") -> Array:
    """Average each window over the inputs that exist; arguments as for `max_pool`."""
    return _pool(x, _prepared(x, affine=False, pool=Pool("average", size, strides or size, padding)))


@partial(jax.custom_vjp, nondiff_argnums=(3, 4))
def _batch_norm(
    x: Array, scale: Array, offset: Array, epsilon: float, settings: _Settings
) -> tuple[Array, Array, Array]:
    return _batch_norm_forward(x, scale, offset, epsilon, settings)[0]


def _batch_norm_forward(x: Array, scale: Array, offset: Array, epsilon: float, settings: _Settings) -> Any:
    channel = jax.ShapeDtypeStruct(scale.shape, x.dtype)
    mean, variance = call("paribus_moments", (channel, channel), x.reshape(-1, x.shape[-1]))
    inverse = jax.lax.rsqrt(variance + epsilon)
    y = _forward_pass(x, mean, inverse * scale, offset, settings)
    return (y, mean, variance), (x, mean, inverse, scale, offset)


def _batch_norm_backward(
    _epsilon: float, settings: _Settings, saved: Any, cotangents: Any
) -> tuple[Array, Array, Array]:
    (x, mean, inverse, scale, offset), dy = saved, cotangents[0]
    factor = inverse * scale
    d_offset, products = _sums(x, dy, mean, factor, offset, settings=settings)
    d_scale = products * inverse
    n = math.prod(x.shape[:-1])
    slope, base = -factor * inverse * d_scale / n, -factor * d_offset / n
    return _backward_pass(x, dy, mean, factor, offset, slope, base, settings=settings), d_scale, d_offset


_batch_norm.defvjp(_batch_norm_forward, _batch_norm_backward)


@partial(jax.custom_vjp, nondiff_argnums=(4,))
def _affine(x: Array, mean: Array, scale: Array, offset: Array, settings: _Settings) -> Array:
    return _forward_pass(x, mean, scale, offset, settings)


def _affine_forward(x: Array, mean: Array, scale: Array, offset: Array, settings: _Settings) -> Any:
    return _affine(x, mean, scale, offset, settings), (x, mean, scale, offset)


def _affine_backward(settings: _Settings, saved: Any, dy: Array) -> tuple[Array, Array, Array, Array]:
    x, mean, scale, offset = saved
    d_offset, d_scale = _sums(x, dy, mean, scale, offset, settings=settings)
    zeros = jnp.zeros_like(mean)
    dx = _backward_pass(x, dy, mean, scale, offset, zeros, zeros, settings=settings)
    return dx, -scale * d_offset, d_scale, d_offset


_affine.defvjp(_affine_forward, _affine_backward)


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def _pool(x: Array, settings: _Settings) -> Array:
    none = jnp.zeros((0,), x.dtype)
    return _forward_pass(x, none, none, none, settings)


def _pool_forward(x: Array, settings: _Settings) -> tuple[Array, Array]:
    return _pool(x, settings), x


def _pool_backward(settings: _Settings, x: Array, dy: Array) -> tuple[Array]:
    none = jnp.zeros((0,), x.dtype)
    return (_backward_pass(x, dy, *[none] * 5, settings=settings),)


_pool.defvjp(_pool_forward, _pool_backward)


def _forward_pass(x: Array, mean: Array, scale: Array, offset: Array, settings: _Settings) -> Array:
    flat = _flat(x, settings)
    result = jax.ShapeDtypeStruct(settings.output(flat.shape), x.dtype)
    y = call("paribus_block", result, flat, mean, scale, offset, settings=settings.array(flat.shape))
    return y if settings.pool else y.reshape(x.shape)


def _sums(x: Array, dy: Array, *per_channel: Array, settings: _Settings) -> tuple[Array, Array]:
    """Return sums per channel: of the gradient before ReLU and pooling, and of its product with x - mean; `per_channel` is mean, scale, offset."""
    flat = _flat(x, settings)
    channel = jax.ShapeDtypeStruct(x.shape[-1:], x.dtype)
    dy = dy.reshape(settings.output(flat.shape))
    numbers = settings.array(flat.shape)
    return call("paribus_block_sums", (channel, channel), flat, dy, *per_channel, settings=numbers)


def _backward_pass(x: Array, dy: Array, *per_channel: Array, settings: _Settings) -> Array:
    """Return scale * g + slope * (x - mean) + base, g being that gradient; `per_channel` is mean, scale, offset, slope, base."""
    flat = _flat(x, settings)
    whole = jax.ShapeDtypeStruct(flat.shape, x.dtype)
    dy = dy.reshape(settings.output(flat.shape))
    dx = call("paribus_block_gradient", whole, flat, dy, *per_channel, settings=settings.array(flat.shape))
    return dx.reshape(x.shape)


def _flat(x: Array, settings: _Settings) -> Array:
    """Return `x` with four axes; without pooling only the last one matters."""
    return x if settings.pool else x.reshape(-1, 1, 1, x.shape[-1])


def _pads(shape: Sequence[int], pool: Pool | None) -> list[tuple[int, int]]:
    if pool is None:
        return [(0, 0), (0, 0)]
    return [
        (int(a), int(b))
        for a, b in jax.lax.padtype_to_pads(shape[1:3], pool.size, pool.strides, pool.padding)
    ]


def _prepared(
    x: Array, *per_channel: Array, affine: bool = True, relu: bool = False, pool: Pool | None = None
) -> _Settings:
    """Return the settings.

    Raises:
        ValueError: Kernels cannot compute that.
    """
    if not _rules.is_possible(x, *per_channel):
        types = ", ".join(str(array.dtype) for array in (x, *per_channel))
        raise ValueError(f"kernels compute with float32 on a CPU; got {types} on {jax.default_backend()}.")
    if wrong := [array.shape for array in per_channel if array.shape != x.shape[-1:]]:
        raise ValueError(
            f"there must be one number for each of the {x.shape[-1]} channels; got shape {wrong[0]}."
        )
    return _Settings(affine, relu, _checked(pool, x.shape))


def _checked(pool: Pool | None, shape: Sequence[int]) -> Pool | None:
    """Return `pool` with plain numbers.

    Raises:
        ValueError: It cannot pool an input of that shape.
    """
    if pool is None:
        return None
    if len(shape) != 4 or pool.kind not in ("max", "average") or min(*pool.size, *pool.strides) < 1:
        raise ValueError(
            f"{pool} cannot pool an input of shape {tuple(shape)}; it takes (n, height, width, channels)."
        )
    (rows, columns), (down, across) = pool.size, pool.strides
    return Pool(pool.kind, (int(rows), int(columns)), (int(down), int(across)), pool.padding.upper())
