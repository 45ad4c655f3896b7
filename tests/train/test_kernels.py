"""Models on native kernels compute what they compute on Keras' layers; which layers run on them is said."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras and JAX are not typed to their ends.

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers

import paribus as pb
from paribus import lab
from paribus.studies import convolution
from paribus.study import Study
from paribus.train import describe_kernels, engine_name
from paribus.train.fast import fast_clone, native_kernels
from paribus.train.fast._fusion import followers
from paribus.train.fast._kernels import SWITCH

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "jax" or native_kernels() is None, reason="kernels are JAX's, and optional"
)


@pytest.fixture(scope="module")
def article() -> Study:
    return convolution.study()


BN = "BatchNormalization"


def chain(*made: Any, shape: tuple[int, ...] = (8, 6, 3)) -> Any:
    return keras.Sequential([keras.Input(shape), *made])


def assert_same(model: Any, *, training: bool, seed: int = 0) -> None:
    """Compare outputs, statistics and all gradients with those of Keras' layers."""
    clone = fast_clone(model, kernels=True)
    rng = np.random.default_rng(seed)
    trainable = [jnp.asarray(rng.normal(1, 0.4, v.shape), "float32") for v in model.trainable_variables]
    fixed = [jnp.asarray(rng.uniform(0.5, 2, v.shape), v.dtype) for v in model.non_trainable_variables]
    x = jnp.asarray(rng.normal(1, 2, (5, *model.input_shape[1:])), "float32")
    dy = jnp.asarray(rng.normal(size=(5, *model.output_shape[1:])), "float32")

    def run(which: Any) -> Any:
        def weighted(trainable: Any, x: Any) -> Any:
            outputs, state = which.stateless_call(trainable, fixed, x, training=training)
            return (outputs * dy).sum(), (outputs, state)

        return jax.jit(jax.value_and_grad(weighted, argnums=(0, 1), has_aux=True))(trainable, x)

    ((_, got_rest), got), ((_, expected_rest), expected) = run(clone.model), run(model)
    for one, other in zip(
        jax.tree.leaves((got_rest, got)), jax.tree.leaves((expected_rest, expected)), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=0, atol=3e-5 * max(1, float(jnp.abs(other).max())))


BLOCKS: dict[str, tuple[Any, ...]] = {
    "relu": (layers.BatchNormalization(), layers.ReLU()),
    "activation": (layers.BatchNormalization(), layers.Activation("relu")),
    "max": (layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D((2, 2))),
    "average": (layers.BatchNormalization(), layers.ReLU(), layers.AveragePooling2D(3, 2, padding="same")),
    "no relu": (layers.BatchNormalization(scale=False), layers.MaxPooling2D(3, 1, padding="same")),
    "nothing": (layers.BatchNormalization(center=False),),
    "leaky": (layers.BatchNormalization(), layers.ReLU(negative_slope=0.1), layers.MaxPooling2D()),
    "frozen": (layers.BatchNormalization(trainable=False), layers.ReLU()),
    "pool first": (layers.AveragePooling2D(2, padding="same"), layers.BatchNormalization()),
}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", BLOCKS)
def test_convolution_and_what_follows(name: str, *, training: bool) -> None:
    """Normalisation, ReLU and pooling in every order that networks have them in, trained, frozen and in inference."""
    made = [layer.__class__.from_config(layer.get_config()) for layer in BLOCKS[name]]
    model = chain(layers.Conv2D(20, 3, padding="same"), *made, layers.Flatten(), layers.Dense(3))
    assert_same(model, training=training)


@pytest.mark.parametrize(
    "settings",
    [
        {"strides": 2},
        {"dilation_rate": 2, "padding": "same"},
        {"groups": 4, "activation": "relu"},
        {"use_bias": False, "padding": "same"},
    ],
    ids=str,
)
def test_convolutions_of_every_kind(settings: dict[str, Any]) -> None:
    """Strides, dilation, groups, activation, without a bias."""
    assert_same(chain(layers.Conv2D(16, (3, 2), **settings), shape=(9, 8, 16)), training=True)


