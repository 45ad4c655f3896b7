"""A small task that every model learns in milliseconds, and studies on it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paribus import datasets
from paribus.datasets import Dataset
from paribus.records import (
    ArmRecord,
    Cost,
    DatasetRecord,
    Environment,
    EpochRecord,
    FinalScore,
    ParameterCount,
    RunRecord,
    RunSpec,
    Status,
)
from paribus.study import Arm, Contrast, Recipe, Study, StudyRecord

os.environ["PARIBUS_COMPILE_CACHE"] = "0"  # tests leave nothing in the user's folders


def quadrants(n: int, seed: int = 0) -> tuple[Any, Any]:
    """Return noisy 6x6 images whose bright quadrant is their class."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(4, size=n)
    images = rng.normal(size=(n, 6, 6, 1))
    for image, label in zip(images, labels, strict=True):
        row, column = 3 * (label // 2), 3 * (label % 2)
        image[row : row + 3, column : column + 3] += 2
    return images, labels


def flat(input_shape: tuple[int, ...], classes: int) -> Any:
    import keras

    return keras.Sequential(
        [keras.Input(input_shape), keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")]
    )


def wide(input_shape: tuple[int, ...], classes: int) -> Any:
    import keras

    return keras.Sequential(
        [
            keras.Input((int(np.prod(input_shape)),)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


def masked(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build a model with a layer that draws a constant when it is made, which is no weight."""
    import keras

    class Mask(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.kept = np.random.random(36) > 0.5  # noqa: NPY002 -- what such layers do

        def call(self, x: Any) -> Any:
            return x * self.kept

    return keras.Sequential([keras.Input((36,)), Mask(), keras.layers.Dense(classes, activation="softmax")])


@pytest.fixture(scope="session")
def small_dataset() -> Dataset:
    return datasets.arrays(*quadrants(200), *quadrants(50, seed=1), validation_split=0.2, name="quadrants")


@pytest.fixture
def small_study(small_dataset: Dataset) -> Study:
    return Study(
        name="small",
        question="Does a hidden layer help?",
        arms=(Arm("flat", flat), Arm("wide", wide)),
        dataset=small_dataset,
        recipe=Recipe(optimizer="sgd", epochs=2, batch_size=32),
        contrasts=(Contrast("wide", "flat", margin=0.01),),
        seeds=2,
    )


@pytest.fixture
def small_study_file(tmp_path: Path) -> Path:
    file = tmp_path / "my_study.py"
    file.write_text(STUDY_FILE)
    return file


STUDY_FILE = """
import keras
import numpy as np
import paribus as pb

rng = np.random.default_rng(0)
y = rng.integers(4, size=300)
x = rng.normal(size=(300, 8)) + 2 * np.eye(8)[y]


def flat(input_shape, classes):
    return keras.Sequential([keras.Input(input_shape), keras.layers.Dense(classes, activation="softmax")])


def wide(input_shape, classes):
    return keras.Sequential(
        [keras.Input(input_shape), keras.layers.Dense(8, "relu"), keras.layers.Dense(classes, activation="softmax")]
    )


study = pb.Study(
    question="Does a hidden layer help?",
    arms=(pb.Arm("flat", flat), pb.Arm("wide", wide)),
    dataset=pb.datasets.arrays(x[:200], y[:200], x[200:], y[200:]),
    recipe=pb.Recipe(epochs=2, batch_size=32),
    contrasts=(pb.Contrast("wide", "flat", margin=0.01),),
    seeds=2,
)
"""


@pytest.fixture
def study_record(small_dataset: Dataset) -> StudyRecord:
    return make_study_record(small_dataset.record())


def make_study_record(dataset: DatasetRecord) -> StudyRecord:
    return StudyRecord(
        study_id="0123456789ab",
        name="small",
        question="Does a hidden layer help?",
        arms=tuple(
            ArmRecord(
                name=name,
                identity=name,
                layers=(),
                parameters=ParameterCount(trainable=trainable, non_trainable=0),
            )
            for name, trainable in (("flat", 148), ("wide", 332))
        ),
        dataset=dataset,
        recipe=Recipe(epochs=2, batch_size=32),
        contrasts=(Contrast("wide", "flat", margin=0.01),),
        engine="fake",
        quick=False,
    )


MakeRun = Callable[..., RunRecord]


@pytest.fixture
def make_run() -> MakeRun:
    return make_run_record


def make_run_record(
    arm: str, seed: int, accuracy: float = 0.9, status: Status = Status.COMPLETED
) -> RunRecord:
    """Return a run that ended with `accuracy` on validation and test alike."""
    completed = RunRecord(
        spec=RunSpec(run_id=f"{arm}-{seed}", arm=arm, arm_identity=arm, seed=seed),
        status=status,
        reason="",
        epochs=tuple(
            EpochRecord(
                epoch=epoch,
                loss=1 / epoch,
                accuracy=accuracy,
                validation_loss=0.5,
                validation_accuracy=accuracy,
                train_seconds=1.0,
            )
            for epoch in (1, 2)
        ),
        test=FinalScore(loss=0.5, accuracy=accuracy, n=4, correct_bits=b"\xe0"),
        order_hash="hash",
        replaced_layers=(),
        cost=Cost(wall_seconds=10.0, compile_seconds=1.0, step_seconds=0.1, peak_memory_bytes=1),
        environment=Environment(versions={}, platform="", processor="", device="", cores=1),
        finished_at="2026-01-01T00:00:00+00:00",
    )
    if status is Status.COMPLETED:
        return completed
    return replace(completed, test=None, reason="The training loss was nan in epoch 2.")


def untimed(record: RunRecord) -> Any:
    """Return all of a run that does not depend on the clock or the machine."""
    epochs = [replace(epoch, train_seconds=0.0) for epoch in record.epochs]
    return record.spec, record.status, record.reason, epochs, record.test, record.order_hash
