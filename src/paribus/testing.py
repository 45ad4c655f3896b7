"""Conformance kits: subclass one in your tests, and a member of the family is held to the family's contract."""

import abc
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from paribus.datasets import Dataset
from paribus.executors import Executor


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
        """Return everything that a new executor yields."""
        return list(self.make().map(function, items))

    def test_every_item_gives_one_result(self) -> None:
        """Each item is done once, in whatever order."""
        assert sorted(self.results(_square, range(10))) == [number**2 for number in range(10)]

    def test_nothing_to_do_is_nothing_done(self) -> None:
        """No items, no results."""
        assert self.results(_square, ()) == []


def _square(number: int) -> int:
    return number**2
