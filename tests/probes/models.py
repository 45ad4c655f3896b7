"""Models whose answers are known, and images they are asked about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from paribus.probes import FeatureMap, ProbeData

SIZE = 13
CENTRE = SIZE // 2


@dataclass(frozen=True)
class Known:
    """A model that is sure of the class that `says` gives.

    Args:
        says: Returns a class for each image.
        maps: Returns feature maps.
    """

    says: Callable[[Any], Any]
    maps: Callable[[Any], tuple[FeatureMap, ...]] = lambda _: ()
    batch_size: int = 16

    def __call__(self, x: Any, *, batch_size: int | None = None) -> Any:  # noqa: ARG002 -- as the protocol says
        return np.eye(4, dtype=np.float32)[np.asarray(self.says(x), int)]

    def feature_maps(self, x: Any) -> tuple[FeatureMap, ...]:
        return self.maps(x)


@dataclass(frozen=True)
class Outputs:
    """A model that puts out the same for whatever it is given."""

    values: Any
    batch_size: int = 16

    def __call__(self, x: Any, *, batch_size: int | None = None) -> Any:  # noqa: ARG002 -- as the protocol says
        return self.values

    def feature_maps(self, x: Any) -> tuple[FeatureMap, ...]:  # noqa: ARG002 -- as the protocol says
        return ()


def reads(row: int, column: int, threshold: float = 0.5) -> Known:
    """Return a model that reads a single pixel."""
    return Known(lambda x: x[:, row, column, 0] > threshold)


def images(n: int, draw: Callable[[Any], None], label: int = 1) -> ProbeData:
    """Return `n` equal images, drawn on zeros."""
    x = np.zeros((n, SIZE, SIZE, 1), np.float32)
    draw(x)
    return ProbeData(x, np.full(n, label, np.int32))


def random_images(n: int = 200, margin: int = 0) -> ProbeData:
    """Return noise of four classes, within a margin of zeros."""
    rng = np.random.default_rng(3)
    x = np.zeros((n, SIZE, SIZE, 1), np.float32)
    inner = slice(margin, SIZE - margin)
    x[:, inner, inner] = rng.random(x[:, inner, inner].shape)
    return ProbeData(x, rng.integers(4, size=n).astype(np.int32))
