"""Learning curves in the article's style: training dash-dot, validation solid, a band over seeds."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import numpy as np

from paribus.records import EpochRecord, RunSpec
from paribus.report._visible import visible
from paribus.report.figures._palette import paper_color
from paribus.report.figures._panel import Material, Panel, note
from paribus.report.figures._paper import beside_legend, legend
from paribus.report.figures._screen import colored, finished, values
from paribus.study import StudyRecord

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes

Split = Literal["training", "validation"]
_LINES: dict[Split, str] = {"training": "-.", "validation": "-"}
_DASHES: dict[Split, list[float]] = {"training": [6, 3, 1.5, 3], "validation": [1, 0]}
_FEW = 6
"""Arms up to which each line has a name of its own in the legend, and bands can be told apart."""
_BAND_OPACITY, _FAINT = 0.15, 0.04
_EVERY = "every_seed"
"""Whether a page shows every seed's own curve."""


class CurvePoint(NamedTuple):
    """Accuracy after one epoch: mean over `n` seeds, and that mean ± one standard deviation (NaN for one seed)."""

    arm: str
    split: Split
    epoch: int
    mean: float
    low: float
    high: float
    n: int


class SeedCurve(NamedTuple):
    """Accuracy of one run after each epoch, the first first."""

    arm: str
    seed: int
    split: Split
    accuracies: tuple[float, ...]


class Curve(Protocol):
    """A run as far as its epochs are known."""

    @property
    def spec(self) -> RunSpec:
        """Which run it is."""
        ...

    @property
    def epochs(self) -> tuple[EpochRecord, ...]:
        """Those it has passed."""
        ...


def curve_panels(material: Material) -> tuple[Panel, ...]:
    """Return all arms in one panel; of a question asked in several cells, a panel for each cell."""
    analysis = material.analysis
    counted = [record for record in material.records if record.spec.seed in analysis.seeds and record.epochs]
    return panels_of_curves(analysis.study, counted, note(analysis))


def panels_of_curves(study: StudyRecord, curves: Sequence[Curve], warning: str) -> tuple[Panel, ...]:
    """Return the same of runs that need not have ended."""
    names = tuple(arm.name for arm in study.arms)
    points, seeds = curve_rows(study, curves), seed_curves(curves)
    cells = list(dict.fromkeys(contrast.cell for contrast in study.contrasts if contrast.cell))
    groups = curve_groups(study) if cells else (names,)
    titles = cells if len(cells) == len(groups) else [""] * len(groups)
    return tuple(
        Panel(
            title=title,
            rows=tuple(point for point in points if point.arm in group),
            arms=group if cells else names,
            note=warning,
            settings={"seeds": tuple(curve for curve in seeds if curve.arm in group)},
        )
        for title, group in zip(titles, groups, strict=True)
        if any(point.arm in group for point in points)
    )


def curve_rows(study: StudyRecord, records: Iterable[Curve]) -> tuple[CurvePoint, ...]:
    """Return the points of every arm's training and validation curve, over the seeds that reached each epoch."""
    found: dict[tuple[str, Split, int], list[float]] = {}
    for record in records:
        for epoch in record.epochs:
            found.setdefault((record.spec.arm, "training", epoch.epoch), []).append(epoch.accuracy)
            found.setdefault((record.spec.arm, "validation", epoch.epoch), []).append(
                epoch.validation_accuracy
            )
    order = {arm.name: place for place, arm in enumerate(study.arms)}
    keys = sorted(found, key=lambda key: (order[key[0]], key[1], key[2]))
    return tuple(_point(*key, found[key]) for key in keys)


def seed_curves(records: Iterable[Curve]) -> tuple[SeedCurve, ...]:
    """Return every run's own validation curve."""
    return tuple(
        SeedCurve(
            record.spec.arm,
            record.spec.seed,
            "validation",
            tuple(epoch.validation_accuracy for epoch in record.epochs),
        )
        for record in records
    )


def curve_groups(study: StudyRecord) -> tuple[tuple[str, ...], ...]:
    """Return which arms each of the article's figures shows: contrast by contrast, each adding arms to the one before.

    A question that is asked in several cells has one figure for each cell, with all of its arms.
    """
    names = [arm.name for arm in study.arms]
    groups: list[tuple[str, ...]] = []
    shown: set[str] = set()
    cells: dict[str, set[str]] = {}
    for contrast in study.contrasts:
        asked = {contrast.treatment, contrast.control}
        if contrast.cell:
            cells.setdefault(contrast.cell, set[str]()).update(asked)
        elif not asked <= shown:
            shown |= asked
            groups.append(_in_order(names, shown))
    groups += [_in_order(names, asked) for asked in cells.values()]
    return tuple(groups) or (tuple(names),)


