"""Fast layers compute what Keras' layers compute: outputs to 1e-6, gradients to 1e-5."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportOperatorIssue=false
# Keras and JAX are not typed to their ends.

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paribus.train.fast import _operations as operations
from paribus.train.fast import fast_clone

OUTPUT, GRADIENT = 1e-6, 1e-5


def model_of(shape: tuple[int, ...], *layers: Any) -> Any:
    return keras.Sequential([keras.Input(shape), *layers])


def outputs_and_gradients(model: Any, variables: Any, x: Any, dy: Any) -> tuple[Any, ...]:
    """Return outputs, updated statistics, and the gradients by input and by weights of `sum(outputs * dy)`."""
    trainable, non_trainable = variables

    def weighted(trainable: Any, x: Any) -> Any:
        outputs, state = model.stateless_call(trainable, non_trainable, x, training=True)
        return (outputs * dy).sum(), (outputs, state)

    (_, (outputs, state)), gradients = jax.jit(jax.value_and_grad(weighted, argnums=(0, 1), has_aux=True))(
        trainable, x
    )
    return outputs, state, gradients


def assert_equal(model: Any, x: Any, *, replaced: int = 1, seed: int = 0, rounding: float = 1.0) -> None:
    """Compare a model with its fast clone on the same variables; `rounding` is what float32 loses in the inputs."""
    fast = fast_clone(model, kernels=False)
    assert replaced == len(fast.replaced)
    rng = np.random.default_rng(seed)
    trainable = [
        jnp.asarray(rng.normal(1, 0.5, variable.shape), "float32") for variable in model.trainable_variables
    ]
    non_trainable = [jnp.asarray(variable.numpy()) for variable in model.non_trainable_variables]
    dy = jnp.asarray(rng.normal(size=(len(x), *model.output_shape[1:])), "float32")
    got, expected = (
        outputs_and_gradients(each, (trainable, non_trainable), jnp.asarray(x, "float32"), dy)
        for each in (fast.model, model)
    )
    for tolerance, got_part, expected_part in zip((OUTPUT, OUTPUT, GRADIENT), got, expected, strict=True):
        for one, other in zip(jax.tree.leaves(got_part), jax.tree.leaves(expected_part), strict=True):
            np.testing.assert_allclose(
                one, other, rtol=0, atol=tolerance * rounding * max(1, np.abs(other).max())
            )


@settings(deadline=None, max_examples=8)
@given(
    shape=st.sampled_from([(7,), (5, 3), (6, 4, 3), (3, 4, 2, 5)]),
    scale=st.booleans(),
    center=st.booleans(),
    mean=st.sampled_from([0.0, 3.0, 100.0]),
)
def test_batch_normalization(shape: tuple[int, ...], *, scale: bool, center: bool, mean: float) -> None:
    """Over one to four axes, with and without scale and offset, near zero and far from it."""
    x = np.random.default_rng(1).normal(mean, 2, (16, *shape))
    layer = keras.layers.BatchNormalization(scale=scale, center=center, momentum=0.9)
    assert_equal(model_of(shape, layer), x, rounding=max(1, mean / 2))


def test_batch_normalization_is_exact_where_sums_are_long() -> None:
    """Over 100,352 rows of raw-pixel size, outputs and gradients are those of double precision."""
    rng = np.random.default_rng(4)
    x, dy = (
        rng.normal(40, 80, (128, 28, 28, 8)).astype("float32"),
        rng.normal(size=(128, 28, 28, 8)).astype("float32"),
    )

    def normalized(x: Any) -> Any:
        return operations.batch_normalization(x, None, None, 1e-3)[0]

    def outputs_and_gradient(x: Any, dy: Any) -> tuple[Any, Any]:
        outputs, pull_back = jax.vjp(normalized, x)
        return outputs, pull_back(dy)[0]

    outputs, gradient = jax.jit(outputs_and_gradient)(x, dy)
    exact, axes = x.astype("float64"), (0, 1, 2)
    inverse = 1 / np.sqrt(exact.var(axes) + 1e-3)
    normal = (exact - exact.mean(axes)) * inverse
    expected = inverse * (dy - dy.astype("float64").mean(axes) - normal * (dy * normal).mean(axes))
    np.testing.assert_allclose(outputs, normal, atol=2e-6)
    np.testing.assert_allclose(gradient, expected, atol=1e-6 * np.abs(expected).max())


POOLS = st.sampled_from([(1, 5), (2, 6), (3, 4)])


@settings(deadline=None, max_examples=10)
@given(
    axes_and_size=POOLS,
    pool=st.integers(1, 3),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same"]),
    seed=st.integers(0, 100),
)
def test_max_pooling_with_ties(
    axes_and_size: tuple[int, int], pool: int, stride: int, padding: str, seed: int
) -> None:
    """Small integers tie often; the first maximum of each window gets the gradient, windows overlapping or not."""
    axes, size = axes_and_size
    kind = getattr(keras.layers, f"MaxPooling{axes}D")
    x = np.random.default_rng(seed).integers(0, 3, (2, *[size] * axes, 2))
    assert_equal(model_of(x.shape[1:], kind(pool, strides=stride, padding=padding)), x, seed=seed)


@settings(deadline=None, max_examples=10)
@given(
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    channels=st.sampled_from([1, 3, 12]),
    padding=st.sampled_from(["valid", "same"]),
)
def test_convolution(kernel: tuple[int, int], channels: int, padding: str) -> None:
    """Any kernel, few and many channels."""
    x = np.random.default_rng(2).normal(size=(3, 6, 5, channels))
    assert_equal(model_of((6, 5, channels), keras.layers.Conv2D(4, kernel, padding=padding)), x)


def test_a_whole_model_keeps_its_variables_in_order() -> None:
    """Branches, several normalisations and dropout: the same variables, and the kinds that were replaced."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((8, 8, 12))
    left = keras.layers.BatchNormalization()(
        keras.layers.Conv2D(12, 3, padding="same", use_bias=False)(inputs)
    )
    right = keras.layers.MaxPooling2D(3, strides=1, padding="same")(inputs)
    both = keras.layers.Dropout(0.0)(keras.layers.add([left, right, inputs]))
    model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Flatten()(both)))
    assert ("1 BatchNormalization", "1 Conv2D", "1 Dense", "1 MaxPooling2D") == fast_clone(
        model, kernels=False
    ).replaced
    assert_equal(model, np.random.default_rng(3).normal(size=(4, 8, 8, 12)), replaced=4)


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.Conv2D(4, 3, strides=2),
        keras.layers.Conv2D(4, 3, dilation_rate=2),
        keras.layers.Conv2D(4, 3, groups=2),
        keras.layers.BatchNormalization(axis=1),
        keras.layers.BatchNormalization(dtype="mixed_bfloat16"),
        keras.layers.AveragePooling2D(2),
    ],
)
def test_layers_outside_the_fast_rules_stay_as_they_are(layer: Any) -> None:
    """Strides, dilation, groups, other axes and types are Keras' own."""
    assert () == fast_clone(model_of((8, 8, 4), layer), kernels=False).replaced


