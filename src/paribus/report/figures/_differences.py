"""Paired differences: every seed's, the mean with its interval, and the margin shaded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from paribus.analyse import Analysis, ContrastResult
from paribus.evidence import Word
from paribus.report._numbers import Scale
from paribus.report.figures._lines import at, chart_height, line_axis, line_names, over
from paribus.report.figures._panel import Material, Panel, note
from paribus.report.figures._paper import label
from paribus.report.figures._scores import seed_lanes
from paribus.report.figures._screen import finished, told, values

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes

_PAPER = {
    Word.BETTER: "#17703a",
    Word.WORSE: "#b3261e",
    Word.EQUIVALENT: "#0b6b78",
    Word.UNDECIDED: "#8a5a00",
}
_SCREEN = {
    Word.BETTER: "#35a163",
    Word.WORSE: "#e0524a",
    Word.EQUIVALENT: "#2a9aa9",
    Word.UNDECIDED: "#c08a1e",
}
_VERDICT_WIDTH = 90
"""Pixels."""


class Difference(NamedTuple):
    """A contrast's mean difference with its interval and margin, in the metric's unit; NaN where undefined or unbounded."""

    contrast: str
    mean: float
    low: float
    high: float
    margin: float
    word: str
    n: int


class SeedDifference(NamedTuple):
    """One seed's difference; `lane` in -0.5..0.5 tells seeds apart."""

    contrast: str
    seed: int
    difference: float
    lane: float


def difference_panels(material: Material) -> tuple[Panel, ...]:
    """Return one panel per metric that is asked about and has differences."""
    analysis = material.analysis
    results = [result for result in analysis.contrasts if result.differences]
    metrics = list(dict.fromkeys(result.contrast.metric for result in results))
    return tuple(
        _panel(analysis, metric, [result for result in results if result.contrast.metric == metric])
        for metric in metrics
    )


def _panel(analysis: Analysis, metric: str, results: Sequence[ContrastResult]) -> Panel:
    lanes = seed_lanes([seed for result in results for seed in result.differences])
    seeds = tuple(
        SeedDifference(str(result.contrast), seed, difference, lanes[seed])
        for result in results
        for seed, difference in result.differences.items()
    )
    return Panel(
        title=f"difference in {metric.replace('_', ' ')}",
        rows=tuple(map(_row, results)),
        arms=tuple(arm.name for arm in analysis.study.arms),
        note=note(analysis),
        settings={"seeds": seeds, "metric": metric},
    )


def _row(result: ContrastResult) -> Difference:
    verdict, margin = result.verdict, result.contrast.margin
    low, high = verdict.interval
    return Difference(
        str(result.contrast),
        verdict.mean,
        bounded(low),
        bounded(high),
        float("nan") if margin is None else margin,
        verdict.word.value,
        verdict.n,
    )


def bounded(end: float) -> float:
    """Return the end of an interval; NaN where it has none, because there is nowhere to draw it."""
    return end if abs(end) < float("inf") else float("nan")


def difference_inches(panel: Panel) -> float:
    """Return how high the axes are."""
    return 1.2 + sum(max(0.62, 0.18 * (label(row.contrast).count("\n") + 2)) for row in panel.rows)


def draw_differences(axes: "Axes", panel: Panel) -> None:
    """Draw one row per contrast."""
    axes.axvline(0, color="0.4", linewidth=1)
    for place, row in enumerate(panel.rows):
        own = [seed for seed in panel.settings["seeds"] if seed.contrast == row.contrast]
        _draw_row(axes, place, row, own, Scale(panel.settings["metric"]).factor)
    axes.set_yticks(
        range(len(panel.rows)), [f"{label(row.contrast)}\n{row.word}, n = {row.n}" for row in panel.rows]
    )
    axes.set_ylim(len(panel.rows) - 0.4, -0.6)
    axes.set_xlabel(Scale(panel.settings["metric"]).difference_title)
    axes.grid(visible=False, axis="y")


