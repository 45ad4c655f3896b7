"""A window that slides over one axis: convolution and pooling alike, by Keras' rules."""

from dataclasses import dataclass
from fractions import Fraction
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

    @property
    def reach(self) -> int:
        """Inputs from the first that a window reads to the last."""
        return self.span - 1

    @property
    def pace(self) -> Fraction:
        """The stride."""
        return Fraction(self.stride)

    def output_size(self, n: int) -> int:
        """Return the number of windows over `n` inputs; 0 where none fits."""
        if self.padding == "valid":
            return max(0, (n - self.span) // self.stride + 1)
        return -(-n // self.stride)

    def pads(self, n: int) -> tuple[int, int]:
        """Return how many zeros lie before and after `n` inputs."""
        if self.padding == "valid" or n == 0:
            return 0, 0
        if self.padding == "causal":
            return self.span - 1, 0
        total = max(0, (self.output_size(n) - 1) * self.stride + self.span - n)
        return total // 2, total - total // 2

    def first(self, n: int) -> int:
        """Return where the first window begins; negative in the padding."""
        return -self.pads(n)[0]

    def places(self, n: int) -> NDArray[np.int64]:
        """Return what each window reads. Shape `(outputs, size)`."""
        starts = np.arange(self.output_size(n)) * self.stride + self.first(n)
        return starts[:, None] + np.arange(self.size) * self.dilation
