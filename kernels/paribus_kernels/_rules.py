"""Which operation a kernel computes and which XLA does: fixed by version, operation and shape class, never by timing.

`kernels/benchmarks/rules.py` prints the times behind it.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

_WINOGRAD_CHANNELS = 16
_BLOCK = 32
"""Outputs that a kernel computes at a time; what a shape leaves of the last block empty is wasted."""
_FASTER_CONVOLUTIONS_UNTIL = (0, 12)
"""jaxlib before it convolves some shapes faster than those after it."""
_NARROW = 16
"""Fewer channels than these do not fill a vector of every instruction set."""

JAXLIB = tuple(int(part) for part in version("jaxlib").split(".")[:3])


class Convolution(NamedTuple):
    """The shape class of a convolution. Batch and image sizes are no part of it."""

    window: tuple[int, int]
    channels: int
    filters: int
    strides: tuple[int, int]
    dilation: tuple[int, int]
    groups: int

    @property
    def is_winograd(self) -> bool:
        """Whether the kernels need 16 products where 36 are usual; see `winograd.h`, which decides by the same numbers."""
        plain = (self.window, self.strides, self.dilation, self.groups) == ((3, 3), (1, 1), (1, 1), 1)
        return plain and min(self.channels, self.filters) >= _WINOGRAD_CHANNELS


def is_possible(*arrays: Any) -> bool:
    """Whether kernels can compute with these arrays: on a CPU, in float32."""
    return jax.default_backend() == "cpu" and all(array.dtype == jnp.float32 for array in arrays)


def forward(problem: Convolution) -> bool:
    """Whether a kernel convolves."""
    if problem.is_winograd or problem.groups > 1:
        return True
    dense = max(problem.strides) == 1
    if problem.channels <= 3 and dense:
        return True
    if JAXLIB < _FASTER_CONVOLUTIONS_UNTIL:
        return dense and _filled(problem.filters) > 0.9
    return _filled(problem.filters) >= 0.75


def input_gradient(problem: Convolution) -> bool:
    """Whether a kernel computes the gradient by the input."""
    if max(problem.strides) > 1:  # the kernel multiplies the zeros between spread gradients, too
        return False
    return problem.is_winograd or problem.groups > 1 or _filled(problem.channels) > 0.9


def kernel_gradient(problem: Convolution) -> bool:
    """Whether a kernel computes the gradient by the kernel."""
    if problem.groups > 1:
        return problem.groups < problem.channels
    return _filled(problem.filters) >= 0.5


def block(shape: Sequence[int]) -> bool:
    """Whether kernels normalise and pool an input of that shape faster than XLA: images of enough channels."""
    return len(shape) == 4 and shape[-1] >= _NARROW


def _filled(outputs: int) -> float:
    """Return how much of the blocks of a convolution is put to use."""
    return outputs / (-(-outputs // _BLOCK) * _BLOCK)
