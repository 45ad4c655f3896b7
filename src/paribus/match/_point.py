"""Points: sizes of an arm, and what they cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Measure = Callable[[Mapping[str, int]], Sequence[int]]
"""Sizes by knob -> what they cost, a number for each goal; raises ArmError for sizes that cannot be built."""


@dataclass(frozen=True, slots=True)
class Point:
    """A choice of sizes.

    Attributes:
        sizes: By knob.
        values: What was measured, one for each goal, in the measure's unit.
        deviations: How far off each is, relative to its target: negative below, positive above.
    """

    sizes: dict[str, int]
    values: tuple[int, ...]
    deviations: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Attributes:
        best: The point nearest to all goals.
        front: The points to which no measured one is preferable: every other is farther from some goal, or the same.
        measured: Every point that was measured, by sizes.
    """

    best: Point
    front: tuple[Point, ...]
    measured: tuple[Point, ...]
