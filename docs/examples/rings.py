"""A dataset of one's own: points on two rings, told apart by their distance from the middle."""

import numpy as np
import paribus as pb


def rings(n_train=600, n_test=400, *, noise=0.15, seed=0):
    """Return points of shape (2,) in the classes "inner" and "outer"."""
    rng = np.random.default_rng(seed)

    def points(n):
        labels = rng.integers(2, size=n)
        angles = rng.uniform(0, 2 * np.pi, size=n)
        radii = 1 + labels + rng.normal(scale=noise, size=n)
        return np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1), labels

    return pb.datasets.arrays(
        *points(n_train),
        *points(n_test),
        validation_split=0.25,
        class_names=["inner", "outer"],
        name="rings",
        licence="CC0",
        source="made here",
    )
