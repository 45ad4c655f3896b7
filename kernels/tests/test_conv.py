"""Convolutions equal XLA's and double precision's, forward and backward, under every transformation."""

# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# JAX is not typed to its ends.

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from references import convolution, relative_error

kernels = pytest.importorskip("paribus_kernels", reason="paribus-kernels is not installed")

TOLERANCE = 2e-5
rules = pytest.importorskip("paribus_kernels._rules")


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing to XLA."""
    for name in ("forward", "input_gradient", "kernel_gradient"):
        monkeypatch.setattr(rules, name, lambda _problem: True)


def random_problem(rng: np.random.Generator) -> tuple[Any, ...]:
    """Return x, kernel, bias and settings, any of which may be odd.

    Padding stays below the window's reach: beyond it, XLA's own gradient by the input is wrong in jaxlib 0.10.1 (NaN and noise).
    """
    window, strides, dilation = (
        tuple(int(n) for n in rng.integers(1, most + 1, 2)) for most in ((5, 3, 2)[part] for part in range(3))
    ) if rng.random() < 0.6 else ((3, 3), (1, 1), (1, 1))  # fmt: skip
    groups = int(rng.choice([1, 1, 1, 2, 3]))
    channels, filters = (groups * int(rng.choice([1, 3, 7, 16, 20, 33, 64])) for _ in range(2))
    n = int(rng.choice([0, 1, 2, 5], p=[0.05, 0.3, 0.35, 0.3]))
    reaches = [(size - 1) * step + 1 for size, step in zip(window, dilation, strict=True)]
    pads = tuple((int(a), int(b)) for a, b in (rng.integers(0, reach, 2) for reach in reaches))
    sizes = [
        int(rng.integers(max(1, reach - sum(pad)), 15)) for reach, pad in zip(reaches, pads, strict=True)
    ]
    x = rng.normal(size=(n, *sizes, channels)).astype(np.float32)
    kernel = rng.normal(size=(*window, channels // groups, filters)).astype(np.float32)
    bias = rng.normal(size=filters).astype(np.float32)
    return x, kernel, bias, {"strides": strides, "padding": pads, "dilation": dilation, "groups": groups}


def by_xla(x: Any, kernel: Any, bias: Any, *, strides: Any, padding: Any, dilation: Any, groups: int) -> Any:
    return bias + jax.lax.conv_general_dilated(
        x,
        kernel,
        strides,
        padding,
        rhs_dilation=dilation,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=groups,
    )


def outputs_and_gradients(function: Any, arrays: Any, dy: Any) -> list[Any]:
    @jax.jit
    def both(*arrays: Any) -> Any:
        y, pull_back = jax.vjp(function, *arrays)
        return y, pull_back(dy)

    y, gradients = both(*arrays)
    return [y, *gradients]


def compare(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, kernel, bias, settings = random_problem(rng)
    exact = convolution(x.astype(np.float64), kernel.astype(np.float64), **settings)
    dy = rng.normal(size=exact.shape).astype(np.float32)
    mine = outputs_and_gradients(partial(kernels.conv, **settings), (x, kernel, bias), dy)
    xla = outputs_and_gradients(partial(by_xla, **settings), (x, kernel, bias), dy)
    assert relative_error(mine[0], exact + bias) < TOLERANCE
    for got, expected in zip(mine, xla, strict=True):
        assert relative_error(got, expected) < 2 * TOLERANCE, (x.shape, kernel.shape, settings)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("seed", range(24))
def test_any_shape(seed: int) -> None:
    """Kernels of every size, stride, dilation, padding and grouping; a few, odd and many channels; empty batches."""
    compare(seed)


@pytest.mark.long
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("seed", range(100, 600))
def test_many_more_shapes(seed: int) -> None:
    """The same, at length."""
    compare(seed)


@pytest.mark.parametrize("seed", range(24, 30))
def test_the_rule_changes_no_result(seed: int) -> None:
    """Whatever a kernel computes and whatever XLA does, results agree."""
    compare(seed)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("shape", [(2, 4, 5, 3, 4, 3), (1, 5, 4, 16, 18, 3), (2, 4, 4, 2, 3, 2)])
def test_gradients_are_slopes(shape: tuple[int, ...]) -> None:
    """Gradients equal differences of the convolution in double precision along random directions."""
    n, height, width, channels, filters, window = shape
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(n, height, width, channels)), rng.normal(size=(window, window, channels, filters))
    pads = ((1, 1), (0, 1))

    def smooth(x: Any, w: Any) -> Any:
        return np.sin(convolution(x, w, padding=pads)).sum()

    def smooth_by_kernel(x: Any, w: Any) -> Any:
        return jnp.sin(kernels.conv(x, w, padding=pads)).sum()

    gradients = jax.grad(smooth_by_kernel, argnums=(0, 1))(
        *(jnp.asarray(each, jnp.float32) for each in (x, w))
    )
    for which, gradient in enumerate(gradients):
        direction = rng.normal(size=gradient.shape)
        step = 1e-5 * direction
        up, down = ([x, w], [x, w])
        up[which], down[which] = up[which] + step, down[which] - step
        slope = (smooth(*up) - smooth(*down)) / 2e-5
        assert (
            abs((np.asarray(gradient, np.float64) * direction).sum() - slope) < 1e-4 * np.abs(gradient).sum()
        )


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("channels", [3, 16])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_seen(channels: int, bad: float) -> None:
    """Wherever XLA's output is not finite, the kernels' is not; four pixels further off, all is as it was."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(1, 12, 12, channels)).astype(np.float32)
    w = rng.normal(size=(3, 3, channels, 16)).astype(np.float32)
    settings: dict[str, Any] = {
        "strides": (1, 1),
        "padding": ((1, 1), (1, 1)),
        "dilation": (1, 1),
        "groups": 1,
    }
    clean = np.asarray(kernels.conv(x, w, padding=settings["padding"]))
    x[0, 5, 6, 1] = bad
    got = np.asarray(kernels.conv(x, w, padding=settings["padding"]))
    expected = np.asarray(by_xla(x, w, 0.0, **settings))
    assert not np.isfinite(got[~np.isfinite(expected)]).any()
    far = np.ones((12, 12), bool)
    far[2:10, 3:11] = False
    np.testing.assert_array_equal(clean[0][far], got[0][far])


