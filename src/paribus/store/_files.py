"""Files that are whole, or as they were before."""

import os
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write aside, sync and rename; the folder is made. Whatever the disk raises comes out."""
    aside = file.with_suffix(".aside")
    file.parent.mkdir(parents=True, exist_ok=True)
    with aside.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    aside.replace(file)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def beside(place: str | Path, what: str) -> Path:
    """Return the folder that a store at `place` has for something: beside a file, in the working folder for a database URL."""
    if "://" in str(place):
        return Path(f"paribus-{what}")
    return Path(place).with_name(f"{Path(place).stem}-{what}")