def _in_order(names: Sequence[str], shown: set[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in shown)


def curve_inches(panel: Panel) -> float:
    """Return how high the axes are."""
    return beside_legend(list(_entries(panel)))


def _entries(panel: Panel) -> dict[str, tuple[str, Split]]:
    """Return what the legend says of which line: of every one, or, of many arms, of each arm's validation."""
    lines = dict.fromkeys((point.arm, point.split) for point in panel.rows)
    if len({arm for arm, _ in lines}) <= _FEW:
        return {f"{arm}, {split}": (arm, split) for arm, split in lines}
    return {arm: (arm, split) for arm, split in lines if split == "validation"}


def _opacity(panel: Panel) -> float:
    return _BAND_OPACITY if len({point.arm for point in panel.rows}) <= _FEW else _FAINT


def draw_curves(axes: "Axes", panel: Panel) -> None:
    """Draw means and bands; the article's lines and colors."""
    from matplotlib.ticker import MaxNLocator

    lines: dict[tuple[str, Split], list[CurvePoint]] = {}
    for point in panel.rows:
        lines.setdefault((point.arm, point.split), []).append(point)
    drawn = {of: _draw_line(axes, panel, *of, line) for of, line in lines.items()}
    axes.set_xlabel("epoch")
    axes.set_ylabel("accuracy")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g}%")
    legend(axes, {words: drawn[of] for words, of in _entries(panel).items()})


def _draw_line(axes: "Axes", panel: Panel, arm: str, split: Split, line: Sequence[CurvePoint]) -> Any:
    color, epochs = paper_color(panel.arms, arm), [point.epoch for point in line]
    (drawn,) = axes.plot(
        epochs,
        [point.mean for point in line],
        _LINES[split],
        color=color,
        marker="o" if len(line) == 1 else None,  # a line of one point is invisible
    )
    low, high = [point.low for point in line], [point.high for point in line]
    axes.fill_between(epochs, low, high, color=color, alpha=_opacity(panel), linewidth=0)
    return drawn


def curves_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the same for a page: one arm or all, and every seed on demand."""
    import altair as alt

    names = list(dict.fromkeys(row.arm for row in panel.rows))
    menu = alt.binding_select(options=[None, *names], labels=["all", *map(visible, names)], name="arm ")
    chosen = alt.selection_point(fields=["arm"], bind=menu, name="arms")
    every = alt.param(name=_EVERY, value=False, bind=alt.binding_checkbox(name="every seed "))
    shown = alt.when(chosen)
    epoch = alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1, format="d"))
    axis = alt.Axis(labelExpr="format(100 * datum.value, '.4~r')", title="accuracy, %")
    mean = alt.Y("mean:Q", scale=alt.Scale(zero=False), axis=axis)
    color = colored("arm", panel.arms, names)
    base = alt.Chart(values(panel.rows)).encode(x=epoch, color=color)
    band = base.mark_area(strokeWidth=0).encode(
        y=alt.Y("low:Q", scale=alt.Scale(zero=False), axis=axis),
        y2="high:Q",
        detail="split:N",
        opacity=shown.then(alt.value(_opacity(panel))).otherwise(alt.value(0.0)),
    )
    line = base.mark_line(strokeWidth=2).encode(
        y=mean, strokeDash=_dash(), opacity=shown.then(alt.value(1)).otherwise(alt.value(0.12))
    )
    alone = len({row.epoch for row in panel.rows}) == 1  # a line of one point is invisible
    point = base.mark_point(filled=True, size=45).encode(
        y=mean, opacity=alt.value(1.0 if alone else 0.0), tooltip=_tips()
    )
    return finished(
        band,
        _each_seed(panel, color),
        line,
        point,
        height=340,
        description=f"Accuracy against epochs: {', '.join(names)}.",
        params=(chosen, every),
    )


def _dash() -> "alt.StrokeDash":
    import altair as alt

    return alt.StrokeDash(
        "split:N",
        scale=alt.Scale(domain=list(_DASHES), range=list(_DASHES.values())),
        legend=alt.Legend(symbolStrokeColor="currentColor", orient="bottom"),
    )


def _tips() -> "list[alt.Tooltip]":
    import altair as alt

    return [
        alt.Tooltip("arm:N"),
        alt.Tooltip("split:N"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("mean:Q", format=".2%"),
        alt.Tooltip("low:Q", format=".2%", title="mean − sd"),
        alt.Tooltip("high:Q", format=".2%", title="mean + sd"),
        alt.Tooltip("n:Q", title="seeds"),
    ]


def _each_seed(panel: Panel, color: "alt.Color") -> "alt.Chart":
    import altair as alt

    return (
        alt.Chart(values(panel.settings["seeds"]))
        .transform_filter(_EVERY)
        .transform_flatten(["accuracies"])
        .transform_window(epoch="row_number()", groupby=["arm", "seed"])
        .mark_line(strokeWidth=1, opacity=0.45)
        .encode(x="epoch:Q", y="accuracies:Q", detail="seed:N", color=color)
    )


def _point(arm: str, split: Split, epoch: int, accuracies: list[float]) -> CurvePoint:
    mean = float(np.mean(accuracies))
    deviation = float(np.std(accuracies, ddof=1)) if len(accuracies) > 1 else math.nan
    return CurvePoint(arm, split, epoch, mean, mean - deviation, mean + deviation, len(accuracies))
