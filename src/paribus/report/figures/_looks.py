"""What was seen at every look of a study that is looked at as it goes on."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from paribus.analyse import Analysis, ContrastResult, readings
from paribus.report._numbers import Scale
from paribus.report.figures._differences import bounded
from paribus.report.figures._panel import Material, Panel, note
from paribus.report.figures._screen import finished, told, values

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes


_COLOR = "#4a90d9"


class Look(NamedTuple):
    """A contrast after so many seeds: mean difference, and the interval that holds for all looks; NaN where unbounded."""

    seeds: int
    mean: float
    low: float
    high: float
    n: int


def look_panels(material: Material) -> tuple[Panel, ...]:
    """Return a panel per contrast of a study with planned looks; nothing of any other."""
    analysis = material.analysis
    return tuple(
        Panel(
            title=result.contrast.label,
            rows=rows,
            arms=tuple(arm.name for arm in analysis.study.arms),
            note=note(analysis),
            settings={
                "metric": result.contrast.metric,
                "margin": result.contrast.margin,
                "planned": analysis.stage.design.looks,
                "reach": _reach(rows, result.contrast.margin or 0.0),
            },
        )
        for result in analysis.contrasts
        if (rows := _rows(result, analysis))
    )


def _rows(result: ContrastResult, analysis: Analysis) -> tuple[Look, ...]:
    return tuple(
        Look(look.seeds, look.mean, bounded(look.interval.low), bounded(look.interval.high), look.n)
        for look in readings(result, analysis.stage)
    )


def _reach(rows: Sequence[Look], margin: float) -> tuple[float, float]:
    """Return what is shown: all means, the margin and the last interval, twice over; early intervals would dwarf them."""
    ends = [0.0, margin, -margin, rows[-1].low, rows[-1].high, *(row.mean for row in rows)]
    known = [end for end in ends if math.isfinite(end)]
    room = 0.5 * (max(known) - min(known)) or 0.01
    return min(known) - room, max(known) + room


def look_inches(_: Panel) -> float:
    """Return how high the axes are."""
    return 3.2


def draw_looks(axes: "Axes", panel: Panel) -> None:
    """Draw an interval per look, against the margin."""
    scale, margin = Scale(panel.settings["metric"]), panel.settings["margin"]
    axes.axhline(0, color="0.4", linewidth=1)
    if margin is not None:
        axes.axhspan(-scale.factor * margin, scale.factor * margin, color="0.5", alpha=0.15, linewidth=0)
    for row in panel.rows:
        axes.plot(
            [row.seeds, row.seeds],
            [scale.factor * row.low, scale.factor * row.high],
            color="tab:blue",
            linewidth=2.5,
        )
        axes.plot([row.seeds], [scale.factor * row.mean], "D", color="tab:blue", markersize=7)
    planned = panel.settings["planned"]
    axes.set_xticks(planned)
    axes.set_xlim(0, planned[-1] * 1.05)
    axes.set_ylim(*(scale.factor * end for end in panel.settings["reach"]))
    axes.set_xlabel("seeds at the look")
    axes.set_ylabel(scale.difference_title)


def looks_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the same for a page."""
    import altair as alt

    scale, planned = Scale(panel.settings["metric"]), panel.settings["planned"]
    x = alt.X(
        "seeds:Q",
        scale=alt.Scale(domain=[0, planned[-1] * 1.05]),
        axis=alt.Axis(values=list(planned), title="seeds at the look", grid=False),
    )
    y = alt.Y(
        "low:Q",
        scale=alt.Scale(domain=list(panel.settings["reach"]), nice=False),
        axis=alt.Axis(labelExpr=scale.label_expression, title=scale.difference_title),
    )
    written, tips = told(scale, {"mean": "mean", "low": "from", "high": "to"}, signed=True)
    base = alt.Chart(values(panel.rows)).transform_calculate(**written).encode(x=x)
    tips = [alt.Tooltip("seeds:Q"), *tips, alt.Tooltip("n:Q", title="pairs")]
    interval = base.mark_rule(strokeWidth=3, color=_COLOR, clip=True).encode(y=y, y2="high:Q")
    mean = base.mark_point(filled=True, shape="diamond", size=130, color=_COLOR, opacity=1).encode(
        y="mean:Q", tooltip=tips
    )
    return finished(
        *_margin(panel, y), interval, mean, height=240, description=f"{panel.title} at each look."
    )


def _margin(panel: Panel, y: "alt.Y") -> "list[alt.Chart]":
    import altair as alt

    margin = panel.settings["margin"] or 0.0
    data = alt.InlineData(values=[{"low": -margin, "high": margin, "zero": 0}])
    band = alt.Chart(data).mark_rect(color="#8a94a0", opacity=0.22)
    zero = alt.Chart(data).mark_rule(color="currentColor", opacity=0.6)
    return [band.encode(y=y, y2="high:Q"), zero.encode(y="zero:Q")]
