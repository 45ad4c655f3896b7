"""What was seen at every look of a study that is looked at as it goes on."""

from typing import TYPE_CHECKING, NamedTuple

from paribus.analyse import Analysis, ContrastResult, readings
from paribus.report._numbers import Scale
from paribus.report.figures._look import finished, told, values
from paribus.report.figures._panel import Material, Panel, note

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes


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
            },
        )
        for result in analysis.contrasts
        if (rows := _rows(result, analysis))
    )


def _rows(result: ContrastResult, analysis: Analysis) -> tuple[Look, ...]:
    return tuple(
        Look(look.seeds, look.mean, _bounded(look.interval.low), _bounded(look.interval.high), look.n)
        for look in readings(result, analysis.stage)
    )


def _bounded(end: float) -> float:
    return end if abs(end) < float("inf") else float("nan")


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
    axis = alt.Axis(labelExpr=scale.label_expression, title=scale.difference_title)
    written, tips = told(scale, {"mean": "mean", "low": "from", "high": "to"}, signed=True)
    base = alt.Chart(values(panel.rows)).transform_calculate(**written).encode(x=x)
    tips = [alt.Tooltip("seeds:Q"), *tips, alt.Tooltip("n:Q", title="pairs")]
    interval = base.mark_rule(strokeWidth=3, color="#4a90d9").encode(y=alt.Y("low:Q", axis=axis), y2="high:Q")
    mean = base.mark_point(filled=True, shape="diamond", size=130, color="#4a90d9", opacity=1).encode(
        y=alt.Y("mean:Q", axis=axis), tooltip=tips
    )
    described = f"{panel.title} at each look."
    return finished(*_margin(panel, axis), interval, mean, height=240, description=described)


def _margin(panel: Panel, axis: "alt.Axis") -> "list[alt.Chart]":
    import altair as alt

    margin = panel.settings["margin"] or 0.0
    data = alt.InlineData(values=[{"low": -margin, "high": margin, "zero": 0}])
    band = alt.Chart(data).mark_rect(color="#8a94a0", opacity=0.22)
    zero = alt.Chart(data).mark_rule(color="currentColor", opacity=0.6)
    return [band.encode(y=alt.Y("low:Q", axis=axis), y2="high:Q"), zero.encode(y="zero:Q")]
