"""Examples as images, where they are images."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from paribus.datasets import picture


def pixels(example: NDArray[np.float32]) -> NDArray[np.uint8]:
    png = picture(example)
    assert png is not None
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ([0, 100, 255], [0, 100, 255]),  # bytes stay what they are
        ([0, 100, 100], [0, 100, 100]),  # however dark
        ([0, 0.2, 1], [0, 51, 255]),  # so do parts of one
        ([-1, 0, 1], [0, 128, 255]),  # anything else is stretched
        ([300, 300, 300], [0, 0, 0]),  # unless nothing is there to be seen
    ],
)
def test_values_are_taken_for_pixels_where_they_can_be(values: list[float], seen: list[int]) -> None:
    """Between 0 and 255, or 0 and 1."""
    assert [seen] == pixels(np.array([values], np.float32)).tolist()


@pytest.mark.parametrize(("shape", "mode"), [((4, 6), "L"), ((4, 6, 1), "L"), ((4, 6, 3), "RGB")])
def test_gray_and_color(shape: tuple[int, ...], mode: str) -> None:
    """With or without an axis of channels."""
    png = picture(np.zeros(shape, np.float32))
    assert png is not None
    image = Image.open(io.BytesIO(png))
    assert ((6, 4), mode) == (image.size, image.mode)


@pytest.mark.parametrize("shape", [(8,), (4, 6, 2), (4, 4, 4, 1), (600, 6)])
def test_what_is_no_image_has_none(shape: tuple[int, ...]) -> None:
    """Rows of a table, volumes, and what is too large for a report."""
    assert picture(np.zeros(shape, np.float32)) is None
