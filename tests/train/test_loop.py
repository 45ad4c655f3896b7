"""The loop is Keras' `fit`, step by step, with the randomness named."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from paribus import studies
from paribus.build import build, input_shape
from paribus.records import EpochRecord, RunRecord, RunSpec, Status
from paribus.study import Arm, Recipe, Study
from paribus.train import Assignment, Checkpointed, Message, Trainer, check_backend, make_engine, stream
from paribus.train._objective import make_objective, make_optimizer
from paribus.train.engines import Engine, State
from tests.conftest import masked

ARTICLE_ARMS = ("dense", "conv", "max pooling", "average pooling")
STEPS = 20


def ignore(message: Message) -> None:
    """Watch nothing."""


def train(study: Study, arm: str = "flat", seed: int = 0) -> RunRecord:
    spec = RunSpec(run_id="run", arm=arm, arm_identity=arm, seed=seed)
    return Trainer(study)(Assignment(spec), ignore)


def sgd(learning_rate: float) -> dict[str, Any]:
    return {"class_name": "SGD", "config": {"learning_rate": learning_rate}}


def engine_and_state(study: Study, arm: str) -> tuple[Any, Engine, State]:
    """Return a model for Keras to train, and an engine with a state of the same weights."""
    reference, model = (build(study.arm(arm), study.dataset, init_rng=stream(0, "init")) for _ in range(2))
    engine = make_engine(
        model,
        make_objective(study.recipe, study.dataset.classes),
        make_optimizer(study.recipe),
        input_shape=input_shape(model, study.dataset),
        fast_layers=study.recipe.fast_layers,
        native_kernels=study.recipe.native_kernels,
    )
    return reference, engine, engine.start(model)


@pytest.fixture(scope="module")
def article() -> Study:
    study = studies.study("convolution")
    return replace(study, dataset=study.dataset.thinned(train=2_560, validation=300, test=10))


@pytest.mark.parametrize("batch_size", [16, pytest.param(128, marks=pytest.mark.long)])
@pytest.mark.parametrize("arm", ARTICLE_ARMS)
def test_twenty_steps_equal_train_on_batch(article: Study, arm: str, batch_size: int) -> None:
    """From the same weights and in the same order, losses and weights equal Keras' to 1e-5, and so does evaluation."""
    import keras

    study = replace(article, recipe=replace(article.recipe, batch_size=batch_size, fast_layers=False))
    model, engine, state = engine_and_state(study, arm)
    model.compile(optimizer="SGD", loss="categorical_crossentropy", metrics=["accuracy"])
    x, y = study.dataset.train.x, study.dataset.train.y
    keras_x = x.reshape(-1, *model.input_shape[1:])
    targets = keras.utils.to_categorical(y, 10)
    on_device = engine.place(x), engine.place(y)
    order = np.random.default_rng(1).permutation(len(x)).astype(np.int32)[: STEPS * batch_size]
    for rows in order.reshape(STEPS, batch_size):
        state, (loss, accuracy, _) = engine.train_epoch(state, *on_device, rows, batch_size=batch_size)
        model.reset_metrics()
        expected_loss, expected_accuracy = model.train_on_batch(keras_x[rows], targets[rows])
        assert float(expected_loss) == pytest.approx(loss, rel=1e-5, abs=1e-5)
        assert float(expected_accuracy) == pytest.approx(accuracy, abs=1e-6)
    for expected, got in zip(model.trainable_variables, state.trainable, strict=True):
        np.testing.assert_allclose(got, expected.numpy(), rtol=1e-5, atol=1e-5)
    for expected, got in zip(model.non_trainable_variables, state.non_trainable, strict=True):
        np.testing.assert_allclose(got, expected.numpy(), rtol=1e-5, atol=1e-5)

    validation = study.dataset.validation
    scores = engine.evaluate(
        state, engine.place(validation.x), engine.place(validation.y), batch_size=batch_size
    )
    expected_loss, expected_accuracy = model.evaluate(
        validation.x.reshape(-1, *model.input_shape[1:]),
        keras.utils.to_categorical(validation.y, 10),
        verbose=0,
    )
    assert expected_loss == pytest.approx(scores.loss, rel=1e-5)
    assert expected_accuracy == pytest.approx(scores.correct.mean(), abs=1e-6)


