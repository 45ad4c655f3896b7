"""Data that cannot be learned from is refused with a sentence, before memory is taken or code is run."""

import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paribus import datasets
from paribus.errors import DatasetError

X, Y = np.zeros((10, 2), np.float32), np.arange(10) % 2


def test_nan_pixels_are_named_with_their_example() -> None:
    """The first bad example is named."""
    bad = X.copy()
    bad[3, 1] = np.nan
    with pytest.raises(DatasetError, match="train: 1 values are NaN or infinite, the first in example 3"):
        datasets.arrays(bad, Y, X, Y)


def test_labels_outside_the_classes_are_named() -> None:
    """A label beyond the class names is refused."""
    with pytest.raises(DatasetError, match=r"outside the 2 classes 0\.\.1; example 1 has 7"):
        datasets.arrays(X, Y, X, np.where(Y == 1, 7, 0), class_names=["no", "yes"])


def test_all_problems_come_at_once() -> None:
    """Two bad splits give two sentences."""
    bad = np.full_like(X, np.inf)
    with pytest.raises(DatasetError) as caught:
        datasets.arrays(X, Y, bad, Y - 1)
    assert 2 == len(caught.value.problems)


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        (X, Y.astype(float), "integers"),
        (X, np.eye(2)[Y].astype(int), "one axis"),
        (X[:9], Y, "9 examples have 10 labels"),
        (X.astype(str), Y, "numbers"),
        (Y, Y, "batch axis"),
    ],
)
def test_misfits_are_refused(x: np.ndarray, y: np.ndarray, sentence: str) -> None:
    """Types and shapes that are no examples or no labels are refused."""
    with pytest.raises(DatasetError, match=sentence):
        datasets.arrays(x, y, X, Y)


@pytest.mark.parametrize("split", [0.0, 1.0, 0.99999])
def test_no_side_of_a_split_may_be_empty(split: float) -> None:
    """There must be something to train on and something to validate on."""
    with pytest.raises(DatasetError, match="leaves one side empty"):
        datasets.arrays(X, Y, X, Y, validation_split=split)


def test_a_users_array_stays_the_users() -> None:
    """Changing the array afterwards changes nothing that will be learned."""
    mine = X.copy()
    dataset = datasets.arrays(mine, Y, X, Y)
    mine[:] = 7
    assert 0 == dataset.train.x.max()


class TestNpz:
    def write(self, path: Path, **members: Any) -> Path:
        members = {"x_train": X, "y_train": Y, "x_test": X, "y_test": Y} | members
        np.savez(path, **members)
        return path

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        """No file, one sentence."""
        with pytest.raises(DatasetError, match=r"nowhere\.npz does not exist"):
            datasets.npz(tmp_path / "nowhere.npz")

    @pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
    def test_a_truncated_file_is_refused(self, tmp_path: Path, kept: float) -> None:
        """Wherever it was cut off."""
        path = self.write(tmp_path / "cut.npz")
        content = path.read_bytes()
        path.write_bytes(content[: int(kept * len(content))])
        with pytest.raises(DatasetError, match="no whole"):
            datasets.npz(path)

    def test_pickled_objects_are_never_loaded(self, tmp_path: Path) -> None:
        """An object array inside is refused."""
        path = self.write(tmp_path / "objects.npz", x_test=np.array([print, None], dtype=object))
        with pytest.raises(DatasetError, match=r"'x_test\.npy' holds pickled"):
            datasets.npz(path)

    def test_a_bare_pickle_is_refused(self, tmp_path: Path) -> None:
        """A pickle that calls itself .npz is refused unread."""
        path = tmp_path / "evil.npz"
        path.write_bytes(pickle.dumps({"x_train": 1}))
        with pytest.raises(DatasetError, match="no whole"):
            datasets.npz(path)

    def test_a_header_that_promises_too_much_is_not_believed(self, tmp_path: Path) -> None:
        """A header of a petabyte in a small file is refused before anything is allocated."""
        path = tmp_path / "liar.npz"
        with zipfile.ZipFile(path, "w") as archive, archive.open("x_train.npy", "w") as member:
            header = {"descr": "|u1", "fortran_order": False, "shape": (2**50,)}
            np.lib.format.write_array_header_1_0(member, header)
            member.write(b"\0" * 100)
        with pytest.raises(DatasetError, match="does not fit its"):
            datasets.npz(path)

    def test_a_file_above_the_cap_is_refused(self, tmp_path: Path) -> None:
        """The cap counts what will be learned, and can be raised."""
        path = self.write(tmp_path / "large.npz")
        with pytest.raises(DatasetError, match="cap_bytes"):
            datasets.npz(path, cap_bytes=100)

    def test_missing_arrays_are_named(self, tmp_path: Path) -> None:
        """The sentence says what is missing and what is there."""
        path = tmp_path / "half.npz"
        np.savez(path, x_train=X, labels=Y)
        with pytest.raises(
            DatasetError, match="no 'y_train', 'x_test', 'y_test'; it holds 'x_train', 'labels'"
        ):
            datasets.npz(path)

    def test_validation_members_are_validated_on(self, tmp_path: Path) -> None:
        """x_validation and y_validation are used as they are."""
        path = self.write(tmp_path / "three.npz", x_validation=X[:3], y_validation=Y[:3])
        assert 3 == len(datasets.npz(path).validation)


