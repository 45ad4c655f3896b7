"""One axis under a window that slides: convolution and pooling alike, by Keras' rules."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Padding = Literal["valid", "same", "causal"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A window over one axis.

    Args:
        size: Inputs that one output reads.
        stride: Inputs from one output's window to the next.
        dilation: Inputs from one that a window reads to the next.
        padding: "valid" adds nothing, "same" zeros on both sides (an odd one after), "causal" zeros before.
    """

    size: int
    stride: int = 1
    dilation: int = 1
    padding: Padding = "valid"

    @property
    def span(self) -> int:
        """Inputs from the first that a window reads to the last, both included."""
        return self.dilation * (self.size - 1) + 1


def output_size(n: int, window: Window) -> int:
    """Return the number of outputs over `n` inputs; 0 where no window fits."""
    if window.padding == "valid":
        return max(0, (n - window.span) // window.stride + 1)
    return -(-n // window.stride)


def padding(n: int, window: Window) -> tuple[int, int]:
    """Return how many zeros lie before and after `n` inputs."""
    if window.padding == "valid" or n == 0:
        return 0, 0
    if window.padding == "causal":
        return window.span - 1, 0
    total = max(0, (output_size(n, window) - 1) * window.stride + window.span - n)
    return total // 2, total - total // 2


def reads(n: int, window: Window) -> NDArray[np.int64]:
    """Return how many outputs read each of the `n` inputs; 0 for one that is never read. Shape `(n,)`."""
    places = _places(n, window)
    return np.bincount(places[(places >= 0) & (places < n)], minlength=n)[:n]


def padding_share(n: int, window: Window) -> float:
    """Return which part of all that windows read are zeros of the padding; NaN where no window fits."""
    places = _places(n, window)
    return float(((places < 0) | (places >= n)).mean()) if places.size else float("nan")


def _places(n: int, window: Window) -> NDArray[np.int64]:
    """Return which inputs are read, one for each output and place in its window; outside 0..n-1 lies the padding."""
    before, _ = padding(n, window)
    starts = np.arange(output_size(n, window)) * window.stride - before
    return (starts[:, None] + np.arange(window.size) * window.dilation).ravel()
