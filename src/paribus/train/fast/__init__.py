"""Keras layers whose gradients XLA computes slowly on CPU, with gradients written out; loaded when a model is compiled."""

from paribus.train.fast._clone import FastModel, fast_clone

__all__ = ["FastModel", "fast_clone"]
