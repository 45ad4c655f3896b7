"""Stale statistics of BatchNormalization are measured, and cured where the recipe says so."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from paribus import datasets
from paribus.errors import StudyError
from paribus.records import NormalizationCheck, RunRecord, RunSpec, Status
from paribus.study import Arm, Recipe, Study
from paribus.train import Assignment, Checkpointed, Trainer, check_backend, make_engine
from paribus.train._checkpoint import decode_checkpoint
from paribus.train._objective import make_objective, make_optimizer
from paribus.train.engines import Engine
from paribus.train.engines._normalization import by_batch, estimation_batches, find_normalizations
from tests.conftest import quadrants, untimed

layers = keras.layers
only_jax = pytest.mark.skipif(check_backend() != "jax", reason="it is JAX's")


def normalised(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build a model with two normalisations and a random layer."""
    parts = [
        layers.Flatten(),
        layers.Dense(16),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dropout(0.1),
        layers.Dense(16),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dense(classes, activation="softmax"),
    ]
    return keras.Sequential([keras.Input(input_shape), *parts])


def with_arm(study: Study, build: Callable[..., Any], **recipe: Any) -> Study:
    """Return the study with its first arm built so, and the recipe changed."""
    changed = replace(study.recipe, **recipe)
    return replace(study, arms=(Arm("flat", build), study.arms[1]), recipe=changed)


def trained(study: Study, seeds: tuple[int, ...] = (0,), **trainer: Any) -> list[RunRecord]:
    assignments = [
        Assignment(RunSpec(run_id=f"run {seed}", arm="flat", arm_identity="flat", seed=seed))
        for seed in seeds
    ]
    return list(Trainer(study, **trainer).train(assignments, lambda _spec, _message: None))


def checkpoints(study: Study) -> list[bytes]:
    """Return what the first run can go on from, after each epoch but the last."""
    heard: list[Any] = []
    spec = RunSpec(run_id="run 0", arm="flat", arm_identity="flat", seed=0)
    Trainer(study, checkpoint_seconds=0.0)(Assignment(spec), heard.append)
    return [message.checkpoint for message in heard if isinstance(message, Checkpointed)]


class TestTheRecipe:
    def test_what_is_no_way_to_evaluate_is_refused(self) -> None:
        """In a sentence that says what there is."""
        way: Any = "precise"
        with pytest.raises(StudyError, match=r"batchnorm is 'precise'; it is 'moving', .*, or 'recalibrate'"):
            Recipe(batchnorm=way)

    def test_recipes_of_before_are_of_moving_statistics(self) -> None:
        """What an earlier version stored decodes so."""
        assert "moving" == msgspec.msgpack.decode(msgspec.msgpack.encode({}), type=Recipe).batchnorm

    def test_recalibration_changes_no_bit_of_training(self, small_study: Study) -> None:
        """Running means and weights are equal to the bit after every epoch; validation and test are others."""
        moving = with_arm(small_study, normalised, epochs=3)
        anew = with_arm(small_study, normalised, epochs=3, batchnorm="recalibrate")
        (first,), (second,) = trained(moving), trained(anew)
        assert [(each.loss, each.accuracy) for each in first.epochs] == [
            (each.loss, each.accuracy) for each in second.epochs
        ]
        for expected, got in zip(checkpoints(moving), checkpoints(anew), strict=True):
            for wanted, found in zip(
                decode_checkpoint(expected).arrays, decode_checkpoint(got).arrays, strict=True
            ):
                np.testing.assert_array_equal(found, wanted)
        for one, other in zip(first.epochs, second.epochs, strict=True):
            assert one.validation_loss != other.validation_loss
        assert first.test is not None
        assert second.test is not None
        assert first.test.loss != second.test.loss

    def test_recalibrated_runs_go_on_from_checkpoints_to_the_same_bits(self, small_study: Study) -> None:
        """Nothing that was estimated is carried on, or needed."""
        study = with_arm(small_study, normalised, epochs=3, batchnorm="recalibrate")
        (whole,) = trained(study)
        for checkpoint in checkpoints(study):
            resumed = Trainer(study)(Assignment(whole.spec, checkpoint), lambda _: None)
            assert untimed(whole) == untimed(resumed)
            assert whole.normalization == resumed.normalization

    def test_a_model_without_normalisation_is_evaluated_as_it_is(self, small_study: Study) -> None:
        """The recipe changes nothing for it, and nothing is measured."""
        (moving,) = trained(small_study)
        (anew,) = trained(replace(small_study, recipe=replace(small_study.recipe, batchnorm="recalibrate")))
        assert untimed(moving) == untimed(anew)
        assert None is moving.normalization is anew.normalization


