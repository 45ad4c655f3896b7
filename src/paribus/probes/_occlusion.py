"""A square somewhere on an image."""

import numpy as np

from paribus.errors import ProbeError
from paribus.probes._images import Images, occluded


def covered_at_random(x: Images, side: int, rng: np.random.Generator) -> Images:
    """Return each image with a square of zeros somewhere within it; every place has the same chance.

    Raises:
        ProbeError: The square is larger than the images.
    """
    height, width = x.shape[1:3]
    if side > min(height, width):
        raise ProbeError(
            f"A square of {side} × {side} pixels does not fit into images of {height} × {width}."
        )
    top = rng.integers(height - side + 1, size=len(x))
    left = rng.integers(width - side + 1, size=len(x))
    return occluded(x, top, left, side)
