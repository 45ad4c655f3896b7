"""What layers do to an axis besides sliding a window: spreading, padding, cropping, repeating, bringing together."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from paribus.geometry._step import BETWEEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Transposed:
    """A transposed convolution's axis: every input is spread over its window, `stride` outputs apart.

    Args:
        size: Outputs that one input is spread over.
        stride: Outputs from one input's window to the next.
        dilation: Outputs from one that a window writes to the next.
        padding: "valid" keeps all outputs, "same" as many as inputs times the stride.
        output_padding: Outputs more than what the stride alone leaves open; None for Keras' own choice.

    Source:
        Keras' conversion to padding of the stretched input, over which a window then slides.
    """

    size: int
    stride: int = 1
    dilation: int = 1
    padding: Literal["valid", "same"] = "valid"
    output_padding: int | None = None

    @property
    def span(self) -> int:
        """Outputs from the first that one input is spread over to the last, both included."""
        return self.dilation * (self.size - 1) + 1

    @property
    def reach(self) -> int:
        """Inputs from the first that one output reads to the last, where it reads the most."""
        return -(-self.span // self.stride) - 1

    @property
    def pace(self) -> Fraction:
        """One input for every `stride` outputs."""
        return Fraction(1, self.stride)

    def output_size(self, n: int) -> int:
        """Return the number of outputs."""
        before, after = self.pads(n)
        return max(0, (n - 1) * self.stride + 1 + before + after - self.span + 1)

    def pads(self, n: int) -> tuple[int, int]:  # noqa: ARG002 -- of the stretched input, whatever its size
        """Return how many zeros lie before and after the stretched input."""
        if self.padding == "valid":
            more = max(self.stride - self.span, 0) if self.output_padding is None else self.output_padding
            return self.span - 1, self.span - 1 + more
        if self.output_padding is None:
            total = self.stride + self.span - 2
        else:
            total = self.span + self.span % 2 - 2 + self.output_padding
        before = min(-(-total // 2), self.span - 1)
        return before, total - before

    def first(self, n: int) -> int:
        """Return the first input that the first output can read; negative before the input."""
        return -(self.pads(n)[0] // self.stride)

    def places(self, n: int) -> NDArray[np.int64]:
        """Return what each output reads, `BETWEEN` where a zero lies between two inputs. Shape `(outputs, size)`."""
        starts = np.arange(self.output_size(n)) - self.pads(n)[0]
        stretched = starts[:, None] + np.arange(self.size) * self.dilation
        inside = (stretched >= 0) & (stretched <= (n - 1) * self.stride)
        on_input = stretched % self.stride == 0
        outside = np.where(stretched < 0, -1, n)
        return np.where(inside, np.where(on_input, stretched // self.stride, BETWEEN), outside)


@dataclass(frozen=True, slots=True)
class Shifted:
    """Zeros put before and after an axis, or, where negative, inputs cut off."""

    before: int
    after: int
    span: int = 1
    reach: int = 0
    pace: Fraction = Fraction(1)

    def output_size(self, n: int) -> int:
        """Return the number of outputs."""
        return max(0, n + self.before + self.after)

    def pads(self, n: int) -> tuple[int, int]:  # noqa: ARG002 -- whatever its size
        """Return what was asked for."""
        return self.before, self.after

    def first(self, n: int) -> int:  # noqa: ARG002 -- whatever its size
        """Return what the first output is: an input, or padding before it."""
        return -self.before

    def places(self, n: int) -> NDArray[np.int64]:
        """Return what each output is. Shape `(outputs, 1)`."""
        return (np.arange(self.output_size(n)) - self.before)[:, None]


@dataclass(frozen=True, slots=True)
class Repeated:
    """Every input written `times` times, as nearest-neighbour upsampling does."""

    times: int
    span: int = 1
    reach: int = 0

    @property
    def pace(self) -> Fraction:
        """One input for every `times` outputs."""
        return Fraction(1, self.times)

    def output_size(self, n: int) -> int:
        """Return the number of outputs."""
        return n * self.times

    def pads(self, n: int) -> tuple[int, int]:  # noqa: ARG002 -- none
        """Return none."""
        return 0, 0

    def first(self, n: int) -> int:  # noqa: ARG002 -- always the first
        """Return the first input."""
        return 0

    def places(self, n: int) -> NDArray[np.int64]:
        """Return which input each output is. Shape `(outputs, 1)`."""
        return (np.arange(self.output_size(n)) // self.times)[:, None]


@dataclass(frozen=True, slots=True)
class Whole:
    """All inputs brought together in one output, as global pooling does. `size` is how many there are."""

    size: int

    @property
    def span(self) -> int:
        """All of them."""
        return self.size

    @property
    def reach(self) -> int:
        """From the first to the last."""
        return self.size - 1

    @property
    def pace(self) -> Fraction:
        """There is no next output."""
        return Fraction(self.size)

    def output_size(self, n: int) -> int:
        """Return one, or none of no input."""
        return min(n, 1)

    def pads(self, n: int) -> tuple[int, int]:  # noqa: ARG002 -- none
        """Return none."""
        return 0, 0

    def first(self, n: int) -> int:  # noqa: ARG002 -- always the first
        """Return the first input."""
        return 0

    def places(self, n: int) -> NDArray[np.int64]:
        """Return all inputs. Shape `(1, n)`."""
        return np.arange(n)[None, :] if n else np.empty((0, 0), np.int64)
