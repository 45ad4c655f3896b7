"""MNIST, bundled with the package: nothing is ever downloaded."""

import hashlib
from functools import partial
from pathlib import Path

from paribus.datasets._arrays import arrays
from paribus.datasets._base import Dataset, Made, Pixels, with_making
from paribus.datasets._npz import read_members
from paribus.errors import DatasetError

_BUNDLE = Path(__file__).with_name("data") / "mnist.npz"
_BUNDLE_SHA256 = "6b8878d65d98edf0d3f34c85943a733db516b768d9c40404f59c9b8bb1c8b986"
_N_TRAIN = 60_000


def mnist(*, n_train: int = 10_000, validation_split: float = 0.3, pixels: Pixels = "raw") -> Dataset:
    """Return handwritten digits of shape (28, 28, 1) in ten classes, with MNIST's 10,000 test images.

    Args:
        n_train: How many of the 60,000 training images to take, from the first on.
        validation_split: Fraction of those, from the end, to validate on (as in Keras' `fit`).
        pixels: "raw" gives 0-255, "unit" divides by 255.

    Raises:
        DatasetError: `n_train` or `validation_split` leaves nothing, or the bundled file is damaged.

    Source:
        LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to document recognition.
    """
    if not 0 < n_train <= _N_TRAIN:
        raise DatasetError(f"n_train={n_train}: MNIST has 1 to {_N_TRAIN:,} training images to take.")
    if hashlib.sha256(_bundle_bytes()).hexdigest() != _BUNDLE_SHA256:
        raise DatasetError(f"{_BUNDLE} is damaged (its SHA-256 differs); install paribus again.")
    members = read_members(_BUNDLE)
    dataset = arrays(
        members["x_train"][:n_train, ..., None],
        members["y_train"][:n_train],
        members["x_test"][..., None],
        members["y_test"],
        validation_split=validation_split,
        class_names=[str(digit) for digit in range(10)],
        pixels=pixels,
        name="MNIST",
        licence="CC BY-SA 3.0",
        source="LeCun, Cortes and Burges: the MNIST database of handwritten digits",
    )
    again = partial(mnist, validation_split=validation_split)
    return with_making(dataset, Made(rows=n_train, validation_split=validation_split, again=again))


def _bundle_bytes() -> bytes:
    try:
        return _BUNDLE.read_bytes()
    except OSError as error:
        raise DatasetError(f"{_BUNDLE} cannot be read ({error.strerror}); install paribus again.") from error
