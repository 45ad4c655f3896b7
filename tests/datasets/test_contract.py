"""Every way to make a dataset keeps the family's contract."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paribus import datasets
from paribus.datasets import Dataset
from paribus.testing import DatasetContract


class TestArrays(DatasetContract):
    def make(self) -> Dataset:
        x = np.arange(20 * 3, dtype=np.uint8).reshape(20, 3)
        y = np.arange(20) % 2
        return datasets.arrays(x, y, x[:4], y[:4])


class TestMnist(DatasetContract):
    def make(self) -> Dataset:
        return datasets.mnist(n_train=200, pixels="unit")


class TestNpz(DatasetContract):
    @pytest.fixture(autouse=True)
    def archive(self, tmp_path: Path) -> None:
        self.path = tmp_path / "digits.npz"
        x, y = np.zeros((10, 2, 2), np.uint8), np.arange(10) % 3
        np.savez(self.path, x_train=x, y_train=y, x_test=x, y_test=y)

    def make(self) -> Dataset:
        return datasets.npz(self.path)


class TestImageFolder(DatasetContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "animals"
        for label, name in enumerate(("cat", "dog")):
            (self.path / name).mkdir(parents=True)
            for number in range(10):
                Image.new("RGB", (5, 4), (100 * label, number, 0)).save(self.path / name / f"{number}.png")

    def make(self) -> Dataset:
        return datasets.image_folder(self.path, color="rgb")

    def test_classes_are_the_subfolders(self) -> None:
        """Class names are the subfolders in alphabetical order, and every split holds both."""
        dataset = self.make()
        assert ("cat", "dog") == dataset.class_names
        assert (4, 5, 3) == dataset.example_shape
        for split in dataset.splits.values():
            assert {0, 1} == set(split.y.tolist())
            assert (split.x[:, 0, 0, 0] == 100 * split.y).all()
