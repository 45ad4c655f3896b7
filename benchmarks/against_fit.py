"""Seconds per epoch of the article's arms: paribus' loop beside Keras' `fit` on the same backend, in one process.

Usage: python benchmarks/against_fit.py [repeats]

Each repeat times one epoch of 7,000 images of both, one after the other; compiling is left out of both. The last column
is `fit` divided by paribus: above 1, paribus is faster.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from paribus import studies
from paribus.backend import keras
from paribus.build import build, input_shape
from paribus.study import Arm, Study
from paribus.train import batch_orders, make_engine, stream
from paribus.train._objective import make_objective, make_optimizer

DEFAULT_REPEATS = 3


def fit_epoch(study: Study, arm: Arm) -> Callable[[], Any]:
    """Return a function that trains one more epoch with Keras' `fit`."""
    model = build(arm, study.dataset, init_rng=stream(0, "init"))
    model.compile(optimizer=make_optimizer(study.recipe), loss=study.recipe.loss, metrics=["accuracy"])
    x = study.dataset.train.x.reshape(-1, *input_shape(model, study.dataset))
    y = keras().utils.to_categorical(study.dataset.train.y, study.dataset.classes)
    return lambda: model.fit(x, y, batch_size=study.recipe.batch_size, epochs=1, verbose=0)


def paribus_epoch(study: Study, arm: Arm) -> Callable[[], Any]:
    """Return a function that trains one more epoch with paribus."""
    model = build(arm, study.dataset, init_rng=stream(0, "init"))
    objective, optimizer = make_objective(study.recipe, study.dataset.classes), make_optimizer(study.recipe)
    engine = make_engine(
        model,
        objective,
        optimizer,
        input_shape=input_shape(model, study.dataset),
        fast_layers=study.recipe.fast_layers,
    )
    x, y = (engine.place(part) for part in (study.dataset.train.x, study.dataset.train.y))
    order = batch_orders(0, epochs=1, n=len(study.dataset.train))[0]
    state = engine.start(model)

    def epoch() -> None:
        nonlocal state
        state, _ = engine.train_epoch(state, x, y, order, batch_size=study.recipe.batch_size)

    return epoch


def seconds(epoch: Callable[[], Any]) -> float:
    """Return how long one epoch takes."""
    began = time.perf_counter()
    epoch()
    return time.perf_counter() - began


def main(repeats: int) -> None:
    """Print one line per arm."""
    study = studies.study("convolution")
    print(f"{'arm':16} {'fit, s':>8} {'paribus, s':>11} {'fit / paribus':>14}")
    for arm in study.arms:
        pair = (fit_epoch(study, arm), paribus_epoch(study, arm))
        for epoch in pair:
            epoch()  # compiles
        timed = np.array([[seconds(epoch) for epoch in pair] for _ in range(repeats)])
        fit, ours = (statistics.median(column) for column in timed.T.tolist())
        print(f"{arm.name:16} {fit:8.2f} {ours:11.2f} {fit / ours:14.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_REPEATS)
