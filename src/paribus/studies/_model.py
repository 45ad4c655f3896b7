"""A Keras model from a Python file."""

from pathlib import Path

from paribus.backend import Model, keras
from paribus.errors import StudyError, listed, nearest
from paribus.studies._file import called, imported

_DEFAULT_VARIABLE = "model"


def model(reference: str) -> Model:
    """Return the Keras model that `file.py` or `file.py:name` names: a variable, or a function without arguments that returns one.

    Raises:
        StudyError: There is no such file or model, or it raises.
    """
    path, _, variable = reference.partition(":")
    base = keras().Model  # first, so that a backend that cannot be imported is said to be that
    if not path.endswith(".py"):
        raise StudyError(
            f"{reference}: give a Python file and the name of a model in it, as my_models.py:small."
        )
    module = imported(Path(path))
    name = variable or _DEFAULT_VARIABLE
    if not hasattr(module, name):
        known = [key for key, value in vars(module).items() if isinstance(value, base)]
        raise StudyError(f"{path} has no '{name}'; its models are {listed(known)}.{nearest(name, known)}")
    made = called(getattr(module, name), f"{path}:{name}")
    if not isinstance(made, base):
        raise StudyError(f"{path}:{name} is a {type(made).__name__}, not a Keras model.")
    return made
