"""Conformance kits: subclass one in your tests, and a member of the family is held to the family's contract."""

import abc
import os
import pickle
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pytest

from paribus.backend import Model, keras
from paribus.datasets import Dataset
from paribus.errors import ExecutorError
from paribus.executors import Cause, Done, Executor, Job, Lost, Tell
from paribus.probes import FeatureMap, Probe, ProbeData, TrainedModel
from paribus.study import Recipe
from paribus.train.engines import Engine, State


class DatasetContract(abc.ABC):
    """What every function that returns a dataset promises. Subclass it and return a small dataset from `make`."""

    @abc.abstractmethod
    def make(self) -> Dataset:
        """Return the dataset, made anew at every call."""

    def test_splits_agree_in_shape_and_type(self) -> None:
        """Every split holds float32 examples of one shape and int32 labels."""
        dataset = self.make()
        for split in dataset.splits.values():
            assert split.x.shape == (len(split), *dataset.example_shape)
            assert (split.x.dtype, split.y.dtype) == (np.float32, np.int32)

    def test_labels_are_classes(self) -> None:
        """Every label has a class name."""
        dataset = self.make()
        for split in dataset.splits.values():
            assert split.y.min() >= 0
            assert split.y.max() < dataset.classes

    def test_nobody_can_change_it(self) -> None:
        """Arrays are read-only."""
        with pytest.raises(ValueError, match="read-only"):
            self.make().train.x[...] = 0

    def test_fingerprint_is_of_the_content(self) -> None:
        """Made twice, it has one fingerprint; with fewer examples, another."""
        dataset = self.make()
        fewer = dataset.thinned(train=1, validation=1, test=1)
        assert self.make().fingerprint == dataset.fingerprint
        assert fewer.fingerprint != dataset.fingerprint

    def test_record_describes_it(self) -> None:
        """The record counts what the arrays hold."""
        dataset = self.make()
        record = dataset.record()
        counted = (record.n_train, record.n_validation, record.n_test)
        assert counted == tuple(len(split) for split in dataset.splits.values())


class LinearModel:
    """A model for probes, without a framework: a softmax over linear sums of all values, and two feature maps.

    Args:
        weights: Shape `(values, classes)`.
    """

    batch_size = 16

    def __init__(self, weights: Any) -> None:
        self._weights = np.asarray(weights, np.float64)

    def __call__(self, x: Any, *, batch_size: int | None = None) -> Any:
        """Return probabilities."""
        assert batch_size is None or batch_size >= 1
        sums = x.reshape(len(x), -1) @ self._weights
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)

    def feature_maps(self, x: Any) -> tuple[FeatureMap, ...]:
        """Return the images themselves, and every second place of them."""
        return (
            FeatureMap(name="all", jump=(1, 1), values=x),
            FeatureMap(name="half", jump=(2, 2), values=x[:, ::2, ::2]),
        )


class ProbeContract(abc.ABC):
    """What every probe promises. Subclass it and return a probe from `make`."""

    size, n, classes = 12, 60, 4
    repeatable = True
    """Whether it draws from its stream alone; a clock does not."""

    @abc.abstractmethod
    def make(self) -> Probe:
        """Return the probe, made anew at every call."""

    def model(self) -> TrainedModel:
        """Return a model that knows a little."""
        weights = np.random.default_rng(1).normal(size=(self.size**2, self.classes), scale=0.1)
        return LinearModel(weights)

    def data(self, n: int | None = None) -> ProbeData:
        """Return images that nobody can change."""
        rng = np.random.default_rng(2)
        count = self.n if n is None else n
        x = rng.random((count, self.size, self.size, 1), np.float32)
        y = rng.integers(self.classes, size=count).astype(np.int32)
        for array in (x, y):
            array.flags.writeable = False
        return ProbeData(x, y)

    def measured(self, data: ProbeData, seed: int = 0) -> dict[str, float]:
        """Return what a new probe measures."""
        probe = self.make()
        found = probe(self.model(), data, np.random.default_rng(seed))
        return dict(found) if isinstance(found, Mapping) else {probe.metrics[0]: found}

    def test_it_says_what_it_measures(self) -> None:
        """Names are lower-case words, metrics differ, and there is a source and a version."""
        probe = self.make()
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in (probe.name, *probe.metrics))
        assert len(set(probe.metrics)) == len(probe.metrics) >= 1
        assert probe.source
        assert probe.version >= 1

    def test_it_measures_what_it_says(self) -> None:
        """One number for each metric, in their order; shares and probabilities lie between 0 and 1."""
        probe = self.make()
        found = self.measured(self.data())
        assert tuple(found) == probe.metrics
        values = [value for value in found.values() if not np.isnan(value)]
        assert all(type(value) is float and np.isfinite(value) for value in values)
        if probe.unit in {"share", "probability"}:
            assert all(0 <= value <= 1 for value in values)

    def test_the_same_stream_gives_the_same_numbers(self) -> None:
        """Twice, from probes of their own."""
        if self.repeatable:
            first, second = (self.measured(self.data(), seed=5) for _ in range(2))
            np.testing.assert_array_equal(list(first.values()), list(second.values()))

    def test_one_example_is_enough(self) -> None:
        """What cannot be told from it is NaN."""
        assert tuple(self.measured(self.data(1))) == self.make().metrics

    def test_it_can_be_sent_to_another_process(self) -> None:
        """It comes out of pickle as it went in."""
        probe = self.make()
        assert pickle.loads(pickle.dumps(probe)) == probe  # noqa: S301 -- written one call before


