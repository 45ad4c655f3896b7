"""What trains: one engine per kind of backend, chosen by what Keras runs on."""

from paribus.train.engines._base import Engine, EpochMeans, Scores, State
from paribus.train.engines._choose import backend_versions, check_backend, device, engine_name, make_engine

__all__ = [
    "Engine",
    "EpochMeans",
    "Scores",
    "State",
    "backend_versions",
    "check_backend",
    "device",
    "engine_name",
    "make_engine",
]
