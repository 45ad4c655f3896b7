"""What a contestant does in its own process: train an epoch whenever it is told to, and say how long that took."""

import importlib
import importlib.metadata
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

Answer = dict[str, Any]
"""Of one key: `ready` (versions and process id), `absent` (the package that is missing) or `seconds`."""
Tell = Callable[[Answer], None]

EPOCH = "epoch"
"""The one command there is; anything else ends the contestant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contestant:
    """Who trains: paribus, or Keras' `fit` on some backend.

    Args:
        key: Names it on the command line.
        title: Names it in tables.
        loop: What trains; `workers` is paribus in worker processes.
        backend: What Keras runs on.
        jit_compile: As in Keras' `compile`; "auto" is what users get.
    """

    key: str
    title: str
    loop: Literal["inline", "workers", "fit"] = "fit"
    backend: Literal["jax", "tensorflow", "torch"]
    jit_compile: Literal["auto", False] = "auto"


CONTESTANTS = (
    Contestant(key="inline", title="paribus, inline", loop="inline", backend="jax"),
    Contestant(key="processes", title="paribus, worker processes", loop="workers", backend="jax"),
    Contestant(key="fit-jax", title="fit, JAX", backend="jax"),
    Contestant(key="fit-tensorflow", title="fit, TensorFlow", backend="tensorflow"),
    Contestant(
        key="fit-tensorflow-nojit",
        title="fit, TensorFlow, jit_compile=False",
        backend="tensorflow",
        jit_compile=False,
    ),
    Contestant(key="fit-torch", title="fit, Torch", backend="torch"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a contestant is to train: `images` of the study's training images, with an empty folder for caches."""

    key: str
    arm: str
    images: int
    cache: str

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

    def end(self) -> None:
        """Say how long the epoch took, and wait for the next."""
        self._tell({"seconds": time.perf_counter() - self._began})
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
    study = article(order.images)
    tell({"ready": {"versions": _versions(contestant.backend), "pid": os.getpid()}})
    turns = Turns(commands, tell)
    try:
        if contestant.loop == "fit":
            _train_with_fit(study, study.arm(order.arm), contestant, turns)
        else:
            _train_with_paribus(study, study.arm(order.arm), turns)
    except Over:
        return


def work(order: Order) -> Callable[[str, Tell], None]:
    """Return what a worker process of paribus does: serve, with commands from the named pipe it is sent."""

    def serve_from(pipe: str, tell: Tell) -> None:
        with Path(pipe).open(encoding="utf-8") as commands:
            serve(order, iter(commands.readline, ""), tell)

    return serve_from


def article(images: int) -> Any:
    """Return the article's study with at most so many training images; this imports Keras."""
    from paribus.studies.convolution import study

    whole = study()
    return replace(whole, dataset=whole.dataset.thinned(train=images, validation=1, test=1))


def _train_with_fit(study: Any, arm: Any, contestant: Contestant, turns: Turns) -> None:
    """Train epochs of one call of `fit`, as users call it."""
    from paribus.backend import keras
    from paribus.build import build, input_shape
    from paribus.train import stream

    def end_turn(_epoch: int, _logs: object) -> None:
        turns.end()

    train, recipe = study.dataset.train, study.recipe
    turns.begin()
    model = build(arm, study.dataset, init_rng=stream(0, "init"))
    model.compile(
        optimizer=recipe.optimizer,
        loss=recipe.loss,
        metrics=["accuracy"],
        jit_compile=contestant.jit_compile,
    )
    model.fit(
        np.array(train.x.reshape(-1, *input_shape(model, study.dataset))),
        np.eye(study.dataset.classes, dtype=np.float32)[train.y],
        batch_size=recipe.batch_size,
        epochs=sys.maxsize,
        verbose=0,
        callbacks=[keras().callbacks.LambdaCallback(on_epoch_end=end_turn)],
    )


def _train_with_paribus(study: Any, arm: Any, turns: Turns) -> None:
    """Train epochs as `paribus.train.Trainer` does."""
    from paribus.build import build, input_shape
    from paribus.memory import keep_memory
    from paribus.train import batch_orders, make_engine, stream
    from paribus.train._objective import make_objective, make_optimizer

    dataset, recipe = study.dataset, study.recipe
    keep_memory()
    order = batch_orders(0, epochs=1, n=len(dataset.train))[0]
    turns.begin()
    model = build(arm, dataset, init_rng=stream(0, "init"))
    engine = make_engine(
        model,
        make_objective(recipe, dataset.classes),
        make_optimizer(recipe),
        input_shape=input_shape(model, dataset),
        fast_layers=recipe.fast_layers,
    )
    state = engine.start(model)
    x, y = engine.place(dataset.train.x), engine.place(dataset.train.y)
    while True:
        state, _ = engine.train_epoch(state, x, y, order, batch_size=recipe.batch_size)
        turns.end()


def _versions(backend: str) -> dict[str, str]:
    modules = {name: importlib.import_module(name) for name in ("keras", backend, "numpy")}
    versions = {"Python": platform.python_version()}
    versions |= {name: module.__version__ for name, module in modules.items()}
    return versions | ({"jaxlib": importlib.metadata.version("jaxlib")} if backend == "jax" else {})
