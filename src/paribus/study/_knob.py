"""A knob: a whole-number parameter of a builder, by which its arm is resized."""

import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, cast

from paribus.errors import StudyError

ANY_SIZE = range(1, 65_537)
"""The values of a knob for which none are given."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A parameter of a builder, and the values it may take.

    Args:
        name: The parameter.
        values: Positive whole numbers, strictly increasing.

    Raises:
        StudyError: The values are none, not positive, or not increasing.
    """

    name: str
    values: range | tuple[int, ...] = ANY_SIZE

    def __post_init__(self) -> None:
        if not isinstance(self.values, range):
            object.__setattr__(self, "values", _plain(self.name, self.values))
        if problem := _problem(self.values):
            raise StudyError(f"knob '{self.name}': {problem}")


Knobs: TypeAlias = Mapping[str, range | Sequence[int]] | Sequence[str] | Sequence[Knob]
"""How knobs are declared: values by name, or names alone."""


def declared_knobs(knobs: Knobs) -> tuple[Knob, ...]:
    """Return the knobs that are meant.

    Raises:
        StudyError: Something is wrong with their values, or a name comes twice; all of it is named.
    """
    if isinstance(knobs, str):
        raise StudyError(f"knobs is {knobs!r}; give a tuple of names, as ({knobs!r},).")
    if isinstance(knobs, Mapping):
        pairs = list(knobs.items())
    else:
        pairs = [(knob.name, knob.values) if isinstance(knob, Knob) else (knob, ANY_SIZE) for knob in knobs]
    found: list[Knob] = []
    problems = [
        f"knob '{name}' is named {count} times."
        for name, count in Counter(name for name, _ in pairs).items()
        if count > 1
    ]
    for name, values in pairs:
        try:
            found.append(Knob(name, cast("range | tuple[int, ...]", values)))
        except StudyError as error:
            problems += error.problems
    if problems:
        raise StudyError(problems)
    return tuple(found)


def _plain(name: str, values: object) -> tuple[int, ...]:
    """Return the values as Python's whole numbers."""
    try:
        return tuple(operator.index(value) for value in cast("Iterable[int]", values))
    except TypeError:
        raise StudyError(
            f"knob '{name}': its values are {values!r}; give a range or whole numbers, as range(8, 257, 8)."
        ) from None


def _problem(values: range | tuple[int, ...]) -> str:
    if not values:
        return "it has no values; it needs at least one."
    if isinstance(values, range):
        increasing = len(values) == 1 or values.step > 0
    else:
        increasing = all(left < right for left, right in pairwise(values))
    if not increasing:
        return "its values must increase, each above the one before."
    return "" if values[0] >= 1 else f"its values begin at {values[0]}; a size is at least 1."
