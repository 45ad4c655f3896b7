"""Native kernels for JAX on a CPU: convolution, batch normalisation, ReLU and pooling, with their gradients.

Float32, channels last. Every function works under `jax.jit`, `jax.grad` and `jax.vmap`. Results are the same to the bit whatever
the number of threads.
"""

from importlib.metadata import version

from paribus_kernels._block import Pool, affine, average_pool, batch_norm, max_pool
from paribus_kernels._conv import conv
from paribus_kernels._library import instruction_set
from paribus_kernels._rules import block as profits

__version__ = version("paribus-kernels")
__all__ = ["Pool", "affine", "average_pool", "batch_norm", "conv", "instruction_set", "max_pool", "profits"]
