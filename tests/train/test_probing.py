"""Probes measure a run after its last epoch, in every arm alike, and change nothing of it."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from paribus import probes
from paribus.errors import ProbeError
from paribus.probes import Probe, ProbeData, TrainedModel
from paribus.records import ProbeOutcome, RunRecord, RunSpec, Status
from paribus.study import Arm, Recipe, Study
from paribus.train import Assignment, Trainer, check_backend, make_engine, probe_stream
from paribus.train._objective import make_objective, make_optimizer
from paribus.train._trained import Trained
from paribus.train.engines import Inference
from tests.conftest import untimed

PLAIN = probes.ShiftAccuracy(pixels=1, examples=None)
SHAPE = (6, 6, 1)


def records(study: Study, arm: str, seeds: int = 1) -> list[RunRecord]:
    specs = [RunSpec(run_id=str(seed), arm=arm, arm_identity=arm, seed=seed) for seed in range(seeds)]
    return list(Trainer(study).train([Assignment(spec) for spec in specs], lambda _spec, _message: None))


def outcomes(study: Study, *declared: Probe, arm: str = "flat") -> tuple[ProbeOutcome, ...]:
    (record,) = records(replace(study, probes=declared), arm)
    assert Status.COMPLETED is record.status
    return record.probes


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A probe that does what it is told."""

    ask: Callable[[TrainedModel, ProbeData, np.random.Generator], Any]
    name: str = "asked"
    metrics: tuple[str, ...] = ("asked",)

    unit: ClassVar[str] = ""
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = "this test"

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> Any:
        return self.ask(model, data, rng)