class TestTheCheck:
    @pytest.fixture
    def trap(self, small_study: Study) -> Study:
        """Return a study of tiny inputs and few updates."""
        (x, y), (test_x, test_y) = quadrants(300), quadrants(100, seed=1)
        tiny = datasets.arrays(1e-3 * x, y, 1e-3 * test_x, test_y, validation_split=0.3, name="tiny")
        sgd = {"class_name": "SGD", "config": {"learning_rate": 0.1}}
        return with_arm(replace(small_study, dataset=tiny), normalised, optimizer=sgd, epochs=8)

    def test_stale_statistics_show(self, trap: Study) -> None:
        """Inference is far below what the same weights do by batch, and estimating statistics anew closes the gap."""
        (record,) = trained(trap)
        check = record.normalization
        assert check is not None
        assert (2, 64) == (check.layers, check.n)
        assert check.inference < check.by_batch - 0.3
        assert check.reestimated == pytest.approx(check.by_batch, abs=0.1)

    def test_recalibration_is_the_cure(self, trap: Study) -> None:
        """The run scores what the check of the uncured run has promised, and its own check finds nothing."""
        ((stale,), (cured,)) = (
            trained(replace(trap, recipe=replace(trap.recipe, batchnorm=way)))
            for way in ("moving", "recalibrate")
        )
        assert stale.normalization is not None
        assert cured.normalization is not None
        assert cured.normalization.inference == cured.normalization.reestimated
        assert stale.normalization.reestimated == cured.normalization.reestimated
        assert stale.normalization.by_batch == cured.normalization.by_batch
        assert stale.test is not None
        assert cured.test is not None
        assert stale.test.accuracy < cured.test.accuracy - 0.3

    def test_fewer_examples_than_a_batch_are_all_measured(self, small_study: Study) -> None:
        """40 validation examples in batches of 64 are one."""
        (record,) = trained(with_arm(small_study, normalised, batch_size=64))
        assert record.normalization is not None
        assert 40 == record.normalization.n

    def test_it_is_of_the_validation_score(self, small_study: Study) -> None:
        """Where all validation examples are in full batches, inference is the validation accuracy of the last epoch."""
        (record,) = trained(with_arm(small_study, normalised, batch_size=20))
        assert record.normalization is not None
        assert record.epochs[-1].validation_accuracy == record.normalization.inference

    def test_layers_in_half_precision_are_measured_too(self, small_study: Study) -> None:
        """Their statistics are float32; the check is that of float32 within a tenth."""
        half, whole = (
            trained(with_arm(small_study, normalised, precision=precision, batch_size=20))[0].normalization
            for precision in ("bfloat16", "float32")
        )
        assert half is not None
        assert whole is not None
        assert (half.layers, half.n) == (whole.layers, whole.n)
        assert half.by_batch == pytest.approx(whole.by_batch, abs=0.1)
        assert half.reestimated == pytest.approx(whole.reestimated, abs=0.1)

    def test_a_diverged_run_has_none(self, small_study: Study) -> None:
        """And what is not finite stops nothing."""
        explosive = {"class_name": "SGD", "config": {"learning_rate": 1e38}}
        for epochs in (1, 3):
            study = with_arm(small_study, normalised, optimizer=explosive, epochs=epochs, batch_size=160)
            (record,) = trained(study)
            assert record.status is Status.DIVERGED, record.reason
            assert record.normalization is None

    def test_records_of_before_have_none(self, make_run: Callable[..., RunRecord]) -> None:
        """What an earlier version stored decodes; a check that is stored comes back."""
        record = make_run("flat", 0)
        stored = msgspec.msgpack.decode(msgspec.msgpack.encode(record))
        del stored["normalization"]
        old = msgspec.msgpack.decode(msgspec.msgpack.encode(stored), type=RunRecord)
        assert record == old
        check = NormalizationCheck(layers=2, n=3, inference=0.1, by_batch=0.9, reestimated=0.9)
        new = replace(record, normalization=check)
        assert new == msgspec.msgpack.decode(msgspec.msgpack.encode(new), type=RunRecord)

    def test_it_costs_wall_time_only(self, small_study: Study) -> None:
        """What it compiles counts as compiling, once per arm; epochs are those of training."""
        trainer = Trainer(with_arm(small_study, normalised))
        specs = [RunSpec(run_id="run", arm="flat", arm_identity="flat", seed=seed) for seed in (0, 1)]
        first, second = (trainer(Assignment(spec), lambda _: None) for spec in specs)
        assert 0 == second.cost.compile_seconds
        assert sum(epoch.train_seconds for epoch in first.epochs) < first.cost.wall_seconds

    @only_jax
    def test_seeds_together_have_checks_of_their_own(self, small_study: Study) -> None:
        """Each scores as it does alone, within rounding, cured or not."""
        for way in ("moving", "recalibrate"):
            study = with_arm(small_study, normalised, batchnorm=way, batch_size=20)
            together = trained(study, (0, 1))
            for record in together:
                (alone,) = trained(study, (record.spec.seed,))
                assert (2, 1) == (record.together, alone.together)
                assert alone.normalization is not None
                assert record.normalization is not None
                for name in ("inference", "by_batch", "reestimated"):
                    assert getattr(alone.normalization, name) == pytest.approx(
                        getattr(record.normalization, name), abs=0.05
                    )
                for one, other in zip(alone.epochs, record.epochs, strict=True):
                    assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-3)
            assert together[0].normalization != together[1].normalization

    @only_jax
    @pytest.mark.parametrize("native_kernels", [False, True])
    def test_fast_layers_see_the_same_statistics(self, small_study: Study, *, native_kernels: bool) -> None:
        """Convolutions with what follows them, on whatever layers are there: statistics to 1e-4, losses to 1e-4."""
        keras_own, fast = (
            scores_of_a_convolution(small_study, fast_layers=fast, native_kernels=native_kernels)
            for fast in (False, True)
        )
        for expected, got in zip(keras_own, fast, strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)


