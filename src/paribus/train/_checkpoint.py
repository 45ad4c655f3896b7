"""A run between two epochs, as bytes: all that the rest of it depends on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from paribus.records import EpochRecord


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A run that stopped after its `epochs`.

    Attributes:
        epochs: What has been recorded so far.
        arrays: Weights, optimizer and random-generator state, in the engine's order.
    """

    epochs: tuple[EpochRecord, ...]
    arrays: tuple[NDArray[Any], ...]

    def encode(self) -> bytes:
        """Return bytes that `decode_checkpoint` reads."""
        packed = [_PackedArray(array.dtype.name, array.shape, array.tobytes()) for array in self.arrays]
        return msgspec.msgpack.encode((self.epochs, packed))


@dataclass(frozen=True, slots=True)
class _PackedArray:
    dtype: str
    shape: tuple[int, ...]
    data: bytes


def decode_checkpoint(encoded: bytes) -> Checkpoint:
    """Return what was encoded.

    Raises:
        msgspec.MsgspecError: It is no checkpoint of this version.
    """
    epochs, packed = msgspec.msgpack.decode(encoded, type=tuple[tuple[EpochRecord, ...], list[_PackedArray]])
    return Checkpoint(epochs, tuple(_unpacked(packed)))


def _unpacked(packed: Sequence[_PackedArray]) -> list[NDArray[Any]]:
    return [
        np.frombuffer(each.data, np.dtype(_numpy_name(each.dtype))).reshape(each.shape) for each in packed
    ]


def _numpy_name(name: str) -> Any:
    if name == "bfloat16":
        from ml_dtypes import bfloat16

        return bfloat16
    return name
