"""Unfinished runs, one file each, beside the store."""

import hashlib
from pathlib import Path

from paribus.errors import StoreError
from paribus.store._files import beside, write_whole

_DIGEST_BYTES = hashlib.sha256().digest_size


class Checkpoints:
    """Keeps the last checkpoint of every unfinished run.

    A file is written aside, synced and renamed, so that it is whole or the one before it; its checksum says so when it is read.

    Args:
        folder: Made when something is kept.
        after_seconds: How long a run takes that is worth a checkpoint.
    """

    def __init__(self, folder: Path, *, after_seconds: float = 60.0) -> None:
        self._folder = folder
        self.after_seconds = after_seconds

    @classmethod
    def beside(cls, place: str | Path, *, after_seconds: float = 60.0) -> "Checkpoints":
        """Return those of the store at `place`: beside a file, in the working folder for a database URL."""
        return cls(beside(place, "checkpoints"), after_seconds=after_seconds)

    def read(self, run_id: str) -> bytes | None:
        """Return the run's checkpoint; None if there is none, or none that is whole."""
        try:
            content = self._file(run_id).read_bytes()
        except OSError:
            return None
        digest, checkpoint = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        return checkpoint if hashlib.sha256(checkpoint).digest() == digest else None

    def write(self, run_id: str, checkpoint: bytes) -> None:
        """Keep `checkpoint` in place of an earlier one.

        Raises:
            StoreError: The disk does not take it.
        """
        try:
            write_whole(self._file(run_id), hashlib.sha256(checkpoint).digest() + checkpoint)
        except OSError as error:
            raise StoreError(
                f"a checkpoint could not be written to {self._folder}: {error.strerror or error}. The runs stored before "
                "are safe; give the same command again when there is room."
            ) from error

    def remove(self, run_id: str) -> None:
        """Forget the run's checkpoint; the folder goes with the last one."""
        self._file(run_id).unlink(missing_ok=True)
        try:
            self._folder.rmdir()
        except OSError:  # not empty, or not there
            return

    def _file(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.checkpoint"