class TestImageFolder:
    def make(self, root: Path, sizes: tuple[tuple[int, int], ...] = ((4, 4),)) -> Path:
        for name in ("cat", "dog"):
            (root / name).mkdir(parents=True)
            for number in range(6):
                Image.new("L", sizes[number % len(sizes)]).save(root / name / f"{number}.png")
        return root

    def test_an_empty_class_folder_is_named(self, tmp_path: Path) -> None:
        """A class without images is no class."""
        root = self.make(tmp_path / "animals")
        (root / "eel").mkdir()
        with pytest.raises(DatasetError, match="eel holds no images"):
            datasets.image_folder(root)

    def test_images_of_different_size_are_named(self, tmp_path: Path) -> None:
        """Both files are named, and the way out."""
        root = self.make(tmp_path / "animals", sizes=((4, 4), (5, 4)))
        with pytest.raises(DatasetError, match="size="):
            datasets.image_folder(root)
        assert (3, 2, 1) == datasets.image_folder(root, size=(3, 2)).example_shape

    def test_a_damaged_image_is_named(self, tmp_path: Path) -> None:
        """A file that is no image is named."""
        root = self.make(tmp_path / "animals")
        (root / "cat" / "0.png").write_bytes(b"no image")
        with pytest.raises(DatasetError, match=r"0\.png cannot be read"):
            datasets.image_folder(root)

    def test_a_folder_without_classes_is_refused(self, tmp_path: Path) -> None:
        """At least two subfolders are needed."""
        with pytest.raises(DatasetError, match="at least two classes; it has none"):
            datasets.image_folder(tmp_path)


class TestKerasDatasets:
    def test_an_unknown_name_gets_the_nearest(self) -> None:
        """A slip of the pen is recognised."""
        with pytest.raises(DatasetError, match="Did you mean 'fashion_mnist'"):
            datasets.keras_dataset("fashion-mnist")

    def test_without_a_network_the_way_out_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What Keras raises when a download fails becomes a sentence."""
        import keras

        def no_network() -> None:
            raise Exception("URL fetch failure")  # noqa: TRY002 -- what Keras raises

        monkeypatch.setattr(keras.datasets.cifar10, "load_data", no_network)
        with pytest.raises(DatasetError, match=r"needs a network.*npz"):
            datasets.keras_dataset("cifar10")

    def test_what_keras_returns_is_learned(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Gray images get a channel axis, columns of labels lose one."""
        import keras

        x, y = np.zeros((10, 4, 4), np.uint8), Y[:, None]
        monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", lambda: ((x, y), (x, y)))
        dataset = datasets.keras_dataset("fashion_mnist")
        assert (4, 4, 1) == dataset.example_shape
        assert 2 == dataset.classes


@pytest.mark.parametrize("label", [2**32, -(2**40), 2**63 + 1])
def test_labels_are_checked_before_they_are_shortened(label: int) -> None:
    """A label that int32 cannot hold does not wrap round to a class."""
    y = np.array([0, 1, label], np.uint64 if label > 0 else np.int64)
    with pytest.raises(DatasetError, match="labels must lie between"):
        datasets.arrays(X[:3], y, X, Y, class_names="ab")


def test_one_stray_label_makes_no_hundred_classes() -> None:
    """Without class names, a label beyond the number of examples is taken for a mistake."""
    with pytest.raises(DatasetError, match="the largest label is 255, with 20 examples"):
        datasets.arrays(X, np.where(Y == 1, 255, 0), X, Y)


@pytest.mark.parametrize(
    ("mode", "sentence"), [("I;16", "eight bits"), ("F", "eight bits"), ("LA", "transparent")]
)
def test_images_that_eight_bits_would_change_are_refused(tmp_path: Path, mode: str, sentence: str) -> None:
    """Sixteen bits, floats and transparency are never clipped silently."""
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for number in range(4):
            Image.new(mode, (3, 3)).save(tmp_path / name / f"{number}.tiff")
    with pytest.raises(DatasetError, match=sentence):
        datasets.image_folder(tmp_path)
