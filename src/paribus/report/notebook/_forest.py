"""Paired differences as a small picture in the colors of whatever page it stands on."""

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

import numpy as np

from paribus.report._numbers import Scale
from paribus.report.figures import Difference, Panel, SeedDifference

_WIDTH, _MARGIN, _ROW, _FOOT = 660.0, 12.0, 50.0, 40.0
_NAME, _MIDDLE, _LANES = 14.0, 33.0, 22.0
"""Pixels: the last three from the top of a row to the foot of its name and to the middle of its marks, and how far seeds are spread."""
_VERDICT, _CHARACTER = 150.0, 6.6
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
    opening = (
        f'<svg viewBox="0 0 {_WIDTH:g} {height:g}" width="{_WIDTH:g}" height="{height:g}" role="img" fill="currentColor" '
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
    """From what is written to pixels, as far as the numbers reach."""

    def __init__(self, reach: tuple[float, float]) -> None:
        from matplotlib.ticker import MaxNLocator

        self.low, self.high = reach
        ticks = MaxNLocator(6).tick_values(self.low, self.high)
        self.ticks = [float(tick) for tick in ticks if self.low <= tick <= self.high]

    def at(self, value: float) -> float:
        return _MARGIN + (_WIDTH - 2 * _MARGIN) * (value - self.low) / (self.high - self.low)


def _reach(rows: Sequence[Difference], seeds: Sequence[SeedDifference], scale: Scale) -> tuple[float, float]:
    numbers = [0.0, *(seed.difference for seed in seeds)]
    numbers += [end for row in rows for end in (row.low, row.high, row.mean, row.margin, -row.margin)]
    finite = scale.factor * np.array([number for number in numbers if math.isfinite(number)])
    low, high = float(finite.min()), float(finite.max())
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room


def _row(row: Difference, panel: Panel, scale: Scale, axis: _Axis, top: float) -> Iterator[str]:
    middle, color = top + _MIDDLE, _COLORS[row.word]
    if math.isfinite(row.margin):
        left, right = axis.at(-scale.factor * row.margin), axis.at(scale.factor * row.margin)
        yield _box(left, right, middle - 0.6 * _LANES, 1.2 * _LANES)
    yield f'<text x="{_MARGIN:g}" y="{top + _NAME:.1f}">{escape(_short(row.contrast))}</text>'
    yield (
        f'<text x="{_WIDTH - _MARGIN:g}" y="{top + _NAME:.1f}" text-anchor="end" font-weight="600" fill="{color}">'
        f"{row.word}, n = {row.n}</text>"
    )
    for seed in panel.settings["seeds"]:
        if seed.contrast == row.contrast:
            x, y = axis.at(scale.factor * seed.difference), middle + _LANES * seed.lane
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill-opacity="0.35"/>'
    if math.isfinite(row.low) and math.isfinite(row.high):
        left, right = axis.at(scale.factor * row.low), axis.at(scale.factor * row.high)
        yield f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="{color}" stroke-width="3"/>'
    x = axis.at(scale.factor * row.mean)
    yield f'<path d="M{x:.1f} {middle - 6:.1f}l6 6-6 6-6-6z" fill="{color}"/>'


def _box(left: float, right: float, top: float, height: float) -> str:
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{height:.1f}" fill-opacity="0.12"/>'


def _short(name: str) -> str:
    most = int((_WIDTH - 2 * _MARGIN - _VERDICT) / _CHARACTER)
    return name if len(name) <= most else f"{name[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def _ticks(axis: _Axis, bottom: float, scale: Scale) -> Iterator[str]:
    zero = axis.at(0)
    yield f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{bottom:.1f}" stroke="currentColor" stroke-opacity="0.6"/>'
    for tick in axis.ticks:
        x = axis.at(tick)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{bottom:.1f}" y2="{bottom + 4:.1f}" stroke="currentColor" stroke-opacity="0.6"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 17:.1f}" text-anchor="middle" font-size="11">{f"{tick:+.4g}" if tick else 0}</text>'
    yield f'<text x="{_WIDTH / 2:g}" y="{bottom + 34:.1f}" text-anchor="middle" font-size="11">{escape(scale.difference_title)}</text>'
