"""A function with all that it holds, packed once and opened in many processes."""

import pickle
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import cloudpickle

from paribus.errors import ExecutorError
from paribus.identity import is_installed

_UNNAMED_STUDIES = "paribus_study_"


class Parcel(NamedTuple):
    """A pickled object; `buffers` are its arrays' bytes, outside of it, so that they are never copied."""

    body: bytes
    buffers: Sequence[pickle.PickleBuffer | memoryview | bytes]

    def open(self) -> Any:
        """Return the object; its arrays lie where the buffers are."""
        return pickle.loads(self.body, buffers=self.buffers)  # noqa: S301 -- written by this very program


def pack(thing: Callable[..., Any], *, modules_too: bool) -> Parcel:
    """Pickle `thing`; what was defined in a study's file or a notebook goes by value.

    Args:
        thing: What is packed.
        modules_too: Whether local modules go by value too, for machines that do not have them.

    Raises:
        ExecutorError: Something in it cannot be pickled.
    """
    buffers: list[pickle.PickleBuffer] = []
    with _by_value(_travelling_modules(modules_too=modules_too)):
        try:
            body = cloudpickle.dumps(thing, protocol=5, buffer_callback=buffers.append)
        except Exception as error:  # a user's object may raise anything
            raise ExecutorError(
                f"the study cannot be sent to another process: {type(error).__name__}: {error}. "
                "Make what cannot be sent inside the builder, or run with the inline executor."
            ) from error
    return Parcel(body, buffers)


def write_parcel(parcel: Parcel, folder: Path) -> None:
    """Write the parcel to files, for processes that share this machine's memory of them."""
    (folder / "body").write_bytes(parcel.body)
    for number, buffer in enumerate(parcel.buffers):
        (folder / f"buffer-{number}").write_bytes(memoryview(buffer))


def read_parcel(folder: Path) -> Parcel:
    """Return the parcel in `folder`; its buffers are mapped, not read."""
    import numpy as np

    files = sorted(folder.glob("buffer-*"), key=lambda file: int(file.name.removeprefix("buffer-")))
    mapped = [
        np.memmap(file, np.uint8, "r") if file.stat().st_size else np.empty(0, np.uint8) for file in files
    ]
    buffers = [memoryview(each) for each in mapped]  # pyright: ignore[reportArgumentType] -- arrays are buffers
    return Parcel((folder / "body").read_bytes(), buffers)


@contextmanager
def _by_value(modules: list[ModuleType]) -> Generator[None]:
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)


def _travelling_modules(*, modules_too: bool) -> list[ModuleType]:
    return [
        module
        for name, module in list(sys.modules.items())
        if name != "__main__"  # goes by value anyway
        and (name.startswith(_UNNAMED_STUDIES) or (modules_too and not is_installed(name)))
    ]