class ExecutorContract(abc.ABC):
    """What every executor promises. Subclass it and return an executor from `make`."""

    @abc.abstractmethod
    def make(self) -> Executor:
        """Return a new executor."""

    def results(self, function: Callable[[int], int], items: Iterable[int]) -> list[int]:
        """Return the results of everything that a new executor yields."""
        outcomes = list(self.make().map(_job(partial(_applied, function)), items))
        return [outcome.result for outcome in outcomes if isinstance(outcome, Done)]

    def test_every_item_gives_one_result(self) -> None:
        """Each item is done once, in whatever order."""
        assert sorted(self.results(_square, range(10))) == [number**2 for number in range(10)]

    def test_nothing_to_do_is_nothing_done(self) -> None:
        """No items, no results."""
        assert self.results(_square, ()) == []

    def test_every_message_is_heard_with_its_item(self) -> None:
        """What is told while working arrives before the result."""
        heard: list[tuple[int, int]] = []
        job = _job(_talkative, heard=lambda item, message: heard.append((item, message)))
        outcomes = list(self.make().map(job, range(3)))
        assert len(outcomes) == 3
        assert sorted(heard) == [(item, message) for item in range(3) for message in range(item)]

    def test_work_is_made_once_and_kept(self) -> None:
        """Items of one key find what the items before them left in their worker."""
        results = [
            outcome.result
            for outcome in self.make().map(_job(_counting), range(20))
            if isinstance(outcome, Done)
        ]
        assert max(results) > 1

    def test_closures_can_be_work(self) -> None:
        """A function that was defined where nobody can import it works all the same."""
        offset = 100
        assert sorted(self.results(lambda number: number + offset, range(3))) == [100, 101, 102]

    def test_nothing_goes_on_when_nobody_listens(self) -> None:
        """Closing the iterator ends the work."""
        outcomes = iter(self.make().map(_job(partial(_applied, _square)), range(100)))
        assert isinstance(next(outcomes), Done)
        if isinstance(outcomes, Generator):
            outcomes.close()


class WorkerContract(ExecutorContract):
    """What every executor with workers of its own promises besides."""

    def test_a_worker_that_dies_costs_its_own_item(self) -> None:
        """Tried twice, then lost with its reason; all others have results."""
        outcomes = list(self.make().map(_job(_deadly), range(6)))
        lost = [outcome for outcome in outcomes if isinstance(outcome, Lost)]
        assert [(outcome.item, outcome.cause) for outcome in lost] == [(3, Cause.DIED)]
        assert sorted(outcome.item for outcome in outcomes) == list(range(6))

    def test_items_of_different_keys_share_no_process(self) -> None:
        """What one kind of item does to its process is not seen by another."""
        job = _job(_marking, key=lambda item: item % 2)
        marks = {outcome.result for outcome in self.make().map(job, range(8)) if isinstance(outcome, Done)}
        assert marks == {(0,), (1,)}

    def test_what_work_raises_ends_everything(self) -> None:
        """It should have been a result."""
        with pytest.raises(ExecutorError, match="seven"):
            list(self.make().map(_job(partial(_applied, _raising)), range(3)))


