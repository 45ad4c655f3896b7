"""Normalisation, ReLU and pooling in one pass equal the same one after the other."""

# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# JAX is not typed to its ends.

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from references import relative_error

kernels = pytest.importorskip("paribus_kernels", reason="paribus-kernels is not installed")

EPSILON = 1e-3


def pooled(x: Any, pool: Any) -> Any:
    window, strides = (1, *pool.size, 1), (1, *pool.strides, 1)
    if pool.kind == "max":
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, strides, pool.padding)
    total, count = (
        jax.lax.reduce_window(each, 0.0, jax.lax.add, window, strides, pool.padding)
        for each in (x, jnp.ones_like(x))
    )
    return total / count


def one_after_the_other(x: Any, scale: Any, offset: Any, *, relu: bool, pool: Any) -> tuple[Any, Any, Any]:
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axes), x.var(axes)
    y = (x - mean) / jnp.sqrt(variance + EPSILON) * scale + offset
    y = jax.nn.relu(y) if relu else y
    return (pooled(y, pool) if pool else y), mean, variance


POOLS = [
    None,
    kernels.Pool("max", (2, 2), (2, 2)),
    kernels.Pool("average", (2, 2), (2, 2)),
    kernels.Pool("max", (3, 2), (1, 2), "SAME"),
    kernels.Pool("average", (3, 3), (2, 2), "SAME"),
    kernels.Pool("max", (2, 2), (3, 3)),
]


@pytest.mark.parametrize("pool", POOLS, ids=str)
@pytest.mark.parametrize("relu", [True, False])
@pytest.mark.parametrize("channels", [5, 16, 70])
def test_normalisation_and_what_follows(pool: Any, *, relu: bool, channels: int) -> None:
    """Outputs, statistics and all gradients, for few and odd channels, windows that overlap or leave inputs out."""
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (4, 7, 6, channels)).astype(np.float32)
    scale, offset = (rng.normal(1, 0.5, channels).astype(np.float32) for _ in range(2))

    def mine(*arrays: Any) -> Any:
        return kernels.batch_norm(*arrays, epsilon=EPSILON, relu=relu, pool=pool)

    def theirs(*arrays: Any) -> Any:
        return one_after_the_other(*arrays, relu=relu, pool=pool)

    shape = jax.eval_shape(theirs, x, scale, offset)[0].shape
    dy = rng.normal(size=shape).astype(np.float32)
    results: list[Any] = []
    for function in (mine, theirs):
        (y, mean, variance), pull_back = jax.jit(lambda *a, f=function: jax.vjp(f, *a))(x, scale, offset)
        zero = jnp.zeros(channels)
        results.append([y, mean, variance, *pull_back((dy, zero, zero))])
    for got, expected in zip(*results, strict=True):
        assert relative_error(got, expected) < 2e-5


def test_statistics_of_long_sums_are_exact() -> None:
    """Over 100,352 rows of raw-pixel size, mean and variance are those of double precision to seven digits."""
    x = np.random.default_rng(1).normal(40, 80, (128, 28, 28, 16)).astype(np.float32)
    ones = np.ones(16, np.float32)
    _, mean, variance = kernels.batch_norm(x, ones, ones, epsilon=EPSILON)
    np.testing.assert_allclose(mean, x.astype(np.float64).mean((0, 1, 2)), rtol=3e-7)
    np.testing.assert_allclose(variance, x.astype(np.float64).var((0, 1, 2)), rtol=1e-6)


@pytest.mark.parametrize("pool", POOLS, ids=str)
def test_the_map_of_inference_has_a_gradient(pool: Any) -> None:
    """By the input and by each number per channel."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(3, 6, 6, 16)).astype(np.float32)
    mean, scale, offset = (rng.normal(size=16).astype(np.float32) for _ in range(3))

    def theirs(x: Any, mean: Any, scale: Any, offset: Any) -> Any:
        y = jax.nn.relu((x - mean) * scale + offset)
        return pooled(y, pool) if pool else y

    def mine(*arrays: Any) -> Any:
        return kernels.affine(*arrays, relu=True, pool=pool)

    arrays = (x, mean, scale, offset)
    weights = rng.normal(size=jax.eval_shape(theirs, *arrays).shape).astype(np.float32)
    got, expected = (
        jax.grad(lambda *a, f=f: (f(*a) * weights).sum(), argnums=(0, 1, 2, 3))(*arrays)
        for f in (mine, theirs)
    )
    for one, other in zip(got, expected, strict=True):
        assert relative_error(one, other) < 2e-5


@pytest.mark.parametrize("kind", ["max", "average"])
def test_pooling_ties_and_not_a_number(kind: str) -> None:
    """Small integers tie often and the first maximum has the gradient, as XLA has it; NaN is handed on."""
    rng = np.random.default_rng(3)
    x = rng.integers(0, 3, (2, 8, 8, 16)).astype(np.float32)
    pool = kernels.Pool(kind, (3, 2), (2, 2), "SAME")
    mine = getattr(kernels, f"{kind}_pool")
    arguments = (pool.size, pool.strides, pool.padding)
    dy = rng.normal(size=(2, 4, 4, 16)).astype(np.float32)
    got, expected = (
        jax.vjp(function, x)[1](dy)[0]
        for function in (lambda x: mine(x, *arguments), lambda x: pooled(x, pool))
    )
    np.testing.assert_allclose(got, expected, atol=1e-6)
    x[1, 3, 3, 5] = np.nan
    np.testing.assert_array_equal(np.isnan(mine(x, *arguments)), np.isnan(pooled(x, pool)))


def test_not_a_number_passes_relu() -> None:
    """As in `jax.nn.relu`."""
    x = np.full((1, 2, 2, 16), np.nan, np.float32)
    ones = np.ones(16, np.float32)
    assert np.isnan(kernels.affine(x, ones, ones, ones, relu=True)).all()


def test_under_vmap() -> None:
    """Statistics are of each batch on its own."""
    x = np.random.default_rng(4).normal(size=(3, 4, 6, 6, 16)).astype(np.float32)
    ones = np.ones(16, np.float32)

    def normalized(x: Any) -> Any:
        return kernels.batch_norm(x, ones, ones, epsilon=EPSILON, relu=True)[0]

    got = jax.jit(jax.vmap(normalized))(x)
    for i in range(3):
        np.testing.assert_array_equal(normalized(x[i]), got[i])


def test_what_kernels_cannot_compute_is_refused() -> None:
    """Another type, or an input without the axes that are pooled."""
    ones = np.ones(4, np.float32)
    with pytest.raises(ValueError, match="float32"):
        kernels.max_pool(np.ones((1, 4, 4, 4), np.int32), (2, 2))
    with pytest.raises(ValueError, match="cannot pool"):
        kernels.affine(
            np.ones((4, 4), np.float32), ones, ones, ones, pool=kernels.Pool("max", (2, 2), (2, 2))
        )
