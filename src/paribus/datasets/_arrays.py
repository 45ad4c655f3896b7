"""A dataset from NumPy arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from paribus.datasets._base import Dataset, Made, Pixels, make_split, split_rows, with_making
from paribus.errors import DatasetError


def arrays(
    x_train: ArrayLike,
    y_train: ArrayLike,
    x_test: ArrayLike,
    y_test: ArrayLike,
    *,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    validation_split: float = 0.3,
    class_names: Sequence[str] | None = None,
    pixels: Pixels = "raw",
    name: str = "arrays",
    licence: str = "unknown",
    source: str = "NumPy arrays",
) -> Dataset:
    """Return a dataset of examples and integer labels.

    Args:
        x_train: Training examples. Shape `(n, *example_shape)`; any numeric type, learned as float32.
        y_train: Their classes. Shape `(n,)` or `(n, 1)`; integers from 0.
        x_test: Test examples.
        y_test: Their classes.
        validation: Examples and labels to validate on; without them, the last rows of the training arrays are taken.
        validation_split: Fraction of the training rows, from the end, to validate on (as in Keras' `fit`).
        class_names: One per class; by default the numbers up to the largest label.
        pixels: "raw" learns the values as they are, "unit" divides them by 255.
        name: Shown in tables.
        licence: Of the data.
        source: Of the data.

    Raises:
        DatasetError: The arrays cannot be learned from; the message says what is wrong with which.
    """
    train = make_split(x_train, y_train, pixels=pixels, what="training data")
    test = make_split(x_test, y_test, pixels=pixels, what="test data")
    made = Made(rows=len(train), validation_split=validation_split if validation is None else None)
    if validation is None:
        before = split_rows(len(train), validation_split, "validation_split")
        held_out = make_split(train.x[before:], train.y[before:], pixels="raw", what="validation data")
        train = make_split(train.x[:before], train.y[:before], pixels="raw", what="training data")
    else:
        held_out = make_split(*validation, pixels=pixels, what="validation data")
    if class_names is None:
        largest = max((int(np.max(split.y, initial=0)) for split in (train, held_out, test)), default=0)
        n = len(train) + len(held_out) + len(test)
        if largest >= n:
            raise DatasetError(
                f"the largest label is {largest}, with {n} examples; give `class_names` if that is meant."
            )
        class_names = [str(label) for label in range(largest + 1)]
    dataset = Dataset(
        name=name,
        train=train,
        validation=held_out,
        test=test,
        class_names=tuple(class_names),
        pixels=pixels,
        licence=licence,
        source=source,
    )
    return with_making(dataset, made)
