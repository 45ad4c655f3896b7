"""Random architectures with branches, merges, shared layers and nested models."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from typing import Any

import numpy as np

from paribus.backend import keras


def random_model(seed: int) -> Any:
    """Return a Functional model of up to a dozen layers that maps small images to three classes."""
    rng = np.random.default_rng(seed)
    layers = keras().layers
    channels_last = int(rng.integers(1, 5))
    inputs = x = keras().Input((int(rng.integers(9, 17)), int(rng.integers(9, 17)), channels_last))
    for _ in range(int(rng.integers(1, 8))):
        x = _next(rng, x)
    x = layers.Flatten()(x) if rng.random() < 0.5 else layers.GlobalAveragePooling2D()(x)
    for _ in range(int(rng.integers(0, 3))):
        x = layers.Dense(int(rng.integers(1, 20)), use_bias=bool(rng.random() < 0.7), activation="relu")(x)
    return keras().Model(inputs, layers.Dense(3, activation="softmax")(x))


def _next(rng: np.random.Generator, x: Any) -> Any:
    layers = keras().layers
    filters, window = int(rng.integers(1, 9)), int(rng.integers(1, 4))
    kinds = {
        "conv": lambda: layers.Conv2D(filters, window, padding="same", use_bias=bool(rng.random() < 0.5))(x),
        "depthwise": lambda: layers.DepthwiseConv2D(window, padding="same", depth_multiplier=2)(x),
        "separable": lambda: layers.SeparableConv2D(filters, window, padding="same")(x),
        "transposed": lambda: layers.Conv2DTranspose(filters, window, padding="same")(x),
        "normalization": lambda: layers.BatchNormalization(scale=bool(rng.random() < 0.5))(x),
        "layer norm": lambda: layers.LayerNormalization()(x),
        "group norm": lambda: layers.GroupNormalization(groups=1)(x),
        "parametric": lambda: layers.PReLU(shared_axes=[1, 2])(x),
        "pooling": lambda: layers.MaxPooling2D(2, padding="same")(x),
        "residual": lambda: layers.Add()([x, layers.Conv2D(x.shape[-1], 3, padding="same")(x)]),
        "operator": lambda: keras().ops.relu(x) + x,
        "branches": lambda: layers.Concatenate()(
            [layers.Conv2D(filters, 1)(x), layers.Activation("tanh")(x)]
        ),
        "shared": lambda: _shared(x),
        "nested": lambda: _nested(x, filters)(x),
        "frozen": lambda: layers.Conv2D(filters, 1, trainable=False)(x),
    }
    return kinds[str(rng.choice(list(kinds)))]()


def _shared(x: Any) -> Any:
    layer = keras().layers.Conv2D(x.shape[-1], 1)
    return layer(layer(x))


def _nested(x: Any, filters: int) -> Any:
    layers = keras().layers
    return keras().Sequential(
        [keras().Input(x.shape[1:]), layers.Conv2D(filters, 1), layers.BatchNormalization(), layers.ReLU()]
    )