def branches(*, second_use: bool) -> Any:
    """Return a model whose normalisation feeds a ReLU, and something else as well if asked."""
    inputs = keras.Input((6, 6, 16))
    normal = layers.BatchNormalization(name="normal")(inputs)
    positive = layers.ReLU(name="positive")(normal)
    outputs = layers.add([positive, normal]) if second_use else layers.add([positive, inputs])
    return keras.Model(inputs, outputs)


def test_layers_are_joined_only_where_nothing_else_listens() -> None:
    """What is used twice, or is an output of the model, is kept as it is."""
    assert "1 native BatchNormalization+ReLU" in fast_clone(branches(second_use=False), kernels=True).replaced
    assert "1 native BatchNormalization" in fast_clone(branches(second_use=True), kernels=True).replaced
    for second_use in (True, False):
        assert_same(branches(second_use=second_use), training=True)
    inputs = keras.Input((6, 6, 16))
    normal = layers.BatchNormalization(name="normal")(inputs)
    two = keras.Model(inputs, [normal, layers.ReLU()(normal)])
    assert "normal" not in followers(two)
    shared = layers.ReLU(name="shared")
    twice = keras.Model(
        inputs, layers.add([shared(layers.BatchNormalization(name="a")(inputs)), shared(inputs)])
    )
    assert "a" not in followers(twice)


def test_a_layer_that_is_used_twice_stays_and_the_others_run_on_kernels() -> None:
    """Its two outputs may differ in shape."""
    inputs = keras.Input((6, 6, 16))
    shared = layers.Conv2D(16, 3, padding="same")
    model = keras.Model(inputs, layers.BatchNormalization()(shared(shared(inputs))))
    assert "1 native BatchNormalization" in fast_clone(model, kernels=True).replaced
    assert_same(model, training=True)


def test_a_mask_is_respected() -> None:
    """A normalisation that is given a mask does as Keras does, and what follows it still follows."""
    model = chain(layers.Masking(0.0), layers.BatchNormalization(), layers.ReLU(), shape=(4, 5, 16))
    clone = fast_clone(model, kernels=True).model
    x = np.random.default_rng(0).normal(size=(3, 4, 5, 16)).astype("float32")
    x[:, 2] = 0
    np.testing.assert_allclose(model(x, training=True), clone(x, training=True), atol=1e-5)


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask:UserWarning")
def test_a_mask_ends_at_pooling() -> None:
    """As in Keras, whose pooling does not hand it on."""
    x = np.random.default_rng(1).normal(1, 2, (5, 8, 8, 16)).astype("float32")
    x[:, 3] = 0
    for pool in (layers.MaxPooling2D(2, strides=1, padding="same"), layers.MaxPooling2D(2)):
        after = (layers.ReLU(), pool, layers.BatchNormalization())
        model = chain(layers.Masking(0.0), layers.BatchNormalization(), *after, shape=(8, 8, 16))
        clone = fast_clone(model, kernels=True)
        assert "1 native BatchNormalization+ReLU+MaxPooling2D" in clone.replaced
        np.testing.assert_allclose(model(x, training=True), clone.model(x, training=True), atol=1e-5)