@pytest.mark.parametrize("arm", ARTICLE_ARMS)
def test_a_step_on_fast_layers_equals_train_on_batch(article: Study, arm: str) -> None:
    """One step from the same weights: loss to 1e-5, weights and statistics to 5e-4.

    Keras' own batch variance of raw pixels is up to 1.5e-4 off on jaxlib 0.10.1, by processor; the fast layer's is 3e-7 off.
    """
    import keras

    model, engine, state = engine_and_state(article, arm)
    model.compile(optimizer="SGD", loss="categorical_crossentropy")
    x, y = article.dataset.train.x[:128], article.dataset.train.y[:128]
    state, (loss, *_) = engine.train_epoch(
        state, engine.place(x), engine.place(y), np.arange(128, dtype=np.int32), batch_size=128
    )
    expected_loss = model.train_on_batch(
        x.reshape(-1, *model.input_shape[1:]), keras.utils.to_categorical(y, 10)
    )
    assert float(expected_loss) == pytest.approx(loss, rel=1e-5)
    for expected, got in zip(model.trainable_variables, state.trainable, strict=True):
        np.testing.assert_allclose(got, expected.numpy(), rtol=5e-4, atol=5e-4)
    for expected, got in zip(model.non_trainable_variables, state.non_trainable, strict=True):
        np.testing.assert_allclose(got, expected.numpy(), rtol=5e-4, atol=5e-4)


def test_which_layers_were_replaced_is_recorded(article: Study) -> None:
    """And none are, if the recipe says so, or there are no faster ones for the backend."""
    study = replace(
        article,
        recipe=replace(article.recipe, epochs=1, native_kernels=False),
        dataset=article.dataset.thinned(train=128, validation=9, test=9),
    )
    on_jax = ("3 BatchNormalization", "2 Conv2D", "2 Dense", "1 MaxPooling2D")
    assert (on_jax if check_backend() == "jax" else ()) == train(study, "max pooling").replaced_layers
    slow = replace(study, recipe=replace(study.recipe, fast_layers=False))
    assert () == train(slow, "max pooling").replaced_layers


def test_the_last_smaller_batch_is_kept_and_means_are_over_examples(small_study: Study) -> None:
    """70 examples in batches of 32 are 3 steps; with a rate of zero, the epoch's loss is the mean over all 70."""
    still = Recipe(optimizer=sgd(0.0), batch_size=32)
    _, engine, state = engine_and_state(replace(small_study, recipe=still), "flat")
    x, y = (engine.place(part[:70]) for part in (small_study.dataset.train.x, small_study.dataset.train.y))
    expected = engine.evaluate(state, x, y, batch_size=32)
    _, (loss, accuracy, _) = engine.train_epoch(state, x, y, np.arange(70, dtype=np.int32), batch_size=32)
    assert expected.loss == pytest.approx(loss, rel=1e-5)
    assert expected.correct.mean() == accuracy


def test_the_same_seed_gives_the_same_bits(small_study: Study) -> None:
    """Two trainers, one seed: every metric equal to the last bit."""
    first, second = train(small_study), train(small_study)
    assert [metrics(epoch) for epoch in first.epochs] == [metrics(epoch) for epoch in second.epochs]
    assert first.test == second.test


def metrics(epoch: EpochRecord) -> tuple[float, ...]:
    return epoch.loss, epoch.accuracy, epoch.validation_loss, epoch.validation_accuracy


def test_seeds_given_at_once_end_as_each_alone(small_study: Study) -> None:
    """Whether the engine trains them together or one by one: orders to the bit, the first epoch to 1e-5."""
    specs = [RunSpec(run_id=f"run {seed}", arm="flat", arm_identity="flat", seed=seed) for seed in (3, 5)]
    assignments = [Assignment(spec) for spec in specs]
    records = list(Trainer(small_study).train(assignments, lambda _, message: ignore(message)))
    assert [3, 5] == [record.spec.seed for record in records]
    assert {2 if check_backend() == "jax" else 1} == {record.together for record in records}
    for record in records:
        alone = train(small_study, seed=record.spec.seed)
        assert alone.order_hash == record.order_hash
        assert alone.epochs[0].loss == pytest.approx(record.epochs[0].loss, rel=1e-5)


def test_another_seed_starts_and_shuffles_otherwise(small_study: Study) -> None:
    """A seed is a new replication."""
    first, second = train(small_study, seed=0), train(small_study, seed=1)
    assert first.order_hash != second.order_hash
    assert metrics(first.epochs[0]) != metrics(second.epochs[0])


