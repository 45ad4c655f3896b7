"""What is computed is what Keras does: shapes, who reads whom, how often, how much padding, and what is refused."""

import functools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from paribus.errors import GeometryError
from paribus.geometry import LayerGeometry
from tests.geometry.settings import Setting, places, random_setting

_MOST_PLACES = 24


def outputs(layer: Any, x: NDArray[np.float32]) -> NDArray[np.float32]:
    import keras

    return np.asarray(keras.ops.convert_to_numpy(layer(x[..., None])))[..., 0]


def reading(geometry: LayerGeometry, place: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which outputs read an input. Shape as the output's."""
    along = (
        np.isin(np.arange(axis.outputs), axis.readers_of(at))
        for axis, at in zip(geometry.axes, place, strict=True)
    )
    return functools.reduce(np.multiply.outer, along)


def accepted(setting: Setting) -> tuple[Any, NDArray[np.float32]] | None:
    """Return Keras' layer and what it makes of ones; None where Keras refuses it."""
    import keras

    try:
        layer = setting.layer()
        layer(
            keras.Input((*setting.sizes, 1))
        )  # as in a model: called on arrays, some make nothing of nothing
        return layer, outputs(layer, np.ones((1, *setting.sizes), np.float32))
    except Exception:  # noqa: BLE001 -- whatever Keras or its backend raises is a refusal
        return None


def check(setting: Setting, rng: np.random.Generator) -> str:
    """Hold one layer against Keras; return what it was: "refused" or its kind."""
    made = accepted(setting)
    try:
        geometry = setting.geometry()
    except GeometryError:
        assert made is None, setting
        return "refused"
    assert made is not None, setting
    layer, whole = made
    assert whole.shape[1:] == geometry.output_shape, setting
    single = places(rng, setting.sizes, _MOST_PLACES)
    x = np.zeros((len(single), *setting.sizes), np.float32)
    for row, place in enumerate(single):
        x[(row, *place)] = 1.0
    found = outputs(layer, x)
    expected = np.stack([reading(geometry, place) for place in single])
    np.testing.assert_array_equal(expected, found != 0, err_msg=str(setting))
    counted = np.array([geometry.coverage[place] for place in single])
    np.testing.assert_array_equal(
        counted, expected.reshape(len(single), -1).sum(axis=1), err_msg=str(setting)
    )
    if setting.kind in {"conv", "depthwise", "separable"}:  # all-ones kernels count what lies in the input
        reads_of_one = np.prod([axis.places.shape[1] for axis in geometry.axes])
        np.testing.assert_allclose(
            geometry.padding_shares, 1 - whole[0] / reads_of_one, atol=1e-6, err_msg=str(setting)
        )
    return setting.kind


def test_a_sample_of_layers_is_as_keras_has_them() -> None:
    """Every kind of layer, and some that Keras refuses."""
    rng = np.random.default_rng(0)
    seen = {check(random_setting(rng), rng) for _ in range(90)}
    assert {
        "conv",
        "depthwise",
        "separable",
        "transpose",
        "pool",
        "global",
        "padding",
        "cropping",
        "upsampling",
        "refused",
    } == seen


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 21))
def test_five_thousand_layers_are_as_keras_has_them(seed: int) -> None:
    """The same of 250 more, for each of twenty seeds."""
    rng = np.random.default_rng(seed)
    for _ in range(250):
        check(random_setting(rng), rng)
    _forget_compiled()


def _forget_compiled() -> None:
    """Let go of what JAX has compiled, which would be gigabytes in the end."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        jax.clear_caches()
