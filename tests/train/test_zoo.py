"""Every kind of layer that architectures are made of trains, to the same bits, on the current backend."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from paribus import datasets
from paribus.records import RunRecord, RunSpec, Status
from paribus.study import Arm, Recipe, Study
from paribus.train import Assignment, Message, Trainer

CLASSES = 3
Body = Callable[[Any], Any]


def chain(*parts: Callable[[], Any]) -> Body:
    """Return a body of new layers, one after the other."""

    def body(x: Any) -> Any:
        for part in parts:
            x = part()(x)
        return x

    return body


def residual(x: Any) -> Any:
    first = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    second = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(first))
    return layers.Activation("relu")(layers.add([first, second]))


def branches(x: Any) -> Any:
    narrow = layers.Conv2D(2, 1, padding="same")(x)
    wide = layers.Conv2D(2, 5, padding="same")(x)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    return layers.GlobalAveragePooling2D()(layers.concatenate([narrow, wide, pooled]))


def attention(x: Any) -> Any:
    return layers.MultiHeadAttention(2, 3, dropout=0.1)(x, x)


IMAGE, SERIES, VOLUME = (8, 8, 1), (12, 2), (4, 4, 4, 1)
ZOO: dict[str, tuple[tuple[int, ...], Body]] = {
    "dropout": (IMAGE, chain(lambda: layers.Dropout(0.5), lambda: layers.SpatialDropout2D(0.2))),
    "noise": (IMAGE, chain(lambda: layers.GaussianNoise(0.3), lambda: layers.GaussianDropout(0.2))),
    "flips and rotations": (
        IMAGE,
        chain(layers.RandomFlip, lambda: layers.RandomRotation(0.1), lambda: layers.Dropout(0.2)),
    ),
    "zooms, shifts and contrast": (
        IMAGE,
        chain(
            lambda: layers.RandomZoom(0.2),
            lambda: layers.RandomTranslation(0.1, 0.1),
            lambda: layers.RandomContrast(0.2),
        ),
    ),
    "several batch normalisations": (
        IMAGE,
        chain(
            layers.BatchNormalization,
            lambda: layers.Conv2D(4, 3),
            lambda: layers.BatchNormalization(scale=False),
            layers.Flatten,
            lambda: layers.BatchNormalization(center=False),
        ),
    ),
    "layer and group normalisation": (
        IMAGE,
        chain(
            lambda: layers.Conv2D(4, 3),
            layers.LayerNormalization,
            lambda: layers.GroupNormalization(2),
        ),
    ),
    "residual": (IMAGE, residual),
    "branches": (IMAGE, branches),
    "separable, depthwise and transposed": (
        IMAGE,
        chain(
            lambda: layers.SeparableConv2D(4, 3),
            lambda: layers.DepthwiseConv2D(3),
            lambda: layers.Conv2DTranspose(2, 3, strides=2),
        ),
    ),
    "strided and dilated": (
        IMAGE,
        chain(lambda: layers.Conv2D(4, 3, strides=2), lambda: layers.Conv2D(4, 2, dilation_rate=2)),
    ),
    "one dimension": (
        SERIES,
        chain(lambda: layers.Conv1D(4, 3), layers.MaxPooling1D, lambda: layers.AveragePooling1D(2)),
    ),
    "recurrent": (SERIES, chain(lambda: layers.LSTM(4, dropout=0.2))),
    "attention": (SERIES, attention),
    "three dimensions": (VOLUME, chain(lambda: layers.Conv3D(2, 2), lambda: layers.MaxPooling3D(2))),
}


def study_of(shape: tuple[int, ...], body: Body) -> Study:
    def build(input_shape: tuple[int, ...], classes: int) -> Any:
        inputs = keras.Input(input_shape)
        flat = layers.Flatten()(body(inputs))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(flat))

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, *shape)), np.arange(40) % CLASSES
    return Study(
        question="Does it train?",
        arms=(Arm("first", build), Arm("second", build)),
        dataset=datasets.arrays(x[:30], y[:30], x[30:], y[30:], validation_split=0.2),
        recipe=Recipe(optimizer="adam", epochs=2, batch_size=16),
    )


def ignore(message: Message) -> None:
    """Watch nothing."""


def run(trainer: Trainer, seed: int = 0) -> RunRecord:
    return trainer(Assignment(RunSpec(run_id="run", arm="first", arm_identity="first", seed=seed)), ignore)


def numbers(record: RunRecord) -> list[Any]:
    return [record.test, *(replace(epoch, train_seconds=0.0) for epoch in record.epochs)]


@pytest.mark.parametrize("kind", ZOO)
def test_it_trains_to_the_same_bits(kind: str) -> None:
    """A seed gives the same numbers in a trainer of its own and after another seed in one trainer; losses are finite."""
    study = study_of(*ZOO[kind])
    alone = run(Trainer(study))
    assert alone.status is Status.COMPLETED, alone.reason
    shared = Trainer(study)
    other = run(shared, seed=1)
    assert numbers(alone) == numbers(run(shared))
    assert numbers(alone) != numbers(other)


def test_random_layers_of_one_model_draw_apart() -> None:
    """Every seed generator starts where the run's stream says, each elsewhere."""
    from paribus.train._arms import seed_dropout

    def starts(seed: int) -> list[Any]:
        model = keras.Sequential(
            [keras.Input(IMAGE), layers.RandomFlip(), layers.RandomRotation(0.1), layers.Dropout(0.1)]
        )
        seed_dropout(model, np.random.default_rng(seed))
        return [np.asarray(each.value).tolist() for each in model.non_trainable_variables]

    assert 3 == len({first for first, _ in starts(0)})
    assert starts(0) == starts(0)
    assert starts(0) != starts(1)
