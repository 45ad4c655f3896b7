"""A probe by its name."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from paribus.errors import StudyError, listed, nearest
from paribus.probes._base import Probe


def names() -> tuple[str, ...]:
    """Return the names of the probes that paribus and other installed packages bring."""
    return tuple(sorted(_installed()))


def probe(name: str, /, **options: Any) -> Probe:
    """Return the probe of that name.

    Args:
        name: As in `names()`.
        options: Of the probe, as `pixels=2`.

    Raises:
        StudyError: There is no such probe, or it takes no such options.
    """
    installed = _installed()
    if name not in installed:
        raise StudyError(
            f"no probe '{name}'; there are {listed(sorted(installed))}.{nearest(name, installed)}"
        )
    try:
        return installed[name].load()(**options)
    except TypeError as error:
        raise StudyError(f"probe '{name}' does not take that: {error}.") from error


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group="paribus.probes")}
