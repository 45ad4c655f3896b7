"""What a contestant does in its own process: train an epoch whenever it is told to, and say how long that took."""

import importlib
import importlib.metadata
import itertools
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from handwritten import train_with_jax, train_with_torch

from paribus.memory import keep_memory

Answer = dict[str, Any]
"""Of one kind: `ready` (versions and process id), `absent` (the package that is missing) or `seconds`, with `accuracy` if it
validates."""
Tell = Callable[[Answer], None]

EPOCH = "epoch"
"""The one command there is; anything else ends the contestant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contestant:
    """Who trains: paribus, Keras' `fit` on some backend, or a loop written by hand.

    Args:
        key: Names it on the command line.
        title: Names it in tables.
        loop: What trains; `workers` is paribus in worker processes, `hand` has no Keras.
        backend: What Keras or the loop runs on.
        jit_compile: As in Keras' `compile`; "auto" is what users get. A loop on Torch is compiled if True.
        kernels: Whether paribus uses native kernels.
        per_core: Whether there is a process of one thread for every core, side by side.
    """

    key: str
    title: str
    loop: Literal["inline", "workers", "fit", "hand"] = "fit"
    backend: Literal["jax", "tensorflow", "torch"]
    jit_compile: Literal["auto"] | bool = "auto"
    kernels: bool = True
    per_core: bool = False


CONTESTANTS = (
    Contestant(key="inline", title="paribus, inline", loop="inline", backend="jax"),
    Contestant(key="processes", title="paribus, worker processes", loop="workers", backend="jax"),
    Contestant(
        key="no-kernels",
        title="paribus without kernels, worker processes",
        loop="workers",
        backend="jax",
        kernels=False,
    ),
    Contestant(key="fit-jax", title="fit, JAX", backend="jax"),
    Contestant(key="fit-tensorflow", title="fit, TensorFlow", backend="tensorflow"),
    Contestant(
        key="fit-tensorflow-nojit",
        title="fit, TensorFlow, jit_compile=False",
        backend="tensorflow",
        jit_compile=False,
    ),
    Contestant(key="fit-torch", title="fit, Torch", backend="torch"),
    Contestant(key="torch", title="PyTorch, eager", loop="hand", backend="torch", jit_compile=False),
    Contestant(
        key="torch-cores",
        title="PyTorch, eager, a process per core",
        loop="hand",
        backend="torch",
        jit_compile=False,
        per_core=True,
    ),
    Contestant(
        key="torch-compile", title="PyTorch, compiled", loop="hand", backend="torch", jit_compile=True
    ),
    Contestant(
        key="torch-compile-cores",
        title="PyTorch, compiled, a process per core",
        loop="hand",
        backend="torch",
        jit_compile=True,
        per_core=True,
    ),
    Contestant(key="jax", title="plain JAX", loop="hand", backend="jax"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a contestant is to train.

    Args:
        key: Whose order it is.
        arm: Of the article's study.
        images: Training images.
        validation: Validation images, scored at the end of each epoch; 0 if nobody validates.
        cache: An empty folder.
        core: The one processor that it may use; -1 for all.
    """

    key: str
    arm: str
    images: int
    validation: int
    cache: str
    core: int = -1

    @property
    def contestant(self) -> Contestant:
        """Whose order it is."""
        return next(each for each in CONTESTANTS if each.key == self.key)


class Over(Exception):  # noqa: N818 -- not an error: nobody wants another epoch
    """There is no further epoch to train."""


class Turns:
    """Lets one epoch begin at a time, and says how long it took."""

    def __init__(self, commands: Iterator[str], tell: Tell) -> None:
        self._commands = commands
        self._tell = tell
        self._began = 0.0

    def begin(self) -> None:
        """Wait until an epoch is to begin.

        Raises:
            Over: None is.
        """
        if next(self._commands, "").strip() != EPOCH:
            raise Over
        self._began = time.perf_counter()

    def end(self, accuracy: float | None = None) -> None:
        """Say how long the epoch took and how accurate the model is in validation, and wait for the next."""
        self._tell({"seconds": time.perf_counter() - self._began, "accuracy": accuracy})
        self.begin()


def serve(order: Order, commands: Iterator[str], tell: Tell) -> None:
    """Say that this process is ready, then train an epoch per command until there are no more."""
    contestant = order.contestant
    os.environ["KERAS_BACKEND"] = contestant.backend
    os.environ["XDG_CACHE_HOME"] = order.cache  # a first epoch compiles, whatever was compiled before
    os.environ.pop("JAX_COMPILATION_CACHE_DIR", None)
    if find_spec(contestant.backend) is None:
        tell({"absent": contestant.backend})
        return
    if order.core >= 0:
        os.sched_setaffinity(0, {order.core})
    if contestant.loop in {"inline", "workers"}:
        keep_memory()  # before JAX computes, as `paribus.lab` does
    study = article(order.images, order.validation)
    tell({"ready": {"versions": _versions(contestant.backend), "pid": os.getpid()}})
    turns = Turns(commands, tell)
    try:
        if contestant.loop == "fit":
            _train_with_fit(study, study.arm(order.arm), contestant, turns)
        elif contestant.loop == "hand":
            _train_by_hand(study, order, turns)
        else:
            _train_with_paribus(study, study.arm(order.arm), contestant, turns)
    except Over:
        return


