"""Does this machine's JAX compute what NumPy computes? Some jaxlib builds did not, on CPU."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, jax

_TOLERANCE = 1e-4


class CanaryResult(NamedTuple):
    """One check: the largest error relative to the largest expected value, and whether it is small enough."""

    name: str
    relative_error: float
    source: str

    @property
    def passed(self) -> bool:
        """Whether the error is within float32 rounding; a NaN is not."""
        return self.relative_error <= _TOLERANCE


def run_canaries() -> tuple[CanaryResult, ...]:
    """Compile computations that known-bad jaxlib builds get wrong, and training's own, and compare with NumPy."""
    checks: tuple[tuple[str, str, Callable[[], tuple[Any, Any]]], ...] = (
        ("matrix-vector products under vmap, reduced", "jax issue 39103", _vmapped_products),
        ("arctan of 64 numbers", "jax issue 39352", _arctan),
        ("convolution", "cross-correlation written out", _convolution),
        ("gradient of a convolution by its weights", "cross-correlation written out", _weight_gradient),
        ("gradient of max pooling", "first maximum of each window", _pooling_gradient),
        ("mean and variance over 100,352 rows", "NumPy in double precision", _moments),
    )
    return tuple(CanaryResult(name, _relative_error(*check()), source) for name, source, check in checks)


def _relative_error(got: Any, expected: Any) -> float:
    expected = np.asarray(expected, np.float64)
    return float(np.max(np.abs(np.asarray(got, np.float64) - expected)) / np.max(np.abs(expected)))


def _vmapped_products() -> tuple[Any, Any]:
    n = 32_769
    rows = np.zeros((n, 3), np.float32)
    rows[:, 0] = np.arange(n)
    squared_norms = jax().jit(jax().vmap(_squared_norm))(rows)
    return squared_norms, np.arange(n, dtype=np.float64) ** 2


def _squared_norm(row: Array) -> Array:
    return ((jax().numpy.eye(3) @ row) ** 2).sum()


def _arctan() -> tuple[Any, Any]:
    values = np.linspace(-5, 5, 64, dtype=np.float32)
    return jax().jit(jax().numpy.arctan)(values), np.arctan(values.astype(np.float64))


def _images_and_kernel() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(4, 9, 9, 3)).astype(np.float32), rng.normal(size=(3, 3, 3, 8)).astype(np.float32)


def _convolve(images: Array, kernel: Array) -> Array:
    return jax().lax.conv_general_dilated(
        images, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def _convolution() -> tuple[Any, Any]:
    images, kernel = _images_and_kernel()
    windows = np.lib.stride_tricks.sliding_window_view(images.astype(np.float64), (3, 3), axis=(1, 2))
    return jax().jit(_convolve)(images, kernel), np.einsum("nhwcij,ijco->nhwo", windows, kernel)


def _weight_gradient() -> tuple[Any, Any]:
    images, kernel = _images_and_kernel()

    def half_squares(kernel: Array) -> Array:
        return (_convolve(images, kernel) ** 2).sum() / 2

    gradient = jax().jit(jax().grad(half_squares))(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(images.astype(np.float64), (3, 3), axis=(1, 2))
    outputs = np.einsum("nhwcij,ijco->nhwo", windows, kernel)
    return gradient, np.einsum("nhwcij,nhwo->ijco", windows, outputs)


def _pooling_gradient() -> tuple[Any, Any]:
    image = np.array([[1, 1, 0, 2], [1, 0, 3, 3], [5, 4, 0, 0], [4, 5, 0, 0]], np.float32)
    first_maxima = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [1, 0, 1, 0], [0, 0, 0, 0]])

    def pooled_sum(image: Array) -> Array:
        return jax().lax.reduce_window(image, -jax().numpy.inf, jax().lax.max, (2, 2), (2, 2), "VALID").sum()

    return jax().jit(jax().grad(pooled_sum))(image), first_maxima


def _moments() -> tuple[Any, Any]:
    rows = np.random.default_rng(0).normal(3, 2, size=(100_352, 64)).astype(np.float32)

    def mean_and_variance(rows: Array) -> list[Array]:
        return [rows.mean(axis=0), rows.var(axis=0)]

    moments = jax().jit(mean_and_variance)(rows)
    exact = rows.astype(np.float64)
    return moments, [exact.mean(axis=0), exact.var(axis=0)]