def scores_of_a_convolution(study: Study, *, fast_layers: bool, native_kernels: bool) -> list[Any]:
    """Return the statistics estimated anew, the loss by them, and the loss by batch."""
    keras.utils.set_random_seed(1)
    parts = [
        layers.Conv2D(16, 3, padding="same"),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(16),
        layers.BatchNormalization(),
        layers.Dense(4, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input((6, 6, 1)), *parts])
    engine = engine_of(model, (6, 6, 1), fast_layers=fast_layers, native_kernels=native_kernels)
    assert 2 == engine.normalizations
    x, y = (engine.place(part) for part in (study.dataset.train.x, study.dataset.train.y))
    anew = engine.recalibrated(state := engine.start(model), x, batch_size=32)
    return [
        *(np.asarray(each) for each in anew.non_trainable),
        engine.evaluate(anew, x, y, batch_size=32).loss,
        engine.evaluate_by_batch(state, x, y, batch_size=32).loss,
    ]


def engine_of(
    model: Any, shape: tuple[int, ...], *, fast_layers: bool = False, native_kernels: bool = False
) -> Engine:
    recipe = Recipe()
    return make_engine(
        model,
        make_objective(recipe, 4),
        make_optimizer(recipe),
        input_shape=shape,
        fast_layers=fast_layers,
        native_kernels=native_kernels,
    )


