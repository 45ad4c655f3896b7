"""Conformance kits: subclass one in your tests, and a member of the family is held to the family's contract."""

import abc
import os
from collections.abc import Callable, Generator, Iterable
from functools import partial
from typing import Any

import numpy as np
import pytest

from paribus.datasets import Dataset
from paribus.errors import ExecutorError
from paribus.executors import Cause, Done, Executor, Job, Lost, Tell


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


def _square(number: int) -> int:
    return number**2
