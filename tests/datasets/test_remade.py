"""A dataset is made again of more rows or fewer, as if it had been made so at first."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from paribus import datasets
from paribus.errors import DatasetError
from tests.conftest import quadrants

X, Y = np.arange(40, dtype=np.uint8).reshape(20, 2), np.arange(20) % 2
TEST = (X[:4], Y[:4])


@pytest.mark.parametrize("n", [2, 7, 19])
@pytest.mark.parametrize("pixels", ["raw", "unit"])
def test_fewer_rows_are_the_first_ones(n: int, pixels: datasets.Pixels) -> None:
    """Then they are split; the fingerprint is that of a dataset made so at first."""
    whole = datasets.arrays(X, Y, *TEST, validation_split=0.4, pixels=pixels)
    fewer = datasets.arrays(X[:n], Y[:n], *TEST, validation_split=0.4, pixels=pixels)
    assert fewer.fingerprint == whole.remade(n_train=n).fingerprint
    assert fewer.fingerprint == whole.remade(n_train=n + 1).remade(n_train=n).fingerprint
    assert whole is whole.remade(n_train=20)


def test_validation_data_that_came_apart_stay() -> None:
    """Training rows alone are fewer."""
    whole = datasets.arrays(X, Y, *TEST, validation=(X[5:9], Y[5:9]))
    fewer = datasets.arrays(X[:6], Y[:6], *TEST, validation=(X[5:9], Y[5:9]))
    assert fewer.fingerprint == whole.remade(n_train=6).fingerprint


def test_pixels_can_be_divided_and_not_the_other_way() -> None:
    """What was divided when it was made is no more what it was."""
    raw = datasets.arrays(X, Y, *TEST)
    unit = datasets.arrays(X, Y, *TEST, pixels="unit")
    assert unit.fingerprint == raw.remade(pixels="unit").fingerprint
    with pytest.raises(DatasetError, match="make it with pixels='raw'"):
        unit.remade(pixels="raw")


def test_mnist_is_read_again() -> None:
    """More rows than were taken, and pixels both ways."""
    some = datasets.mnist(n_train=100, validation_split=0.5, pixels="unit")
    more = datasets.mnist(n_train=200, validation_split=0.5, pixels="raw")
    assert more.fingerprint == some.remade(n_train=200, pixels="raw").fingerprint
    with pytest.raises(DatasetError, match="60,000"):
        some.remade(n_train=60_001)


def test_a_changed_copy_is_not_made_again() -> None:
    """Its rows are others; the message says the way out."""
    whole = datasets.arrays(*quadrants(50), *quadrants(10))
    for copy in (replace(whole, train=whole.test), whole.thinned(train=9, validation=9, test=9)):
        assert copy is copy.remade(pixels="raw")
        with pytest.raises(DatasetError, match="of as many rows as the largest value takes"):
            copy.remade(n_train=9)


def test_it_travels_with_the_dataset() -> None:
    """To workers, as a few bytes."""
    small = datasets.mnist(n_train=50)
    assert small.fingerprint == pickle.loads(pickle.dumps(small)).remade().fingerprint  # noqa: S301 -- our own
    assert len(pickle.dumps(small.made)) < 500
