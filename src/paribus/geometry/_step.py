"""One axis of what a layer does to its input: which inputs each output reads."""

from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BETWEEN = np.iinfo(np.int64).min
"""In `places`: a zero that was put between two inputs. Any other place outside 0..n-1 is padding."""


class Step(Protocol):
    """What is done along one axis. Outputs and inputs are counted from 0.

    Attributes:
        span: Places from the first that one output reads to the last, both included.
        reach: Inputs from the first that one output reads to the last, as far as a receptive field grows by it.
        pace: Inputs from what one output reads to what the next one reads; less than one where outputs lie closer than inputs.
    """

    @property
    def span(self) -> int:
        """As above."""
        ...

    @property
    def reach(self) -> int:
        """As above."""
        ...

    @property
    def pace(self) -> Fraction:
        """As above."""
        ...

    def output_size(self, n: int) -> int:
        """Return the number of outputs over `n` inputs; 0 where nothing fits."""
        ...

    def pads(self, n: int) -> tuple[int, int]:
        """Return how many zeros are put before and after `n` inputs; negative where inputs are cut off."""
        ...

    def first(self, n: int) -> int:
        """Return the first input that the first output reads; negative in the padding."""
        ...

    def places(self, n: int) -> NDArray[np.int64]:
        """Return what each output reads, places outside 0..n-1 being padding. Shape `(outputs, reads of one)`."""
        ...


def output_size(n: int, step: Step) -> int:
    """Return the number of outputs over `n` inputs; 0 where nothing fits."""
    return step.output_size(n)


def padding(n: int, step: Step) -> tuple[int, int]:
    """Return how many zeros are put before and after `n` inputs; negative where inputs are cut off."""
    return step.pads(n)


def reads(n: int, step: Step) -> NDArray[np.int64]:
    """Return how many outputs read each of the `n` inputs; 0 for one that is never read. Shape `(n,)`."""
    places = step.places(n)
    return np.bincount(places[(places >= 0) & (places < n)], minlength=n)[:n]


def padding_shares(n: int, step: Step) -> NDArray[np.float64]:
    """Return which part of what each output reads lies in the padding. Shape `(outputs,)`."""
    return is_padding(step.places(n), n).mean(axis=1)


def padding_share(n: int, step: Step) -> float:
    """Return which part of all that outputs read lies in the padding; NaN where there is no output."""
    shares = padding_shares(n, step)
    return float(shares.mean()) if shares.size else float("nan")


def is_padding(places: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Return which places lie in the padding."""
    return ((places < 0) | (places >= n)) & (places != BETWEEN)
