"""A folder for what worker processes share, removed with its owner, or after it by the next one."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

_PREFIX = "paribus-"
_LOCK = "owner"


@contextlib.contextmanager
def shared_folder() -> Generator[Path]:
    """Make a folder that is removed at the end, and remove those whose owners were killed.

    The owner holds a lock on a file in it, which ends with the owner's process, however that ends.
    """
    _remove_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with (folder / "locking").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / "locking").rename(folder / _LOCK)  # whoever sees the name sees it locked
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(place: Path) -> None:
    for lock in place.glob(f"{_PREFIX}*/{_LOCK}"):
        with contextlib.suppress(OSError):  # somebody else's, in use, or gone by now
            if lock.stat().st_uid == os.getuid():
                with lock.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(lock.parent)
