"""Seeds that train at once end as each does alone, but for the rounding of sums."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest

from paribus.errors import ExecutorError
from paribus.records import EpochRecord, RunRecord, RunSpec, Status
from paribus.study import Arm, Recipe, Study
from paribus.train import Assignment, Checkpointed, Message, Trainer, engine_name, seeds_together
from paribus.train._objective import make_objective, make_optimizer
from paribus.train.engines import State
from paribus.train.engines import _jax as jax_engine
from paribus.train.engines._jax import JaxEngine
from paribus.train.engines._jax_together import JaxTogether, seeds_that_fit
from tests.conftest import masked, untimed

SEEDS, ROWS, CLASSES, BATCH = (0, 1, 2), 50, 4, 16
SHAPE = (6, 6, 3)


def dense() -> Any:
    import keras

    parts = [
        keras.layers.Flatten(),
        keras.layers.Dense(8, activation="relu", kernel_regularizer="l2"),
        keras.layers.Dense(CLASSES, activation="softmax"),
    ]
    return keras.Sequential([keras.Input(SHAPE), *parts])


def convolutional() -> Any:
    """A kernel of few and one of many input channels, moving statistics, pooling and a random layer."""
    import keras

    parts = [
        keras.layers.Conv2D(12, 3, padding="same"),
        keras.layers.BatchNormalization(),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(4, 2, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(CLASSES, activation="softmax"),
    ]
    return keras.Sequential([keras.Input(SHAPE), *parts])


def seeded(build: Callable[[], Any], seed: int) -> Any:
    """Return a model whose weights and random layers begin at the seed."""
    model, rng = build(), np.random.default_rng(seed)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(size=weight.shape, scale=0.3).astype(np.float32))
    for variable in model.non_trainable_variables:
        if variable.path.endswith("seed_generator_state"):
            variable.assign(np.array([seed, 0], variable.dtype))
    return model


RECIPES = {
    "plain": Recipe(optimizer="sgd", batch_size=BATCH),
    "everything": Recipe(
        optimizer="adam",
        batch_size=BATCH,
        class_weights={0: 3.0, 2: 0.5},
        metrics=("mean_squared_error", "top_k_categorical_accuracy"),
    ),
}


class TestOnTheEngine:
    def engine(self, build: Callable[[], Any], recipe: Recipe, *, fast: bool, whole: bool) -> JaxEngine:
        return JaxEngine(
            build(),
            make_objective(recipe, CLASSES),
            make_optimizer(recipe),
            input_shape=SHAPE,
            fast_layers=fast,
            native_kernels=False,
            whole_epochs=whole,
        )

    def data(self, engine: JaxEngine) -> tuple[Any, Any]:
        rng = np.random.default_rng(7)
        x = rng.normal(size=(ROWS, *SHAPE)).astype(np.float32)
        return engine.place(x), engine.place(rng.integers(CLASSES, size=ROWS).astype(np.int32))

    def orders(self) -> Any:
        return np.stack([np.random.default_rng(seed).permutation(ROWS) for seed in SEEDS]).astype(np.int32)

    def joined(self, engine: JaxEngine, build: Callable[[], Any]) -> tuple[JaxTogether, State]:
        together = engine.together(len(SEEDS))
        return together, together.join([engine.start(seeded(build, seed)) for seed in SEEDS])

    @pytest.mark.parametrize(
        ("build", "recipe", "layers", "path"),
        [
            (dense, "plain", "fast", "steps"),
            (dense, "everything", "Keras", "whole epochs"),
            (convolutional, "everything", "fast", "steps"),
            (convolutional, "everything", "Keras", "steps"),
            (convolutional, "plain", "fast", "whole epochs"),
        ],
    )
    def test_every_lane_is_that_seed_alone(
        self, build: Callable[[], Any], recipe: str, layers: str, path: str
    ) -> None:
        """Batches of 16, 16, 16 and 2: losses and metrics to 1e-5, arrays to 1e-4, what is counted to the bit."""
        engine = self.engine(build, RECIPES[recipe], fast=layers == "fast", whole=path == "whole epochs")
        data, orders = self.data(engine), self.orders()
        together, state = self.joined(engine, build)
        state, means = together.train_epoch(state, *data, orders, batch_size=BATCH)
        scores = together.evaluate(state, *data, batch_size=BATCH, keep_outputs=True)
        lanes = together.to_arrays(state)
        for lane, seed in enumerate(SEEDS):
            alone, expected = engine.train_epoch(
                engine.start(seeded(build, seed)), *data, orders[lane], batch_size=BATCH
            )
            score = engine.evaluate(alone, *data, batch_size=BATCH, keep_outputs=True)
            assert expected.loss == pytest.approx(means[lane].loss, rel=1e-5)
            assert expected.metrics == pytest.approx(means[lane].metrics, rel=1e-5)
            assert score.loss == pytest.approx(scores[lane].loss, rel=1e-5)
            assert (ROWS,) == scores[lane].correct.shape
            np.testing.assert_allclose(scores[lane].outputs, score.outputs, rtol=1e-3, atol=1e-4)
            for wanted, got in zip(engine.to_arrays(alone), lanes[lane], strict=True):
                assert (wanted.dtype, wanted.shape) == (got.dtype, got.shape)
                np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4)
                if wanted.dtype.kind in "iu":
                    np.testing.assert_array_equal(got, wanted)

    def test_two_computations_serve_every_epoch(self) -> None:
        """One compiled for three full batches of three seeds, one for the last, and what is prepared is all."""
        engine = self.engine(dense, RECIPES["plain"], fast=True, whole=True)
        data = self.data(engine)
        together, state = self.joined(engine, dense)
        together.prepare(state, *data, batch_size=BATCH, n_evaluated=(ROWS,))
        prepared = engine.compile_seconds
        for _ in range(2):
            state, _ = together.train_epoch(state, *data, self.orders(), batch_size=BATCH)
            together.evaluate(state, *data, batch_size=BATCH)
        assert 0 < prepared == engine.compile_seconds
        steps = {shape for kind, shape in together._passes.compiled if kind == "step"}  # pyright: ignore[reportPrivateUsage]
        assert {(3, 3, 16), (3, 2)} == steps

    def test_as_many_seeds_as_memory_holds(self) -> None:
        """A seed needs its state twice and what a step computes, not the data, which are there; one seed is always tried."""
        engine = self.engine(dense, RECIPES["plain"], fast=True, whole=True)
        x, y = self.data(engine)
        alone = engine.start(seeded(dense, 0))
        engine.prepare(alone, x, y, batch_size=BATCH, n_evaluated=())
        step = engine._passes.compiled["step", (3, BATCH)]  # pyright: ignore[reportPrivateUsage]
        megabyte, shared = 2**20, x.nbytes + y.nbytes
        fit = seeds_that_fit(step, shared=shared, free=megabyte)
        assert 1 < fit < megabyte // sum(array.nbytes for array in alone.arrays)
        assert 2 * fit == pytest.approx(seeds_that_fit(step, shared=shared, free=2 * megabyte), abs=1)
        assert 1 == seeds_that_fit(step, shared=shared, free=0)
        assert seeds_that_fit(Silent(), shared=shared, free=0) > 1_000


class Silent:
    """An executable of a compiler that does not say what it needs."""

    def memory_analysis(self) -> None:
        return None


def assignments(seeds: Sequence[int], checkpoints: dict[int, bytes] | None = None) -> list[Assignment]:
    return [
        Assignment(
            RunSpec(run_id=f"run {seed}", arm="flat", arm_identity="flat", seed=seed),
            (checkpoints or {}).get(seed),
        )
        for seed in seeds
    ]


def trained(
    study: Study,
    seeds: Sequence[int],
    *,
    trainer: Trainer | None = None,
    checkpoints: dict[int, bytes] | None = None,
    heard: list[tuple[int, Message]] | None = None,
) -> dict[int, RunRecord]:
    """Return the records of seeds that are given to a trainer at once, in the order in which they ended."""

    def tell(spec: RunSpec, message: Message) -> None:
        if heard is not None:
            heard.append((spec.seed, message))

    records = (trainer or Trainer(study)).train(assignments(seeds, checkpoints), tell)
    return {record.spec.seed: record for record in records}


def assert_alike(expected: RunRecord, got: RunRecord) -> None:
    """Streams to the bit, the first epoch to 1e-5."""
    assert expected.order_hash == got.order_hash
    assert expected.status is got.status
    first, second = expected.epochs[0], got.epochs[0]
    assert first.loss == pytest.approx(second.loss, rel=1e-5)
    assert first.accuracy == pytest.approx(second.accuracy, abs=0.01)
    assert first.metrics == pytest.approx(second.metrics, rel=1e-5)
    assert len(expected.epochs) == len(got.epochs)


def only(study: Study, build: Callable[..., Any], **recipe: Any) -> Study:
    """Return the study with its first arm built so."""
    changed = replace(study.recipe, **recipe)
    return replace(study, arms=(Arm("flat", build), study.arms[1]), recipe=changed)


def dropping(input_shape: tuple[int, ...], classes: int) -> Any:
    import keras

    parts = [
        keras.layers.Flatten(),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.4),
        keras.layers.Dense(classes, activation="softmax"),
    ]
    return keras.Sequential([keras.Input(input_shape), *parts])


def explosive_for_some(input_shape: tuple[int, ...], classes: int) -> Any:
    """Return a linear model that some seeds start so far off that the first steps carry it away."""
    import keras

    scale = 1e25 if np.random.random() < 0.5 else 0.1  # noqa: NPY002 -- seeded by the run's stream
    start: Any = keras.initializers.RandomNormal(stddev=scale)
    return keras.Sequential([keras.Input((36,)), keras.layers.Dense(classes, kernel_initializer=start)])


class TestInTheTrainer:
    def test_records_are_those_of_seeds_alone(self, small_study: Study) -> None:
        """Every seed draws from its own streams, random layers included, and says that it had company."""
        study = only(small_study, dropping, metrics=("mean_squared_error",), class_weights={1: 2.0})
        together = trained(study, SEEDS)
        for seed in SEEDS:
            assert_alike(trained(study, [seed])[seed], together[seed])
            assert 3 == together[seed].together
        assert 3 == len({record.order_hash for record in together.values()})

    def test_a_seed_alone_has_no_company_and_its_own_bits(self, small_study: Study) -> None:
        """Training one is what it was."""
        (assignment,) = assignments([1])
        record = Trainer(small_study)(assignment, lambda _: None)
        assert 1 == record.together
        assert untimed(record) == untimed(trained(small_study, [1])[1])

    def test_every_epoch_is_told_of_its_seed(self, small_study: Study) -> None:
        """Epoch by epoch, seed by seed, before the records."""
        heard: list[tuple[int, Message]] = []
        trained(small_study, (4, 2), heard=heard)
        told = [(seed, message.epoch) for seed, message in heard if isinstance(message, EpochRecord)]
        assert [(4, 1), (2, 1), (4, 2), (2, 2)] == told

    def test_time_is_shared_and_compiling_counted_once(self, small_study: Study) -> None:
        """The seeds' shares are equal; a second company of the same size compiles nothing."""
        trainer = Trainer(small_study)
        costs = [record.cost for record in trained(small_study, SEEDS, trainer=trainer).values()]
        assert (
            1 == len({cost.compile_seconds for cost in costs}) == len({cost.wall_seconds for cost in costs})
        )
        assert 0 < costs[0].compile_seconds < costs[0].wall_seconds
        again = trained(small_study, (7, 8, 9), trainer=trainer)
        assert {0.0} == {record.cost.compile_seconds for record in again.values()}

    def test_one_that_diverges_ends_alone(self, small_study: Study) -> None:
        """Its record comes first, at its epoch; the others finish with numbers of their own."""
        study = only(small_study, explosive_for_some, optimizer="sgd", loss="mean_squared_error")
        seeds, trainer = range(6), Trainer(study)
        together = trained(study, seeds)
        diverged = {seed for seed, record in together.items() if record.status is Status.DIVERGED}
        assert 0 < len(diverged) < len(seeds)
        assert diverged == set(list(together)[: len(diverged)])
        for seed in seeds:
            alone = trained(study, [seed], trainer=trainer)[seed]
            assert (alone.status, alone.reason) == (together[seed].status, together[seed].reason)
            if seed not in diverged:
                assert_alike(alone, together[seed])

    def test_who_the_others_are_changes_no_bit(self, small_study: Study) -> None:
        """A seed beside two that are carried away equals it beside two that are not."""
        study = only(small_study, explosive_for_some, optimizer="sgd", loss="mean_squared_error")
        trainer = Trainer(study)
        records = trained(study, range(8), trainer=trainer)
        fine = sorted(seed for seed, record in records.items() if record.status is Status.COMPLETED)
        wild = sorted(records.keys() - fine)
        among_fine = trained(study, fine[:3], trainer=trainer)
        among_wild = trained(study, [fine[0], *wild[:2]], trainer=trainer)
        assert 3 == len(among_fine) == len(among_wild)
        assert untimed(among_fine[fine[0]]) == untimed(among_wild[fine[0]])

    def test_all_that_diverge_end_the_training(self, small_study: Study) -> None:
        """Nobody is left to train for."""
        rate = {"class_name": "SGD", "config": {"learning_rate": 1e30}}
        study = only(small_study, explosive_for_some, optimizer=rate, loss="mean_squared_error", epochs=9)
        records = trained(study, SEEDS).values()
        assert {Status.DIVERGED} == {record.status for record in records}
        assert max(len(record.epochs) for record in records) < 9

    def test_they_go_on_from_checkpoints_to_the_same_bits(self, small_study: Study) -> None:
        """The same company from the same epoch: every number is what it would have been."""
        study = only(small_study, dropping, optimizer="adam", epochs=3)
        heard: list[tuple[int, Message]] = []
        whole = trained(study, SEEDS, trainer=Trainer(study, checkpoint_seconds=0.0), heard=heard)
        kept = [(seed, message.checkpoint) for seed, message in heard if isinstance(message, Checkpointed)]
        assert [0, 1, 2, 0, 1, 2] == [seed for seed, _ in kept]
        for checkpoints in (dict(kept[:3]), dict(kept[3:])):
            resumed = trained(study, SEEDS, checkpoints=checkpoints)
            assert [untimed(whole[seed]) for seed in SEEDS] == [untimed(resumed[seed]) for seed in SEEDS]

    def test_only_those_at_the_same_epoch_train_together(self, small_study: Study) -> None:
        """Two that begin and one that goes on: the two have company, and the one ends as it would have."""
        study = only(small_study, dropping, epochs=3)
        heard: list[tuple[int, Message]] = []
        trainer = Trainer(study, checkpoint_seconds=0.0)
        alone = trained(study, [1], trainer=trainer, heard=heard)[1]
        checkpoint = next(message.checkpoint for _, message in heard if isinstance(message, Checkpointed))
        mixed = trained(study, SEEDS, checkpoints={1: checkpoint})
        assert {0: 2, 1: 1, 2: 2} == {seed: record.together for seed, record in mixed.items()}
        assert untimed(alone) == untimed(mixed[1])

    def test_a_builder_that_fails_costs_its_own_seed(self, small_study: Study) -> None:
        """The others train together."""

        def moody(input_shape: tuple[int, ...], classes: int) -> Any:
            if np.random.random() < 0.5:  # noqa: NPY002 -- seeded by the run's stream
                raise MemoryError("no room for this one")
            return small_study.arms[0].build(input_shape, classes)

        records = trained(only(small_study, moody), range(6))
        crashed = [record for record in records.values() if record.status is Status.CRASHED]
        assert 0 < len(crashed) < 5
        assert all("no room for this one" in record.reason for record in crashed)
        company = {record.together for record in records.values() if record.status is Status.COMPLETED}
        assert {6 - len(crashed)} == company

    def test_arms_with_layers_of_their_own_train_one_by_one(self, small_study: Study) -> None:
        """Such layers may hold constants of a seed, which one computation for all cannot."""
        study = only(small_study, masked)
        records = trained(study, (0, 1))
        assert {1} == {record.together for record in records.values()}
        assert untimed(trained(study, [1])[1]) == untimed(records[1])

    def test_as_many_train_together_as_the_device_holds(
        self, small_study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """On a device that has room for two, five seeds train in companies of two, two and one."""
        monkeypatch.setattr(jax_engine, "free_bytes", lambda: 1)
        monkeypatch.setattr(jax_engine, "seeds_that_fit", room_for_two)
        records = trained(small_study, range(5))
        assert [2, 2, 2, 2, 1] == [record.together for record in records.values()]

    def test_what_is_too_much_at_once_is_halved(
        self, small_study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A device that runs out of memory in the second epoch of more than two: nobody crashes, nothing is lost."""
        run_out_of_memory(
            monkeypatch, most=2, message="RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes."
        )
        heard: list[tuple[int, Message]] = []
        records = trained(small_study, range(5), heard=heard)
        assert [2, 2, 2, 2, 1] == [record.together for record in records.values()]
        assert {Status.COMPLETED} == {record.status for record in records.values()}
        assert [1, 1, 2] == [
            message.epoch for seed, message in heard if seed == 0 and isinstance(message, EpochRecord)
        ]
        assert_alike(trained(small_study, [4])[4], records[4])

    def test_what_only_one_can_compute_trains_one_by_one(
        self, small_study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Any other error of several is none of theirs, until one of them meets it alone."""
        run_out_of_memory(monkeypatch, most=1, message="UNIMPLEMENTED: no batching rule for this.")
        records = trained(small_study, SEEDS)
        assert {(1, Status.COMPLETED)} == {(record.together, record.status) for record in records.values()}
        assert untimed(trained(small_study, [2])[2]) == untimed(records[2])


def room_for_two(_step: Any, **_bytes: int) -> int:
    return 2


def run_out_of_memory(monkeypatch: pytest.MonkeyPatch, *, most: int, message: str) -> None:
    """Let the second epoch of more than so many seeds at once fail."""
    compute = JaxTogether.train_epoch
    epochs: dict[int, int] = {}

    def train_epoch(self: JaxTogether, state: State, x: Any, y: Any, orders: Any, **rest: Any) -> Any:
        epochs[len(orders)] = epochs.get(len(orders), 0) + 1
        if len(orders) > most and epochs[len(orders)] == 2:
            raise jax.errors.JaxRuntimeError(message)
        return compute(self, state, x, y, orders, **rest)

    monkeypatch.setattr(JaxTogether, "train_epoch", train_epoch)


def test_a_cpu_trains_one_seed_at_a_time_unless_told() -> None:
    """And what may have had company bears another name."""
    assert 1 == seeds_together()
    assert 4 == seeds_together(4)
    assert f"{engine_name()}, seeds together" == engine_name(2) == engine_name(4)
    with pytest.raises(ExecutorError, match="above 0"):
        seeds_together(0)
