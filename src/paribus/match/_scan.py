"""Measure all that may matter along a line whose costs do not rise all the way."""

from itertools import pairwise
from typing import NamedTuple

from paribus.match._criterion import Side
from paribus.match._line import Line
from paribus.match._point import Point

MOST = 4_096
"""Places that are scanned at most."""
_IDLE = 64
"""Places in a row that lie farther off than the best, after which a scan ends."""


class _Turn(NamedTuple):
    """Two measured places, one after the other, of which one is on a side; if it rises, the higher one."""

    low: int
    high: int
    rises: bool


def scan(line: Line) -> None:
    """Measure every place; on a line longer than `MOST`, those around every turn that is known.

    A turn is where measured costs pass from too low to too high or back. From each, places are measured outwards until so many in
    a row lie on their own side of the turn, farther off than the best. What turns between two measured places and back again is
    not seen.
    """
    if line.length <= MOST:
        for place in range(line.length):
            line.at(place)
        return
    for side in line.criterion.sides:
        _locate(line, side)
    side = line.criterion.sides[0]
    turns = _turns(line, side)
    for turn in turns:
        most = MOST // (2 * len(turns))
        _outwards(line, side if turn.rises else _other(side), range(turn.high + 1, line.length)[:most])
        _outwards(line, _other(side) if turn.rises else side, range(turn.low - 1, -1, -1)[:most])


def _turns(line: Line, side: Side) -> list[_Turn]:
    return [
        _Turn(low, high, rises=side(right))
        for (low, left), (high, right) in pairwise(line.points())
        if side(left) != side(right)
    ]


def _locate(line: Line, side: Side) -> None:
    """Measure every known turn to and from that side; if there is none, look for one up to the end."""
    if not _turns(line, side):
        for rung in line.rungs():
            line.at(rung)
    for low, high, rises in _turns(line, side):
        line.turn(side if rises else _other(side), low, high)


def _outwards(line: Line, own: Side, places: range) -> None:
    """Measure one place after the other, until many in a row are on their own side, farther off than the best."""
    cost = line.criterion.cost
    least, idle = cost(line.best[1]), 0
    for place in places:
        if idle == _IDLE:
            return
        point = line.at(place)
        is_idle = point is None or (own(point) and cost(point) > least)
        idle = idle + 1 if is_idle else 0
        least = least if point is None else min(least, cost(point))


def _other(side: Side) -> Side:
    def is_other(point: Point) -> bool:
        return not side(point)

    return is_other
