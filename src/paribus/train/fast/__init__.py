"""Keras layers that XLA computes slowly on CPU: on native kernels, or with gradients written out; loaded when a model is compiled."""

from paribus.train.fast._clone import FastModel, fast_clone
from paribus.train.fast._kernels import describe_kernels, kernel_versions, native_kernels

__all__ = ["FastModel", "describe_kernels", "fast_clone", "kernel_versions", "native_kernels"]
