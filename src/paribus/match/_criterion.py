"""Which of two points is nearer to all goals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from paribus.match._goal import Goal
from paribus.match._point import Point

Side = Callable[[Point], bool]
"""Whether a point lies at or above what is wanted."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """Deviations in units of their tolerances: the largest counts, then their sum, then smaller sizes."""

    goals: tuple[Goal, ...]

    def point(self, sizes: dict[str, int], values: Sequence[int]) -> Point:
        """Return the point of these sizes, which cost `values`."""
        lines = [goal.line(int(value)) for goal, value in zip(self.goals, values, strict=True)]
        return Point(sizes, tuple(line.actual for line in lines), tuple(line.deviation for line in lines))

    def signed(self, point: Point) -> list[float]:
        """Return how many tolerances the point is off each goal."""
        return [
            deviation / goal.tolerance for deviation, goal in zip(point.deviations, self.goals, strict=True)
        ]

    def cost(self, point: Point) -> float:
        """Return how many tolerances the point is off the goal that it misses most."""
        return max(map(abs, self.signed(point)))

    def rank(self, point: Point) -> tuple[float, float, tuple[int, ...]]:
        """Return what is least for the best point."""
        off = [abs(each) for each in self.signed(point)]
        return max(off), sum(off), tuple(point.sizes.values())

    def within(self, point: Point) -> bool:
        """Whether the point meets every goal."""
        pairs = zip(self.goals, point.values, strict=True)
        return all(goal.line(value).within for goal, value in pairs)

    @property
    def sides(self) -> tuple[Side, ...]:
        """Where costs that grow turn from too low to too high: for all goals together, then for each.

        The largest deviation is least where the largest and the smallest signed one cancel out.
        """
        if len(self.goals) == 1:
            return (partial(_reaches, 0),)
        return (self._reaches_all, *(partial(_reaches, number) for number in range(len(self.goals))))

    def _reaches_all(self, point: Point) -> bool:
        signed = self.signed(point)
        return max(signed) + min(signed) >= 0


def _reaches(number: int, point: Point) -> bool:
    return point.deviations[number] >= 0
