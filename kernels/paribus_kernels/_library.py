"""The shared library, and its functions as XLA knows them."""

import ctypes
import functools
from pathlib import Path
from typing import Any

import jax
import numpy as np

ffi_call: Any = jax.ffi.ffi_call

_NAME = "libparibus_kernels.so"
_TARGETS = (
    "paribus_conv",
    "paribus_conv_input_gradient",
    "paribus_conv_kernel_gradient",
    "paribus_moments",
    "paribus_block",
    "paribus_block_sums",
    "paribus_block_gradient",
)


@functools.cache
def library() -> ctypes.CDLL:
    """Load the library, once, and tell XLA of what is in it.

    Raises:
        OSError: It is not there, or not for this machine.
    """
    loaded = ctypes.CDLL(str(Path(__file__).with_name(_NAME)))
    for name in _TARGETS:
        jax.ffi.register_ffi_target(name, jax.ffi.pycapsule(getattr(loaded, name)), platform="cpu")
    return loaded


def call(name: str, results: Any, *arrays: Any, **settings: np.ndarray) -> Any:
    """Return what the library's function of that name makes of the arrays; under `vmap`, one after the other."""
    library()
    return ffi_call(name, results, vmap_method="sequential")(*arrays, **settings)


@functools.cache
def instruction_set() -> str:
    """Return what the kernels run on here: "avx512", "avx2" or "baseline", which on arm64 is NEON."""
    function = library().paribus_instruction_set
    function.restype = ctypes.c_char_p
    return function().decode()
