"""What charts on a page share: the quiet style, in the page's own colors."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from paribus.report._numbers import Scale
from paribus.report._visible import visible
from paribus.report.figures._palette import ON_SCREEN, SHAPES

if TYPE_CHECKING:
    import altair as alt

Orient = Literal["top", "bottom"]
_FAINT = 0.16
_FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
WIDTH = "(isFinite(containerSize()[0]) ? containerSize()[0] : 600)"
"""Of a chart's place in pixels, as Vega computes it."""
_CHARACTER, _SYMBOL, _WIDEST = 7, 34, 280
"""Pixels: of a character on average, of a legend's symbol with the room around it, and of the longest words of a legend."""
_MOST_ENTRIES = 40


def colored(
    field: str, arms: Sequence[str], shown: Sequence[str] | None = None, *, orient: Orient = "top"
) -> "alt.Color":
    """Return the color of a chart's marks by arm.

    Args:
        field: Holds the arm.
        arms: All of the study.
        shown: Those in the legend; no legend where there are none.
        orient: Where it lies.
    """
    import altair as alt

    colors = [ON_SCREEN[place % len(ON_SCREEN)] for place in range(len(arms))]
    scale = alt.Scale(domain=list(arms), range=colors)
    return alt.Color(field, type="nominal", scale=scale, legend=_legend(shown, orient))


def shaped(
    field: str, arms: Sequence[str], shown: Sequence[str] | None = None, *, orient: Orient = "top"
) -> "alt.Shape":
    """Return the shape of a chart's points by arm."""
    import altair as alt

    scale = alt.Scale(domain=list(arms), range=[SHAPES[place % len(SHAPES)] for place in range(len(arms))])
    return alt.Shape(field, type="nominal", scale=scale, legend=_legend(shown, orient))


def _legend(shown: Sequence[str] | None, orient: Orient) -> Any:
    import altair as alt

    if not shown:
        return None
    widest = min(_WIDEST, _CHARACTER * max(map(len, shown))) + _SYMBOL
    columns = alt.ExprRef(expr=f"max(1, floor({WIDTH} / {widest}))")
    limit = alt.ExprRef(expr=f"min({_WIDEST}, {WIDTH} - 90)")
    return alt.Legend(
        values=list(shown), columns=columns, symbolLimit=_MOST_ENTRIES, labelLimit=limit, orient=orient
    )


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
            description=visible(description),
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            padding=4,
        )
        .configure(font=_FONT)
        .configure_text(font=_FONT)
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
            labelLimit=alt.ExprRef(expr=f"max(60, 0.4 * {WIDTH})"),
        )
        .configure_axisX(tickCount=alt.ExprRef(expr=f"max(3, ceil({WIDTH} / 110))"))
        .configure_legend(
            labelColor=ink,
            titleColor=ink,
            labelFontSize=12,
            symbolOpacity=1,
            direction="horizontal",
            title=None,
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
        {name: _as_json(value) for name, value in row._asdict().items()}
        | {name: _as_json(column(row)) for name, column in columns.items()}
        for row in rows
    ]
    return alt.InlineData(values=made)


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_json(each) for each in cast("tuple[Any, ...]", value)]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


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
