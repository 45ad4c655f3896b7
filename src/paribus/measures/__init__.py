"""What a model costs, sees and is made of, read from the built model."""

from paribus.measures._calls import training_mode
from paribus.measures._config import Json, config, is_plain
from paribus.measures._cost import Cost
from paribus.measures._graph import inside
from paribus.measures._maps import MapSite, map_sites
from paribus.measures._measures import Measured, amount, measured
from paribus.measures._normalization import forecasts, normalizations
from paribus.measures._parameters import parameters
from paribus.measures._sublayers import sublayers

__all__ = [
    "Cost",
    "Json",
    "MapSite",
    "Measured",
    "amount",
    "config",
    "forecasts",
    "inside",
    "is_plain",
    "map_sites",
    "measured",
    "normalizations",
    "parameters",
    "sublayers",
    "training_mode",
]
