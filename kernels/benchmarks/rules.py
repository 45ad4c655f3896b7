"""Milliseconds of convolutions and their gradients by kernels and by XLA, over the shape classes that the rule tells apart.

    taskset -c 0 python kernels/benchmarks/rules.py

Nothing is asserted. Where a ratio is below 1 in every class of a rule's branch, the rule in `_rules.py` is to be changed.
"""

import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NamedTuple

import jax
import numpy as np

from paribus_kernels import _rules, conv, instruction_set

_LONGEST, _MOST, _FEWEST = 0.4, 20, 4
"""Seconds and repeats per figure."""


class Shape(NamedTuple):
    """A convolution with `same` padding."""

    n: int
    side: int
    channels: int
    filters: int
    window: int
    stride: int = 1
    dilation: int = 1
    groups: int = 1


SHAPES = (
    Shape(128, 28, 1, 64, 3),
    Shape(128, 28, 64, 32, 3),
    Shape(128, 14, 64, 32, 3),
    Shape(128, 28, 3, 32, 3),
    Shape(32, 28, 128, 128, 3),
    Shape(8, 14, 512, 512, 3),
    Shape(64, 28, 16, 16, 3),
    Shape(64, 28, 8, 8, 3),
    Shape(64, 28, 1, 6, 5),
    Shape(64, 28, 32, 64, 5),
    Shape(64, 28, 64, 64, 3, stride=2),
    Shape(64, 28, 64, 128, 1),
    Shape(64, 28, 64, 128, 1, stride=2),
    Shape(64, 28, 64, 64, 3, dilation=2),
    Shape(64, 28, 64, 64, 3, groups=4),
    Shape(64, 28, 64, 64, 3, groups=64),
    Shape(64, 32, 3, 64, 7, stride=2),
    Shape(64, 28, 12, 24, 3),
    Shape(64, 28, 64, 10, 3),
)
OPERATIONS = ("forward", "input_gradient", "kernel_gradient")


def main() -> None:
    """Print a line per shape."""
    print(f"jaxlib {version('jaxlib')}, {instruction_set()}: kernel / XLA, ms (times as fast)")
    for shape in SHAPES:
        by_kernel, by_xla = (_times(shape, kernels=kernels) for kernels in (True, False))
        cells = [
            f"{name} {mine:.2f} / {xla:.2f} ({xla / mine:.2f})"
            for name, mine, xla in zip(OPERATIONS, by_kernel, by_xla, strict=True)
        ]
        print(f"{shape}: {'; '.join(cells)}", flush=True)


def _times(shape: Shape, *, kernels: bool) -> list[float]:
    """Return the milliseconds of each operation, all by kernels or all by XLA."""
    for name in OPERATIONS:
        setattr(_rules, name, lambda _problem: kernels)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(shape.n, shape.side, shape.side, shape.channels)).astype(np.float32)
    w = rng.normal(size=(shape.window, shape.window, shape.channels // shape.groups, shape.filters)).astype(
        np.float32
    )

    def convolve(x: Any, w: Any) -> Any:
        return conv(x, w, strides=shape.stride, padding="SAME", dilation=shape.dilation, groups=shape.groups)

    dy = convolve(x, w)
    return [
        _milliseconds(convolve, x, w),
        _milliseconds(lambda x, w, dy: jax.vjp(lambda x: convolve(x, w), x)[1](dy), x, w, dy),
        _milliseconds(lambda x, w, dy: jax.vjp(lambda w: convolve(x, w), w)[1](dy), x, w, dy),
    ]


def _milliseconds(function: Callable[..., Any], *arrays: Any) -> float:
    """Return the fastest of a few calls; the first one compiles."""
    compiled, on_device = jax.jit(function), jax.device_put(arrays)
    jax.block_until_ready(compiled(*on_device))
    times: list[float] = []
    while len(times) < _FEWEST or (sum(times) < _LONGEST and len(times) < _MOST):
        began = time.perf_counter()
        jax.block_until_ready(compiled(*on_device))
        times.append(time.perf_counter() - began)
    return min(times) * 1e3


if __name__ == "__main__":
    main()
