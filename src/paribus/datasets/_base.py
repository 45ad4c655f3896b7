"""The noun that every dataset function returns."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paribus.errors import DatasetError
from paribus.records import DatasetRecord

type_of_x = np.float32
type_of_y = np.int32
_LABEL_END = 2**31
_UNKNOWN_MAKING = (
    "nothing is known of how dataset '{name}' was made, so it cannot be made of other rows or scaled otherwise; make it by `arrays`, "
    "`mnist`, `npz`, `image_folder` or `keras_dataset` of paribus.datasets, of as many rows as the largest value takes, and change "
    "nothing afterwards."
)

Pixels = Literal["raw", "unit"]
"""How pixels are scaled: `raw` as stored (0-255 for images), `unit` divided by 255."""


@dataclass(frozen=True, eq=False)
class Split:
    """Examples and their labels: `x` float32 of shape `(n, *example_shape)`, `y` int32 of shape `(n,)`; read-only."""

    x: NDArray[np.float32]
    y: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """How a dataset's training rows became two splits, so that it can be made again from more of them or fewer.

    Attributes:
        rows: How many training rows were taken, those for validation among them where they were split off.
        validation_split: The fraction of them that is validated on; None where validation data came apart.
        again: Reads the data again, given `n_train` and `pixels`; None where there are no rows but those that were taken.
    """

    rows: int
    validation_split: float | None
    again: "Callable[..., Dataset] | None" = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """Train, validation and test examples of one classification task, as they are learned.

    Args:
        name: Shown in tables and reports.
        train: What gradients see.
        validation: Scored after every epoch.
        test: Scored once, at the end of a run.
        class_names: One name per class; label `i` means `class_names[i]`.
        pixels: How pixel values were scaled; a control like any other, because it can decide an outcome.
        licence: Under which the data may be used; "unknown" if nobody said.
        source: Where the data came from.

    Raises:
        DatasetError: Something in it cannot be learned from; every problem is named.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    class_names: tuple[str, ...]
    pixels: Pixels = "raw"
    licence: str = "unknown"
    source: str = "unknown"
    fingerprint: str = field(init=False)
    made: Made | None = field(init=False, default=None, repr=False)  # not a copy's, whose rows are others

    def __post_init__(self) -> None:
        if problems := _problems(self):
            raise DatasetError([f"dataset '{self.name}': {problem}" for problem in problems])
        object.__setattr__(self, "fingerprint", _fingerprint(self))

    @property
    def example_shape(self) -> tuple[int, ...]:
        """Shape of one example, without the batch axis."""
        return self.train.x.shape[1:]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def splits(self) -> dict[str, Split]:
        """The three splits by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    def remade(self, *, n_train: int | None = None, pixels: Pixels | None = None) -> "Dataset":
        """Return the dataset as if it had been made with these; without any, or if nothing changes, this one.

        Args:
            n_train: Training rows to take, from the first on; they are split into training and validation as before.
            pixels: How pixel values are scaled.

        Raises:
            DatasetError: Nothing is known of how it was made, or there are not so many rows, or pixels cannot be unscaled.
        """
        if self.made is None:
            if n_train is None and pixels in {None, self.pixels}:
                return self
            raise DatasetError(_UNKNOWN_MAKING.format(name=self.name))
        rows, scale = n_train or self.made.rows, pixels or self.pixels
        if (rows, scale) == (self.made.rows, self.pixels):
            return self
        if self.made.again is not None:
            return self.made.again(n_train=rows, pixels=scale)
        return _first_rows(self, self.made, rows, scale)

    def thinned(self, *, train: int, validation: int, test: int) -> "Dataset":
        """Return the dataset with at most so many examples per split, spread evenly over the rows there are."""
        return replace(
            self,
            train=_thinned(self.train, train),
            validation=_thinned(self.validation, validation),
            test=_thinned(self.test, test),
        )

    def record(self) -> DatasetRecord:
        """Return what describes the dataset, without its arrays."""
        return DatasetRecord(
            name=self.name,
            example_shape=self.example_shape,
            dtype=str(self.train.x.dtype),
            classes=self.classes,
            n_train=len(self.train),
            n_validation=len(self.validation),
            n_test=len(self.test),
            pixels=self.pixels,
            fingerprint=self.fingerprint,
            licence=self.licence,
            source=self.source,
            class_names=self.class_names,
            test_labels=zlib.compress(self.test.y.astype("<i4").tobytes()),
        )


def with_making(dataset: Dataset, made: Made) -> Dataset:
    """Let a new dataset know how it was made, and return it."""
    object.__setattr__(dataset, "made", made)
    return dataset


def make_split(x: ArrayLike, y: ArrayLike, *, pixels: Pixels, what: str) -> Split:
    """Return `x` scaled and `y` as a split that nobody can change.

    Args:
        x: Numbers of any type. Shape `(n, *example_shape)`.
        y: Integers. Shape `(n,)` or `(n, 1)`.
        pixels: "raw" leaves `x` as it is, "unit" divides it by 255.
        what: Name of the split, for messages.

    Raises:
        DatasetError: `x` is not numeric, `y` is not integer, or their lengths differ.
    """
    x_array, y_array = np.asarray(x), np.asarray(y)
    if y_array.ndim == 2 and y_array.shape[1] == 1:
        y_array = y_array[:, 0]
    if problems := _misfits(x_array, y_array, pixels):
        raise DatasetError([f"{what}: {problem}" for problem in problems])
    scaled = np.array(x_array, type_of_x, order="C")
    if pixels == "unit":
        scaled /= 255
    labels = np.array(y_array, type_of_y)
    scaled.flags.writeable = False
    labels.flags.writeable = False
    return Split(scaled, labels)


def split_rows(n: int, last_fraction: float, what: str) -> int:
    """Return how many of `n` rows come before the last fraction, counted as Keras' `validation_split` counts.

    Raises:
        DatasetError: One of the two sides would be empty.
    """
    before = int(np.floor(n * (1.0 - last_fraction))) if 0 < last_fraction < 1 else 0
    if not 0 < before < n:
        raise DatasetError(
            f"{what}={last_fraction} of {n} examples leaves one side empty; give a fraction between 0 and 1."
        )
    return before


def _first_rows(dataset: Dataset, made: Made, rows: int, pixels: Pixels) -> Dataset:
    """Return the dataset with its first training rows alone, scaled."""
    if rows > made.rows:
        raise DatasetError(
            f"n_train={rows}: dataset '{dataset.name}' was made of {made.rows:,} training rows; make it of as many as the largest "
            "value takes."
        )
    if pixels != dataset.pixels and dataset.pixels == "unit":
        raise DatasetError(
            f"pixels of dataset '{dataset.name}' were divided by 255 when it was made; make it with pixels='raw', which can be divided."
        )
    scale: Pixels = "raw" if pixels == dataset.pixels else pixels  # what is scaled stays so

    def scaled(split: Split, what: str) -> Split:
        return split if scale == "raw" else make_split(split.x, split.y, pixels=scale, what=what)

    train, validation = dataset.train, dataset.validation
    if made.validation_split is None:
        train = _rows(train, 0, rows)
    elif rows < made.rows:
        both = Split(np.concatenate([train.x, validation.x]), np.concatenate([train.y, validation.y]))
        before = split_rows(rows, made.validation_split, "validation_split")
        train, validation = _rows(both, 0, before), _rows(both, before, rows)
    remade = replace(
        dataset,
        train=scaled(train, "training data"),
        validation=scaled(validation, "validation data"),
        test=scaled(dataset.test, "test data"),
        pixels=pixels,
    )
    return with_making(remade, replace(made, rows=rows))


def _rows(split: Split, first: int, end: int) -> Split:
    return make_split(split.x[first:end], split.y[first:end], pixels="raw", what="rows")


def _misfits(x: NDArray[np.generic], y: NDArray[np.generic], pixels: str) -> list[str]:
    problems: list[str] = []
    if pixels not in {"raw", "unit"}:
        problems.append(f"pixels must be 'raw' or 'unit', not {pixels!r}.")
    if x.dtype.kind not in "biuf":
        problems.append(f"examples must be numbers, and these have dtype {x.dtype}.")
    if x.ndim < 2:
        problems.append(f"examples need a batch axis and at least one more; their shape is {x.shape}.")
    if y.dtype.kind not in "iu":
        problems.append(f"labels must be integers, and these have dtype {y.dtype}.")
    if y.ndim != 1:
        problems.append(
            f"labels must have one axis; their shape is {y.shape}. One-hot labels: pass argmax(axis=1)."
        )
    elif y.size and y.dtype.kind in "iu" and (y.min() < -_LABEL_END or y.max() >= _LABEL_END):
        problems.append(
            f"labels must lie between 0 and the number of classes; they reach from {y.min()} to {y.max()}."
        )
    elif len(x) != len(y):
        problems.append(f"{len(x)} examples have {len(y)} labels; there must be one per example.")
    return problems


def _problems(dataset: Dataset) -> list[str]:
    fields = {name: getattr(dataset, name) for name in ("name", "licence", "source")}
    problems = [
        f"{name} must be text, not {value!r}." for name, value in fields.items() if not isinstance(value, str)
    ]
    if not dataset.class_names:
        problems.append("has no classes.")
    for name, split in dataset.splits.items():
        if split.x.shape[1:] != dataset.train.x.shape[1:]:
            problems.append(
                f"{name} examples have shape {split.x.shape[1:]}, training examples {dataset.train.x.shape[1:]}."
            )
        problems.extend(f"{name}: {problem}" for problem in _bad_values(split, dataset.classes))
    return problems


def _bad_values(split: Split, classes: int) -> list[str]:
    if len(split) == 0:
        return ["holds no examples."]
    problems: list[str] = []
    if bad := int(np.count_nonzero(~np.isfinite(split.x))):
        row = int(np.argmin(np.isfinite(split.x).reshape(len(split), -1).all(axis=1)))
        problems.append(f"{bad} values are NaN or infinite, the first in example {row}.")
    outside = (split.y < 0) | (split.y >= classes)
    if outside.any():
        row = int(np.argmax(outside))
        problems.append(
            f"{int(outside.sum())} labels lie outside the {classes} classes 0..{classes - 1}; "
            f"example {row} has {split.y[row]}."
        )
    return problems


def _thinned(split: Split, most: int) -> Split:
    rows = np.linspace(0, len(split) - 1, min(most, len(split))).round().astype(int)
    return make_split(split.x[rows], split.y[rows], pixels="raw", what="thinned")


def _fingerprint(dataset: Dataset) -> str:
    digest = hashlib.sha256(f"{dataset.classes} classes".encode())
    for name, split in dataset.splits.items():
        for array in (split.x, split.y):
            digest.update(f"{name} {array.dtype} {array.shape}".encode())
            digest.update(array.data)
    return digest.hexdigest()
