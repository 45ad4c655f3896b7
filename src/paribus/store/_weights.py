"""Weights of runs, one `.npz` file each, beside the store, which knows their sizes and digests."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from paribus.errors import StoreError
from paribus.store._files import beside, write_whole


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFile:
    """What the store knows of a run's weights: how many bytes they take, and their SHA-256."""

    size: int
    digest: str


class Weights:
    """Keeps the weights of completed runs, whole or not at all.

    Args:
        folder: Made when something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, place: str | Path) -> "Weights":
        """Return those of the store at `place`: beside a file, in the working folder for a database URL."""
        return cls(beside(place, "weights"))

    def write(self, run_id: str, content: bytes) -> KeptFile:
        """Keep a run's weights in place of earlier ones, and return what tells them from others.

        Raises:
            StoreError: The disk does not take them.
        """
        try:
            write_whole(self._file(run_id), content)
        except OSError as error:
            raise StoreError(
                f"weights could not be written to {self.folder}: {error.strerror or error}. The runs stored before are safe; give the same "
                "command again when there is room, or without keeping weights."
            ) from error
        return KeptFile(size=len(content), digest=hashlib.sha256(content).hexdigest())

    def holds(self, run_id: str) -> bool:
        """Whether there is a file for a run, whatever is in it."""
        return self._file(run_id).is_file()

    def read(self, run_id: str, known: KeptFile) -> bytes | None:
        """Return a run's weights; None if the file is not there, or is not the one that was kept."""
        try:
            if self._file(run_id).stat().st_size != known.size:
                return None
            content = self._file(run_id).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == known.digest else None

    def _file(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.npz"
