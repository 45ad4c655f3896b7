"""A dataset from a folder that has one subfolder of images per class."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paribus.datasets._arrays import arrays
from paribus.datasets._base import Dataset, Pixels, split_rows
from paribus.datasets._npz import CAP_BYTES
from paribus.errors import DatasetError, listed

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})
Color = Literal["grayscale", "rgb"]
_EIGHT_BIT_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB"})
_MODES = {"grayscale": ("L", 1), "rgb": ("RGB", 3)}


@dataclass(frozen=True)
class _Labelled:
    path: Path
    label: int


def image_folder(
    path: str | Path,
    *,
    test_path: str | Path | None = None,
    test_split: float = 0.2,
    validation_split: float = 0.3,
    size: tuple[int, int] | None = None,
    color: Color = "grayscale",
    pixels: Pixels = "raw",
    licence: str = "unknown",
    cap_bytes: int = CAP_BYTES,
) -> Dataset:
    """Return images labelled by the subfolder they lie in, subfolders in alphabetical order.

    Files are taken in the order of the SHA-256 of `class/file`: reproducible, and mixed, so that the last rows hold
    every class.

    Args:
        path: Folder with one subfolder per class.
        test_path: Folder of the same classes to test on; without it, `test_split` of the images are set aside.
        test_split: Fraction of the images, from the end of that order, to test on.
        validation_split: Fraction of the remaining images, from the end, to validate on.
        size: Height and width to resize to [pixels]; by default all images must have one size.
        color: "grayscale" gives one channel, "rgb" three.
        pixels: "raw" gives 0-255, "unit" divides by 255.
        licence: Of the images.
        cap_bytes: Largest size of all images together, as they are learned.

    Raises:
        DatasetError: A folder is missing or empty, an image cannot be read, or sizes differ.
    """
    if color not in _MODES:
        raise DatasetError(f"color must be 'grayscale' or 'rgb', not {color!r}.")
    if size is not None and (len(size) != 2 or min(size) < 1):
        raise DatasetError(f"size must be (height, width) of at least 1 pixel each, not {size!r}.")
    root = Path(path)
    class_names = _class_names(root)
    files = _labelled_files(root, class_names)
    if test_path is None:
        before = split_rows(len(files), test_split, "test_split")
        files, test_files = files[:before], files[before:]
    else:
        test_files = _labelled_files(Path(test_path), class_names)
    shape = size or _common_size([*files, *test_files])
    _check_cap(len(files) + len(test_files), shape, color, cap_bytes)
    return arrays(
        *_pixels_and_labels(files, shape, color),
        *_pixels_and_labels(test_files, shape, color),
        validation_split=validation_split,
        class_names=class_names,
        pixels=pixels,
        name=root.name,
        licence=licence,
        source=str(root),
    )


def _class_names(root: Path) -> tuple[str, ...]:
    if not root.is_dir():
        raise DatasetError(f"{root} is not a folder.")
    names = sorted(
        entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith(".")
    )
    if len(names) < 2:
        raise DatasetError(
            f"{root} needs a subfolder of images for each of at least two classes; it has {listed(names)}."
        )
    return tuple(names)


def _labelled_files(root: Path, class_names: tuple[str, ...]) -> list[_Labelled]:
    files = [
        _Labelled(file, label)
        for label, name in enumerate(class_names)
        for file in sorted((root / name).glob("*"))
        if file.suffix.lower() in SUFFIXES
    ]
    empty = sorted(set(range(len(class_names))) - {file.label for file in files})
    if empty:
        raise DatasetError(
            [
                f"class folder {root / class_names[label]} holds no images ({', '.join(sorted(SUFFIXES))})."
                for label in empty
            ]
        )
    return sorted(files, key=_mixed_order)


def _mixed_order(file: _Labelled) -> str:
    return hashlib.sha256(f"{file.path.parent.name}/{file.path.name}".encode()).hexdigest()


def _common_size(files: list[_Labelled]) -> tuple[int, int]:
    first = _size(files[0].path)
    for file in files[1:]:
        if (other := _size(file.path)) != first:
            raise DatasetError(
                f"images differ in size: {files[0].path} is {first[0]}x{first[1]}, {file.path} is {other[0]}x{other[1]} "
                "(height x width); give `size=(height, width)` to resize all of them."
            )
    return first


def _size(path: Path) -> tuple[int, int]:
    with _opened(path) as image:
        return image.height, image.width


def _check_cap(n: int, shape: tuple[int, int], color: Color, cap_bytes: int) -> None:
    size = n * shape[0] * shape[1] * _MODES[color][1] * np.dtype(np.float32).itemsize
    if size > cap_bytes:
        raise DatasetError(
            f"{n:,} images of {shape[0]}x{shape[1]} take {size / 2**30:.1f} GiB, more than the cap of "
            f"{cap_bytes / 2**30:.1f} GiB; give a smaller `size`, or raise `cap_bytes` if that is meant."
        )


def _pixels_and_labels(
    files: list[_Labelled], shape: tuple[int, int], color: Color
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    mode, channels = _MODES[color]
    pixels_NHWC = np.empty((len(files), *shape, channels), np.uint8)
    for row, file in enumerate(files):
        with _opened(file.path) as image:
            _check_mode(image, file.path)
            try:
                resized = image.convert(mode).resize((shape[1], shape[0]))
            except Exception as error:  # decoders of damaged files raise many kinds
                raise DatasetError(f"{file.path} is a damaged image: {error}.") from error
        pixels_NHWC[row] = np.asarray(resized).reshape(*shape, channels)
    return pixels_NHWC, np.array([file.label for file in files], np.int32)


def _check_mode(image: Image.Image, path: Path) -> None:
    """Refuse what eight bits per channel would change silently."""
    if image.mode not in _EIGHT_BIT_MODES:
        raise DatasetError(
            f"{path} has pixels of mode {image.mode}, which eight bits cannot hold; read it yourself and use `arrays`."
        )
    if image.has_transparency_data and image.convert("RGBA").getchannel("A").getextrema() != (255, 255):
        raise DatasetError(f"{path} is partly transparent; put it on the background that you mean.")


def _opened(path: Path) -> Image.Image:
    try:
        return Image.open(path)
    except Exception as error:  # whatever a parser of a damaged file raises
        raise DatasetError(f"{path} cannot be read as an image: {error}.") from error
