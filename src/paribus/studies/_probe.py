"""A probe by its name, or from a Python file."""

from pathlib import Path
from typing import Any

from paribus import probes
from paribus.errors import StudyError, listed, nearest
from paribus.probes import Probe
from paribus.studies._file import imported


def probe(reference: str, /, **options: Any) -> Probe:
    """Return the probe that `reference` names: an installed one's name, or `file.py:name`, a probe or its class.

    Args:
        reference: As `shift_accuracy` or `my_probes.py:TopTwo`.
        options: Of an installed probe or of a class.

    Raises:
        StudyError: There is no such probe, its file cannot be imported, or it takes no such options.
    """
    path, _, name = reference.partition(":")
    if not path.endswith(".py"):
        return probes.probe(reference, **options)
    module = imported(Path(path))
    found: Any = getattr(module, name, None)
    if found is None:
        known = [
            key
            for key, value in vars(module).items()
            if _is_probe(value) and value.__module__ == module.__name__
        ]
        raise StudyError(
            f"{path} has no '{name}'; its probes are {listed(known)}; give one as {path}:name.{nearest(name, known)}"
        )
    if not isinstance(found, type):
        if options:
            raise StudyError(
                f"{reference} is a probe already, so it takes no {listed(options)}; name its class."
            )
        return found
    try:
        return found(**options)
    except TypeError as error:
        raise StudyError(f"{reference} does not take that: {error}.") from error


def _is_probe(value: Any) -> bool:
    return all(hasattr(value, part) for part in ("unit", "rises", "source", "version", "__module__"))
