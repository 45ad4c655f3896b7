"""The points to which no other is preferable."""

from collections.abc import Sequence

from paribus.match._point import Point


def front(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points than which no other is nearer to one goal and as near to all; of equal ones the first.

    Args:
        points: By sizes, the smaller first.
    """
    found: list[tuple[tuple[float, ...], Point]] = []
    values: set[tuple[int, ...]] = set()
    for off, point in sorted(((_off(point), point) for point in points), key=lambda pair: pair[0]):
        if point.values not in values and not any(_is_preferable(kept, off) for kept, _ in found):
            found.append((off, point))
            values.add(point.values)
    return tuple(point for _, point in found)


def _off(point: Point) -> tuple[float, ...]:
    return tuple(map(abs, point.deviations))


def _is_preferable(left: tuple[float, ...], right: tuple[float, ...]) -> bool:
    return left != right and all(one <= other for one, other in zip(left, right, strict=True))
