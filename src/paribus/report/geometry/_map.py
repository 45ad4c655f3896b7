"""How often each input is read, drawn with characters."""

from enum import StrEnum
from typing import NamedTuple

from rich.text import Text

from paribus.report.geometry._settings import LayerSettings

_LARGEST = 40
_MOST_COUNTED = 9
_SHADES = ("#bfd3e6", "#9ebcda", "#8c96c6", "#8c6bb1", "#88419d")


class What(StrEnum):
    """What a cell of the map is."""

    PADDING = "padding"
    READ = "read"
    UNREAD = "unread"


class Cell(NamedTuple):
    """A place of the input or of its padding, and how many outputs read it."""

    what: What
    reads: int


def map_rows(layer: LayerSettings) -> tuple[tuple[Cell, ...], ...]:
    """Return the input with its padding, row by row; one row for one axis, nothing for three or what is too large to draw."""
    geometry = layer.geometry
    drawn = [axis.n + axis.before + axis.after for axis in geometry.axes]
    if len(layer.sizes) > 2 or max(layer.sizes) > _LARGEST or max(drawn) > 2 * _LARGEST:
        return ()
    coverage = geometry.coverage if len(layer.sizes) == 2 else geometry.coverage[None, :]
    pads = [(0, 0)] * (2 - len(layer.sizes)) + [
        (0, 0) if layer.kind == "transpose" else (axis.before, axis.after) for axis in geometry.axes
    ]
    height, width = coverage.shape
    return tuple(
        tuple(
            _cell(int(coverage[row, column]))
            if 0 <= row < height and 0 <= column < width
            else Cell(What.PADDING, 0)
            for column in range(-pads[1][0], width + pads[1][1])
        )
        for row in range(-pads[0][0], height + pads[0][1])
    )


def coverage_map(layer: LayerSettings) -> Text:
    """Return the map for a terminal: a digit for how many outputs read an input, × for none, · for padding."""
    rows = map_rows(layer)
    if not rows:
        axes = len(layer.sizes)
        return Text(
            "Too large to draw here; --svg draws it." if axes < 3 else "Three axes are not drawn.",
            style="dim",
        )
    most = max(cell.reads for row in rows for cell in row)
    drawn = Text("\n").join(Text(" ").join(_drawn(cell, most) for cell in row) for row in rows)
    legend = Text("\n\ndigits: outputs that read it   × read by none   · padding", style="dim")
    return drawn + legend


def _cell(reads: int) -> Cell:
    return Cell(What.READ if reads else What.UNREAD, reads)


def _drawn(cell: Cell, most: int) -> Text:
    if cell.what is What.PADDING:
        return Text("·", style="dim")
    if cell.what is What.UNREAD:
        return Text("×", style="bold red")
    shade = _SHADES[round((cell.reads - 1) / max(1, most - 1) * (len(_SHADES) - 1))]
    return Text(str(cell.reads) if cell.reads <= _MOST_COUNTED else "+", style=shade)
