"""The bundled MNIST is the original one, split as Keras splits."""

import hashlib

import numpy as np
import pytest

from paribus import datasets
from paribus.datasets import _mnist
from paribus.errors import DatasetError


def test_the_bundle_holds_the_original_bytes() -> None:
    """The MD5 of an IDX header and the pixels or labels equals that of the original file."""
    dataset = datasets.mnist(n_train=60_000, validation_split=0.5)
    x = np.concatenate([dataset.train.x, dataset.validation.x]).astype(np.uint8)
    y = np.concatenate([dataset.train.y, dataset.validation.y]).astype(np.uint8)
    images_header = np.array([2051, 60_000, 28, 28], ">i4").tobytes()
    labels_header = np.array([2049, 60_000], ">i4").tobytes()
    md5 = [
        hashlib.md5(header + data.tobytes(), usedforsecurity=False).hexdigest()
        for header, data in ((images_header, x), (labels_header, y))
    ]
    assert ["6bbc9ace898e44ae57da46a324031adb", "a25bea736e30d166cdddb491f175f624"] == md5


def test_the_bundled_test_set_holds_the_original_bytes() -> None:
    """The MD5 of the test files equals that of the originals."""
    test = datasets.mnist(n_train=100).test
    images = np.array([2051, 10_000, 28, 28], ">i4").tobytes() + test.x.astype(np.uint8).tobytes()
    labels = np.array([2049, 10_000], ">i4").tobytes() + test.y.astype(np.uint8).tobytes()
    md5 = [hashlib.md5(data, usedforsecurity=False).hexdigest() for data in (images, labels)]
    assert ["2646ac647ad5339dbf082846283269ea", "27ae3e4e09519cfbb04c329615203637"] == md5


def test_the_article_takes_the_first_images_and_validates_on_the_last() -> None:
    """10,000 images at 0.3 are 7,000 to train, 3,000 to validate: rows 0..6,999 and 7,000..9,999."""
    dataset, longer = datasets.mnist(), datasets.mnist(n_train=20_000, validation_split=0.5)
    assert (7_000, 3_000, 10_000) == (len(dataset.train), len(dataset.validation), len(dataset.test))
    np.testing.assert_array_equal(dataset.validation.x, longer.train.x[7_000:])
    assert 255 == dataset.train.x.max()


def test_unit_pixels_are_raw_pixels_over_255() -> None:
    """Scaling is part of the dataset, and of its fingerprint."""
    raw, unit = datasets.mnist(n_train=100), datasets.mnist(n_train=100, pixels="unit")
    np.testing.assert_array_equal(raw.train.x / 255, unit.train.x)
    assert raw.fingerprint != unit.fingerprint
    assert (raw.record().pixels, unit.record().pixels) == ("raw", "unit")


@pytest.mark.parametrize("n_train", [0, 60_001])
def test_it_has_60_000_training_images(n_train: int) -> None:
    """Asking for none or more is refused."""
    with pytest.raises(DatasetError, match="60,000"):
        datasets.mnist(n_train=n_train)


def test_a_damaged_bundle_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose checksum differs is not learned from."""
    monkeypatch.setattr(_mnist, "_BUNDLE_SHA256", "0" * 64)
    with pytest.raises(DatasetError, match="damaged"):
        datasets.mnist(n_train=100)
