"""Named random streams: what one part of a run draws never shifts what another part draws."""

import hashlib
from typing import Literal

import numpy as np
from numpy.typing import NDArray

StreamName = Literal["init", "order", "dropout"]
_SPAWN_KEYS: dict[StreamName, int] = {"init": 0, "order": 1, "dropout": 2}
_PROBE = 3


def stream(seed: int, name: StreamName) -> np.random.Generator:
    """Return the stream of that name of the run with that seed; the same in every arm and on every backend."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(_SPAWN_KEYS[name],))))


def probe_stream(seed: int, name: str) -> np.random.Generator:
    """Return the stream of the probe of that name of the run with that seed; the same in every arm, whatever other probes there are."""
    digest = hashlib.sha256(name.encode()).digest()
    key = (_PROBE, int.from_bytes(digest[:8], "little"))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def batch_orders(seed: int, *, epochs: int, n: int) -> NDArray[np.int32]:
    """Return the order in which each epoch takes the training examples. Shape `(epochs, n)`.

    Sorting raw 64-bit draws, because NumPy promises the bits of a generator for ever and its `permutation` for a
    version only.
    """
    bits = stream(seed, "order").bit_generator
    return np.stack([np.argsort(bits.random_raw(n), kind="stable") for _ in range(epochs)]).astype(np.int32)


def order_hash(orders: NDArray[np.int32]) -> str:
    """Hash the batch order of a whole run."""
    return hashlib.sha256(orders.astype("<i4").tobytes()).hexdigest()
