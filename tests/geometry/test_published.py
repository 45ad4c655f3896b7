"""Published numbers, and what gradients measure."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from paribus.errors import GeometryError
from paribus.geometry import Window, conv, cropping, output_size, pool, transposed_conv, zero_padding
from paribus.lab import model_geometry

ARITHMETIC = [
    (conv(5, 3, strides=2), 2),
    (conv(zero_padding(5).output_shape, 3, strides=2), 3),
    (conv(zero_padding(6).output_shape, 3, strides=2), 3),
    (conv(4, 3), 2),
]
"""Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning."""


def test_the_guide_to_convolution_arithmetic() -> None:
    """Its examples, along one axis."""
    assert [size for _, size in ARITHMETIC] == [made.output_shape[0] for made, _ in ARITHMETIC]


def test_a_padded_row_that_is_never_read() -> None:
    """Six inputs padded by one on both sides, a window of three and stride two: the last of the eight is read by none."""
    padded = conv(zero_padding((6, 6)).output_shape, 3, strides=2)
    assert ((7,), (7,)) == tuple(axis.unread for axis in padded.axes)


def test_the_articles_valid_example() -> None:
    """Seven by seven, a window of two by two, stride two: row and column seven are never read, 13 of 49 pixels."""
    made = conv((7, 7), 2, strides=2)
    assert ((3, 3), 13, (6,), (6,)) == (
        made.output_shape,
        made.unread,
        made.axes[0].unread,
        made.axes[1].unread,
    )


def test_same_does_not_keep_the_size_under_a_stride() -> None:
    """As the article claims: the output is the input over the stride, rounded up, and the odd zero lies after."""
    made = conv((7, 7), 2, strides=2, padding="same")
    assert ((4, 4), 0) == (made.output_shape, made.unread)
    assert (0, 1) == (made.axes[0].before, made.axes[0].after)
    assert pytest.approx(0.75) == made.padding_shares[-1, -1]


@pytest.mark.parametrize(
    ("name", "parameters", "fields"),
    [
        (
            "VGG16",
            138_357_544,
            {"block1_pool": 6, "block2_pool": 16, "block3_pool": 44, "block4_pool": 100, "block5_pool": 212},
        ),
        (
            "ResNet50",
            25_636_712,
            {
                "conv2_block3_out": 35,
                "conv3_block4_out": 99,
                "conv4_block6_out": 291,
                "conv5_block3_out": 483,
            },
        ),
    ],
)
def test_published_models(name: str, parameters: int, fields: dict[str, int]) -> None:
    """Araujo, Norris and Sim (2019): VGG16 behind its poolings, ResNet50 behind its four stages."""
    import keras

    made = model_geometry(getattr(keras.applications, name)(weights=None))
    found = {layer.name: layer.receptive_field for layer in made.layers}
    assert {layer: (size, size) for layer, size in fields.items()} == {
        layer: found[layer] for layer in fields
    }
    assert parameters == sum(layer.parameters for layer in made.layers)


def random_stack(rng: np.random.Generator) -> Any:
    """Return a model of three to six convolutions and poolings with positive weights over one axis of 200."""
    import keras

    layers: list[Any] = [keras.Input((200, 1))]
    for _ in range(int(rng.integers(3, 7))):
        padding = str(rng.choice(["valid", "same"]))
        kernel, stride, dilation = (int(rng.integers(1, most)) for most in (6, 3, 4))
        kind = rng.integers(4)
        if kind == 0:
            layers.append(keras.layers.AveragePooling1D(kernel, min(stride, kernel), padding=padding))
        elif kind == 1:
            layers.append(keras.layers.ZeroPadding1D(int(rng.integers(1, 4))))
        else:
            dilation = dilation if stride == 1 else 1
            layers.append(
                keras.layers.Conv1D(
                    1,
                    kernel,
                    strides=min(stride, kernel),
                    dilation_rate=dilation,
                    padding=padding,
                    kernel_initializer="ones",
                    use_bias=False,
                )
            )
    return keras.Sequential(layers)


@pytest.mark.parametrize("seed", range(12))
def test_receptive_fields_are_what_gradients_measure(seed: int) -> None:
    """Of a unit in the middle of a random stack: from the first input with a gradient to the last."""
    import jax
    import jax.numpy as jnp

    model = random_stack(np.random.default_rng(seed))
    last = model_geometry(model).layers[-1]
    middle = model.output_shape[1] // 2

    def unit(x: Any) -> Any:
        return model(x)[0, middle, 0]

    gradient: NDArray[np.float32] = np.asarray(jax.grad(unit)(jnp.ones((1, 200, 1))), np.float32)[0, :, 0]
    read = np.flatnonzero(gradient)
    assert 0 < read.min()
    assert read.max() < 199, "the unit sees the border"
    assert last.receptive_field == (read.max() - read.min() + 1,)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: conv((7, 7), 3, strides=(2, 1), dilation=(1, 2)), "one of the two above 1"),
        (lambda: conv((7, 7), 3, padding="causal"), "'causal' is for Conv1D alone"),
        (lambda: conv(4, 3, dilation=2), "no window fits on axis 1: it spans 5 of 4 inputs"),
        (lambda: conv((7, 7), (3, 3, 3)), "kernel has 3 numbers for 2 axes"),
        (lambda: conv(7, 0), "kernel is 0; it must be at least 1"),
        (lambda: conv(0, 1), "the input is 0 along axis 1"),
        (lambda: conv((2, 2, 2, 2), 1), "4 axes"),
        (lambda: pool((4, 4), 2, strides=0), "strides is 0×0; it must be at least 1"),
        (lambda: transposed_conv(4, 3, strides=2, output_padding=2), "below the stride of 2"),
        (lambda: cropping((4, 4), 2), "leaves nothing"),
        (lambda: zero_padding(4, -1), "at least 0"),
    ],
)
def test_what_keras_refuses_is_refused_with_the_reason(make: Any, reason: str) -> None:
    """All reasons at once."""
    with pytest.raises(GeometryError) as refused:
        make()
    assert reason in str(refused.value)


def test_an_output_names_what_it_reads_and_an_input_its_readers() -> None:
    """A window of three with a hole between, stride one."""
    (axis,) = conv(7, 3, dilation=2).axes
    assert (1, 3, 5) == axis.read_by(1)
    assert (0, 2) == axis.readers_of(4)
    assert output_size(7, Window(size=3, dilation=2)) == axis.outputs
