"""Is pooling for translation invariance, and for statistical efficiency? The two claims on which the article ends, as contrasts.

conv              Conv2D_bn 64, Conv2D_bn 32, Flatten, Dense_bn 32, Dense 10: the article's
max pooling       conv, MaxPooling2D after the first Conv2D_bn: the article's
average pooling   conv, AveragePooling2D after the first Conv2D_bn: the article's
strided           conv, a second Conv2D_bn 64 with stride 2 after the first: what replaces pooling in All-CNN
ConvPool          conv, a second Conv2D_bn 64 with stride 1 and then MaxPooling2D: strided, with pooling, at the same number of parameters

Invariance is asked of probes on the trained models: whether they say the same of an image wherever it lies, and how well they do on images that
are moved. Efficiency is asked by a sweep over the size of the training set: `paribus sweep pooling --over n_train --values 1000,10000`. Against conv,
pooling takes away parameters, too; against strided, ConvPool takes nothing away.

Source: Springenberg, Dosovitskiy, Brox and Riedmiller (2015), Striving for simplicity: the all convolutional net, arXiv 1412.6806.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types, and this file is written as its users write theirs.

from functools import partial
from typing import Any

import keras
from keras import layers

from paribus import datasets, probes
from paribus.studies.convolution import MARGIN, conv2d_bn, convolutional, dense_bn
from paribus.study import Arm, Contrast, Recipe, Study

SHIFT_MARGIN = 0.01
"""Of consistency and of accuracy on moved images: one point."""


def twice(input_shape: tuple[int, ...], classes: int, *, stride: int) -> Any:
    """Return three convolutions and a dense layer; the second halves the image by its stride, or pooling does it after."""
    inputs = keras.Input(input_shape)
    x = conv2d_bn(inputs, 64)
    x = layers.Conv2D(64, (3, 3), padding="same", strides=stride)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    if stride == 1:
        x = layers.MaxPooling2D((2, 2))(x)
    x = conv2d_bn(x, 32)
    x = layers.Flatten()(x)
    x = dense_bn(x, 32)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


def study() -> Study:
    """Return the five arms with both claims as contrasts; normalisations are re-estimated, because little data make few updates."""
    shift = probes.ShiftAccuracy()
    consistency = probes.ShiftConsistency()
    asked = (("test_accuracy", MARGIN), (consistency.name, SHIFT_MARGIN), (shift.metrics[-1], SHIFT_MARGIN))
    pairs = (
        ("max pooling", "conv", "pooling"),
        ("average pooling", "conv", "pooling"),
        ("ConvPool", "strided", ("pooling", "layers")),
    )
    return Study(
        name="pooling",
        question="Is pooling for translation invariance? Is it for statistical efficiency?",
        arms=(
            Arm("conv", convolutional),
            Arm("max pooling", partial(convolutional, pooling=layers.MaxPooling2D)),
            Arm("average pooling", partial(convolutional, pooling=layers.AveragePooling2D)),
            Arm("strided", partial(twice, stride=2)),
            Arm("ConvPool", partial(twice, stride=1)),
        ),
        dataset=datasets.mnist(n_train=10_000, validation_split=0.3),
        recipe=Recipe(
            optimizer="SGD",
            loss="categorical_crossentropy",
            epochs=10,
            batch_size=128,
            batchnorm="recalibrate",
        ),
        probes=(shift, consistency),
        contrasts=tuple(
            Contrast(treatment, control, margin=margin, metric=metric, factor=factor)
            for metric, margin in asked
            for treatment, control, factor in pairs
        ),
        concedes={
            "parameters": "against conv, pooling takes parameters away, as in the article; ConvPool and strided have the same number",
            "flops": "pooling takes operations away, and a stride takes more of them away than pooling after does",
        },
        seeds=3,
    )
