"""A built model is measured as Keras and published tools measure it, and what is not known is said to be unknown."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from paribus import studies
from paribus.backend import jax, keras
from paribus.measures import Measured, measured, parameters
from tests.measures.generated import random_model

FEW_APPLICATIONS = ("VGG16", "ResNet50", "MobileNetV2", "DenseNet121", "EfficientNetB0")
APPLICATIONS = (
    *FEW_APPLICATIONS,
    *("VGG19", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2", "ResNet152V2", "MobileNet", "Xception"),
    *(
        "MobileNetV3Small",
        "MobileNetV3Large",
        "DenseNet169",
        "DenseNet201",
        "InceptionV3",
        "InceptionResNetV2",
    ),
    *("NASNetMobile", "NASNetLarge", *(f"EfficientNetB{size}" for size in range(1, 8))),
    *(f"EfficientNetV2{size}" for size in ("B0", "B1", "B2", "B3", "S", "M", "L")),
    *(f"ConvNeXt{size}" for size in ("Tiny", "Small", "Base", "Large", "XLarge")),
)


def abstract(build: Callable[[], Any]) -> Any:
    """Return a model whose weights have shapes and no values, so that large ones take no memory."""
    if keras().backend.backend() != "jax":
        return build()
    made: list[Any] = []
    jax().eval_shape(lambda: made.append(build()))
    return made[0]


def application(name: str) -> Any:
    return abstract(lambda: getattr(keras().applications, name)(weights=None))


def of(*layers: Any, shape: tuple[int, ...] = (8, 8, 3)) -> Measured:
    """Return the measures of layers in a row, at a batch of 2."""
    return measured(keras().Sequential([keras().Input(shape), *layers]), batch_size=2)


@pytest.mark.parametrize("name", FEW_APPLICATIONS)
def test_parameters_of_published_models(name: str) -> None:
    """As Keras counts them; layer by layer they add up."""
    model = application(name)
    assert model.count_params() == parameters(model).total
    assert model.count_params() == sum(layer.parameters for layer in measured(model, batch_size=1).layers)


@pytest.mark.long
@pytest.mark.parametrize("name", APPLICATIONS)
def test_parameters_of_all_published_models(name: str) -> None:
    """Forty-odd of `keras.applications`; their FLOPs are known down to the last layer, too."""
    model = application(name)
    found = measured(model, batch_size=1)
    assert model.count_params() == parameters(model).total == sum(layer.parameters for layer in found.layers)
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert trainable == parameters(model).trainable


@pytest.mark.parametrize("first", range(0, 50, 10))
def test_parameters_of_generated_graphs(first: int) -> None:
    """Branches, merges, shared layers, nested models: as Keras counts them, in total and layer by layer."""
    for seed in range(first, first + 10):
        check_generated(seed)


@pytest.mark.long
def test_parameters_of_five_hundred_generated_graphs() -> None:
    """The same, more often."""
    for seed in range(500):
        check_generated(seed)


def check_generated(seed: int) -> None:
    model = abstract(lambda: random_model(seed))
    found = measured(model, batch_size=1)
    assert not found.totals.uncounted
    assert model.count_params() == parameters(model).total == sum(layer.parameters for layer in found.layers)


@pytest.mark.parametrize(("name", "size"), [("VGG16", 212), ("VGG19", 268), ("ResNet50", 483)])
def test_receptive_fields_of_published_models(name: str, size: int) -> None:
    """Of the features, as published (Araujo, Norris and Sim, 2019)."""
    field = measured(application(name), batch_size=1).totals.receptive_field
    assert (size, size) == field


def test_depth_counts_layers_with_a_kernel() -> None:
    """The 16 of VGG16 and the 50 of ResNet50."""
    assert [16, 50] == [
        measured(application(name), batch_size=1).totals.depth for name in ("VGG16", "ResNet50")
    ]


@pytest.mark.parametrize(
    ("name", "products", "flops"),
    [
        ("VGG16", 30_693_261_312 + 247_267_328, 30_940_528_640 + 13_556_712 + 13_555_712 + 4_591_104 + 3_000),
        ("ResNet50", 7_711_850_496 + 4_096_000, None),
    ],
)
def test_flops_of_published_models_are_those_of_two_published_tools(
    name: str, products: int, flops: int | None
) -> None:
    """TensorFlow's profiler and PyTorch's FlopCounterMode count the same products; `docs/measures.md` adds up the rest."""
    totals = measured(application(name), batch_size=1).totals
    assert products == 2 * (totals.macs or 0)
    assert flops is None or flops == totals.flops


def test_macs_of_the_articles_arms() -> None:
    """Written out: units times inputs, windows times channels times outputs."""
    arms = {arm.name: arm.measures for arm in studies.study("convolution").audit().arms}
    first, second = 28 * 28 * 64 * 9, 32 * 9 * 64
    expected = {
        "dense": 784 * 1000 + 1000 * 512 + 512 * 256 + 2560,
        "conv": first + 784 * second + 25088 * 32 + 320,
        "max pooling": first + 196 * second + 6272 * 32 + 320,
        "average pooling": first + 196 * second + 6272 * 32 + 320,
    }
    assert expected == {name: each.macs for name, each in arms.items() if each}
    assert {(True, "Dense")} == {(each.sees_all, each.gathered_by) for each in arms.values() if each}
    fields = {name: each.receptive_field for name, each in arms.items() if each}
    assert {"dense": (), "conv": (5, 5), "max pooling": (8, 8), "average pooling": (8, 8)} == fields


def test_a_dense_layer_costs_two_flops_per_weight_and_one_per_bias_and_activation() -> None:
    """8 inputs, 4 units, ReLU: 64 + 4 + 4."""
    totals = of(keras().layers.Dense(4, activation="relu"), shape=(8,)).totals
    assert (32, 72) == (totals.macs, totals.flops)


def test_training_costs_each_product_once_more_per_gradient_that_is_needed() -> None:
    """The first layer needs none by its input: 2 + 2, the second 2 + 2 + 2 FLOPs per weight."""
    layers = keras().layers
    totals = of(layers.Dense(4, use_bias=False), layers.Dense(5, use_bias=False), shape=(8,)).totals
    assert 4 * 32 + 6 * 20 == totals.training_flops


def test_a_frozen_layer_needs_no_gradient() -> None:
    """Nor does what lies before it."""
    layers = keras().layers
    frozen = layers.Dense(4, use_bias=False, trainable=False)
    assert 2 * 32 + 4 * 20 == of(frozen, layers.Dense(5, use_bias=False), shape=(8,)).totals.training_flops


def test_activations_are_counted_where_they_are_made() -> None:
    """Flattening makes none: 8 x 8 x 2 and 4 numbers of 4 bytes, for two examples."""
    layers = keras().layers
    totals = of(layers.Conv2D(2, 3, padding="same"), layers.Flatten(), layers.Dense(4)).totals
    assert 2 * 4 * (128 + 4) == totals.activation_bytes


def test_shared_layers_count_their_weights_once_and_their_work_twice() -> None:
    """Called on two halves of the input."""
    layers = keras().layers
    inputs = keras().Input((6,))
    shared = layers.Dense(3, use_bias=False)
    outputs = layers.Add()([shared(inputs), shared(inputs)])
    found = measured(keras().Model(inputs, outputs), batch_size=1)
    assert [18, 0] == [layer.parameters for layer in found.layers if layer.kind == "Dense"]
    assert 36 == found.totals.macs


def test_nested_models_are_opened() -> None:
    """Their layers carry the name of the model they lie in."""
    layers = keras().layers
    inner = keras().Sequential(
        [keras().Input((4, 4, 1)), layers.Conv2D(2, 3), layers.Flatten()], name="inner"
    )
    inputs = keras().Input((4, 4, 1))
    found = measured(keras().Model(inputs, layers.Dense(3)(inner(inputs))), batch_size=1)
    assert ["inner/conv2d", "inner/flatten", "dense"] == [
        layer.name for layer in found.layers if layer.kind != "InputLayer"
    ]


class Mystery:
    """A layer of one's own, made where Keras is there."""

    @staticmethod
    def make() -> Any:
        class Doubled(keras().layers.Layer):
            def call(self, inputs: Any) -> Any:
                return 2 * inputs

        return Doubled()