def _job(
    make: Callable[[], Any],
    *,
    key: Callable[[int], Any] = lambda _: 0,
    heard: Callable[[int, Any], None] = lambda _item, _message: None,
) -> Job[int, Any]:
    """Return a job whose items are packed as they are."""
    return Job(make=make, key=key, pack=lambda item: item, heard=heard, waiting=lambda: None)


def _applied(function: Callable[[int], int]) -> Callable[[int, Tell], int]:
    return lambda item, _tell: function(item)


def _talkative() -> Callable[[int, Tell], int]:
    def work(item: int, tell: Tell) -> int:
        for message in range(item):
            tell(message)
        return item

    return work


def _counting() -> Callable[[int, Tell], int]:
    done = 0

    def work(_item: int, _tell: Tell) -> int:
        nonlocal done
        done += 1
        return done

    return work


def _deadly() -> Callable[[int, Tell], int]:
    def work(item: int, _tell: Tell) -> int:
        if item == 3:
            os._exit(7)
        return item

    return work


_MARK = "PARIBUS_CONTRACT_MARK_"


def _marking() -> Callable[[int, Tell], tuple[int, ...]]:
    def work(item: int, _tell: Tell) -> tuple[int, ...]:
        os.environ[f"{_MARK}{item % 2}"] = "worked here"
        return tuple(mark for mark in (0, 1) if f"{_MARK}{mark}" in os.environ)

    return work


def _raising(_number: int) -> int:
    raise ValueError("seven")


