"""Images move as SciPy moves them."""

from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from paribus.probes import Border
from paribus.probes._images import Shifts, moved, occluded, stretched, turned
from paribus.probes._shift_accuracy import shifts_at

MODES: dict[Border, Any] = {"zero": "grid-constant", "edge": "nearest", "wrap": "grid-wrap"}
SHAPE = (9, 12)


@pytest.fixture(params=[SHAPE, (*SHAPE, 1), (*SHAPE, 3)], ids=["flat", "grey", "colour"])
def images(request: Any) -> Any:
    return np.random.default_rng(0).random((5, *request.param), np.float32)


def affine(image: Any, matrix: Any, mode: Any) -> Any:
    """Return an image transformed about its centre, channel by channel."""
    centre = (np.array(SHAPE) - 1) / 2
    channels = image.reshape(*SHAPE, -1)
    made: list[Any] = [
        ndimage.affine_transform(channels[..., at], matrix, centre - matrix @ centre, order=1, mode=mode)
        for at in range(channels.shape[-1])
    ]
    return np.stack(made, axis=-1).reshape(image.shape)


@pytest.mark.parametrize("border", MODES)
def test_shifts_are_scipys(images: Any, border: Border) -> None:
    """Each image by its own amount, down and to the right."""
    by = Shifts(np.array([0, 1, -2, 3, -8]), np.array([0, -1, 4, 0, 11]))
    got = moved(images, by, border)
    for at, image in enumerate(images):
        amount = (by.down[at], by.right[at], *[0] * (image.ndim - 2))
        np.testing.assert_array_equal(got[at], ndimage.shift(image, amount, order=0, mode=MODES[border]))


@pytest.mark.parametrize("border", MODES)
def test_turns_are_scipys(images: Any, border: Border) -> None:
    """Counterclockwise, bilinear, about the centre."""
    degrees = np.array([0.0, 10.0, -25.0, 45.0, 170.0])
    got = turned(images, degrees, border)
    for at, image in enumerate(images):
        angle = np.deg2rad(degrees[at])
        matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        np.testing.assert_allclose(got[at], affine(image, matrix, MODES[border]), atol=1e-5)


def test_a_right_angle_is_numpys() -> None:
    """As `rot90` turns, to rounding."""
    image = np.random.default_rng(1).random((1, 7, 7), np.float32)
    np.testing.assert_allclose(turned(image, np.array([90.0]), "zero")[0], np.rot90(image[0]), atol=1e-5)


@pytest.mark.parametrize("border", MODES)
def test_changes_of_size_are_scipys(images: Any, border: Border) -> None:
    """Larger above 1, smaller below, as it was at 1."""
    factors = np.array([1.0, 1.3, 0.7, 2.0, 0.5])
    got = stretched(images, factors, border)
    for at, image in enumerate(images):
        np.testing.assert_allclose(got[at], affine(image, np.eye(2) / factors[at], MODES[border]), atol=1e-5)


def test_a_square_is_covered_and_nothing_else(images: Any) -> None:
    """Zeros from its first row and column on; the images that were given stay."""
    before = images.copy()
    got = occluded(images, np.arange(5), np.arange(5) + 2, 3)
    np.testing.assert_array_equal(images, before)
    for at, image in enumerate(images):
        expected = image.copy()
        expected[at : at + 3, at + 2 : at + 5] = 0
        np.testing.assert_array_equal(got[at], expected)


@pytest.mark.parametrize("distance", [1, 2, 4])
def test_shifts_at_a_distance_are_equally_likely(distance: int) -> None:
    """All 8 d of them come, each as often as the others, to five standard deviations."""
    n = 80_000
    down, right = shifts_at(distance, n, np.random.default_rng(0))
    drawn, counts = np.unique(np.stack([down, right], axis=1), axis=0, return_counts=True)
    assert (8 * distance, 2) == drawn.shape
    assert {distance} == set(np.abs(drawn).max(axis=1))
    expected = n / len(drawn)
    np.testing.assert_allclose(counts, expected, atol=5 * np.sqrt(expected))
