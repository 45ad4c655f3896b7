"""A line: the values of one knob, all others held where they are."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from paribus.match._criterion import Side
from paribus.match._point import Point
from paribus.match._table import Table

_REACH = 16
"""How far from a place where nothing can be built others are tried."""


class Line:
    """Points along one knob, by their places 0, 1, 2 and so on.

    Args:
        table: Where points are measured.
        length: How many places there are.
        sizes: Place -> sizes of all knobs.
    """

    def __init__(self, table: Table, length: int, sizes: Callable[[int], dict[str, int]]) -> None:
        self.length = length
        self.criterion = table.criterion
        self._table = table
        self._sizes = sizes
        self._seen: dict[int, Point | None] = {}

    def at(self, place: int) -> Point | None:
        """Return the point there; None where nothing can be built, which is everywhere beyond the ends."""
        if not 0 <= place < self.length:
            return None
        if place not in self._seen:
            self._seen[place] = self._table.at(self._sizes(place))
        return self._seen[place]

    def near(self, place: int, low: int, high: int) -> tuple[int, Point] | None:
        """Return what can be built nearest to `place`, strictly between `low` and `high`, and its place.

        None when there is nothing within reach.
        """
        for step in range(_REACH + 1):
            for candidate in (place + step, place - step):
                if low < candidate < high and (point := self.at(candidate)) is not None:
                    return candidate, point
        return None

    def points(self) -> list[tuple[int, Point]]:
        """Return places and points that were measured, by place."""
        return sorted(
            ((place, point) for place, point in self._seen.items() if point is not None),
            key=lambda found: found[0],
        )

    @property
    def end(self) -> int:
        """The last place that was tried."""
        return max(self._seen, default=0)

    @property
    def best(self) -> tuple[int, Point]:
        """The best of what was measured, and its place."""
        return min(self.points(), key=lambda found: self.criterion.rank(found[1]))

    @property
    def rises(self) -> bool:
        """Whether no cost falls along what was measured."""
        return all(
            before <= after
            for (_, left), (_, right) in pairwise(self.points())
            for before, after in zip(left.values, right.values, strict=True)
        )

    def rungs(self) -> Iterator[int]:
        """Yield the first place, others at doubling distances from it, and the last."""
        distance = 0
        while distance < self.length - 1:
            yield distance
            distance = 2 * distance + 1
        yield self.length - 1

    def climb(self, side: Side) -> tuple[int, int]:
        """Double the distance from the first place until a point is on that side.

        Returns:
            The last place that is not and the first that is. Instead of the former -1 where there is none; instead of the latter
            a place from which on nothing can be built, as far as it and the one at double the distance tell, or `length`.
        """
        low, gap = -1, None
        for rung in self.rungs():
            found = self.near(rung, low, self.length) if rung > low else None
            if found is not None and side(found[1]):
                return low, found[0]
            if found is not None:
                low, gap = found[0], None
            elif gap is not None:
                return low, gap
            elif 0 <= low < rung - _REACH:
                gap = rung
        return low, self.length if gap is None else gap

    def turn(self, side: Side, low: int, high: int) -> None:
        """Halve what lies between until the turn to that side has been measured.

        Places where nothing can be built are taken to lie above the turn if something can be built at `low`, and below it if
        something can be built at `high`; if both, once so and once so: the turn is on either side of such a gap.
        """
        for bound, above in ((low, True), (high, False)):
            if self.at(bound) is not None:
                self._halve(side, low, high, gap_is_above=above)

    def _halve(self, side: Side, low: int, high: int, *, gap_is_above: bool) -> None:
        while high - low > 1:
            middle = (low + high) // 2
            found = self.near(middle, low, high)
            if found is not None and side(found[1]):
                high = found[0]
            elif found is not None:
                low = found[0]
            elif gap_is_above:
                high = max(low + 1, middle - _REACH)
            else:
                low = min(high - 1, middle + _REACH)