def work(order: Order) -> Callable[[str, Tell], None]:
    """Return what a worker process of paribus does: serve, with commands from the named pipe it is sent."""

    def serve_from(pipe: str, tell: Tell) -> None:
        with Path(pipe).open(encoding="utf-8") as commands:
            serve(order, iter(commands.readline, ""), tell)

    return serve_from


def article(images: int, validation: int) -> Any:
    """Return the article's study with at most so many images for training and validation; this imports Keras."""
    from paribus.studies.convolution import study

    whole = study()
    return replace(whole, dataset=whole.dataset.thinned(train=images, validation=validation or 1, test=1))


def _train_with_fit(study: Any, arm: Any, contestant: Contestant, turns: Turns) -> None:
    """Train epochs of one call of `fit`, as users call it."""
    from paribus.backend import keras
    from paribus.build import build, input_shape
    from paribus.train import stream

    def end_turn(_epoch: int, logs: dict[str, float]) -> None:
        turns.end(logs.get("val_accuracy"))

    def examples(split: Any) -> tuple[Any, Any]:
        images = np.array(split.x.reshape(-1, *input_shape(model, study.dataset)))
        return images, np.eye(study.dataset.classes, dtype=np.float32)[split.y]

    recipe, validation = study.recipe, study.dataset.splits["validation"]
    turns.begin()
    model = build(arm, study.dataset, init_rng=stream(0, "init"))
    model.compile(
        optimizer=recipe.optimizer,
        loss=recipe.loss,
        metrics=["accuracy"],
        jit_compile=contestant.jit_compile,
    )
    model.fit(
        *examples(study.dataset.train),
        validation_data=examples(validation) if len(validation) > 1 else None,
        batch_size=recipe.batch_size,
        epochs=sys.maxsize,
        verbose=0,
        callbacks=[keras().callbacks.LambdaCallback(on_epoch_end=end_turn)],
    )


def _train_by_hand(study: Any, order: Order, turns: Turns) -> None:
    """Train epochs of a loop without Keras."""
    data = (study.dataset.train, study.dataset.splits["validation"])
    batch_size, contestant = study.recipe.batch_size, order.contestant
    if contestant.backend == "jax":
        train_with_jax(order.arm, data, turns, batch_size=batch_size)
    else:
        train_with_torch(
            order.arm,
            data,
            turns,
            batch_size=batch_size,
            compiled=contestant.jit_compile is True,
            alone=contestant.per_core,
        )


def _train_with_paribus(study: Any, arm: Any, contestant: Contestant, turns: Turns) -> None:
    """Train epochs as `paribus.train.Trainer` does."""
    from paribus.build import build, input_shape
    from paribus.train import batch_orders, make_engine, stream
    from paribus.train._objective import make_objective, make_optimizer

    dataset, recipe = study.dataset, study.recipe
    orders = itertools.cycle(batch_orders(0, epochs=10, n=len(dataset.train)))
    turns.begin()
    model = build(arm, dataset, init_rng=stream(0, "init"))
    engine = make_engine(
        model,
        make_objective(recipe, dataset.classes),
        make_optimizer(recipe),
        input_shape=input_shape(model, dataset),
        fast_layers=recipe.fast_layers,
        native_kernels=contestant.kernels,
    )
    state = engine.start(model)
    x, y = engine.place(dataset.train.x), engine.place(dataset.train.y)
    validation = dataset.splits["validation"]
    validation_x, validation_y = engine.place(validation.x), engine.place(validation.y)
    while True:
        state, _ = engine.train_epoch(state, x, y, next(orders), batch_size=recipe.batch_size)
        if len(validation) == 1:
            turns.end()
            continue
        scores = engine.evaluate(state, validation_x, validation_y, batch_size=recipe.batch_size)
        turns.end(float(scores.correct.mean()))


def _versions(backend: str) -> dict[str, str]:
    from paribus.train import describe_kernels

    modules = {name: importlib.import_module(name) for name in ("keras", backend, "numpy")}
    versions = {"Python": platform.python_version()}
    if backend == "jax":
        versions["native kernels"] = describe_kernels()
    versions |= {name: module.__version__ for name, module in modules.items()}
    return versions | ({"jaxlib": importlib.metadata.version("jaxlib")} if backend == "jax" else {})
