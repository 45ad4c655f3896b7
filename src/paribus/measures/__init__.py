"""What a model costs and is made of, read from the built model."""

from paribus.measures._config import Json, config, is_plain
from paribus.measures._layers import layers
from paribus.measures._parameters import parameters

__all__ = ["Json", "config", "is_plain", "layers", "parameters"]
