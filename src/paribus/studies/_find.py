"""A study by its name, or from a Python file."""

import importlib.util
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from paribus.backend import keras
from paribus.errors import ParibusError, StudyError, listed, nearest
from paribus.study import Study

_UNNAMED = "study"
_DEFAULT_VARIABLE = "study"


def names() -> tuple[str, ...]:
    """Return the names of the studies that paribus and other installed packages bring."""
    return tuple(sorted(_installed()))


def study(reference: str) -> Study:
    """Return the study that `reference` names: a built-in name, `file.py`, or `file.py:name`.

    In a file, a study is a variable that holds a `Study`, or a function without arguments that returns one. Without a
    name, the variable `study` is taken, or the only study that the file holds.

    Raises:
        StudyError: There is no such study, or its file cannot be imported.
    """
    path, _, variable = reference.partition(":")
    keras()  # first, so that a backend that cannot be imported is said to be that
    if path.endswith(".py"):
        return _from_file(Path(path), variable)
    installed = _installed()
    if reference in installed:
        return installed[reference].load()()
    hint = (
        f" There is a file {reference}.py; give its whole name." if Path(f"{reference}.py").exists() else ""
    )
    raise StudyError(
        f"no study '{reference}'; there are {listed(sorted(installed))}, or give a Python file that holds one "
        f"(my_study.py).{nearest(reference, installed)}{hint}"
    )


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group="paribus.studies")}


def _from_file(path: Path, variable: str) -> Study:
    module = _imported(path)
    if variable:
        found = getattr(module, variable, None)
        if found is None:
            raise StudyError(f"{path} has no '{variable}'; its studies are {listed(_studies(module))}.")
        return _named(_study(found, f"{path}:{variable}"), f"{path.stem}-{variable}")
    if hasattr(module, _DEFAULT_VARIABLE):
        return _named(_study(getattr(module, _DEFAULT_VARIABLE), str(path)), path.stem)
    studies = _studies(module)
    if len(studies) != 1:
        cure = (
            f"say which: {path}:{next(iter(studies))}."
            if studies
            else "assign a paribus.Study to the variable `study`."
        )
        raise StudyError(f"{path} holds {len(studies)} studies ({listed(studies)}); {cure}")
    return _named(next(iter(studies.values())), path.stem)


def _imported(path: Path) -> ModuleType:
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


def _studies(module: ModuleType) -> dict[str, Study]:
    return {name: value for name, value in vars(module).items() if isinstance(value, Study)}


def _study(found: object, where: str) -> Study:
    try:
        made = cast("Callable[[], Any]", found)() if callable(found) else found
    except ParibusError:
        raise
    except (Exception, SystemExit) as error:  # the user's function may raise anything
        raise StudyError(f"{where}() raised {type(error).__name__}: {error}") from error
    if not isinstance(made, Study):
        raise StudyError(f"{where} is a {type(made).__name__}, not a paribus.Study.")
    return made


def _named(study: Study, name: str) -> Study:
    return replace(study, name=name) if study.name == _UNNAMED else study
