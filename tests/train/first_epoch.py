"""Trains one epoch on the backend that the environment names, from weights that NumPy drew, and prints it as JSON."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

import json
from typing import Any

import keras
import numpy as np

from paribus.study import Recipe
from paribus.train import batch_orders, check_backend, make_engine, order_hash, stream
from paribus.train._objective import make_objective, make_optimizer

ROWS, SHAPE, CLASSES, BATCH = 100, (6, 6, 1), 4, 32


def dense() -> Any:
    return keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(CLASSES, activation="softmax")]
    )


def convolutional() -> Any:
    """Return a residual model with batch normalisation, pooling and a penalty."""
    layers = keras.layers
    inputs = keras.Input(SHAPE)
    first = layers.Conv2D(4, 3, padding="same", activation="relu", kernel_regularizer="l2")(inputs)
    second = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(first))
    pooled = layers.MaxPooling2D()(layers.add([first, second]))
    outputs = layers.Dense(CLASSES, activation="softmax")(layers.Flatten()(pooled))
    return keras.Model(inputs, outputs)


def losses(model: Any, optimizer: str) -> tuple[float, float]:
    """Return the running mean loss of the first epoch, and the loss after it in inference mode."""
    rng = np.random.default_rng(0)
    for variable in model.trainable_variables:
        variable.assign(0.3 * rng.normal(size=variable.shape).astype(np.float32))
    recipe = Recipe(optimizer=optimizer, batch_size=BATCH)
    engine = make_engine(
        model,
        make_objective(recipe, CLASSES),
        make_optimizer(recipe),
        input_shape=SHAPE,
        fast_layers=True,
        native_kernels=False,
    )
    x = engine.place(rng.normal(size=(ROWS, *SHAPE)).astype(np.float32))
    y = engine.place(rng.integers(CLASSES, size=ROWS).astype(np.int32))
    order = batch_orders(0, epochs=1, n=ROWS)[0]
    state, means = engine.train_epoch(engine.start(model), x, y, order, batch_size=BATCH)
    return means.loss, engine.evaluate(state, x, y, batch_size=BATCH).loss


def main() -> None:
    found: dict[str, float] = {}
    for build in (dense, convolutional):
        for optimizer in ("sgd", "adam"):
            name = f"{build.__name__} {optimizer}"
            found[f"{name}, training"], found[f"{name}, after"] = losses(build(), optimizer)
    report = {
        "backend": check_backend(),
        "order": order_hash(batch_orders(3, epochs=2, n=ROWS)),
        "dropout": stream(3, "dropout").integers(2**32, size=4).tolist(),
        "losses": found,
    }
    print(json.dumps(report))  # noqa: T201 -- the answer


if __name__ == "__main__":
    main()
