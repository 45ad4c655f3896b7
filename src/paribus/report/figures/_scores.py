"""Final scores by arm, every seed visible, on a lane of its own that is the same in every arm."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from paribus.report._numbers import Scale
from paribus.report.figures._lines import at, chart_height, line_axis, line_names
from paribus.report.figures._palette import paper_color
from paribus.report.figures._panel import Material, Panel, note
from paribus.report.figures._paper import label
from paribus.report.figures._screen import colored, finished, shaped, told, values

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes

_SPREAD = 0.6


class Score(NamedTuple):
    """One run's final score; `lane` in -0.5..0.5 tells seeds apart."""

    arm: str
    seed: int
    score: float
    lane: float


class ScoreMean(NamedTuple):
    """An arm's mean score ± one standard deviation (NaN for one seed), over `n` seeds."""

    arm: str
    mean: float
    low: float
    high: float
    n: int


def score_panels(material: Material) -> tuple[Panel, ...]:
    """Return one panel with every arm's scores in the study's primary metric; nothing without completed runs."""
    analysis = material.analysis
    metric = analysis.study.primary or "test_accuracy"
    lanes = seed_lanes([score.seed for arm in analysis.arms for score in arm.seeds])
    scores = tuple(
        Score(arm.arm, score.seed, score.metrics[metric], lanes[score.seed])
        for arm in analysis.arms
        for score in arm.seeds
    )
    means = tuple(
        ScoreMean(arm.arm, found.mean, found.mean - found.spread, found.mean + found.spread, found.n)
        for arm in analysis.arms
        if (found := arm.summaries[metric]).n
    )
    arms = tuple(arm.name for arm in analysis.study.arms)
    settings = {"means": means, "metric": metric}
    return (
        (Panel(title="", rows=scores, arms=arms, note=note(analysis), settings=settings),) if scores else ()
    )


def seed_lanes(seeds: Sequence[int]) -> dict[int, float]:
    """Return a height in -0.5..0.5 for every seed, the first at the top; a single one lies in the middle."""
    distinct = sorted(set(seeds))
    last = len(distinct) - 1
    return {seed: _SPREAD * (place / last - 0.5) if last else 0.0 for place, seed in enumerate(distinct)}


def score_inches(panel: Panel) -> float:
    """Return how high the axes are."""
    return 1.2 + 0.62 * len(_shown(panel))


def _shown(panel: Panel) -> list[str]:
    """Return the arms that have scores, in the order of the study."""
    scored = {row.arm for row in panel.rows}
    return [arm for arm in panel.arms if arm in scored]


def draw_scores(axes: "Axes", panel: Panel) -> None:
    """Draw one row per arm."""
    scale, shown = Scale(panel.settings["metric"]), _shown(panel)
    for place, arm in enumerate(shown):
        own = [row for row in panel.rows if row.arm == arm]
        color = paper_color(panel.arms, arm)
        axes.scatter(
            [scale.factor * row.score for row in own],
            [place + row.lane for row in own],
            s=26,
            color=color,
            alpha=0.55,
            linewidths=0,
        )
        mean = next(mean for mean in panel.settings["means"] if mean.arm == arm)
        ends = [scale.factor * mean.low, scale.factor * mean.high]
        axes.plot(ends, [place, place], color=color, linewidth=2)
        axes.plot([scale.factor * mean.mean], [place], "|", color=color, markersize=22, markeredgewidth=2.5)
    axes.set_yticks(range(len(shown)), [label(arm) for arm in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlabel(scale.title)
    axes.grid(visible=False, axis="y")


def scores_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the same for a page."""
    import altair as alt

    scale, shown = Scale(panel.settings["metric"]), _shown(panel)
    y, color = line_axis(len(shown)), colored("arm", panel.arms)
    axis = alt.Axis(labelExpr=scale.label_expression, title=scale.title)
    fit = alt.Scale(zero=False, padding=8)
    written, tips = told(scale, {"score": "score"})
    points = (
        alt.Chart(values(panel.rows, at=lambda row: at(shown.index(row.arm), row.lane)))
        .transform_calculate(**written)
        .mark_point(filled=True, size=42, opacity=0.6)
        .encode(
            x=alt.X("score:Q", scale=fit, axis=axis),
            y=y,
            color=color,
            shape=shaped("arm", panel.arms),
            tooltip=[alt.Tooltip("arm:N"), alt.Tooltip("seed:N"), *tips],
        )
    )
    written, tips = told(scale, {"mean": "mean", "low": "mean − sd", "high": "mean + sd"})
    tips = [alt.Tooltip("arm:N"), *tips, alt.Tooltip("n:Q", title="seeds")]
    data = values(panel.settings["means"], at=lambda row: at(shown.index(row.arm)))
    means = alt.Chart(data).transform_calculate(**written).encode(y=y, color=color)
    spread = means.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=fit, axis=axis), x2="high:Q")
    mean = means.mark_tick(orient="vertical", thickness=3, size=26, opacity=1).encode(
        x=alt.X("mean:Q", scale=fit, axis=axis), tooltip=tips
    )
    return finished(
        spread,
        points,
        mean,
        line_names(shown),
        height=chart_height(shown),
        description=f"{scale.title} of every run, by arm: {', '.join(shown)}.",
    )
