"""What follows a convolution: batch normalisation, ReLU and pooling, in one pass over memory each way."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paribus_kernels._library import library

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
        return np.array([self.affine, self.relu, _KINDS[kind if self.pool else None], *size, *strides, *before], np.int64)

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
    library()
    return _batch_norm(x, scale, offset, epsilon, _Settings(True, relu, _checked(pool, x.shape)))


def affine(x: Array, mean: Array, scale: Array, offset: Array, *, relu: bool = False, pool: Pool | None = None) -> Array:
    """Return scale * (x - mean) + offset per channel; then ReLU and pool, if asked. It has no gradient: it is for inference.

    Args:
        x: Shape `(..., channels)`, float32.
        mean: Shape `(channels,)`.
        scale: Shape `(channels,)`.
        offset: Shape `(channels,)`.
        relu: Whether negative outputs become zero.
        pool: How outputs are pooled.
    """
    library()
    return _forward_pass(x, mean, scale, offset, _Settings(True, relu, _checked(pool, x.shape)))


def max_pool(x: Array, size: Pair, strides: Pair | None = None, padding: str = "VALID") -> Array:
    """Take the maximum of each window; its gradient goes to the first one, in the order of the axes.

    Args:
        x: Shape `(n, height, width, channels)`, float32.
        size: Of the window.
        strides: Of the window; its size if None.
        padding: "VALID" or "SAME"; padding never is a maximum.
    """
    library()
    return _pool(x, _checked(Pool("max", size, strides or size, padding), x.shape))


def average_pool(x: Array, size: Pair, strides: Pair | None = None, padding: str = "VALID") -> Array:
    """Average each window over the inputs that exist; arguments as for `max_pool`."""
    library()
    return _pool(x, _checked(Pool("average", size, strides or size, padding), x.shape))


@partial(jax.custom_vjp, nondiff_argnums=(3, 4))
def _batch_norm(
    x: Array, scale: Array, offset: Array, epsilon: float, settings: _Settings
) -> tuple[Array, Array, Array]:
    return _batch_norm_forward(x, scale, offset, epsilon, settings)[0]


def _batch_norm_forward(x: Array, scale: Array, offset: Array, epsilon: float, settings: _Settings) -> Any:
    channel = jax.ShapeDtypeStruct(scale.shape, x.dtype)
    mean, variance = _call("paribus_moments", (channel, channel), x.reshape(-1, x.shape[-1]))
    inverse = jax.lax.rsqrt(variance + epsilon)
    y = _forward_pass(x, mean, inverse * scale, offset, settings)
    return (y, mean, variance), (x, mean, inverse, scale, offset)


def _batch_norm_backward(_epsilon: float, settings: _Settings, saved: Any, cotangents: Any) -> tuple[Array, Array, Array]:
    (x, mean, inverse, scale, offset), dy = saved, cotangents[0]
    flat, factor = _flat(x, settings), inverse * scale
    channel = jax.ShapeDtypeStruct(scale.shape, x.dtype)
    dy = dy.reshape(settings.output(flat.shape))
    numbers = settings.array(flat.shape)
    d_offset, products = _call(
        "paribus_block_sums", (channel, channel), flat, dy, mean, factor, offset, settings=numbers
    )
    d_scale = products * inverse
    n = math.prod(x.shape[:-1])
    slope, base = -factor * inverse * d_scale / n, -factor * d_offset / n
    whole = jax.ShapeDtypeStruct(flat.shape, x.dtype)
    dx = _call("paribus_block_gradient", whole, flat, dy, mean, factor, offset, slope, base, settings=numbers)
    return dx.reshape(x.shape), d_scale, d_offset


_batch_norm.defvjp(_batch_norm_forward, _batch_norm_backward)


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def _pool(x: Array, pool: Pool) -> Array:
    none = jnp.zeros((0,), x.dtype)
    return _forward_pass(x, none, none, none, _Settings(False, False, pool))


def _pool_forward(x: Array, pool: Pool) -> tuple[Array, Array]:
    return _pool(x, pool), x


def _pool_backward(pool: Pool, x: Array, dy: Array) -> tuple[Array]:
    none = jnp.zeros((0,), x.dtype)
    numbers = _Settings(False, False, pool).array(x.shape)
    whole = jax.ShapeDtypeStruct(x.shape, x.dtype)
    return (_call("paribus_block_gradient", whole, x, dy, *[none] * 5, settings=numbers),)


_pool.defvjp(_pool_forward, _pool_backward)


def _forward_pass(x: Array, mean: Array, scale: Array, offset: Array, settings: _Settings) -> Array:
    flat = _flat(x, settings)
    result = jax.ShapeDtypeStruct(settings.output(flat.shape), x.dtype)
    y = _call("paribus_block", result, flat, mean, scale, offset, settings=settings.array(flat.shape))
    return y if settings.pool else y.reshape(x.shape)


def _flat(x: Array, settings: _Settings) -> Array:
    """Return `x` with four axes; without pooling only the last one matters."""
    return x if settings.pool else x.reshape(-1, 1, 1, x.shape[-1])


def _pads(shape: Sequence[int], pool: Pool | None) -> list[tuple[int, int]]:
    if pool is None:
        return [(0, 0), (0, 0)]
    return [(int(a), int(b)) for a, b in jax.lax.padtype_to_pads(shape[1:3], pool.size, pool.strides, pool.padding)]


def _checked(pool: Pool | None, shape: Sequence[int]) -> Pool | None:
    """Return `pool` with plain numbers.

    Raises:
        ValueError: It cannot pool an input of that shape.
    """
    if pool is None:
        return None
    if len(shape) != 4 or pool.kind not in ("max", "average") or min(*pool.size, *pool.strides) < 1:
        raise ValueError(f"{pool} cannot pool an input of shape {tuple(shape)}; it takes (n, height, width, channels).")
    (rows, columns), (down, across) = pool.size, pool.strides
    return Pool(pool.kind, (int(rows), int(columns)), (int(down), int(across)), pool.padding.upper())


def _call(name: str, results: Any, *arrays: Array, **settings: np.ndarray) -> Any:
    return jax.ffi.ffi_call(name, results, vmap_method="sequential")(*arrays, **settings)
