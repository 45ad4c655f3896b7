"""A run's weights as bytes: an `.npz` of plain arrays, which NumPy reads without pickle."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paribus.errors import StoreError

Arrays = Sequence[NDArray[Any]]


def encode_weights(trainable: Arrays, non_trainable: Arrays) -> bytes:
    """Return the arrays in Keras' order of variables, as `trainable/000` and so on; half precision as float32, which holds it exactly."""
    lists = {"trainable": trainable, "non_trainable": non_trainable}
    named = {
        f"{kind}/{number:03}": array.astype(np.float32) if array.dtype.kind == "V" else array
        for kind, arrays in lists.items()
        for number, array in enumerate(arrays)
    }
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **named)
    return content.getvalue()


def decode_weights(content: bytes, like: Arrays) -> list[NDArray[Any]]:
    """Return the arrays, trainable ones first.

    Args:
        content: As `encode_weights` returned it.
        like: Arrays of the model that they are for, in the same order.

    Raises:
        StoreError: It is no such file, or of another model.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            found = [
                file[name] for kind in ("trainable/", "non_trainable/") for name in _sorted(file.files, kind)
            ]
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise StoreError(f"weights cannot be read: {error}.") from error
    shapes, expected = [array.shape for array in found], [array.shape for array in like]
    if shapes != expected:
        raise StoreError(
            f"weights are of another model: {len(shapes)} arrays, of {_scalars(shapes):,} numbers; the arm has {len(expected)}, of "
            f"{_scalars(expected):,}."
        )
    return [array.astype(wanted.dtype) for array, wanted in zip(found, like, strict=True)]


def _sorted(names: Sequence[str], kind: str) -> list[str]:
    """Return the names of a kind by their number."""
    own = [name for name in names if name.startswith(kind)]
    return sorted(own, key=lambda name: int(name.removeprefix(kind)))


def _scalars(shapes: Sequence[tuple[int, ...]]) -> int:
    return sum(int(np.prod(shape)) for shape in shapes)
