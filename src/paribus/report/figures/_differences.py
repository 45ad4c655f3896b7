"""Paired differences: every seed's, the mean with its interval, and the margin shaded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from paribus.analyse import Analysis, ContrastResult
from paribus.evidence import Word
from paribus.report._numbers import Scale
from paribus.report.figures._look import finished, lines, plain, told, values
from paribus.report.figures._panel import Material, Panel, note
from paribus.report.figures._scores import seed_lanes

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


class Difference(NamedTuple):
    """A contrast's mean difference with its interval, in the metric's unit; NaN where undefined."""

    contrast: str
    mean: float
    low: float
    high: float
    margin: float
    below: float
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
    shaded = float("nan") if margin is None else margin
    low, high = verdict.interval
    return Difference(
        str(result.contrast), verdict.mean, low, high, shaded, -shaded, verdict.word.value, verdict.n
    )


def difference_lines(panel: Panel) -> int:
    """Return how many lines there are."""
    return len(panel.rows)


def draw_differences(axes: "Axes", panel: Panel) -> None:
    """Draw one row per contrast."""
    scale = Scale(panel.settings["metric"])
    axes.axvline(0, color="0.4", linewidth=1)
    for place, row in enumerate(panel.rows):
        color = _PAPER[Word(row.word)]
        own = [seed for seed in panel.settings["seeds"] if seed.contrast == row.contrast]
        if row.margin == row.margin:
            axes.fill_betweenx(
                [place - 0.42, place + 0.42],
                scale.factor * row.below,
                scale.factor * row.margin,
                color="0.5",
                alpha=0.15,
                linewidth=0,
            )
        axes.scatter(
            [scale.factor * seed.difference for seed in own],
            [place + seed.lane for seed in own],
            s=20,
            color="0.45",
            alpha=0.7,
            linewidths=0,
        )
        axes.plot(
            [scale.factor * row.low, scale.factor * row.high], [place, place], color=color, linewidth=2.5
        )
        axes.plot([scale.factor * row.mean], [place], "D", color=color, markersize=7)
    axes.set_yticks(
        range(len(panel.rows)), [f"{plain(row.contrast)}\n{row.word}, n = {row.n}" for row in panel.rows]
    )
    axes.set_ylim(len(panel.rows) - 0.4, -0.6)
    axes.set_xlabel(scale.difference_title)
    axes.grid(visible=False, axis="y")


def differences_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the same for a page."""
    import altair as alt

    scale = Scale(panel.settings["metric"])
    names = [row.contrast for row in panel.rows]
    y = lines("at", names)
    axis = alt.Axis(labelExpr=scale.label_expression, title=scale.difference_title)
    words = list(dict.fromkeys(row.word for row in panel.rows))
    palette = alt.Scale(domain=words, range=[_SCREEN[Word(word)] for word in words])
    color = alt.Color("word:N", scale=palette)
    written, tips = told(
        scale, {"mean": "mean", "low": "from", "high": "to", "margin": "margin"}, signed=True
    )
    rows = (
        alt.Chart(
            values(
                panel.rows,
                at=lambda row: names.index(row.contrast),
                top=lambda row: names.index(row.contrast) - 0.4,
                bottom=lambda row: names.index(row.contrast) + 0.4,
            )
        )
        .transform_calculate(**written)
        .encode(y=y)
    )
    tips = [
        alt.Tooltip("contrast:N"),
        alt.Tooltip("word:N", title="verdict"),
        *tips,
        alt.Tooltip("n:Q", title="seeds"),
    ]
    margin = rows.mark_rect(color="#8a94a0", opacity=0.22).encode(
        x=alt.X("below:Q", axis=axis),
        x2="margin:Q",
        y="top:Q",
        y2="bottom:Q",
        tooltip=tips,
    )
    zero = (
        alt.Chart(alt.InlineData(values=[{"at": 0}]))
        .mark_rule(color="currentColor", opacity=0.6)
        .encode(x="at:Q")
    )
    of_seed, seed_tips = told(scale, {"difference": "difference"}, signed=True)
    seeds = (
        alt.Chart(values(panel.settings["seeds"], at=lambda row: names.index(row.contrast) + row.lane))
        .transform_calculate(**of_seed)
        .mark_point(filled=True, size=30, color="currentColor", opacity=0.4)
        .encode(
            x="difference:Q",
            y=y,
            tooltip=[alt.Tooltip("seed:N"), *seed_tips],
        )
    )
    interval = rows.mark_rule(strokeWidth=3).encode(x="low:Q", x2="high:Q", color=color)
    mean = rows.mark_point(filled=True, shape="diamond", size=130, opacity=1).encode(
        x="mean:Q", color=color, tooltip=tips
    )
    described = "; ".join(f"{row.contrast}: {row.word}" for row in panel.rows)
    return finished(
        margin,
        zero,
        seeds,
        interval,
        mean,
        height=64 * len(panel.rows) + 30,
        description=f"Paired differences. {described}.",
    )
