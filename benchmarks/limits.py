"""The machine, how fast it multiplies matrices, and how much multiplying an epoch is."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

_SIDE = 2_048
_PRODUCTS = 10
_FLOPS_PER_PRODUCT = 2 * _SIDE**3
_FLOPS_PER_MAC = 2
_TRAINING = 3
"""Forward, gradient by the inputs, gradient by the weights: as many operations each."""


def limits(images: int, validation: int = 0) -> dict[str, Any]:
    """Return the machine's facts, GFLOP/s of float32 products by library, and FLOPs of an epoch by arm.

    Args:
        images: Training images per epoch.
        validation: Validation images per epoch.
    """
    from paribus.train import environment

    load = os.getloadavg()[0]  # before this process adds to it
    return {
        "machine": asdict(environment()) | {"memory_bytes": _memory_bytes(), "load_before": load},
        "gemm_gflops": {"NumPy": _gflops(_numpy_product()), "JAX": _gflops(_jax_product())},
        "epoch_flops": _epoch_flops(images, validation),
    }


def _epoch_flops(images: int, validation: int) -> dict[str, int]:
    """Count what matrix products and convolutions do; everything else is a few percent of it."""
    from epochs import article

    from paribus.build import build
    from paribus.train import stream

    study = article(images, validation)
    models = {arm.name: build(arm, study.dataset, init_rng=stream(0, "init")) for arm in study.arms}
    per_image = {name: sum(map(_macs, model.layers)) * _FLOPS_PER_MAC for name, model in models.items()}
    passes = _TRAINING * len(study.dataset.train) + validation
    return {name: flops * passes for name, flops in per_image.items()}


def _macs(layer: Any) -> int:
    """Return the multiplications of one example: every weight of the kernel once per place of the output."""
    kernel = getattr(layer, "kernel", None)
    return 0 if kernel is None else prod(kernel.shape) * prod(layer.output.shape[1:-1])


def _gflops(product: Callable[[], Any]) -> float:
    """Return the best of several products; the first one is not timed."""
    product()
    return _FLOPS_PER_PRODUCT / min(_seconds(product) for _ in range(_PRODUCTS)) / 1e9


def _seconds(product: Callable[[], Any]) -> float:
    began = time.perf_counter()
    product()
    return time.perf_counter() - began


def _numpy_product() -> Callable[[], Any]:
    left, right = _factors()
    return lambda: left @ right


def _jax_product() -> Callable[[], Any]:
    from paribus.backend import jax

    left, right = map(jax().numpy.asarray, _factors())
    multiply: Any = jax().jit(jax().numpy.matmul)
    return lambda: multiply(left, right).block_until_ready()


def _factors() -> Any:
    return np.random.default_rng(0).standard_normal((2, _SIDE, _SIDE), np.float32)


def _memory_bytes() -> int:
    """Return how much memory the machine has; 0 where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemTotal"))
    except (OSError, StopIteration):
        return 0


if __name__ == "__main__":
    print(json.dumps(limits(*map(int, sys.argv[1:]))))
