"""A dataset from an `.npz` file, read without trusting it."""

import math
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from paribus.datasets._arrays import arrays
from paribus.datasets._base import Dataset, Pixels
from paribus.errors import DatasetError, listed

NAMES = ("x_train", "y_train", "x_test", "y_test")
VALIDATION_NAMES = ("x_validation", "y_validation")
CAP_BYTES = 4 * 2**30
_BYTES_PER_LEARNED_VALUE = 4


def npz(
    path: str | Path,
    *,
    validation_split: float = 0.3,
    class_names: Sequence[str] | None = None,
    pixels: Pixels = "raw",
    licence: str = "unknown",
    cap_bytes: int = CAP_BYTES,
) -> Dataset:
    """Return the dataset in a NumPy archive with the members x_train, y_train, x_test and y_test.

    Members x_validation and y_validation are validated on if they are there; otherwise the last rows of the training
    arrays are. Pickled objects are never loaded, and every member's header is checked against the file and the cap
    before memory is taken.

    Args:
        path: The archive.
        validation_split: Fraction of the training rows, from the end, to validate on.
        class_names: One per class; by default the numbers up to the largest label.
        pixels: "raw" learns the values as they are, "unit" divides them by 255.
        licence: Of the data.
        cap_bytes: Largest size of all arrays together, as they are learned.

    Raises:
        DatasetError: The file is missing, damaged, too large, or holds something else.
    """
    path = Path(path)
    members = read_members(path, cap_bytes=cap_bytes)
    if missing := [name for name in NAMES if name not in members]:
        raise DatasetError(f"{path} has no {listed(missing)}; it holds {listed(members)}.")
    if len(given := [name for name in VALIDATION_NAMES if name in members]) == 1:
        raise DatasetError(
            f"{path} has {listed(given)} alone; validation needs both of {listed(VALIDATION_NAMES)}."
        )
    validation = [members[name] for name in given]
    return arrays(
        *(members[name] for name in NAMES),
        validation=(validation[0], validation[1]) if validation else None,
        validation_split=validation_split,
        class_names=class_names,
        pixels=pixels,
        name=path.stem,
        licence=licence,
        source=str(path),
    )


def read_members(path: Path, *, cap_bytes: int = CAP_BYTES) -> dict[str, NDArray[Any]]:
    """Return every array of the archive by name, having checked all headers first.

    Raises:
        DatasetError: The file is missing, damaged, too large, or holds pickled objects.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
            size = sum(_checked_size(archive, entry, path) for entry in entries)
            _check_cap(size, cap_bytes, path)
            return {entry.filename.removesuffix(".npy"): _read(archive, entry) for entry in entries}
    except FileNotFoundError:
        raise DatasetError(f"{path} does not exist.") from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
    except DatasetError:
        raise
    except Exception as error:  # a damaged archive or header raises whatever parses it raises
        raise DatasetError(
            f"{path} is no whole .npz file: {error}. Make it again with `numpy.savez`."
        ) from error


def _check_cap(size: int, cap_bytes: int, path: Path) -> None:
    if size > cap_bytes:
        raise DatasetError(
            f"{path} holds {size / 2**30:.1f} GiB of arrays, more than the cap of {cap_bytes / 2**30:.1f} GiB; "
            "raise `cap_bytes` if that is meant."
        )


def _checked_size(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> int:
    with archive.open(entry) as member:
        shape, dtype = _header(member)
        if dtype.hasobject:
            raise DatasetError(
                f"{path}: '{entry.filename}' holds pickled Python objects, which are not loaded because "
                "loading them can run code; save plain numeric arrays."
            )
        values = math.prod(shape)
        if member.tell() + values * dtype.itemsize != entry.file_size:
            raise DatasetError(
                f"{path}: '{entry.filename}' says it has shape {shape} and type {dtype}, which does not fit its "
                f"{entry.file_size} bytes; the file is damaged."
            )
    return values * max(dtype.itemsize, _BYTES_PER_LEARNED_VALUE)


def _header(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(member)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(member)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(member)
    return shape, dtype


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[Any]:
    with archive.open(entry) as member:
        return np.lib.format.read_array(member, allow_pickle=False)
