"""Arms that do what no arm should: each is labelled rightly, and the others' numbers are what they are without it."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownLambdaType=false
# Keras ships no types.

import ctypes
import os
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paribus import lab
from paribus.executors import Executor, Inline, Processes
from paribus.progress import Quiet
from paribus.records import Status
from paribus.study import Arm, Study
from tests.conftest import flat, untimed, wide

GIB = 2**30


def exits() -> None:
    os._exit(7)


def segfaults() -> None:
    ctypes.string_at(0)


def loops() -> None:
    while True:
        pass


def hogs() -> None:
    hoard: list[Any] = []
    while True:
        hoard.append(np.ones(2**22))


def prints() -> None:
    for _ in range(50):
        print("x" * 10**6)  # noqa: T201 -- the point


def moves() -> None:
    os.chdir("/")


def reseeds() -> None:
    import keras

    keras.utils.set_random_seed(1)
    np.random.seed(2)  # noqa: NPY002 -- the point
    random.seed(3)


def sets_policy() -> None:
    import keras

    keras.config.set_dtype_policy("bfloat16")


def patches() -> None:
    import keras

    def ones(_self: Any, inputs: Any, **_: Any) -> Any:
        return keras.ops.ones_like(inputs[:, :4])

    setattr(keras.layers.Dense, "call", ones)  # noqa: B010 -- a type checker would not let it


def leaves_thread() -> None:
    threading.Thread(target=threading.Event().wait, daemon=True).start()


def after(deed: Callable[[], None]) -> Any:
    """Return a builder that does the deed before it builds."""

    def build(input_shape: tuple[int, ...], classes: int) -> Any:
        deed()
        return flat(input_shape, classes)

    return build


def raising(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build what raises only when it is trained."""
    import keras

    class Raises(keras.layers.Layer):
        def call(self, x: Any, training: bool = False) -> Any:  # noqa: FBT001, FBT002 -- Keras' signature
            if training:
                raise ArithmeticError("only in training")
            return x

    model = flat(input_shape, classes)
    return keras.Sequential([keras.Input(input_shape), Raises(), *model.layers])


def not_a_number(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build what has no finite loss."""
    import keras

    return keras.Sequential(
        [keras.Input(input_shape), keras.layers.Rescaling(float("inf")), *flat(input_shape, classes).layers]
    )


DEADLY = {
    "exits": (after(exits), Status.DIED),
    "segfaults": (after(segfaults), Status.DIED),
    "loops": (after(loops), Status.TIMED_OUT),
    "hogs": (after(hogs), Status.OUT_OF_MEMORY),
    "patches": (after(patches), Status.COMPLETED),
}
DISTURBING = {
    "raises": (raising, Status.CRASHED),
    "not a number": (not_a_number, Status.DIVERGED),
    "prints": (after(prints), Status.COMPLETED),
    "moves": (after(moves), Status.COMPLETED),
    "reseeds": (after(reseeds), Status.COMPLETED),
    "sets policy": (after(sets_policy), Status.COMPLETED),
    "leaves thread": (after(leaves_thread), Status.COMPLETED),
}
HARMLESS = (Arm("flat", flat), Arm("wide", wide))


def check(study: Study, hostile: dict[str, tuple[Any, Status]], executor: Executor, folder: Path) -> None:
    """Run the study with and without the hostile arms, and compare."""
    alone = lab.run(
        replace(study, arms=HARMLESS), store=folder / "alone.db", executor=Inline(), watcher=Quiet()
    )
    arms = tuple(Arm(name, build) for name, (build, _) in hostile.items())
    together = lab.run(
        replace(study, arms=arms + HARMLESS), store=folder / "all.db", executor=executor, watcher=Quiet()
    )
    statuses = {record.spec.arm: record.status for record in together.records}
    expected = {name: status for name, (_, status) in hostile.items()}
    assert expected | dict.fromkeys(("flat", "wide"), Status.COMPLETED) == statuses
    records = {(record.spec.arm, record.spec.seed): record for record in together.records}
    for record in alone.records:
        assert untimed(record) == untimed(records[record.spec.arm, record.spec.seed])


@pytest.mark.long
def test_twelve_hostile_arms_in_worker_processes(small_study: Study, tmp_path: Path) -> None:
    """Whatever an arm does to its process, and however it ends it."""
    executor = Processes(2, time_limit=30, memory_limit=2 * GIB)
    check(replace(small_study, seeds=1), DEADLY | DISTURBING, executor, tmp_path)


def test_some_hostile_arms_in_worker_processes(small_study: Study, tmp_path: Path) -> None:
    """One that ends its process, and one that changes Keras itself in it."""
    some = {name: DEADLY[name] for name in ("segfaults", "patches")}
    check(replace(small_study, seeds=1), some, Processes(2), tmp_path)


def test_what_arms_disturb_in_this_process_is_put_back(small_study: Study, tmp_path: Path) -> None:
    """The working folder, Keras' settings and the global generators."""
    check(replace(small_study, seeds=1), DISTURBING, Inline(), tmp_path)