def circular(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build a model that no circular shift changes: circular padding, a convolution, and sums over all places."""
    import keras
    from keras import layers

    inputs: Any = keras.Input(input_shape)
    x: Any = keras.ops.concatenate([inputs[:, -1:], inputs, inputs[:, :1]], axis=1)
    x = keras.ops.concatenate([x[:, :, -1:], x, x[:, :, :1]], axis=2)
    x = layers.Conv2D(8, 3, activation="relu")(x)
    x = layers.BatchNormalization()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


@pytest.mark.parametrize("batchnorm", ["moving", "recalibrate"])
@pytest.mark.parametrize("together", [1, 3])
def test_a_shift_by_nothing_is_the_test_accuracy(small_study: Study, batchnorm: Any, together: int) -> None:
    """To the last digit, with the statistics that the test was scored by, alone and in company."""
    if together > 1 and check_backend() != "jax":
        pytest.skip("seeds train one at a time")
    recipe = replace(small_study.recipe, batchnorm=batchnorm)
    study = replace(small_study, arms=(Arm("flat", circular), small_study.arms[1]), recipe=recipe)
    for record in records(replace(study, probes=(PLAIN,)), "flat", together):
        assert record.test is not None
        assert record.test.accuracy == record.score("shift_0px_accuracy")
        assert together == record.together


def test_a_model_that_no_shift_changes_is_consistent(small_study: Study) -> None:
    """Exactly 1 where what leaves an image comes in again, and accuracy stays what it is."""
    study = replace(small_study, arms=(Arm("flat", circular), small_study.arms[1]))
    declared = (
        probes.ShiftConsistency(pixels=2, border="wrap"),
        probes.ShiftAccuracy(pixels=2, border="wrap"),
    )
    consistency, accuracy = outcomes(study, *declared)
    assert {"shift_consistency": 1.0} == consistency.values
    assert 1 == len({round(value, 12) for value in accuracy.values.values()})


def test_probes_change_no_number_of_a_run(small_study: Study) -> None:
    """With them or without, epochs and scores are the same to the bit."""
    every = tuple(probes.probe(name) for name in probes.names() if not name.startswith("occlusion"))
    measured = records(replace(small_study, probes=every), "wide", 2)
    for plain, probed in zip(records(small_study, "wide", 2), measured, strict=True):
        assert untimed(plain) == untimed(probed)
        assert [probe.name for probe in every] == [outcome.name for outcome in probed.probes]


def test_arms_are_asked_about_the_same_images(small_study: Study) -> None:
    """The same draws in every arm and beside whatever probes; others for another seed, and for another name."""

    def first_draw(_model: TrainedModel, _data: ProbeData, rng: np.random.Generator) -> float:
        return float(rng.random())

    probe = Asked(ask=first_draw)
    draws = [outcomes(small_study, probe, arm=arm)[0].values for arm in ("flat", "wide")]
    beside = outcomes(small_study, PLAIN, probe)[1].values
    assert [{"asked": float(probe_stream(0, "asked").random())}] * 3 == [*draws, beside]
    others = {
        float(probe_stream(seed, name).random()) for seed, name in ((0, "asked"), (1, "asked"), (0, "b"))
    }
    assert 3 == len(others)


def refuse(_model: TrainedModel, _data: ProbeData, _rng: np.random.Generator) -> float:
    raise ProbeError("Not on a Sunday.")


def answering(answer: Any) -> Any:
    """Return what answers so whatever it is asked."""

    def ask(_model: TrainedModel, _data: ProbeData, _rng: np.random.Generator) -> Any:
        return answer

    return ask


def fail(_model: TrainedModel, data: ProbeData, _rng: np.random.Generator) -> float:
    data.x[...] = 0
    return 0.0


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (refuse, "Not on a Sunday."),
        (fail, "ValueError: assignment destination is read-only"),
        (answering({"other": 1.0}), "It measures 'asked', and returned 'other'."),
        (answering(float("inf")), "It measured an infinite 'asked'."),
        (answering("much"), "ValueError: could not convert string to float: 'much'"),
    ],
)
def test_a_probe_that_fails_costs_its_own_number(small_study: Study, ask: Any, reason: str) -> None:
    """The run is completed, the other probe has measured, and the reason is kept."""
    failed, other = outcomes(small_study, Asked(ask=ask), PLAIN)
    assert ({}, reason) == (failed.values, failed.reason)
    assert ("", 3) == (other.reason, len(other.values))


def test_what_is_undefined_is_kept_as_such(small_study: Study) -> None:
    """NaN is a number that does not exist, not a failure."""
    (outcome,) = outcomes(small_study, Asked(ask=answering(float("nan"))))
    assert ("", True) == (outcome.reason, bool(np.isnan(outcome.values["asked"])))


def test_a_run_that_diverges_is_not_probed(small_study: Study) -> None:
    """There is nothing to measure."""
    optimizer = {"class_name": "SGD", "config": {"learning_rate": 1e30}}
    recipe = replace(small_study.recipe, optimizer=optimizer, loss="mean_squared_error")
    arms = (Arm("flat", logits), small_study.arms[1])
    (record,) = records(replace(small_study, arms=arms, recipe=recipe, probes=(PLAIN,)), "flat")
    assert (Status.DIVERGED, ()) == (record.status, record.probes)


def logits(input_shape: tuple[int, ...], classes: int) -> Any:
    import keras

    return keras.Sequential([keras.Input((int(np.prod(input_shape)),)), keras.layers.Dense(classes)])


def test_logits_become_probabilities_where_the_loss_takes_them(small_study: Study) -> None:
    """The same calibration as of a softmax on the same sums; without a loss that takes logits it is refused."""
    loss = {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}}
    study = replace(small_study, arms=(Arm("flat", logits), small_study.arms[1]))
    taken = replace(study, recipe=replace(study.recipe, loss=loss))
    (outcome,) = outcomes(taken, probes.BrierScore())
    assert 0 < outcome.values["brier_score"] < 2
    (refused,) = outcomes(replace(study, recipe=replace(study.recipe, loss="mse")), probes.BrierScore())
    assert "End in softmax" in refused.reason


def test_every_batch_has_the_same_shape() -> None:
    """50 examples by 16 are four batches of 16; outputs for the test examples are those they were scored by, asked for once."""
    shapes: list[tuple[int, ...]] = []

    def outputs(x: Any) -> Any:
        shapes.append(x.shape)
        return x.reshape(len(x), -1)[:, :3]

    class Engine:
        place = staticmethod(np.array)

    asked: list[str] = []

    def scored() -> Any:
        asked.append("test")
        return test.reshape(50, 4)[:, :3].copy()

    test = np.random.default_rng(0).random((50, 2, 2)).astype(np.float32)
    engine: Any = Engine()
    inference = Inference(outputs, lambda _: [], ())
    model = Trained(engine, inference, batch_size=16, takes_logits=False, test=test, test_outputs=scored)
    assert [] == asked
    np.testing.assert_array_equal(model(test.copy()), model(test))
    np.testing.assert_array_equal(model(test), model(test))
    assert ["test"] == asked
    assert [(16, 2, 2)] * 4 == shapes
    np.testing.assert_array_equal(test[:3].reshape(3, 4)[:, :3], model(test[:3], batch_size=2))
    assert [(2, 2, 2)] * 2 == shapes[4:]
    with pytest.raises(ValueError, match="read-only"):
        model(test)[...] = 0


def test_feature_maps_are_those_of_keras_layers() -> None:
    """Each with all that follows up to the next kernel, nested models opened, a layer that is called twice told apart."""
    import keras
    from keras import layers

    recipe, classes = Recipe(), 4
    inputs = keras.Input(SHAPE)
    inner = keras.Sequential(
        [layers.Conv2D(3, 2, padding="same"), layers.BatchNormalization(), layers.MaxPooling2D(2)]
    )
    twice = layers.Conv2D(3, 1, padding="same")
    first = inner(inputs)
    second = twice(first)
    third = layers.ReLU()(twice(second))
    x = layers.Dense(5)(layers.Flatten()(third))
    model = keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))
    reference = keras.Model(inputs, [first, second, third])
    engine = make_engine(
        model,
        make_objective(recipe, classes),
        make_optimizer(recipe),
        input_shape=SHAPE,
        fast_layers=True,
        native_kernels=True,
    )
    images = np.random.default_rng(0).random((5, *SHAPE), np.float32)
    inference = engine.inference(engine.start(model))
    assert [(2, 2)] * 3 == [site.jump for site in inference.sites]
    got = inference.maps(engine.place(images))
    for wanted, found in zip(reference(images), got, strict=True):
        one, other = (np.asarray(keras.ops.convert_to_numpy(each), np.float32) for each in (wanted, found))
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-5)
