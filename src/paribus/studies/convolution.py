"""The article's study: convolution and pooling on MNIST, raw pixels, at no more parameters.

dense               Input(784), Dense_bn 1000, 512, 256, Dense 10          1,438,482 parameters
conv                Conv2D_bn 64, Conv2D_bn 32, Flatten, Dense_bn 32, ...    822,794
max pooling         conv, MaxPooling2D after the first Conv2D_bn             220,682
average pooling     conv, AveragePooling2D after the first Conv2D_bn         220,682
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types, and this file is written as its users write theirs.

import math
from functools import partial
from typing import Any

import keras
from keras import layers

from paribus import datasets
from paribus.study import Arm, Contrast, Recipe, Study

MARGIN = 0.005


def dense_bn(x: Any, units: int) -> Any:
    """Dense, BatchNormalization, ReLU."""
    x = layers.Dense(units)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def conv2d_bn(x: Any, filters: int) -> Any:
    """3x3 convolution with `same` padding, BatchNormalization, ReLU."""
    x = layers.Conv2D(filters, (3, 3), padding="same", strides=(1, 1))(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def dense(input_shape: tuple[int, ...], classes: int) -> Any:
    """Three dense layers on the flattened image."""
    inputs = x = keras.Input((math.prod(input_shape),))
    for units in (1000, 512, 256):
        x = dense_bn(x, units)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


def convolutional(input_shape: tuple[int, ...], classes: int, pooling: type | None = None) -> Any:
    """Two convolutions and a dense layer, with or without 2x2 pooling after the first convolution."""
    inputs = keras.Input(input_shape)
    x = conv2d_bn(inputs, 64)
    if pooling is not None:
        x = pooling((2, 2))(x)
    x = conv2d_bn(x, 32)
    x = layers.Flatten()(x)
    x = dense_bn(x, 32)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


def study(pixels: datasets.Pixels = "raw", name: str = "convolution") -> Study:
    """Return the article's four arms under its protocol, with its two questions as contrasts."""
    return Study(
        name=name,
        question="At no more parameters, does convolution help? Should it be used with pooling, and with which?",
        arms=(
            Arm("dense", dense),
            Arm("conv", convolutional),
            Arm("max pooling", partial(convolutional, pooling=layers.MaxPooling2D)),
            Arm("average pooling", partial(convolutional, pooling=layers.AveragePooling2D)),
        ),
        dataset=datasets.mnist(n_train=10_000, validation_split=0.3, pixels=pixels),
        recipe=Recipe(optimizer="SGD", loss="categorical_crossentropy", epochs=10, batch_size=128),
        contrasts=(
            Contrast("conv", "dense", margin=MARGIN),
            Contrast("max pooling", "conv", margin=MARGIN, factor="pooling"),
            Contrast("average pooling", "max pooling", margin=MARGIN, factor="pooling"),
        ),
        concedes={
            "parameters": "the article asks at no more parameters, and each arm has fewer than the one before it or as many",
            "flops": "the article compares these four models as they are; equal-parameters compares them at equal cost",
        },
        seeds=3,
    )
