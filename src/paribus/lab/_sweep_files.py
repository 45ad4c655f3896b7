"""A sweep's summary and figures beside the store."""

import importlib.metadata
from pathlib import Path

import msgspec

from paribus.analyse import SweepAnalysis
from paribus.errors import StoreError
from paribus.report import save_sweep, sweep_paths


def sweep_files(analysis: SweepAnalysis, directory: Path) -> tuple[Path, ...]:
    """Write summary and figures, unless those that are there say the same, and return the files.

    Raises:
        StoreError: They cannot be written.
    """
    version = importlib.metadata.version("paribus")
    stamp = msgspec.json.encode({"paribus": version, "sweep": analysis})
    stamp_file, files = directory / "summary.json", sweep_paths(analysis, directory)
    try:
        if stamp_file.read_bytes() == stamp and all(file.exists() for file in files):
            return files
    except OSError:
        pass
    try:
        save_sweep(analysis, directory)
        stamp_file.write_bytes(stamp)
    except OSError as error:
        raise StoreError(
            f"summary and figures could not be written to {directory}: {error.strerror or error}. "
            "All runs are stored; give the same command again when there is room."
        ) from error
    return files
