"""What all figures share: colors of arms, and the quiet style of charts on a page."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from paribus.report._numbers import Scale

if TYPE_CHECKING:
    import altair as alt

ON_PAPER = (
    "tab:blue",
    "tab:red",
    "tab:green",
    "black",
    "tab:orange",
    "tab:purple",
    "tab:brown",
    "tab:pink",
)
"""Matplotlib's colors, the article's first."""
ON_SCREEN = ("#4a90d9", "#e0524a", "#35a163", "currentColor", "#c97a12", "#9a6fd0", "#a9746e", "#cf5fa8")
"""The same, legible on light and dark pages."""
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "stroke")
_MARKERS = ("o", "s", "^", "D", "P", "v", ">", "X")
_FAINT = 0.16
_FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def paper_color(arms: Sequence[str], arm: str) -> str:
    """Return an arm's color in Matplotlib: its place in the study decides, so that it is the same in every figure."""
    return ON_PAPER[arms.index(arm) % len(ON_PAPER)]


def paper_marker(arms: Sequence[str], arm: str) -> str:
    """Return an arm's marker in Matplotlib, for those who do not tell colors apart."""
    return _MARKERS[arms.index(arm) % len(_MARKERS)]


def plain(words: str) -> str:
    """Return words that Matplotlib does not take for mathematics."""
    return words.replace("$", r"\$")


def colored(field: str, arms: Sequence[str], **options: Any) -> "alt.Color":
    """Return the color of a chart's marks by arm."""
    import altair as alt

    scale = alt.Scale(
        domain=list(arms), range=[ON_SCREEN[place % len(ON_SCREEN)] for place in range(len(arms))]
    )
    return alt.Color(field, type="nominal", scale=scale, **({"legend": _legend(arms)} | options))


def shaped(field: str, arms: Sequence[str], **options: Any) -> "alt.Shape":
    """Return the shape of a chart's points by arm."""
    import altair as alt

    scale = alt.Scale(domain=list(arms), range=[_SHAPES[place % len(_SHAPES)] for place in range(len(arms))])
    return alt.Shape(field, type="nominal", scale=scale, **({"legend": _legend(arms)} | options))


def finished(
    *layers: "alt.Chart", height: int, description: str, params: "Sequence[alt.Parameter]" = ()
) -> "alt.LayerChart":
    """Return a chart as wide as its place, in the page's own colors.

    Args:
        layers: With their marks and axes, the lowest first.
        height: In pixels.
        description: What a screen reader says.
        params: What can be chosen in it.
    """
    import altair as alt

    ink = "currentColor"
    return (
        alt.LayerChart(layer=list(layers))
        .add_params(*params)
        .properties(
            width="container",
            height=height,
            background="transparent",
            description=description,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            padding=4,
        )
        .configure(font=_FONT)
        .configure_axis(
            labelColor=ink,
            titleColor=ink,
            domainColor=ink,
            tickColor=ink,
            gridColor=ink,
            gridOpacity=_FAINT,
            domainOpacity=0.5,
            tickOpacity=0.5,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelLimit=260,
        )
        .configure_axisX(tickCount=8)
        .configure_legend(
            labelColor=ink,
            titleColor=ink,
            labelFontSize=12,
            symbolOpacity=1,
            orient="top",
            direction="horizontal",
            title=None,
            labelLimit=200,
            columns=3,
        )
        .configure_view(stroke=None)
    )


def values(rows: Iterable[Any], **columns: Callable[[Any], object]) -> Any:
    """Return rows as a chart's data; what is not finite is null, because JSON has no other word for it.

    Args:
        rows: Named tuples.
        columns: More fields, from a row to its value.
    """
    import altair as alt

    made = [
        _plain_row(row) | {name: _rounded(column(row)) for name, column in columns.items()} for row in rows
    ]
    return alt.InlineData(values=made)


def lines(field: str, names: Sequence[str]) -> "alt.Y":
    """Return the upright axis of a chart with one line per name, the first at the top; `field` counts lines from 0."""
    import altair as alt

    return alt.Y(
        field,
        type="quantitative",
        scale=alt.Scale(domain=[-0.5, len(names) - 0.5], reverse=True, nice=False),
        axis=alt.Axis(
            values=list(range(len(names))),
            labelExpr=f"{json.dumps(list(names))}[datum.value]",
            title=None,
            grid=False,
            domain=False,
            ticks=False,
            labelPadding=8,
        ),
    )


def told(
    scale: Scale, fields: Mapping[str, str], *, signed: bool = False
) -> tuple[dict[str, str], list[Any]]:
    """Return what a chart has to calculate to write fields as they are read, and the tooltips that show them.

    Args:
        scale: Of the metric.
        fields: From their names to their titles.
        signed: Whether they are differences.
    """
    import altair as alt

    written = {f"{field}_told": scale.expression(field, signed=signed) for field in fields}
    return written, [alt.Tooltip(f"{field}_told:N", title=title) for field, title in fields.items()]


def _plain_row(row: Any) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in row._asdict().items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(each) for each in cast("tuple[Any, ...]", value)]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def _legend(arms: Sequence[str]) -> Any:
    import altair as alt

    return alt.Legend(values=list(arms)) if len(arms) <= len(ON_SCREEN) else None