class Block(keras.layers.Layer):  # pyright: ignore[reportUntypedBaseClass]
    """A user's own layer, with normalisations as an attribute, in a list and in a dict."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.first = layers.BatchNormalization()
        self.more = [layers.BatchNormalization(), layers.Dense(4)]
        self.named = {"last": layers.BatchNormalization()}
        self.idle = layers.BatchNormalization()

    def build(self, input_shape: Any) -> None:
        for layer in (self.first, *self.more, self.named["last"], self.idle):
            layer.build(input_shape)

    def call(self, x: Any) -> Any:
        for layer in (self.first, *self.more, self.named["last"]):
            x = layer(x)
        return x


def names(model: Any) -> list[str]:
    """Return the names of the normalisations that are found."""
    examples = np.zeros((2, 4), np.float32)
    found = find_normalizations(
        model,
        lambda: model.stateless_call(
            [variable.value for variable in model.trainable_variables],
            [variable.value for variable in model.non_trainable_variables],
            keras.ops.convert_to_tensor(examples),
            training=True,
        ),
    )
    places = [place for each in found for place in (each.mean_place, each.variance_place)]
    assert places == sorted(places)
    for each in found:
        variables = model.non_trainable_variables
        assert variables[each.mean_place] is each.layer.moving_mean
        assert variables[each.variance_place] is each.layer.moving_variance
        assert "call" not in vars(each.layer)
    return [each.layer.name for each in found]


class TestWhichLayers:
    def test_at_any_depth(self) -> None:
        """In a nested model and in a layer of one's own, but not one that is never called."""
        inner = keras.Sequential([keras.Input((4,)), layers.BatchNormalization(name="inner")])
        block = Block()
        model = keras.Sequential([keras.Input((4,)), inner, block, layers.BatchNormalization(name="outer")])
        inside = [block.first.name, block.more[0].name, block.named["last"].name]
        assert sorted(["inner", *inside, "outer"]) == sorted(names(model))

    def test_not_those_whose_statistics_training_leaves_alone(self) -> None:
        """Frozen, of momentum 1, renormalised, and called in inference mode."""
        frozen = layers.BatchNormalization(name="frozen", trainable=False)
        inputs = keras.Input((4,))
        x = layers.BatchNormalization(name="followed")(inputs)
        x = layers.BatchNormalization(name="still", momentum=1.0)(frozen(x))
        model = keras.Model(inputs, layers.BatchNormalization(name="renormalised", renorm=True)(x))
        assert ["followed"] == names(model)

    def test_not_those_that_are_called_in_inference_mode_while_the_model_trains(self) -> None:
        """As fine-tuning does with a part that was trained before."""

        class Tuned(keras.Model):  # pyright: ignore[reportUntypedBaseClass]
            def __init__(self) -> None:
                super().__init__()
                self.base = layers.BatchNormalization(name="base")
                self.top = layers.BatchNormalization(name="top")

            def call(self, x: Any, training: bool | None = None) -> Any:  # noqa: FBT001
                return self.top(self.base(x, training=False), training=training)

        model = Tuned()
        model(np.zeros((2, 4), np.float32))
        assert ["top"] == names(model)

    def test_a_layer_that_is_called_twice_has_the_statistics_of_both_calls(self) -> None:
        """Equally weighted, with the variance between them."""
        shared = layers.BatchNormalization()
        inputs = keras.Input((4,))
        model = keras.Model(inputs, layers.add([shared(inputs), shared(layers.Rescaling(3.0)(inputs))]))
        engine = engine_of(model, (4,))
        x = np.random.default_rng(0).normal(1.0, 2.0, size=(64, 4)).astype(np.float32)
        anew = engine.recalibrated(engine.start(model), engine.place(x), batch_size=64)
        both = np.concatenate([x, 3 * x])
        mean, variance = (np.asarray(each) for each in anew.non_trainable)
        np.testing.assert_allclose(mean, both.mean(axis=0), rtol=1e-5)
        np.testing.assert_allclose(variance, both.var(axis=0), rtol=1e-5)

    def test_layers_are_called_as_before_afterwards(self) -> None:
        """Whatever happens in between; a `call` of a layer's own is put back, too."""
        model: Any = keras.Sequential(
            [keras.Input((4,)), layers.BatchNormalization(), layers.BatchNormalization()]
        )
        own = model.layers[1].call
        vars(model.layers[1])["call"] = own
        engine = engine_of(model, (4,))
        assert 2 == engine.normalizations
        found = find_normalizations(model, lambda: model(np.zeros((2, 4), np.float32), training=True))
        with pytest.raises(ValueError, match="incompatible"), by_batch(found):
            model(np.zeros((2, 5), np.float32))
        assert "call" not in vars(model.layers[0])
        assert own == vars(model.layers[1])["call"]

    def test_statistics_that_are_not_finite_are_estimated_silently(self) -> None:
        """A state that has left the numbers gives one that has, and scores."""
        model = keras.Sequential(
            [keras.Input((4,)), layers.Dense(4), layers.BatchNormalization(), layers.Dense(4)]
        )
        engine = engine_of(model, (4,))
        arrays = engine.to_arrays(engine.start(model))
        for value in (np.inf, np.nan, 3e38):
            state = engine.from_arrays([np.full_like(arrays[0], value), *arrays[1:]])
            x, y = engine.place(np.ones((9, 4), np.float32)), engine.place(np.zeros(9, np.int32))
            anew = engine.recalibrated(state, x, batch_size=4)
            assert (9,) == engine.evaluate(anew, x, y, batch_size=4).correct.shape
            assert (9,) == engine.evaluate_by_batch(state, x, y, batch_size=4).correct.shape


@pytest.mark.parametrize(
    ("n", "batch_size", "sizes"),
    [
        (5, 8, [5]),
        (3, 8, [3]),
        (8, 8, [8]),
        (11, 8, [8]),
        (12, 8, [8, 4]),
        (19, 8, [8, 8]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_small_last_batches_estimate_nothing(n: int, batch_size: int, sizes: list[int]) -> None:
    """Less than half a batch is left out, unless it is the only one."""
    batches = estimation_batches(n, batch_size)
    assert sizes == [rows.stop - rows.start for rows in batches]
    assert [0, *np.cumsum(sizes)[:-1]] == [rows.start for rows in batches]
