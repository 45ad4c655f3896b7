"""What the kernels are compared with: plain sums in double precision, and XLA."""

from typing import Any

import numpy as np

Array = Any


def relative_error(got: Array, exact: Array) -> float:
    """Return the largest difference, by the largest exact number; zero between empty arrays."""
    got, exact = np.asarray(got, np.float64), np.asarray(exact, np.float64)
    assert got.shape == exact.shape
    return float(np.abs(got - exact).max() / max(np.abs(exact).max(), 1e-30)) if got.size else 0.0


def padded(x: Array, pads: tuple[tuple[int, int], tuple[int, int]], value: float = 0.0) -> Array:
    """Return `x` with so many rows and columns around it; negative ones are cut off."""
    around = [(max(0, before), max(0, after)) for before, after in pads]
    wide = np.pad(x, ((0, 0), *around, (0, 0)), constant_values=value)
    (top, bottom), (left, right) = [(max(0, -before), max(0, -after)) for before, after in pads]
    return wide[:, top : wide.shape[1] - bottom, left : wide.shape[2] - right]


def convolution(
    x: Array, kernel: Array, *, strides: Any = (1, 1), padding: Any, dilation: Any = (1, 1), groups: int = 1
) -> Array:
    """Return the convolution in the precision of its arguments."""
    rows, columns, channels, filters = kernel.shape
    wide = padded(x, padding)
    height, width = (
        max(0, (size - (window - 1) * step - 1) // stride + 1)
        for size, window, step, stride in zip(
            wide.shape[1:3], (rows, columns), dilation, strides, strict=True
        )
    )
    y = np.zeros((x.shape[0], height, width, filters), x.dtype)
    each = filters // groups
    for row in range(rows):
        for column in range(columns):
            top, left = row * dilation[0], column * dilation[1]
            taps = wide[:, top:, left:][:, :: strides[0], :: strides[1]][:, :height, :width]
            for group in range(groups):
                inputs = taps[..., group * channels : (group + 1) * channels]
                outputs = slice(group * each, (group + 1) * each)
                y[..., outputs] += inputs @ kernel[row, column, :, outputs]
    return y
