"""Final scores by arm, every seed visible, at the same height in every arm."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from paribus.report._numbers import Scale
from paribus.report.figures._look import colored, finished, lines, paper_color, plain, shaped, told, values
from paribus.report.figures._panel import Material, Panel, note

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
    """Return a height in -0.5..0.5 for every seed, the first at the top."""
    distinct = sorted(set(seeds))
    most = max(1, len(distinct) - 1)
    return {seed: _SPREAD * (place / most - 0.5) for place, seed in enumerate(distinct)}


def score_lines(panel: Panel) -> int:
    """Return how many lines there are."""
    return len(dict.fromkeys(row.arm for row in panel.rows))


def draw_scores(axes: "Axes", panel: Panel) -> None:
    """Draw one row per arm."""
    scale = Scale(panel.settings["metric"])
    shown = [arm for arm in panel.arms if any(row.arm == arm for row in panel.rows)]
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
        axes.plot(
            [scale.factor * mean.low, scale.factor * mean.high], [place, place], color=color, linewidth=2
        )
        axes.plot([scale.factor * mean.mean], [place], "|", color=color, markersize=22, markeredgewidth=2.5)
    axes.set_yticks(range(len(shown)), [plain(arm) for arm in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlabel(scale.title)
    axes.grid(visible=False, axis="y")


def scores_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the same for a page."""
    import altair as alt

    scale = Scale(panel.settings["metric"])
    shown = [arm for arm in panel.arms if any(row.arm == arm for row in panel.rows)]
    y = lines("at", shown)
    axis = alt.Axis(labelExpr=scale.label_expression, title=scale.title)
    fit = alt.Scale(zero=False)
    color = colored("arm", panel.arms, legend=None)
    score, score_tips = told(scale, {"score": "score"})
    points = (
        alt.Chart(values(panel.rows, at=lambda row: shown.index(row.arm) + row.lane))
        .transform_calculate(**score)
        .mark_point(filled=True, size=42, opacity=0.6)
        .encode(
            x=alt.X("score:Q", scale=fit, axis=axis),
            y=y,
            color=color,
            shape=shaped("arm", panel.arms, legend=None),
            tooltip=[alt.Tooltip("arm:N"), alt.Tooltip("seed:N"), *score_tips],
        )
    )
    written, tips = told(scale, {"mean": "mean", "low": "mean − sd", "high": "mean + sd"})
    tips = [alt.Tooltip("arm:N"), *tips, alt.Tooltip("n:Q", title="seeds")]
    means = alt.Chart(values(panel.settings["means"])).transform_calculate(**written).encode(y=y, color=color)
    spread = means.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=fit, axis=axis), x2="high:Q")
    mean = means.mark_tick(thickness=3, size=28).encode(x=alt.X("mean:Q", scale=fit, axis=axis), tooltip=tips)
    described = f"{scale.title} of every run, by arm: {', '.join(shown)}."
    return finished(spread, points, mean, height=52 * len(shown) + 30, description=described)
