"""Paired differences as a small picture in the colors of whatever page it stands on."""

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

import numpy as np

from paribus.report._numbers import Scale
from paribus.report.figures import Difference, Panel, SeedDifference

_LABELS, _ROOM, _ROW, _FOOT = 250.0, 400.0, 38.0, 40.0
_MOST_ROWS = 30
_COLORS = {"better": "#35a163", "worse": "#e0524a", "equivalent": "#2a9aa9", "undecided": "#c08a1e"}


def forest_svg(panel: Panel) -> str:
    """Return contrasts as rows: every seed, the mean with its interval, the margin shaded; the first thirty.

    Args:
        panel: Of the figure "differences".
    """
    scale, rows = Scale(panel.settings["metric"]), panel.rows[:_MOST_ROWS]
    axis = _Axis(_reach(rows, panel.settings["seeds"], scale))
    height = _ROW * len(rows) + _FOOT
    body = [line for place, row in enumerate(rows) for line in _row(row, panel, scale, axis, _ROW * place)]
    described = "; ".join(f"{row.contrast}: {row.word}" for row in rows)
    width = _LABELS + _ROOM + 20
    opening = (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" fill="currentColor" '
        'style="max-width:100%;height:auto;font:12px system-ui,sans-serif">'
    )
    return "\n".join(
        [
            opening,
            f"<title>{escape(described)}</title>",
            *body,
            *_ticks(axis, height - _FOOT, scale),
            "</svg>",
        ]
    )


class _Axis:
    """From what is written to pixels, symmetric about nothing: as far as the numbers reach."""

    def __init__(self, reach: tuple[float, float]) -> None:
        from matplotlib.ticker import MaxNLocator

        self.low, self.high = reach
        ticks = MaxNLocator(6).tick_values(self.low, self.high)
        self.ticks = [float(tick) for tick in ticks if self.low <= tick <= self.high]

    def at(self, value: float) -> float:
        return _LABELS + _ROOM * (value - self.low) / (self.high - self.low)


def _reach(rows: Sequence[Difference], seeds: Sequence[SeedDifference], scale: Scale) -> tuple[float, float]:
    numbers = [0.0, *(seed.difference for seed in seeds)]
    numbers += [end for row in rows for end in (row.low, row.high, row.mean, row.margin, row.below)]
    finite = scale.factor * np.array([number for number in numbers if math.isfinite(number)])
    low, high = float(finite.min()), float(finite.max())
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room


def _row(row: Difference, panel: Panel, scale: Scale, axis: _Axis, top: float) -> Iterator[str]:
    middle, color = top + _ROW / 2, _COLORS[row.word]
    if math.isfinite(row.margin):
        left, right = axis.at(scale.factor * row.below), axis.at(scale.factor * row.margin)
        yield f'<rect x="{left:.1f}" y="{top + 3:.1f}" width="{right - left:.1f}" height="{_ROW - 6:.1f}" fill-opacity="0.12"/>'
    label = row.contrast if len(row.contrast) < 38 else f"{row.contrast[:36]}\N{HORIZONTAL ELLIPSIS}"
    yield f'<text x="{_LABELS - 12:g}" y="{middle - 2:.1f}" text-anchor="end">{escape(label)}</text>'
    told = f"{row.word}, n = {row.n}"
    yield f'<text x="{_LABELS - 12:g}" y="{middle + 12:.1f}" text-anchor="end" font-size="11" font-weight="600" fill="{color}">{told}</text>'
    for seed in panel.settings["seeds"]:
        if seed.contrast == row.contrast:
            x, y = axis.at(scale.factor * seed.difference), middle + 20 * seed.lane
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill-opacity="0.35"/>'
    if math.isfinite(row.low) and math.isfinite(row.high):
        left, right = axis.at(scale.factor * row.low), axis.at(scale.factor * row.high)
        yield f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="{color}" stroke-width="3"/>'
    x = axis.at(scale.factor * row.mean)
    yield f'<path d="M{x:.1f} {middle - 6:.1f}l6 6-6 6-6-6z" fill="{color}"/>'


def _ticks(axis: _Axis, bottom: float, scale: Scale) -> Iterator[str]:
    zero = axis.at(0)
    yield f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{bottom:.1f}" stroke="currentColor" stroke-opacity="0.6"/>'
    for tick in axis.ticks:
        x = axis.at(tick)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{bottom:.1f}" y2="{bottom + 4:.1f}" stroke="currentColor" stroke-opacity="0.6"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 17:.1f}" text-anchor="middle" font-size="11">{tick:+.4g}</text>'
    middle = _LABELS + _ROOM / 2
    yield f'<text x="{middle:g}" y="{bottom + 34:.1f}" text-anchor="middle" font-size="11">{escape(scale.difference_title)}</text>'