def test_a_compiled_arm_serves_every_seed(small_study: Study) -> None:
    """A second seed in the same trainer equals that seed in a trainer of its own."""
    trainer = Trainer(small_study)
    spec = RunSpec(run_id="run", arm="flat", arm_identity="flat", seed=0)
    trainer(Assignment(spec), ignore)
    second = trainer(Assignment(replace(spec, seed=1)), ignore)
    assert 0 == second.cost.compile_seconds
    assert second.test == train(small_study, seed=1).test


def test_all_arms_of_a_seed_take_the_examples_in_one_order(small_study: Study) -> None:
    """The order is a control."""
    assert train(small_study, "flat").order_hash == train(small_study, "wide").order_hash


def test_which_test_examples_were_right_is_kept(small_study: Study) -> None:
    """The packed bits give the accuracy back."""
    record = train(small_study)
    assert record.test is not None
    assert len(small_study.dataset.test) == len(record.test.correct)
    assert record.test.accuracy == record.test.correct.mean()


def test_costs_are_measured(small_study: Study) -> None:
    """Wall time holds compile and step time, and memory is that of a process."""
    cost = train(small_study).cost
    assert 0 < cost.step_seconds < cost.wall_seconds
    assert 0 < cost.compile_seconds < cost.wall_seconds
    assert cost.peak_memory_bytes > 50e6


