"""Which operation a kernel computes and which XLA does: fixed by version, operation and shape class, never by timing."""

from importlib.metadata import version
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

JAXLIB = tuple(int(part) for part in version("jaxlib").split(".")[:3])


class Convolution(NamedTuple):
    """The shape class of a convolution. Batch and image sizes are no part of it."""

    window: tuple[int, int]
    channels: int
    filters: int
    strides: tuple[int, int]
    dilation: tuple[int, int]
    groups: int


def is_possible(*arrays: Any) -> bool:
    """Whether kernels can compute with these arrays: on a CPU, in float32."""
    return jax.default_backend() == "cpu" and all(array.dtype == jnp.float32 for array in arrays)


def forward(_problem: Convolution) -> bool:
    """Whether a kernel convolves."""
    return True


def input_gradient(_problem: Convolution) -> bool:
    """Whether a kernel computes the gradient by the input."""
    return True


def kernel_gradient(_problem: Convolution) -> bool:
    """Whether a kernel computes the gradient by the kernel."""
    return True
