"""The article's question as it should be asked: dense, convolution and both poolings at the same number of trainable parameters.

Every arm is resized to budgets of 25, 100, 220 and 800 thousand parameters, and once to equal training FLOPs. The layers are the
article's (see `convolution`); only their sizes change, and normalisations are re-estimated before every evaluation, so that how far moving
statistics have come is no part of the answer:

dense               width, width / 2, width / 4 units
conv, max, average  `filters` in the first convolution; `width` is split between the second one and the dense layer
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types, and this file is written as its users write theirs.

import math
from functools import partial
from typing import Any

import keras
from keras import layers

from paribus import datasets
from paribus.studies.convolution import MARGIN, conv2d_bn, dense_bn
from paribus.study import Arm, Budget, Contrast, Recipe, Study

TOLERANCE = 0.02
PARAMETERS = {"25k": 25_000, "100k": 100_000, "220k": 220_000, "800k": 800_000}
TRAINING_FLOPS = 8_600_000
"""Per image; what the article's dense arm takes."""

_DENSE = {"width": range(4, 2_049)}
_CONVOLUTIONAL = {"width": range(4, 257), "filters": (16, 32, 64)}


def dense(input_shape: tuple[int, ...], classes: int, width: int) -> Any:
    """Three dense layers on the flattened image, each half as wide as the one before."""
    inputs = x = keras.Input((math.prod(input_shape),))
    for units in (width, width // 2, width // 4):
        x = dense_bn(x, units)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


def convolutional(
    input_shape: tuple[int, ...], classes: int, width: int, filters: int, pooling: type | None = None
) -> Any:
    """Two convolutions and a dense layer, with or without 2x2 pooling after the first convolution."""
    inputs = keras.Input(input_shape)
    x = conv2d_bn(inputs, filters)
    if pooling is not None:
        x = pooling((2, 2))(x)
    x = conv2d_bn(x, width - width // 2)
    x = layers.Flatten()(x)
    x = dense_bn(x, width // 2)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


def study() -> Study:
    """Return the four arms at every budget, with the article's two questions at each."""
    cells = {
        f"{name} parameters": Budget("trainable_parameters", target=n, tolerance=TOLERANCE)
        for name, n in PARAMETERS.items()
    }
    cells["equal FLOPs"] = Budget("training_flops", target=TRAINING_FLOPS, tolerance=TOLERANCE)
    return Study(
        name="equal-parameters",
        question="At equal cost, does convolution help? Does pooling, and which? At which sizes?",
        arms=tuple(arm for cell, budget in cells.items() for arm in _arms(cell, budget)),
        dataset=datasets.mnist(n_train=10_000, validation_split=0.3),
        recipe=Recipe(
            optimizer="SGD",
            loss="categorical_crossentropy",
            epochs=10,
            batch_size=128,
            batchnorm="recalibrate",
        ),
        contrasts=tuple(contrast for cell in cells for contrast in _contrasts(cell)),
        seeds=3,
    )


def _arms(cell: str, budget: Budget) -> tuple[Arm, ...]:
    return (
        Arm(f"dense, {cell}", dense, knobs=_DENSE, budgets=budget),
        Arm(f"conv, {cell}", convolutional, knobs=_CONVOLUTIONAL, budgets=budget),
        *(
            Arm(
                f"{name} pooling, {cell}",
                partial(convolutional, pooling=kind),
                knobs=_CONVOLUTIONAL,
                budgets=budget,
            )
            for name, kind in (("max", layers.MaxPooling2D), ("average", layers.AveragePooling2D))
        ),
    )


def _contrasts(cell: str) -> tuple[Contrast, ...]:
    return tuple(
        Contrast(f"{one}, {cell}", f"{other}, {cell}", margin=MARGIN, factor=factor, cell=cell)
        for one, other, factor in (
            ("conv", "dense", "layers"),
            ("max pooling", "conv", "pooling"),
            ("average pooling", "max pooling", "pooling"),
        )
    )