class EngineContract(abc.ABC):
    """What every engine promises. Subclass it and return an engine from `make`."""

    rows, width, classes, batch_size = 50, 6, 3, 16

    @abc.abstractmethod
    def make(self, model: Model, recipe: Recipe) -> Engine:
        """Return a new engine for a model that takes examples of shape `(width,)`."""

    def model(self, seed: int = 0) -> Model:
        """Return a model with moving statistics, random layers and a penalty; its weights are NumPy's."""
        layers = keras().layers
        model = keras().Sequential(
            [
                keras().Input((self.width,)),
                layers.Dense(8, activation="relu", kernel_regularizer="l2"),
                layers.BatchNormalization(),
                layers.Dropout(0.3),
                layers.Dense(self.classes, activation="softmax"),
            ]
        )
        rng = np.random.default_rng(seed)
        for weight in model.trainable_variables:
            weight.assign(rng.normal(size=weight.shape).astype(np.float32))
        *_, dropout = model.non_trainable_variables  # where its random layer starts
        dropout.assign(np.array([seed, 0], dropout.dtype))
        return model

    def engine(self, model: Model, *, optimizer: str = "adam", learning_rate: float = 0.01) -> Engine:
        """Return a new engine for the model and a recipe with that optimizer."""
        optimizer_config = {"class_name": optimizer, "config": {"learning_rate": learning_rate}}
        return self.make(model, Recipe(optimizer=optimizer_config, batch_size=self.batch_size))

    def data(self, engine: Engine) -> tuple[Any, Any]:
        """Return examples and labels, placed."""
        rng = np.random.default_rng(7)
        x = rng.normal(size=(self.rows, self.width)).astype(np.float32)
        y = rng.integers(self.classes, size=self.rows).astype(np.int32)
        return engine.place(x), engine.place(y)

    def trained(self, engine: Engine, state: State, epochs: int) -> State:
        """Return the state after so many epochs in the order of the rows."""
        order = np.arange(self.rows, dtype=np.int32)
        for _ in range(epochs):
            state, _ = engine.train_epoch(state, *self.data(engine), order, batch_size=self.batch_size)
        return state

    def test_training_goes_on_from_arrays_to_the_same_bits(self) -> None:
        """Two epochs, and one epoch, taken out, put into a new engine, and one more: all arrays are equal."""
        undisturbed = self.engine(model := self.model())
        expected = undisturbed.to_arrays(self.trained(undisturbed, undisturbed.start(model), 2))
        first = self.engine(model := self.model())
        kept = first.to_arrays(self.trained(first, first.start(model), 1))
        second = self.engine(self.model(seed=9))
        _assert_same(expected, second.to_arrays(self.trained(second, second.from_arrays(kept), 1)))

    def test_states_of_two_runs_do_not_mix(self) -> None:
        """Two seeds that take turns in one engine end as each does alone."""
        engine = self.engine(self.model())
        states = [engine.start(self.model(seed)) for seed in (1, 2)]
        for _ in range(2):
            states = [self.trained(engine, state, 1) for state in states]
        for seed, state in zip((1, 2), states, strict=True):
            alone = self.engine(model := self.model(seed))
            expected = alone.to_arrays(self.trained(alone, alone.start(model), 2))
            _assert_same(expected, engine.to_arrays(state))

    def test_arrays_are_copies(self) -> None:
        """Training on does not change arrays that were taken out."""
        engine = self.engine(model := self.model())
        state = engine.start(model)
        arrays = engine.to_arrays(state)
        before = [array.copy() for array in arrays]
        self.trained(engine, state, 1)
        _assert_same(before, arrays)

    def test_as_many_arrays_as_variables(self) -> None:
        """An array too few is refused."""
        engine = self.engine(model := self.model())
        with pytest.raises(ValueError, match="one per variable"):
            engine.from_arrays(engine.to_arrays(engine.start(model))[1:])

    def test_the_last_smaller_batch_counts_by_its_examples(self) -> None:
        """Without learning and random layers, the means over batches of 16, 16, 16 and 2 are those over all 50."""
        layers = keras().layers
        model = keras().Sequential(
            [keras().Input((self.width,)), layers.Dense(self.classes, activation="softmax")]
        )
        engine = self.engine(model, optimizer="SGD", learning_rate=0.0)
        order = np.arange(self.rows, dtype=np.int32)
        state, means = engine.train_epoch(
            engine.start(model), *self.data(engine), order, batch_size=self.batch_size
        )
        scores = engine.evaluate(state, *self.data(engine), batch_size=self.rows)
        assert scores.loss == pytest.approx(means.loss, rel=1e-5)
        assert scores.correct.mean() == pytest.approx(means.accuracy, abs=1e-9)

    def test_evaluation_is_inference_and_changes_nothing(self) -> None:
        """Twice the same scores, the state as it was, and what is put out and who is right is as Keras' own `predict` says."""
        engine = self.engine(model := self.model())
        state = self.trained(engine, engine.start(model), 1)
        before = engine.to_arrays(state)
        x, y = self.data(engine)
        first, second = (
            engine.evaluate(state, x, y, batch_size=self.batch_size, keep_outputs=keep)
            for keep in (True, False)
        )
        assert first.loss == second.loss
        assert second.outputs.shape == (0, 0)
        _assert_same(before, engine.to_arrays(state))
        variables = (*model.trainable_variables, *model.non_trainable_variables)
        for variable, value in zip(variables, before, strict=False):  # the optimizer's come after
            variable.assign(value)
        host_x, host_y = (keras().ops.convert_to_numpy(part) for part in (x, y))
        expected = model.predict(host_x, verbose=0)
        np.testing.assert_allclose(first.outputs, expected, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(first.outputs.argmax(axis=-1) == host_y, first.correct)

    def test_inference_puts_out_what_keras_predicts(self) -> None:
        """To 1e-6 of Keras' own `predict`, for batches of any size, as float32; the state is as it was."""
        engine = self.engine(model := self.model())
        state = self.trained(engine, engine.start(model), 1)
        before = engine.to_arrays(state)
        x, _ = self.data(engine)
        inference = engine.inference(state)
        got = [keras().ops.convert_to_numpy(inference.outputs(x[:n])) for n in (self.rows, 1, 7)]
        _assert_same(before, engine.to_arrays(state))
        _assigned(model, before)
        expected = model.predict(keras().ops.convert_to_numpy(x), verbose=0)
        for outputs in got:
            assert outputs.dtype == np.float32
            np.testing.assert_allclose(outputs, expected[: len(outputs)], rtol=1e-5, atol=1e-6)

    def test_training_equals_keras_train_on_batch(self) -> None:
        """Four steps of a model without random layers: losses to 1e-5, weights and moving statistics to 1e-4."""
        layers = keras().layers
        model = keras().Sequential(
            [
                keras().Input((self.width,)),
                layers.Dense(8, activation="relu", kernel_regularizer="l2"),
                layers.BatchNormalization(),
                layers.Dense(self.classes, activation="softmax"),
            ]
        )
        reference = keras().models.clone_model(model)
        reference.set_weights(model.get_weights())
        reference.compile(optimizer=keras().optimizers.Adam(0.01), loss="categorical_crossentropy")
        engine = self.engine(model)
        x, y = self.data(engine)
        host_x, host_y = (keras().ops.convert_to_numpy(part) for part in (x, y))
        targets = np.eye(self.classes, dtype=np.float32)[host_y]
        state = engine.start(model)
        for rows in np.arange(48, dtype=np.int32).reshape(4, 12):
            state, means = engine.train_epoch(state, x, y, rows, batch_size=12)
            expected_loss = reference.train_on_batch(host_x[rows], targets[rows])
            assert float(expected_loss) == pytest.approx(means.loss, rel=1e-5)
        expected = [
            keras().ops.convert_to_numpy(variable.value)
            for variable in (*reference.trainable_variables, *reference.non_trainable_variables)
        ]
        for wanted, got in zip(expected, engine.to_arrays(state), strict=False):
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4)

    def normalised_model(self) -> Model:
        """Return a model with a random layer between two normalisations; its weights are NumPy's."""
        layers = keras().layers
        model = keras().Sequential(
            [
                keras().Input((self.width,)),
                layers.Dense(8, activation="relu"),
                layers.BatchNormalization(),
                layers.Dropout(0.5),
                layers.Dense(8),
                layers.BatchNormalization(momentum=0.9, scale=False),
                layers.Dense(self.classes, activation="softmax"),
            ]
        )
        rng = np.random.default_rng(3)
        for weight in model.trainable_variables:
            weight.assign(rng.normal(size=weight.shape).astype(np.float32))
        for variable in model.non_trainable_variables:
            if variable.path.endswith("seed_generator_state"):
                variable.assign(np.zeros(variable.shape, variable.dtype))
        return model

    @pytest.mark.parametrize(("batch_size", "used"), [(16, 48), (20, 50), (64, 50)])
    def test_statistics_are_estimated_on_all_batches(self, batch_size: int, used: int) -> None:
        """They are NumPy's, of a model called layer by layer without its random one; a last batch of less than half is left out.

        Nothing else is another, and the state that was given is as it was.
        """
        engine = self.engine(model := self.normalised_model())
        state = self.trained(engine, engine.start(model), 1)
        x, _ = self.data(engine)
        before = engine.to_arrays(state)
        assert engine.normalizations == 2
        got = engine.to_arrays(engine.recalibrated(state, x, batch_size=batch_size))
        _assert_same(before, engine.to_arrays(state))
        variables = _assigned(model, before)
        rows = keras().ops.convert_to_numpy(x)[:used]
        expected = _estimated(model, [rows[at : at + batch_size] for at in range(0, used, batch_size)])
        for variable, old, new in zip(variables, before, got, strict=False):  # the optimizer's come after
            if id(variable) in expected:
                np.testing.assert_allclose(new, expected[id(variable)], rtol=1e-4, atol=1e-5)
                assert new.dtype == old.dtype
            else:
                np.testing.assert_array_equal(new, old)
        _assert_same(before[len(variables) :], got[len(variables) :])

    def test_evaluation_by_batch_normalises_by_each_batch(self) -> None:
        """Loss and who is right are NumPy's, of a model called layer by layer; the state is as it was, twice the same comes out."""
        engine = self.engine(model := self.normalised_model())
        state = self.trained(engine, engine.start(model), 1)
        x, y = self.data(engine)
        before = engine.to_arrays(state)
        first, second = (engine.evaluate_by_batch(state, x, y, batch_size=self.batch_size) for _ in range(2))
        assert first.loss == second.loss
        _assert_same(before, engine.to_arrays(state))
        _assigned(model, before)
        host_x, host_y = (keras().ops.convert_to_numpy(part) for part in (x, y))
        starts = range(0, self.rows, self.batch_size)
        outputs = np.concatenate(
            [_normalised_by_batch(model, host_x[at : at + self.batch_size])[0] for at in starts]
        )
        expected = -np.log(outputs[np.arange(self.rows), host_y]).mean()
        assert expected == pytest.approx(first.loss, rel=1e-4)
        np.testing.assert_array_equal(outputs.argmax(axis=-1) == host_y, first.correct)

    def test_training_goes_on_as_if_nothing_had_been_measured(self) -> None:
        """Between two epochs, statistics are estimated and used: the second epoch ends with the same bits."""
        undisturbed = self.engine(model := self.normalised_model())
        expected = undisturbed.to_arrays(self.trained(undisturbed, undisturbed.start(model), 2))
        engine = self.engine(model := self.normalised_model())
        state = self.trained(engine, engine.start(model), 1)
        x, y = self.data(engine)
        anew = engine.recalibrated(state, x, batch_size=self.batch_size)
        engine.evaluate(anew, x, y, batch_size=self.batch_size)
        engine.evaluate_by_batch(state, x, y, batch_size=self.batch_size)
        _assert_same(expected, engine.to_arrays(self.trained(engine, state, 1)))

    def test_what_was_prepared_is_not_compiled_again(self) -> None:
        """Statistics and evaluations, by batch or not, find their computations ready."""
        engine = self.engine(model := self.normalised_model())
        state = engine.start(model)
        x, y = self.data(engine)
        engine.prepare(state, x, y, batch_size=self.batch_size, n_evaluated=(self.rows,))
        prepared = engine.compile_seconds
        full = self.rows // self.batch_size * self.batch_size
        anew = engine.recalibrated(state, x, batch_size=self.batch_size)
        engine.evaluate(anew, x, y, batch_size=self.batch_size)
        engine.evaluate_by_batch(state, x[:full], y[:full], batch_size=self.batch_size)
        assert prepared == engine.compile_seconds

    def test_a_model_without_normalisation_has_none(self) -> None:
        """Nothing is estimated, and by batch it scores as it does."""
        layers = keras().layers
        parts = [keras().Input((self.width,)), layers.Dense(self.classes, activation="softmax")]
        engine = self.engine(model := keras().Sequential(parts))
        state = engine.start(model)
        x, y = self.data(engine)
        assert engine.normalizations == 0
        anew = engine.recalibrated(state, x, batch_size=self.batch_size)
        _assert_same(engine.to_arrays(state), engine.to_arrays(anew))
        scores = engine.evaluate(state, x, y, batch_size=self.batch_size)
        assert scores.loss == engine.evaluate_by_batch(state, x, y, batch_size=self.batch_size).loss


