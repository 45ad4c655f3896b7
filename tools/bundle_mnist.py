"""Make the bundled MNIST file from the four original IDX files: `python tools/bundle_mnist.py FOLDER`.

FOLDER holds the gzipped files under their original names. The MD5 of each unpacked file is checked, and the
SHA-256 to put into `paribus/datasets/_mnist.py` is printed.
"""

import gzip
import hashlib
import sys
import zipfile
from pathlib import Path

import numpy as np

ORIGINALS = {
    "x_train": ("train-images-idx3-ubyte.gz", "6bbc9ace898e44ae57da46a324031adb", (60_000, 28, 28)),
    "y_train": ("train-labels-idx1-ubyte.gz", "a25bea736e30d166cdddb491f175f624", (60_000,)),
    "x_test": ("t10k-images-idx3-ubyte.gz", "2646ac647ad5339dbf082846283269ea", (10_000, 28, 28)),
    "y_test": ("t10k-labels-idx1-ubyte.gz", "27ae3e4e09519cfbb04c329615203637", (10_000,)),
}
BUNDLE = Path(__file__).parents[1] / "src" / "paribus" / "datasets" / "data" / "mnist.npz"


def read_idx(path: Path, md5: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return the unsigned bytes behind the IDX header of `path`, in `shape`."""
    unpacked = gzip.decompress(path.read_bytes())
    if hashlib.md5(unpacked, usedforsecurity=False).hexdigest() != md5:
        sys.exit(f"{path} is not the original file: its MD5 differs from {md5}.")
    header_bytes = 4 + 4 * len(shape)
    return np.frombuffer(unpacked, np.uint8, offset=header_bytes).reshape(shape)


def main(folder: Path) -> None:
    """Write the bundle with fixed timestamps, so that the same originals give the same bytes."""
    BUNDLE.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(BUNDLE, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        for name, (file, md5, shape) in ORIGINALS.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1998, 11, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with bundle.open(entry, "w") as member:
                np.lib.format.write_array(member, read_idx(folder / file, md5, shape), allow_pickle=False)
    print(hashlib.sha256(BUNDLE.read_bytes()).hexdigest(), BUNDLE.stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
