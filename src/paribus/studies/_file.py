"""A user's Python file, and what is in it."""

import importlib.util
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from paribus.errors import ParibusError, StudyError


def imported(path: Path) -> ModuleType:
    """Import a file as a module of its own.

    Raises:
        StudyError: There is none, or it raises.
    """
    if not path.is_file():
        raise StudyError(f"{path} does not exist.")
    name = f"paribus_study_{path.stem}"  # a file called keras.py must not hide Keras
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise StudyError(f"{path} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(
        0, str(path.absolute().parent)
    )  # for good, as `python file.py` does: builders may import late
    try:
        spec.loader.exec_module(module)
    except ParibusError as error:
        raise type(error)([f"{path}: {problem}" for problem in error.problems]) from error
    except (Exception, SystemExit) as error:  # the user's file may raise anything
        raise StudyError(
            f"{path}{_line(error, path)} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    return module


def _line(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError):
        return f", line {error.lineno},"
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path
    ]
    return f", line {lines[-1]}," if lines else ""


def called(found: object, where: str) -> object:
    """Return what a function without arguments returns, and anything else as it is.

    Raises:
        StudyError: The function raises.
    """
    try:
        return cast("Callable[[], Any]", found)() if _is_function(found) else found
    except ParibusError:
        raise
    except (Exception, SystemExit) as error:  # the user's function may raise anything
        raise StudyError(f"{where}() raised {type(error).__name__}: {error}") from error


def _is_function(found: object) -> bool:
    """Whether it is to be called: a Keras model can be, too, and is not."""
    return callable(found) and not hasattr(found, "get_config")
