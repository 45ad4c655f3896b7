"""Images moved, turned and stretched, each by an amount of its own.

What comes in from outside the image is `zero` by default: the value of MNIST's own background, raw or divided by 255, and what
`same` convolutions pad with, so that no edge is drawn that the models have not been trained on. Photographs have no
background: `edge` repeats the outermost pixels, `wrap` lets in at one side what leaves at the other, as Zhang (2019) does for CIFAR.
"""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Images: TypeAlias = NDArray[np.float32]
"""Shape `(n, height, width)` or `(n, height, width, channels)`."""

Border: TypeAlias = Literal["zero", "edge", "wrap"]
"""What lies outside of an image: zeros, its outermost pixels, or the image again."""


class Shifts(NamedTuple):
    """Pixels down and to the right, of each image. Shape `(n,)`."""

    down: NDArray[np.int64]
    right: NDArray[np.int64]


def moved(x: Images, by: Shifts, border: Border) -> Images:
    """Return each image moved by whole pixels; nothing is interpolated."""
    height, width = x.shape[1:3]
    rows, row_inside = _inside(_offset(height, by.down), height, border)
    columns, column_inside = _inside(_offset(width, by.right), width, border)
    taken = x[np.arange(len(x))[:, None, None], rows[:, :, None], columns[:, None, :]]
    return _masked(taken, row_inside[:, :, None] & column_inside[:, None, :])


def turned(x: Images, degrees: NDArray[np.float64], border: Border) -> Images:
    """Return each image turned about its centre, counterclockwise; bilinear."""
    height, width = x.shape[1:3]
    angle = np.deg2rad(degrees)[:, None, None]
    down, right = _from_centre(height, width)
    return _bilinear(
        x,
        np.cos(angle) * down + np.sin(angle) * right + (height - 1) / 2,
        np.cos(angle) * right - np.sin(angle) * down + (width - 1) / 2,
        border,
    )


def stretched(x: Images, factors: NDArray[np.float64], border: Border) -> Images:
    """Return each image enlarged about its centre, or shrunk where the factor is below 1; bilinear."""
    height, width = x.shape[1:3]
    down, right = _from_centre(height, width)
    factor = factors[:, None, None]
    rows, columns = np.broadcast_arrays(down / factor + (height - 1) / 2, right / factor + (width - 1) / 2)
    return _bilinear(x, rows, columns, border)


def occluded(x: Images, top: NDArray[np.int64], left: NDArray[np.int64], side: int) -> Images:
    """Return each image with a square of zeros, whose first row and column are given."""
    height, width = x.shape[1:3]
    rows, columns = _offset(height, top), _offset(width, left)
    covered = ((rows >= 0) & (rows < side))[:, :, None] & ((columns >= 0) & (columns < side))[:, None, :]
    return _masked(x.copy(), ~covered)


def _offset(size: int, by: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places along an axis, counted from another one for each image. Shape `(n, size)`."""
    places: NDArray[np.int64] = np.arange(size, dtype=np.int64)[None, :] - by[:, None]
    return places


def _from_centre(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far down of the centre rows lie, and how far to the right columns do. Shapes `(height, 1)` and `(1, width)`."""
    down: NDArray[np.float64] = np.arange(height, dtype=np.float64) - (height - 1) / 2
    right: NDArray[np.float64] = np.arange(width, dtype=np.float64) - (width - 1) / 2
    return down[:, None], right[None, :]


def _bilinear(x: Images, rows: NDArray[np.float64], columns: NDArray[np.float64], border: Border) -> Images:
    """Return what lies at these places of each image. `rows` and `columns` have shape `(n, height, width)`."""
    height, width = x.shape[1:3]
    first_row, first_column = np.floor(rows).astype(np.int64), np.floor(columns).astype(np.int64)
    down, right = (rows - first_row).astype(x.dtype), (columns - first_column).astype(x.dtype)
    flat = x.reshape(len(x), height * width, -1)
    total = np.zeros((len(x), rows[0].size, flat.shape[2]), x.dtype)
    numbers = np.arange(len(x))[:, None]
    for row, row_share in ((first_row, 1 - down), (first_row + 1, down)):
        taken_row, row_inside = _inside(row, height, border)
        for column, column_share in ((first_column, 1 - right), (first_column + 1, right)):
            taken_column, column_inside = _inside(column, width, border)
            share = row_share * column_share * (row_inside & column_inside)
            places = (taken_row * width + taken_column).reshape(len(x), -1)
            total += share.reshape(len(x), -1, 1) * flat[numbers, places]
    return total.reshape(x.shape)


def _inside(
    places: NDArray[np.int64], size: int, border: Border
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return for each place along an axis the one that is read for it, and whether anything is."""
    if border == "wrap":
        return places % size, np.ones(places.shape, np.bool_)
    nearest = places.clip(0, size - 1)
    return nearest, np.ones(places.shape, np.bool_) if border == "edge" else nearest == places


def _masked(x: Images, kept: NDArray[np.bool_]) -> Images:
    """Return images with zeros where they are not kept. `x` is changed."""
    x[~np.broadcast_to(kept, x.shape[:3])] = 0
    return x