def test_a_layer_of_ones_own_is_named_and_never_counted_as_nothing() -> None:
    """Neither its FLOPs nor the total are known; parameters are."""
    totals = of(Mystery.make(), keras().layers.Flatten(), keras().layers.Dense(2)).totals
    assert (None, None, None) == (totals.macs, totals.flops, totals.training_flops)
    assert ("Doubled 'doubled'",) == totals.uncounted


def test_a_subclassed_model_is_named() -> None:
    """Nobody knows its calls."""

    class Own(keras().Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras().layers.Dense(3)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    model = Own()
    model(keras().ops.zeros((1, 4)))
    found = measured(model, batch_size=1)
    assert ("Own is a model of one's own making",) == found.totals.uncounted
    assert [15] == [layer.parameters for layer in found.layers]


def test_a_place_that_another_branch_reads_is_not_unread() -> None:
    """A stride of two beside a layer that takes everything."""
    layers = keras().layers
    inputs = keras().Input((5, 5, 1))
    skipping = layers.Conv2D(1, 1, strides=2)(inputs)
    alone = measured(keras().Model(inputs, skipping), batch_size=1)
    both = measured(
        keras().Model(
            inputs, layers.Add()([skipping, layers.Conv2D(1, 3, strides=2, padding="same")(inputs)])
        ),
        batch_size=1,
    )
    assert [((1, 3), (1, 3))] == [layer.unread for layer in alone.layers if layer.kind == "Conv2D"]
    assert [((), ())] * 2 == [layer.unread for layer in both.layers if layer.kind == "Conv2D"]


def test_what_units_see() -> None:
    """Of 8 x 8: a window's, until global pooling or a dense layer behind Flatten brings all together."""
    layers = keras().layers
    conv = layers.Conv2D(2, 3, padding="same")
    seen = [
        (layer.receptive_field, layer.sees_all)
        for layer in of(conv, layers.Flatten(), layers.Dense(2)).layers
    ]
    assert [((3, 3), False), ((3, 3), False), ((3, 3), True)] == seen
    pooled = of(layers.Conv2D(2, 3), layers.GlobalAveragePooling2D(), layers.Dense(2)).totals
    assert ((3, 3), True, "GlobalAveragePooling2D") == (
        pooled.receptive_field,
        pooled.sees_all,
        pooled.gathered_by,
    )
    by_position = of(layers.Conv2D(2, 3), layers.Dense(2)).totals
    assert (False, "") == (by_position.sees_all, by_position.gathered_by)


def test_traits_name_what_differs() -> None:
    """Kinds and settings, aspect by aspect."""
    layers = keras().layers
    totals = of(
        layers.Conv2D(2, 3, padding="same", activation="relu", kernel_initializer="he_normal"),
        layers.BatchNormalization(momentum=0.9),
        layers.MaxPooling2D(),
        layers.Dropout(0.3),
        layers.Flatten(),
        layers.Dense(
            4, activation="softmax", kernel_regularizer=keras().regularizers.L2(0.01), use_bias=False
        ),
    ).totals
    assert ("1 Conv2D 3×3 same", "1 Dense") == totals.traits["layers"]
    assert ("relu",) == totals.traits["activation"]
    assert ("softmax",) == totals.traits["output"]
    assert ("BatchNormalization (momentum 0.9, epsilon 0.001)",) == totals.traits["normalization"]
    assert ("Dropout 0.3", "kernel regularizer L2 l2 0.01") == totals.traits["regularization"]
    assert ("bias Zeros", "kernel GlorotUniform", "kernel HeNormal") == totals.traits["initializers"]
    assert ("with bias", "without bias") == totals.traits["bias"]
    assert ("MaxPooling2D 2×2 stride 2 valid",) == totals.traits["pooling"]
