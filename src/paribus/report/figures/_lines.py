"""Charts with a line for each name, the first at the top: the name above, where it has room on narrow pages, the marks below."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from paribus.report._visible import visible
from paribus.report.figures._screen import WIDTH, values

if TYPE_CHECKING:
    import altair as alt

_LINE, _SECOND, _FOOT = 62, 15, 34
"""Pixels: of a line, of the second line of a long name, and of what is under all lines."""
_LONG, _NARROW = 40, 700
"""Characters of a name, and pixels of a page, from which on, and up to which, the name is on two lines."""
_MIDDLE, _OVER, _LANES = 0.13, -0.33, 0.75
"""Parts of a line: where the middle of marks and of the name lie, and how far lanes are spread."""


class _Name(NamedTuple):
    name: str
    words: tuple[str, ...]
    over: float


def chart_height(names: Sequence[str]) -> int:
    """Return how high a chart with these lines is, in pixels."""
    second = any(len(_wrapped(name)) > 1 for name in names)
    return (_LINE + _SECOND * second) * len(names) + _FOOT


def _wrapped(name: str) -> tuple[str, ...]:
    """Return a name on one line, or two if it is long."""
    lines = textwrap.wrap(visible(name), _LONG, max_lines=2, placeholder=" \N{HORIZONTAL ELLIPSIS}")
    return tuple(lines) or ("",)


def at(place: int, lane: float = 0.0) -> float:
    """Return where marks lie on a line; `lane` in -0.5..0.5 tells them apart."""
    return place + _MIDDLE + _LANES * lane


def over(place: int) -> float:
    """Return where words lie, above the marks."""
    return place + _OVER


def line_axis(lines: int, field: str = "at") -> "alt.Y":
    """Return the upright axis; the field says where."""
    import altair as alt

    scale = alt.Scale(domain=[-0.6, lines - 0.4], reverse=True, nice=False)
    return alt.Y(field, type="quantitative", scale=scale, axis=None)


def line_names(names: Sequence[str], *, beside: int = 0) -> "alt.Chart":
    """Return the names of lines.

    Args:
        names: The first at the top.
        beside: Pixels left free at their right.
    """
    import altair as alt

    rows = [_Name(name, _wrapped(name), over(place)) for place, name in enumerate(names)]
    return (
        alt.Chart(values(rows))
        .transform_calculate(shown=f"{WIDTH} < {_NARROW} ? datum.words : datum.name")
        .mark_text(
            align="left",
            color="currentColor",
            fontSize=12,
            limit=alt.ExprRef(expr=f"{WIDTH} - {beside + 10}"),
        )
        .encode(
            x=alt.value(0), y=line_axis(len(names), "over"), text="shown:N", tooltip=alt.Tooltip("name:N")
        )
    )