@pytest.mark.parametrize("where", ["normalisation", "relu", "pooling"])
def test_penalties_on_what_lies_between_are_kept(where: str) -> None:
    """An activity regularizer sees what it was put on."""
    penalty: Any = {where: {"activity_regularizer": "l2"}}
    model = chain(
        layers.BatchNormalization(**penalty.get("normalisation", {})),
        layers.ReLU(**penalty.get("relu", {})),
        layers.MaxPooling2D(**penalty.get("pooling", {})),
        shape=(6, 6, 16),
    )
    clone = fast_clone(model, kernels=True).model
    x = np.random.default_rng(5).normal(size=(3, 6, 6, 16)).astype("float32")
    weights = (
        [v.numpy() for v in model.trainable_variables],
        [v.numpy() for v in model.non_trainable_variables],
    )
    got, expected = (
        each.stateless_call(*weights, x, training=True, return_losses=True)[2] for each in (clone, model)
    )
    assert 1 == len(expected) == len(got)
    np.testing.assert_allclose(got[0], expected[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("policy", "made"),
    [
        ("float32", [layers.BatchNormalization(), layers.ReLU(dtype="bfloat16")]),
        ("mixed_bfloat16", [layers.BatchNormalization(dtype="float32"), layers.ReLU(dtype="float32")]),
    ],
)
def test_precision_is_each_layers_own(policy: str, made: list[Any]) -> None:
    """Neither a layer's policy nor the global one is lost where layers are joined."""
    inputs = keras.Input((6, 6, 16))
    outputs = inputs
    for layer in made:
        outputs = layer(outputs)
    model = keras.Model(inputs, outputs)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        clone = fast_clone(model, kernels=True).model
    finally:
        keras.config.set_dtype_policy(before)
    x = np.random.default_rng(6).normal(size=(3, 6, 6, 16)).astype("float32")
    got, expected = clone(x, training=True), model(x, training=True)
    assert expected.dtype == got.dtype
    np.testing.assert_allclose(np.asarray(got, "float32"), np.asarray(expected, "float32"), atol=1e-5)


def test_integers_are_pooled_as_keras_does() -> None:
    """Kernels know float32 only."""
    inputs = keras.Input((6, 6, 16), dtype="int32")
    model = keras.Model(inputs, layers.MaxPooling2D(dtype="int32")(inputs))
    x = np.random.default_rng(7).integers(0, 9, (2, 6, 6, 16)).astype("int32")
    np.testing.assert_array_equal(model(x), fast_clone(model, kernels=True).model(x))
    plain = keras.Model(inputs, layers.MaxPooling2D()(inputs))
    np.testing.assert_array_equal(plain(x), fast_clone(plain, kernels=True).model(x))


def test_few_channels_are_left_to_xla() -> None:
    """Vectors of the kernels would be mostly empty."""
    replaced = fast_clone(chain(layers.Conv2D(4, 3), layers.BatchNormalization()), kernels=True).replaced
    assert not any("native" in each for each in replaced)


def test_the_article_runs_on_kernels(article: Study) -> None:
    """Both convolutions, and what follows them, of each convolutional arm; nothing of the dense one."""
    found = {
        arm.name: [
            each for each in fast_clone(arm.build((28, 28, 1), 10), kernels=True).replaced if "native" in each
        ]
        for arm in article.arms
    }
    assert {
        "dense": [],
        "conv": [f"2 native {BN}+ReLU", "2 native Conv2D"],
        "max pooling": [f"1 native {BN}+ReLU", f"1 native {BN}+ReLU+MaxPooling2D", "2 native Conv2D"],
        "average pooling": [f"1 native {BN}+ReLU", f"1 native {BN}+ReLU+AveragePooling2D", "2 native Conv2D"],
    } == found


def test_kernels_are_switched_off_by_the_recipe_or_the_environment(
    article: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either makes other runs, because rounding differs; the engine's name says so."""
    with_kernels = lab.audit(article).study.engine
    assert "paribus-kernels" in with_kernels
    for recipe in (pb.Recipe(native_kernels=False), pb.Recipe(fast_layers=False)):
        assert "paribus-kernels" not in lab.audit(replace(article, recipe=recipe)).study.engine
    monkeypatch.setenv(SWITCH, "0")
    assert "paribus-kernels" not in engine_name(native_kernels=True)
    assert not any(
        "native" in each for each in fast_clone(chain(layers.Conv2D(16, 3)), kernels=True).replaced
    )
    assert "switched off" in describe_kernels()


def test_records_say_what_ran(article: Study, tmp_path: Any) -> None:
    """Which layers ran on kernels, and on which instruction set."""
    small = replace(
        article,
        arms=article.arms[2:],
        contrasts=(),
        dataset=article.dataset.thinned(train=64, validation=32, test=32),
        recipe=pb.Recipe(epochs=1, batch_size=32),
        seeds=1,
    )
    run, _ = lab.run(small, store=tmp_path / "p.db").records
    assert "2 native Conv2D" in run.replaced_layers
    assert describe_kernels() == run.environment.versions["paribus-kernels"]
