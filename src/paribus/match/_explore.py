"""Measure along a line until its best point is among what was measured."""

from paribus.match._criterion import Side
from paribus.match._line import Line
from paribus.match._point import Point
from paribus.match._scan import MOST, scan

_PROBES = 16
_FEWEST = 32
"""Places over which probes are spread at least, on a line too long to be scanned."""


def explore(line: Line) -> None:
    """Measure along the line: few points where costs rise along it, many where they do not.

    Costs are taken to rise unless a measured one falls. What was measured on the way is looked at, and the neighbours of the best,
    and pairs of neighbours spread evenly over all that: over the whole line if it could be scanned, else over no more than about
    twice the size that is looked for, because models beyond may be too large to build.
    """
    for side in line.criterion.sides:
        line.turn(side, *line.climb(side))
    if not line.points():  # nothing here can be built
        return
    _beside(line, line.best[0])
    _probe(line)
    if line.rises:
        _settle(line)
    if not line.rises:
        scan(line)
    _walk(line)


def _beside(line: Line, place: int) -> list[tuple[int, Point]]:
    """Measure the neighbours of a place, and return it with those that can be built."""
    points = ((each, line.at(each)) for each in range(place - 2, place + 3))
    return [(each, point) for each, point in points if point is not None]


def _walk(line: Line) -> None:
    """Go from the best to better neighbours, until there are none."""
    before, place = None, line.best[0]
    while before != place:
        before = place
        place = min(_beside(line, place), key=lambda found: line.criterion.rank(found[1]))[0]


def _probe(line: Line) -> None:
    """Measure pairs of neighbours, evenly spread: costs may differ between even and odd sizes."""
    end = line.length if line.length <= MOST else max(line.end + 1, _FEWEST)
    last = min(line.length, end) - 1
    for number in range(_PROBES):
        place = last * number // (_PROBES - 1)
        line.at(place)
        line.at(place + 1 if place < last else place - 1)


def _settle(line: Line) -> None:
    """Where many sizes share the least largest deviation, measure those of least sum, and of those the first.

    Costs rise, so such sizes lie together, and each goal is nearest where its own cost turns, or at their ends. Of two goals one is
    missed by as much at all of them, so the least sum is found; of more, a sum that is less may be passed over.
    """
    turns = [_turn(line, side) for side in line.criterion.sides]
    first, last = _shared(line, max(turns))
    for turn in turns:
        for place in (turn - 1, turn):
            line.near(min(max(place, first), last), first - 1, last + 1)
    place, best = line.best
    if _may_be_first(line, place, best):
        line.turn(lambda point: point.values >= best.values, -1, place)


def _turn(line: Line, side: Side) -> int:
    """Return the first measured place on that side, or the last one measured."""
    points = line.points()
    return next((place for place, point in points if side(point)), points[-1][0])


def _shared(line: Line, end: int) -> tuple[int, int]:
    """Return the first place whose largest deviation is that of the best, and the last one not beyond `end`.

    Beyond the last turn every deviation grows, or stays as it is.
    """
    cost = line.criterion.cost
    place, best = line.best
    least = cost(best)
    if _may_be_first(line, place, best):
        line.turn(lambda point: cost(point) <= least, -1, place)
    if end > place:
        line.turn(lambda point: cost(point) > least, place, end)
    near = [place for place, point in line.points() if cost(point) <= least]
    return min(near), max(near)


def _may_be_first(line: Line, place: int, point: Point) -> bool:
    """Whether a place before this one may be as good: the one just before is, or cannot be built."""
    before, cost = line.at(place - 1), line.criterion.cost
    return place > 0 and (before is None or cost(before) <= cost(point))