@pytest.mark.usefixtures("always")
def test_under_vmap() -> None:
    """Over examples, kernels, or both; gradients too."""
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(3, 2, 6, 6, 16)), rng.normal(size=(3, 3, 3, 16, 16))
    x, w = x.astype(np.float32), w.astype(np.float32)
    convolve = partial(kernels.conv, padding="SAME")
    for axes in ((0, None), (None, 0), (0, 0)):
        one = [x if axes[0] == 0 else x[0], w if axes[1] == 0 else w[0]]
        got = jax.jit(jax.vmap(convolve, in_axes=axes))(*one)
        for i in range(3):
            arguments = [array[i] if axis == 0 else array for array, axis in zip(one, axes, strict=True)]
            np.testing.assert_array_equal(convolve(*arguments), got[i])
    gradients = jax.jit(jax.vmap(jax.grad(lambda x, w: (convolve(x, w) ** 2).sum(), argnums=1)))(x, w)
    np.testing.assert_array_equal(jax.grad(lambda w: (convolve(x[1], w) ** 2).sum())(w[1]), gradients[1])


def test_other_types_are_left_to_xla() -> None:
    """float16 and bfloat16 are convolved as XLA does it."""
    x, w = jnp.ones((1, 5, 5, 16), jnp.bfloat16), jnp.ones((3, 3, 16, 16), jnp.bfloat16)
    assert jnp.bfloat16 == kernels.conv(x, w).dtype


@pytest.mark.parametrize(
    ("x", "kernel", "settings", "words"),
    [
        ((2, 5, 5), (3, 3, 1, 1), {}, "four axes"),
        ((2, 5, 5, 4), (3, 3, 3, 8), {}, "has 4 channels"),
        ((2, 5, 5, 4), (3, 3, 4, 8), {"strides": 0}, "positive"),
        ((2, 5, 5, 4), (3, 3, 4, 8), {"bias": np.zeros(3, np.float32)}, "8 filters"),
    ],
)
def test_what_does_not_fit_is_refused(x: Any, kernel: Any, settings: Any, words: str) -> None:
    """A sentence says what does not belong together."""
    with pytest.raises(ValueError, match=words):
        kernels.conv(np.zeros(x, np.float32), np.zeros(kernel, np.float32), **settings)


@pytest.mark.parametrize("channels", [1, 3, 16])
def test_padding_may_exceed_the_window(channels: int) -> None:
    """Windows that lie in the padding alone give nothing to any input, where XLA's own gradient is not a number or noise."""
    rng = np.random.default_rng(channels)
    kernel = rng.normal(size=(2, 3, channels, 4)).astype(np.float32)
    settings = {"strides": (1, 2), "padding": ((4, 3), (5, 0)), "dilation": (1, 1), "groups": 1}
    x = rng.normal(size=(1, 4, 5, channels)).astype(np.float32)
    exact = partial(convolution, kernel=kernel.astype(np.float64), **settings)
    dy = rng.normal(size=exact(x.astype(np.float64)).shape).astype(np.float32)
    units = np.eye(x.size).reshape(x.size, *x.shape)
    expected = np.array([(exact(unit) * dy).sum() for unit in units]).reshape(x.shape)
    (got,) = jax.vjp(lambda x: kernels.conv(x, kernel, **settings), x)[1](dy)
    assert relative_error(got, expected) < TOLERANCE
