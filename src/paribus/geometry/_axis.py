"""What a layer does along one axis of so many inputs, in numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paribus.geometry._step import BETWEEN, Step, is_padding


@dataclass(frozen=True, slots=True, eq=False)
class AxisGeometry:
    """One axis under a layer.

    Attributes:
        n: Inputs.
        step: What is done.
        outputs: How many there are.
        before: Zeros put before the inputs; negative where inputs are cut off.
        after: The same after them.
        places: What each output reads; outside 0..n-1 padding. Shape `(outputs, reads of one)`.
        reads: How many outputs read each input, 0 for one that is never read. Shape `(n,)`.
        padding_shares: Which part of what each output reads is padding. Shape `(outputs,)`.
    """

    n: int
    step: Step
    outputs: int
    before: int
    after: int
    places: NDArray[np.int64]
    reads: NDArray[np.int64]
    padding_shares: NDArray[np.float64]

    @property
    def unread(self) -> tuple[int, ...]:
        """Inputs that no output reads."""
        return tuple(np.flatnonzero(self.reads == 0).tolist())

    def read_by(self, output: int) -> tuple[int, ...]:
        """Return which inputs an output reads, in their order."""
        row = self.places[output]
        return tuple(sorted(row[(row >= 0) & (row < self.n)].tolist()))

    def readers_of(self, place: int) -> tuple[int, ...]:
        """Return which outputs read an input."""
        return tuple(np.flatnonzero((self.places == place).any(axis=1)).tolist())


def along(n: int, step: Step) -> AxisGeometry:
    """Return what a step does to `n` inputs."""
    places = step.places(n)
    before, after = step.pads(n)
    read = places[(places >= 0) & (places < n) & (places != BETWEEN)]
    shares = is_padding(places, n).mean(axis=1) if places.size else np.zeros(len(places))
    return AxisGeometry(
        n, step, len(places), before, after, places, np.bincount(read, minlength=n)[:n], shares
    )