def _draw_row(
    axes: "Axes", place: int, row: Difference, seeds: Sequence[SeedDifference], factor: float
) -> None:
    color, margin = _PAPER[Word(row.word)], factor * row.margin
    axes.fill_betweenx([place - 0.42, place + 0.42], -margin, margin, color="0.5", alpha=0.15, linewidth=0)
    axes.scatter(
        [factor * seed.difference for seed in seeds],
        [place + seed.lane for seed in seeds],
        s=20,
        color="0.45",
        alpha=0.7,
        linewidths=0,
    )
    axes.plot([factor * row.low, factor * row.high], [place, place], color=color, linewidth=2.5)
    axes.plot([factor * row.mean], [place], "D", color=color, markersize=7)


def differences_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the same for a page."""
    scale = Scale(panel.settings["metric"])
    names = [row.contrast for row in panel.rows]
    described = "; ".join(f"{row.contrast}: {row.word}" for row in panel.rows)
    margin, zero, interval, mean, word = _contrasts(panel, names, scale)
    return finished(
        margin,
        zero,
        _each_seed(panel, names, scale),
        interval,
        mean,
        line_names(names, beside=_VERDICT_WIDTH),
        word,
        height=chart_height(names),
        description=f"Paired differences. {described}.",
    )


def _contrasts(panel: Panel, names: Sequence[str], scale: Scale) -> "tuple[alt.Chart, ...]":
    """Return what is drawn of every contrast: margin, no difference, interval, mean and word."""
    import altair as alt

    titles = {"mean": "mean", "low": "from", "high": "to", "margin": "margin"}
    written, tips = told(scale, titles, signed=True)
    tips = [
        alt.Tooltip("contrast:N"),
        alt.Tooltip("word:N", title="verdict"),
        *tips,
        alt.Tooltip("n:Q", title="seeds"),
    ]
    data = values(
        panel.rows,
        at=lambda row: at(names.index(row.contrast)),
        over=lambda row: over(names.index(row.contrast)),
        top=lambda row: at(names.index(row.contrast), -0.42),
        bottom=lambda row: at(names.index(row.contrast), 0.42),
        below=lambda row: -row.margin,
    )
    axis = alt.Axis(labelExpr=scale.label_expression, title=scale.difference_title)
    words = list(dict.fromkeys(row.word for row in panel.rows))
    palette = alt.Scale(domain=words, range=[_SCREEN[Word(word)] for word in words])
    color = alt.Color("word:N", scale=palette, legend=None)
    lines = len(names)
    rows = alt.Chart(data).transform_calculate(**written).encode(y=line_axis(lines))
    margin = rows.mark_rect(color="#8a94a0", opacity=0.22).encode(
        x=alt.X("below:Q", axis=axis, scale=alt.Scale(padding=8)),
        x2="margin:Q",
        y=line_axis(lines, "top"),
        y2="bottom:Q",
        tooltip=tips,
    )
    zero = rows.mark_rule(color="currentColor", opacity=0.6).encode(
        x=alt.datum(0), y=line_axis(lines, "top"), y2="bottom:Q"
    )
    interval = rows.mark_rule(strokeWidth=3).encode(x="low:Q", x2="high:Q", color=color)
    mean = rows.mark_point(filled=True, shape="diamond", size=130, opacity=1).encode(
        x="mean:Q", color=color, tooltip=tips
    )
    word = rows.mark_text(align="right", fontWeight=600, fontSize=12).encode(
        x=alt.value("width"), y=line_axis(lines, "over"), text="word:N", color=color
    )
    return margin, zero, interval, mean, word


def _each_seed(panel: Panel, names: Sequence[str], scale: Scale) -> "alt.Chart":
    import altair as alt

    written, tips = told(scale, {"difference": "difference"}, signed=True)
    data = values(panel.settings["seeds"], at=lambda row: at(names.index(row.contrast), row.lane))
    return (
        alt.Chart(data)
        .transform_calculate(**written)
        .mark_point(filled=True, size=30, color="currentColor", opacity=0.4)
        .encode(x="difference:Q", y=line_axis(len(names)), tooltip=[alt.Tooltip("seed:N"), *tips])
    )
