"""Accuracy against what it costs: parameters, operations, time."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from paribus.analyse import Analysis, ArmResult
from paribus.records import ArmRecord, RunRecord, Status
from paribus.report._numbers import Scale
from paribus.report.figures._palette import paper_color, paper_marker
from paribus.report.figures._panel import Material, Panel, note
from paribus.report.figures._paper import beside_legend, legend
from paribus.report.figures._screen import colored, finished, shaped, told, values

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes


class Cost(NamedTuple):
    """An arm's cost and its mean score ± one standard deviation (NaN for one seed)."""

    arm: str
    cost: float
    mean: float
    low: float
    high: float
    n: int


def cost_panels(material: Material) -> tuple[Panel, ...]:
    """Return a panel for each cost that is known of two arms or more."""
    analysis, records = material.analysis, material.records
    metric = analysis.study.primary or "test_accuracy"
    arms = {arm.name: arm for arm in analysis.study.arms}
    kinds: dict[str, Callable[[str], float | None]] = {
        "trainable parameters": lambda name: _trainable(arms[name]),
        "FLOPs of one example, forward": lambda name: _flops(arms[name]),
        "seconds of training, median run": lambda name: _seconds(name, records),
    }
    panels = [
        Panel(
            title=title,
            rows=tuple(_rows(analysis, metric, cost)),
            arms=tuple(arms),
            note=note(analysis),
            settings={"metric": metric},
        )
        for title, cost in kinds.items()
    ]
    return tuple(panel for panel in panels if len(panel.rows) > 1)


def _rows(analysis: Analysis, metric: str, cost: Callable[[str], float | None]) -> list[Cost]:
    return [
        _row(arm, metric, known)
        for arm in analysis.arms
        if arm.summaries[metric].n and (known := cost(arm.arm))
    ]


def _row(arm: ArmResult, metric: str, cost: float) -> Cost:
    found = arm.summaries[metric]
    return Cost(arm.arm, cost, found.mean, found.mean - found.spread, found.mean + found.spread, found.n)


def _trainable(arm: ArmRecord) -> float | None:
    return None if arm.parameters is None else float(arm.parameters.trainable)


def _flops(arm: ArmRecord) -> float | None:
    return None if arm.measures is None or arm.measures.flops is None else float(arm.measures.flops)


def _seconds(arm: str, records: Sequence[RunRecord]) -> float | None:
    seconds = [
        record.cost.wall_seconds
        for record in records
        if record.spec.arm == arm and record.status is Status.COMPLETED
    ]
    return float(np.median(seconds)) if seconds else None


def cost_inches(panel: Panel) -> float:
    """Return how high the axes are."""
    return beside_legend([row.arm for row in panel.rows])


def draw_costs(axes: "Axes", panel: Panel) -> None:
    """Draw one point per arm, with its spread."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    scale, handles = Scale(panel.settings["metric"]), dict[str, Any]()
    for row in panel.rows:
        color = paper_color(panel.arms, row.arm)
        axes.plot(
            [row.cost, row.cost],
            [scale.factor * row.low, scale.factor * row.high],
            color=color,
            linewidth=1.5,
        )
        (handles[row.arm],) = axes.plot(
            [row.cost],
            [scale.factor * row.mean],
            paper_marker(panel.arms, row.arm),
            color=color,
            markersize=8,
            alpha=0.85,
        )
    axes.set_xscale("log")
    axes.margins(x=0.08)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(panel.title)
    axes.set_ylabel(scale.title)
    legend(axes, handles)


def costs_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the same for a page."""
    import altair as alt

    scale = Scale(panel.settings["metric"])
    x = alt.X(
        "cost:Q",
        scale=alt.Scale(type="log", nice=False, padding=24),
        axis=alt.Axis(format="~s", title=panel.title, labelOverlap="greedy", tickCount=4, grid=False),
    )
    axis = alt.Axis(labelExpr=scale.label_expression, title=scale.title)
    fit = alt.Scale(zero=False, padding=8)
    shown = [row.arm for row in panel.rows]
    color = colored("arm", panel.arms, shown, orient="bottom")
    written, tips = told(scale, {"mean": "mean", "low": "mean − sd", "high": "mean + sd"})
    base = alt.Chart(values(panel.rows)).transform_calculate(**written).encode(x=x, color=color)
    spread = base.mark_rule(strokeWidth=2, opacity=0.7).encode(
        y=alt.Y("low:Q", scale=fit, axis=axis), y2="high:Q"
    )
    tips = [
        alt.Tooltip("arm:N"),
        alt.Tooltip("cost:Q", title=panel.title, format=",.4~r"),
        *tips,
        alt.Tooltip("n:Q", title="seeds"),
    ]
    mean = base.mark_point(filled=True, size=130, opacity=0.85).encode(
        y=alt.Y("mean:Q", scale=fit, axis=axis),
        shape=shaped("arm", panel.arms, shown, orient="bottom"),
        tooltip=tips,
    )
    described = f"{scale.title} against {panel.title}."
    return finished(spread, mean, height=260, description=described)
