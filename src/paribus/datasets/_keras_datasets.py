"""Keras' own image datasets, by name; the first use downloads them."""

from typing import Any

from paribus.datasets._arrays import arrays
from paribus.datasets._base import Dataset, Pixels
from paribus.errors import DatasetError, listed, nearest

NAMES = ("cifar10", "cifar100", "fashion_mnist", "mnist")


def keras_dataset(name: str, *, validation_split: float = 0.3, pixels: Pixels = "raw") -> Dataset:
    """Return an image dataset that Keras can fetch: cifar10, cifar100, fashion_mnist or mnist.

    Args:
        name: Module of `keras.datasets`.
        validation_split: Fraction of the training rows, from the end, to validate on.
        pixels: "raw" gives 0-255, "unit" divides by 255.

    Raises:
        DatasetError: There is no such dataset, or it is neither in Keras' cache nor within reach.
    """
    if name not in NAMES:
        raise DatasetError(
            f"no Keras image dataset '{name}'; there are {listed(NAMES)}.{nearest(name, NAMES)}"
        )
    (x_train, y_train), (x_test, y_test) = _load(name)
    if x_train.ndim == 3:
        x_train, x_test = x_train[..., None], x_test[..., None]
    return arrays(
        x_train,
        y_train,
        x_test,
        y_test,
        validation_split=validation_split,
        pixels=pixels,
        name=name,
        source=f"keras.datasets.{name}",
    )


def _load(name: str) -> Any:
    from paribus.backend import keras

    try:
        return getattr(keras().datasets, name).load_data()
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise DatasetError(
            f"Keras could not load '{name}' ({error}); the first use needs a network. "
            "Without one: `paribus.datasets.mnist()` is bundled, and `npz`, `image_folder` and `arrays` read local data."
        ) from error
