"""What trains: one engine per kind of backend, chosen by what Keras runs on."""

from paribus.train.engines._base import Engine, EpochMeans, Inference, Scores, State, Together, full_batches
from paribus.train.engines._choose import (
    backend_versions,
    check_backend,
    device,
    engine_name,
    is_out_of_memory,
    make_engine,
    make_together,
    most_seeds,
    seeds_together,
)

__all__ = [
    "Engine",
    "EpochMeans",
    "Inference",
    "Scores",
    "State",
    "Together",
    "backend_versions",
    "check_backend",
    "device",
    "engine_name",
    "full_batches",
    "is_out_of_memory",
    "make_engine",
    "make_together",
    "most_seeds",
    "seeds_together",
]
