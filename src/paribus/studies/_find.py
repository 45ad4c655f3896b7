"""A study by its name, or from a Python file."""

from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from paribus.backend import keras
from paribus.errors import StudyError, listed, nearest
from paribus.studies._file import called, imported
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
    module = imported(path)
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


def _studies(module: ModuleType) -> dict[str, Study]:
    return {name: value for name, value in vars(module).items() if isinstance(value, Study)}


def _study(found: object, where: str) -> Study:
    made = called(found, where)
    if not isinstance(made, Study):
        raise StudyError(f"{where} is a {type(made).__name__}, not a paribus.Study.")
    return made


def _named(study: Study, name: str) -> Study:
    return replace(study, name=name) if study.name == _UNNAMED else study
