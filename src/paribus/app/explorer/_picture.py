"""The input and what every layer makes of it, as grids whose places can be pointed at."""

import math
from collections.abc import Iterator
from typing import NamedTuple, TypedDict

from markupsafe import Markup

from paribus.app.explorer._chain import Chain
from paribus.geometry import BETWEEN, AxisGeometry
from paribus.report.geometry import LayerSettings, rectangle, times, words

_LARGEST = 64
_MOST_PLACES = 12_000
_ROOM, _LARGEST_CELL, _LEAST_FOR_DIGITS = 400.0, 34.0, 17.0
"""Pixels."""


class Grid(NamedTuple):
    """The input, or what a layer puts out, as a picture: its name, and how it is read by the next layer."""

    name: str
    picture: Markup


class AxisReads(TypedDict):
    """One axis of a layer: the places that every output reads, those of the padding included; `n` inputs."""

    n: int
    places: list[list[int]]


def grids(chain: Chain) -> tuple[Grid, ...]:
    """Return a grid for the input and one behind every layer; none where there are too many places to tell apart."""
    if not is_drawable(chain):
        return ()
    readers: list[LayerSettings | None] = [*chain.layers, None]
    return tuple(
        _grid(sizes, reader, place, _name(chain, place))
        for place, (sizes, reader) in enumerate(zip(chain.sizes, readers, strict=True))
    )


def _grid(sizes: tuple[int, ...], reader: LayerSettings | None, place: int, name: str) -> Grid:
    drawn = "\n".join(_Drawing(sizes, reader, place, name).lines())
    return Grid(name, Markup(drawn))  # noqa: S704 -- numbers and names made here


def is_drawable(chain: Chain) -> bool:
    """Whether the places can be told apart."""
    along = max(max(sizes) for sizes in chain.sizes)
    places = sum(math.prod(sizes) for sizes in chain.sizes)
    return along <= _LARGEST and places <= _MOST_PLACES


def reads(chain: Chain) -> list[list[AxisReads]]:
    """Return for every layer and axis what its outputs read."""
    return [[_axis_reads(axis) for axis in layer.geometry.axes] for layer in chain.layers]


def _axis_reads(axis: AxisGeometry) -> AxisReads:
    return {
        "n": axis.n,
        "places": [[place for place in row if place != BETWEEN] for row in axis.places.tolist()],
    }


def _name(chain: Chain, place: int) -> str:
    sizes = times(chain.sizes[place])
    if place == 0:
        return f"input: {sizes}"
    if len(chain.layers) == 1:
        return f"output: {sizes}"
    return f"behind {place}, {chain.layers[place - 1].name}: {sizes}"


class _Drawing:
    """One grid as SVG."""

    def __init__(self, sizes: tuple[int, ...], reader: LayerSettings | None, place: int, name: str) -> None:
        self._place, self._name = place, name
        self._sizes = (1, *sizes)[-2:]
        axes = reader.geometry.axes if reader else ()
        padded = reader is not None and reader.kind != "transpose"
        pads = [(axis.before, axis.after) if padded else (0, 0) for axis in axes] or [(0, 0)] * len(sizes)
        self._pads = [(0, 0), *pads][-2:]
        counts = [axis.reads.tolist() for axis in axes]
        self._reads: list[list[int]] = [[1], *counts][-2:] if counts else []
        self._rows, self._columns = (
            size + sum(pad) for size, pad in zip(self._sizes, self._pads, strict=True)
        )
        self._cell = min(_LARGEST_CELL, _ROOM / max(self._rows, self._columns))

    def lines(self) -> Iterator[str]:
        """Yield the elements."""
        width, height = self._cell * self._columns + 2, self._cell * self._rows + 2
        yield (
            f'<svg viewBox="-1 -1 {width:g} {height:g}" width="{width:g}" height="{height:g}" tabindex="0" role="application" '
            f'aria-roledescription="grid of places" aria-label="{self._name}; the arrow keys move from place to place" '
            f'data-grid="{self._place}">'
        )
        for row in range(-self._pads[0][0], self._sizes[0] + self._pads[0][1]):
            for column in range(-self._pads[1][0], self._sizes[1] + self._pads[1][1]):
                yield from self._drawn(row, column)
        yield "</svg>"

    def _drawn(self, row: int, column: int) -> Iterator[str]:
        cell = self._cell
        x, y = cell * (column + self._pads[1][0]), cell * (row + self._pads[0][0])
        at = {"data-at": f"{row},{column}"}
        if not (0 <= row < self._sizes[0] and 0 <= column < self._sizes[1]):
            yield rectangle(x, y, cell, cell, "pad", **at)
        elif not self._reads:
            yield rectangle(x, y, cell, cell, "empty", **at)
        elif not (count := self._reads[0][row] * self._reads[1][column]):
            yield rectangle(x, y, cell, cell, "unread", fill="url(#hatch)", **at)
        else:
            most = max(self._reads[0]) * max(self._reads[1])
            yield rectangle(x, y, cell, cell, "cell", fill_opacity=f"{0.15 + 0.55 * count / most:.2f}", **at)
            if cell >= _LEAST_FOR_DIGITS:
                yield words(
                    x + cell / 2, y + cell / 2 + 4, str(count), size=min(12.0, cell * 0.45), anchor="middle"
                )
