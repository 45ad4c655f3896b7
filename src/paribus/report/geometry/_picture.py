"""A layer as a picture: its input with padding, how often each place is read, one window, and the output."""

import itertools
import textwrap
from collections.abc import Iterator

from paribus.errors import GeometryError
from paribus.geometry import AxisGeometry, LayerGeometry, Window, along
from paribus.report.geometry._facts import facts
from paribus.report.geometry._settings import LayerSettings
from paribus.report.geometry._svg import document, rectangle, words

_LARGEST = 64
_ROOM = 420.0
_CELL = 30.0
_MARGIN, _GAP = 24.0, 72.0
_HEAD, _FOOT_LINE = 56.0, 18.0
_LEAST_FOR_DIGITS = 17.0
_LEAST_WIDTH, _CHARACTER = 760.0, 7.2
"""Pixels; the second of a character, on average."""


def layer_svg(layer: LayerSettings, *, styled: bool = True) -> str:
    """Return a picture of a layer over one or two axes.

    Args:
        layer: What is drawn.
        styled: Whether it carries its style.

    Raises:
        GeometryError: It has three axes, or more places along one than can be told apart.
    """
    drawn = [axis.n + axis.before + axis.after for axis in layer.geometry.axes]
    if len(layer.sizes) > 2 or max(*layer.sizes, *layer.geometry.output_shape, *drawn) > 2 * _LARGEST:
        raise GeometryError(
            f"{len(layer.sizes)} axes of {max(layer.sizes)} are not drawn; a picture has one or two axes, and up to {2 * _LARGEST} places along "
            "each, with padding."
        )
    panels = _Panels(layer)
    width = max(panels.width, _LEAST_WIDTH)
    fits = int((width - 2 * _MARGIN) / _CHARACTER)
    lines = [part for sentence in facts(layer)[1:] for part in textwrap.wrap(sentence, fits)]
    height = panels.bottom + 30 + _FOOT_LINE * (len(lines) + 1) + _MARGIN
    body = [
        words(_MARGIN, 30, facts(layer)[0].rstrip("."), size=16),
        *panels.input(),
        *panels.output(),
        *(
            words(_MARGIN, panels.bottom + 30 + _FOOT_LINE * row, said, kind="dim")
            for row, said in enumerate(lines)
        ),
        words(
            _MARGIN,
            panels.bottom + 30 + _FOOT_LINE * len(lines),
            "Numbers: outputs that read a place. Hatched: read by none. Dashed: padding. Outlined: one output and what it reads.",
            size=11,
            kind="dim",
        ),
    ]
    return document(width, height, facts(layer)[0], body, styled=styled)


class _Panels:
    """Where the two grids lie, and what is in them."""

    def __init__(self, layer: LayerSettings) -> None:
        self._layer = layer
        self._geometry = _two_axes(layer.geometry)
        pads = [(0, 0) if layer.kind == "transpose" else (axis.before, axis.after) for axis in self._axes]
        self._pads = [(max(0, before), max(0, after)) for before, after in pads]
        rows, columns = (axis.n + sum(pad) for axis, pad in zip(self._axes, self._pads, strict=True))
        self._cell = min(_CELL, _ROOM / max(rows, columns))
        self._left = _MARGIN + self._cell * columns + _GAP
        self.width = self._left + self._cell * self._axes[1].outputs + _MARGIN
        self.bottom = _HEAD + 22 + self._cell * max(rows, self._axes[0].outputs)

    @property
    def _axes(self) -> tuple[AxisGeometry, AxisGeometry]:
        return self._geometry

    def input(self) -> Iterator[str]:
        """Yield the input: shaded by how often it is read, hatched where it never is, dashed where it is padding."""
        down, across = self._axes
        yield words(_MARGIN, _HEAD + 8, self._name("input", down.n, across.n))
        most = max(1, int(down.reads.max()) * int(across.reads.max()))
        for row in range(-self._pads[0][0], down.n + self._pads[0][1]):
            for column in range(-self._pads[1][0], across.n + self._pads[1][1]):
                inside = 0 <= row < down.n and 0 <= column < across.n
                reads = int(down.reads[row] * across.reads[column]) if inside else 0
                yield from self._place(row, column, reads if inside else None, most)
        yield from self._window()

    def output(self) -> Iterator[str]:
        """Yield the output, the first of them outlined."""
        down, across = self._axes
        yield words(self._left, _HEAD + 8, self._name("output", down.outputs, across.outputs))
        for row in range(down.outputs):
            for column in range(across.outputs):
                x, y = self._left + self._cell * column, _HEAD + 22 + self._cell * row
                yield rectangle(x, y, self._cell, self._cell, "empty")
        if down.outputs and across.outputs:
            yield rectangle(self._left, _HEAD + 22, self._cell, self._cell, "window")

    def _name(self, what: str, down: int, across: int) -> str:
        return f"{what}: {across}" if len(self._layer.sizes) == 1 else f"{what}: {down}×{across}"

    def _place(self, row: int, column: int, reads: int | None, most: int) -> Iterator[str]:
        x, y = self._at(row, column)
        if reads is None:
            yield rectangle(x, y, self._cell, self._cell, "pad")
        elif not reads:
            yield rectangle(x, y, self._cell, self._cell, "unread", fill="url(#hatch)")
        else:
            yield rectangle(
                x, y, self._cell, self._cell, "cell", fill_opacity=f"{0.15 + 0.55 * reads / most:.2f}"
            )
            if self._cell >= _LEAST_FOR_DIGITS:
                middle = self._cell / 2
                yield words(
                    x + middle, y + middle + 4, str(reads), size=min(12.0, self._cell * 0.45), anchor="middle"
                )

    def _window(self) -> Iterator[str]:
        """Yield an outline around what the first output reads: the window, or its single places where it has holes."""
        rows, columns = (_reads(axis, pad) for axis, pad in zip(self._axes, self._pads, strict=True))
        if _has_holes(rows) or _has_holes(columns):
            blocks = [(row, row, column, column) for row in rows for column in columns]
        else:
            blocks = [(rows[0], rows[-1], columns[0], columns[-1])] if rows and columns else []
        for top, bottom, left, right in blocks:
            x, y = self._at(top, left)
            yield rectangle(x, y, self._cell * (right - left + 1), self._cell * (bottom - top + 1), "window")

    def _at(self, row: int, column: int) -> tuple[float, float]:
        return (
            _MARGIN + self._cell * (column + self._pads[1][0]),
            _HEAD + 22 + self._cell * (row + self._pads[0][0]),
        )


def _two_axes(geometry: LayerGeometry) -> tuple[AxisGeometry, AxisGeometry]:
    """Return rows and columns; one axis is one row."""
    if len(geometry.axes) == 1:
        return along(1, Window(size=1)), geometry.axes[0]
    return geometry.axes[0], geometry.axes[1]


def _reads(axis: AxisGeometry, pad: tuple[int, int]) -> list[int]:
    """Return what the first output reads, of what is drawn."""
    row = axis.places[0] if axis.outputs else axis.places.ravel()
    return sorted(row[(row >= -pad[0]) & (row < axis.n + pad[1])].tolist())


def _has_holes(places: list[int]) -> bool:
    return any(later - earlier > 1 for earlier, later in itertools.pairwise(places))