class Doubled(keras.layers.BatchNormalization):
    """A user's own layer that inherits from one of Keras'."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:  # noqa: FBT001
        return 2 * super().call(inputs, training=training, mask=mask)


def test_a_users_own_layer_is_never_replaced() -> None:
    """Only layers of exactly Keras' class are."""
    assert () == fast_clone(model_of((4,), Doubled()), kernels=False).replaced


def test_a_subclassed_model_trains_on_its_own_layers() -> None:
    """What cannot be cloned is used as it is."""

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.normalise = keras.layers.BatchNormalization()

        def call(self, x: Any, training: bool | None = None) -> Any:  # noqa: FBT001
            return self.normalise(x, training=training)

    model = Own()
    model(np.zeros((1, 4)))
    fast = fast_clone(model, kernels=False)
    assert (model, ()) == (fast.model, fast.replaced)


def test_a_frozen_normalisation_stays_frozen() -> None:
    """`trainable=False` normalises by the moving statistics, and leaves them alone."""
    layer = keras.layers.BatchNormalization()
    model = model_of((4,), layer)
    layer.trainable = False
    fast = fast_clone(model, kernels=False)
    assert [] == fast.model.trainable_variables
    x = np.random.default_rng(0).normal(5, 1, (8, 4)).astype("float32")
    state = [jnp.asarray(variable.numpy()) for variable in model.non_trainable_variables]
    outputs, after = fast.model.stateless_call([], state, x, training=True)
    np.testing.assert_allclose(outputs, x / np.sqrt(1.001), rtol=1e-6)
    for before, now in zip(state, after, strict=True):
        np.testing.assert_array_equal(before, now)


def test_a_dense_layer_that_is_used_on_inputs_of_several_ranks() -> None:
    """It was called on rows first."""
    inputs: Any = keras.Input((5, 40))
    dense = keras.layers.Dense(4)
    model = keras.Model(
        inputs, keras.layers.add([dense(inputs), keras.layers.RepeatVector(5)(dense(inputs[:, 0]))])
    )
    assert_equal(
        model,
        np.random.default_rng(8).normal(size=(3, 5, 40)),
        replaced=len(fast_clone(model, kernels=False).replaced),
    )


@pytest.mark.parametrize("activation", [None, "relu"])
def test_dense_layers_of_many_inputs(activation: str | None) -> None:
    """With and without bias and activation."""
    x = np.random.default_rng(6).normal(size=(5, 40))
    for bias in (True, False):
        layer = keras.layers.Dense(4, activation=activation, use_bias=bias)
        assert_equal(model_of((40,), layer), x)
