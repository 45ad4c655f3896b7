"""Receptive fields along one axis, through stacks and branches."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from paribus.geometry._step import Step


@dataclass(frozen=True, slots=True)
class Field:
    """What the units of a layer see along one axis of the model's input.

    Attributes:
        extent: Inputs from the first that one unit depends on to the last, those in the padding included; a fraction where a unit's
            place among the inputs is one.
        jump: Inputs from one unit's field to the next one's; less than one where a layer stretches its input.
        start: The first input that the first unit depends on; negative in the padding.

    Source:
        Araujo, Norris and Sim (2019), Computing receptive fields of convolutional neural networks.
    """

    extent: Fraction = Fraction(0)
    jump: Fraction = Fraction(1)
    start: Fraction = Fraction(0)

    @property
    def size(self) -> int:
        """Inputs that one unit depends on, where it depends on the most."""
        return math.ceil(self.extent) + 1

    def through(self, step: Step, n: int) -> "Field":
        """Return the field behind a step over `n` units."""
        return Field(
            self.extent + step.reach * self.jump,
            self.jump * step.pace,
            self.start + step.first(n) * self.jump,
        )


def joined(fields: Iterable[Field]) -> Field | None:
    """Return what a unit sees of branches that meet; None where they are not in step, so that every unit sees another size."""
    fields = tuple(fields)
    if len({field.jump for field in fields}) != 1:
        return None
    start = min(field.start for field in fields)
    end = max(field.start + field.extent for field in fields)
    return Field(end - start, fields[0].jump, start)