def _assigned(model: Model, arrays: list[Any]) -> list[Any]:
    """Give the model's variables the values in a state's arrays, and return the variables."""
    variables = [*model.trainable_variables, *model.non_trainable_variables]
    for variable, value in zip(variables, arrays, strict=False):
        variable.assign(value)
    return variables


def _normalised_by_batch(model: Model, x: Any) -> tuple[Any, list[tuple[Any, Any]]]:
    """Call a model layer by layer, its normalisations written out, its random layers left out.

    Returns:
        The outputs, and mean and variance of what each normalisation is given.
    """
    moments: list[tuple[Any, Any]] = []
    for layer in model.layers:
        if isinstance(layer, keras().layers.BatchNormalization):
            mean, variance = x.mean(axis=0), x.var(axis=0)
            moments.append((mean, variance))
            x = (x - mean) / np.sqrt(variance + layer.epsilon)
            for parameter, combine in ((layer.gamma, np.multiply), (layer.beta, np.add)):
                if parameter is not None:
                    x = combine(x, keras().ops.convert_to_numpy(parameter.value))
        elif not isinstance(layer, keras().layers.Dropout):
            x = keras().ops.convert_to_numpy(layer(keras().ops.convert_to_tensor(x)))
    return x, moments


def _estimated(model: Model, batches: list[Any]) -> dict[int, Any]:
    """Return moving means and variances by the identity of their variables, as all batches together have them."""
    sizes = np.array([len(batch) for batch in batches], np.float64)[:, None]
    by_batch = [_normalised_by_batch(model, batch)[1] for batch in batches]
    normalisations = [layer for layer in model.layers if isinstance(layer, keras().layers.BatchNormalization)]
    expected: dict[int, Any] = {}
    for place, layer in enumerate(normalisations):
        means, variances = (
            np.array([moments[place][which] for moments in by_batch], np.float64) for which in (0, 1)
        )
        mean = (sizes * means).sum(axis=0) / sizes.sum()
        between = (sizes * (means - mean) ** 2).sum(axis=0) / sizes.sum()
        expected[id(layer.moving_mean)] = mean
        expected[id(layer.moving_variance)] = (sizes * variances).sum(axis=0) / sizes.sum() + between
    return expected


def _assert_same(expected: list[Any], got: list[Any]) -> None:
    """Compare arrays to the last bit."""
    for wanted, found in zip(expected, got, strict=True):
        np.testing.assert_array_equal(found, wanted)
        assert wanted.dtype == found.dtype


def _square(number: int) -> int:
    return number**2
