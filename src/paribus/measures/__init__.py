"""What a model costs, read from the built model."""

from paribus.measures._layers import layers
from paribus.measures._parameters import parameters

__all__ = ["layers", "parameters"]
