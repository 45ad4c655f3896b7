"""Files and folders that are there whole or not at all, and nobody else's that are never replaced."""

import contextlib
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from paribus.errors import ExportError

MARKER = "datapackage.json"
"""The file by which a folder is known for an export; it lists all others."""


def replace_file(place: Path, write: Callable[[Path], None], *, is_ours: Callable[[bytes], bool]) -> None:
    """Let a file be written aside, and put it in place when it is whole.

    Args:
        place: Where it goes: a place where nothing is, an empty file, or an earlier export, which is replaced.
        write: Given a place where nothing is, writes there.
        is_ours: Whether an export wrote a file with that content.

    Raises:
        ExportError: It cannot be written, or something is there that no export wrote.
    """
    target = place.absolute()
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise ExportError(f"{place} is no file that could be replaced; name a file with -o.")
    with _sentences(place):
        there = target.read_bytes() if target.exists() else b""
        if there and not is_ours(there):
            raise ExportError(
                f"{place} is there, and no export wrote it; name another file with -o, or move it away."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".paribus-") as aside:
            written = Path(aside, target.name)
            write(written)
            written.replace(target)


def replace_folder(place: Path, fill: Callable[[Path], None]) -> None:
    """Let a folder be filled aside, and put it in place when it is whole.

    Args:
        place: Where it goes: a place where nothing is, an empty folder, or an earlier export, which is replaced.
        fill: Given an empty folder, writes into it.

    Raises:
        ExportError: It cannot be written, or something is there that no export wrote.
    """
    target = place.resolve()
    if Path.cwd().is_relative_to(target):
        raise ExportError(
            f"{place} is the folder you are in, and would be replaced; name another one with -o."
        )
    with _sentences(place):
        if foreign := _foreign(target):
            raise ExportError(
                f"{place} holds {foreign}, which no export wrote; name another folder with -o, or move it away."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".paribus-") as aside:
            new, old = Path(aside, "new"), Path(aside, "old")
            new.mkdir()
            fill(new)
            if target.exists():
                target.rename(old)
            try:
                new.rename(target)
            except OSError:
                with contextlib.suppress(OSError):
                    old.rename(target)
                raise


def _foreign(folder: Path) -> str:
    """Return what is in the way, if anything is."""
    if not folder.exists():
        return ""
    if not folder.is_dir():
        return "a file"
    files = [file for file in folder.rglob("*") if not file.is_dir() or file.is_symlink()]
    ours = _listed(folder / MARKER)
    return next(
        (f"'{name}'" for file in files if (name := file.relative_to(folder).as_posix()) not in ours), ""
    )


class _Resource(msgspec.Struct):
    path: str


class _Package(msgspec.Struct):
    resources: list[_Resource]
    paribus: dict[str, str | int]


def _listed(marker: Path) -> set[str]:
    """Return the files that an export says it wrote, this one included; none if no export wrote it."""
    try:
        package = msgspec.json.decode(marker.read_bytes(), type=_Package)
    except (OSError, msgspec.MsgspecError):
        return set()
    return {MARKER, *(resource.path for resource in package.resources)}


@contextmanager
def _sentences(place: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(f"{place} could not be written: {error.strerror or error}.") from error
