"""A study that comes with an installed package."""

import keras
import numpy as np
import paribus as pb


def linear(input_shape, classes):
    return keras.Sequential([keras.Input(input_shape), keras.layers.Dense(classes, activation="softmax")])


def hidden(input_shape, classes):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


def study():
    """Return the study; `paribus run rings` calls this."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=800)
    x = rng.normal(size=(800, 2))
    x *= ((1 + y + rng.normal(scale=0.15, size=800)) / np.linalg.norm(x, axis=1))[:, None]
    return pb.Study(
        name="rings",
        question="Does a hidden layer tell rings apart?",
        arms=(pb.Arm("linear", linear), pb.Arm("hidden", hidden)),
        dataset=pb.datasets.arrays(x[:500], y[:500], x[500:], y[500:], name="rings"),
        recipe=pb.Recipe(optimizer="adam", epochs=5, batch_size=32),
        contrasts=(pb.Contrast("hidden", "linear", margin=0.02),),
        seeds=3,
    )