def test_every_epoch_is_reported(small_study: Study) -> None:
    """Whoever watches hears of each epoch, in order."""
    heard: list[Any] = []
    spec = RunSpec(run_id="run", arm="flat", arm_identity="flat", seed=0)
    Trainer(small_study)(Assignment(spec), heard.append)
    assert [1, 2] == [message.epoch for message in heard]


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_run_from_a_checkpoint_ends_as_if_it_had_never_stopped(small_study: Study, optimizer: str) -> None:
    """With dropout, batch normalisation and an optimizer that remembers: every number equal to the last bit."""

    def stateful(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        return keras.Sequential(
            [
                keras.Input((36,)),
                keras.layers.Dense(8),
                keras.layers.BatchNormalization(),
                keras.layers.Dropout(0.2),
                keras.layers.Dense(classes, activation="softmax"),
            ]
        )

    study = replace(
        small_study,
        arms=(Arm("flat", stateful), small_study.arms[1]),
        recipe=Recipe(optimizer=optimizer, batch_size=32, epochs=3),
    )
    spec = RunSpec(run_id="run", arm="flat", arm_identity="flat", seed=0)
    heard: list[Any] = []
    whole = Trainer(study, checkpoint_seconds=0.0)(Assignment(spec), heard.append)
    checkpoints = [message.checkpoint for message in heard if isinstance(message, Checkpointed)]
    assert 2 == len(checkpoints)
    for checkpoint in checkpoints:
        resumed = Trainer(study)(Assignment(spec, checkpoint), ignore)
        assert [metrics(epoch) for epoch in whole.epochs] == [metrics(epoch) for epoch in resumed.epochs]
        assert whole.test == resumed.test


def test_only_long_runs_are_checkpointed(small_study: Study) -> None:
    """A run of milliseconds is trained again sooner than it is written."""
    heard: list[Any] = []
    spec = RunSpec(run_id="run", arm="flat", arm_identity="flat", seed=0)
    Trainer(small_study)(Assignment(spec), heard.append)
    assert not [message for message in heard if isinstance(message, Checkpointed)]


def test_a_run_that_diverges_leaves_no_checkpoint_of_it(small_study: Study) -> None:
    """Going on from there would be another run."""

    def linear(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        return keras.Sequential([keras.Input((36,)), keras.layers.Dense(classes)])

    explosive = Recipe(optimizer=sgd(1e30), loss="mean_squared_error", batch_size=32)
    study = replace(small_study, arms=(Arm("flat", linear), small_study.arms[1]), recipe=explosive)
    heard: list[Any] = []
    spec = RunSpec(run_id="run", arm="flat", arm_identity="flat", seed=0)
    record = Trainer(study, checkpoint_seconds=0.0)(Assignment(spec), heard.append)
    assert record.status is Status.DIVERGED
    assert not [message for message in heard if isinstance(message, Checkpointed)]


def test_what_is_no_checkpoint_is_no_beginning(small_study: Study) -> None:
    """The run starts at its first epoch."""
    spec = RunSpec(run_id="run", arm="flat", arm_identity="flat", seed=0)
    record = Trainer(small_study)(Assignment(spec, b"something else"), ignore)
    assert train(small_study).test == record.test


def test_a_diverging_run_is_a_record(small_study: Study) -> None:
    """An infinite learning rate ends the run with its reason and without a test score."""

    def linear(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        return keras.Sequential([keras.Input((36,)), keras.layers.Dense(classes)])

    explosive = Recipe(optimizer=sgd(1e30), loss="mean_squared_error", batch_size=32)
    record = train(replace(small_study, arms=(Arm("flat", linear), small_study.arms[1]), recipe=explosive))
    assert record.status is Status.DIVERGED
    assert record.test is None
    assert "training loss was" in record.reason


def test_a_crashing_run_is_a_record(small_study: Study) -> None:
    """A builder that fails for one seed costs that run only."""

    def moody(input_shape: tuple[int, ...], classes: int) -> Any:
        raise MemoryError("out of memory")

    record = train(replace(small_study, arms=(Arm("flat", moody), small_study.arms[1])))
    assert record.status is Status.CRASHED
    assert "out of memory" in record.reason


def test_dropout_and_penalties_train(small_study: Study) -> None:
    """Random layers have a stream of their own, the same bits every time, and penalties are part of the loss."""

    def regularised(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        return keras.Sequential(
            [
                keras.Input(input_shape),
                keras.layers.Flatten(),
                keras.layers.Dropout(0.5),
                keras.layers.Dense(
                    classes, activation="softmax", kernel_regularizer=keras.regularizers.L2(10.0)
                ),
            ]
        )

    still = Recipe(optimizer=sgd(0.0), batch_size=32)
    study = replace(small_study, arms=(Arm("flat", regularised), small_study.arms[1]), recipe=still)
    first, second = train(study), train(study)
    assert first.test == second.test
    assert first.test is not None
    assert first.test.loss > 10


@pytest.mark.parametrize(
    "loss", ["categorical_crossentropy", "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"]
)
def test_losses_get_the_labels_they_expect(small_study: Study, loss: str) -> None:
    """One-hot or integer labels give the same training."""
    reference = train(small_study)
    got = train(replace(small_study, recipe=replace(small_study.recipe, loss=loss)))
    assert reference.epochs[-1].loss == pytest.approx(got.epochs[-1].loss, rel=1e-5)


def test_a_run_that_scores_no_finite_loss_is_no_success(small_study: Study) -> None:
    """One step at an absurd rate: the training loss was finite before it, the validation loss after it is not."""

    def linear(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        return keras.Sequential([keras.Input((36,)), keras.layers.Dense(classes)])

    one_step = Recipe(optimizer=sgd(1e30), loss="mean_squared_error", batch_size=160, epochs=1)
    record = train(replace(small_study, arms=(Arm("flat", linear), small_study.arms[1]), recipe=one_step))
    assert np.isfinite(record.epochs[0].loss)
    assert record.status is Status.DIVERGED
    assert "validation loss" in record.reason


def test_a_layer_that_draws_a_constant_gives_each_seed_its_own(small_study: Study) -> None:
    """A second seed in a trainer equals that seed alone, although its constants are no weights."""
    study = replace(small_study, arms=(Arm("flat", masked), small_study.arms[1]))
    trainer = Trainer(study)
    specs = [RunSpec(run_id="run", arm="flat", arm_identity="masked", seed=seed) for seed in (0, 1)]
    assert train(study, seed=1).test == [trainer(Assignment(spec), ignore) for spec in specs][1].test


def test_schedules_train_and_stay_as_they_were_declared(small_study: Study) -> None:
    """A learning-rate schedule in a config is Keras' own, and the recipe is not changed by using it."""
    import keras

    schedule = keras.optimizers.schedules.CosineDecay(0.1, 10)
    optimizer = {
        "class_name": "SGD",
        "config": {"learning_rate": keras.saving.serialize_keras_object(schedule)},
    }
    recipe = Recipe(optimizer=optimizer, batch_size=32)
    before = repr(recipe)
    record = train(replace(small_study, recipe=recipe))
    assert record.status is Status.COMPLETED, record.reason
    assert before == repr(recipe)


def test_a_model_whose_call_knows_no_training_trains(small_study: Study) -> None:
    """As under `fit`, it is called without."""

    def simple(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        class Simple(keras.Model):
            def __init__(self) -> None:
                super().__init__()
                self.flatten = keras.layers.Flatten()
                self.dense = keras.layers.Dense(classes, activation="softmax")

            def call(self, x: Any) -> Any:
                return self.dense(self.flatten(x))

        return Simple()

    record = train(replace(small_study, arms=(Arm("flat", simple), small_study.arms[1])))
    assert record.status is Status.COMPLETED, record.reason
