"""Examples as images, where they are images."""

import io

import numpy as np
from numpy.typing import NDArray

_LARGEST = 512


def picture(example: NDArray[np.float32]) -> bytes | None:
    """Return an example as PNG; None if it is no image of one or three channels.

    Values between 0 and 255, or between 0 and 1, are taken for pixels as they are; any others are stretched over the range of grays.

    Args:
        example: Shape `(height, width)`, `(height, width, 1)` or `(height, width, 3)`.
    """
    from PIL import Image

    gray = example.ndim == 2 or (example.ndim == 3 and example.shape[2] == 1)
    if not (gray or (example.ndim == 3 and example.shape[2] == 3)) or max(example.shape) > _LARGEST:
        return None
    pixels = _pixels(example[..., 0] if example.ndim == 3 and gray else example)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG", optimize=True)
    return written.getvalue()


def _pixels(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    return ((values - low) * (255 / ((high - low) or 1))).round().astype(np.uint8)
