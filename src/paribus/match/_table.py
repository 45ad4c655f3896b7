"""What has been measured, each choice of sizes once."""

from collections.abc import Mapping

from paribus.errors import ArmError
from paribus.match._criterion import Criterion
from paribus.match._point import Measure, Point


class Table:
    """Measures choices of sizes, and remembers them.

    Args:
        criterion: What they are measured against.
        measure: What a choice costs.
    """

    def __init__(self, criterion: Criterion, measure: Measure) -> None:
        self.criterion = criterion
        self._measure = measure
        self._points: dict[tuple[int, ...], Point | None] = {}
        self._refusal: ArmError | None = None

    def at(self, sizes: Mapping[str, int]) -> Point | None:
        """Return the point of these sizes, or None if they cannot be built. Knobs come in one order always."""
        key = tuple(sizes.values())
        if key not in self._points:
            self._points[key] = self._measured(dict(sizes))
        return self._points[key]

    def points(self) -> tuple[Point, ...]:
        """Return the points that could be built, by sizes.

        Raises:
            ArmError: There are none; it says why the first could not be built.
        """
        found = [point for point in self._points.values() if point is not None]
        if not found and self._refusal is not None:
            raise self._refusal
        return tuple(sorted(found, key=lambda point: tuple(point.sizes.values())))

    def _measured(self, sizes: dict[str, int]) -> Point | None:
        try:
            return self.criterion.point(sizes, self._measure(sizes))
        except ArmError as error:
            self._refusal = self._refusal or error
            return None
