"""All figures by name, and how they are drawn by Matplotlib."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from paribus.errors import ReportError, listed, nearest
from paribus.report.figures._classes import class_inches, class_panels, classes_chart, draw_classes
from paribus.report.figures._costs import cost_inches, cost_panels, costs_chart, draw_costs
from paribus.report.figures._curves import curve_inches, curve_panels, curves_chart, draw_curves
from paribus.report.figures._differences import (
    difference_inches,
    difference_panels,
    differences_chart,
    draw_differences,
)
from paribus.report.figures._examples import (
    draw_examples,
    example_inches,
    example_panels,
    examples_chart,
)
from paribus.report.figures._looks import draw_looks, look_inches, look_panels, looks_chart
from paribus.report.figures._panel import Figure, Material, Panel
from paribus.report.figures._paper import heading, on_paper
from paribus.report.figures._scores import draw_scores, score_inches, score_panels, scores_chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as PaperFigure

FIGURES = {
    figure.name: figure
    for figure in (
        Figure(
            "differences",
            "Paired differences",
            "Treatment minus control. Dots: one per seed. Diamond: their mean. Line: 95 % interval. Shaded: within the margin, "
            "too small to matter.",
            difference_panels,
            draw_differences,
            differences_chart,
            difference_inches,
        ),
        Figure(
            "scores",
            "Final scores",
            "Every point is a run; a seed has the same height in every arm. Tick and line: mean ± standard deviation.",
            score_panels,
            draw_scores,
            scores_chart,
            score_inches,
        ),
        Figure(
            "curves",
            "Learning curves",
            "Accuracy after each epoch, mean over seeds ± standard deviation. Solid: validation. Dash-dot: training, as a running mean "
            "in training mode.",
            curve_panels,
            draw_curves,
            curves_chart,
            curve_inches,
        ),
        Figure(
            "costs",
            "Score against cost",
            "Mean ± standard deviation over seeds, against what an arm costs; farther left is cheaper.",
            cost_panels,
            draw_costs,
            costs_chart,
            cost_inches,
        ),
        Figure(
            "looks",
            "Looks",
            "The mean difference at each look that was planned, with the interval that holds for all looks together; early intervals "
            "may go on beyond the picture. Shaded: within the margin.",
            look_panels,
            draw_looks,
            looks_chart,
            look_inches,
        ),
        Figure(
            "classes",
            "Accuracy by class",
            "How often both arms are right on a class' test examples; the classes on which they differ most come first.",
            class_panels,
            draw_classes,
            classes_chart,
            class_inches,
        ),
        Figure(
            "examples",
            "Examples that one arm gets right and the other wrong",
            "Test examples on which the arms differ most, and in how many of the seeds each is right.",
            example_panels,
            draw_examples,
            examples_chart,
            example_inches,
        ),
    )
}
"""Every figure that there is, in the order in which a report shows them."""

_WIDTH = 8.6
"""Inches."""


def figure_named(name: str) -> Figure:
    """Return a figure.

    Raises:
        ReportError: There is none of that name.
    """
    if name not in FIGURES:
        raise ReportError(
            f"there is no figure '{name}'; there are {listed(FIGURES)}.{nearest(name, FIGURES)}"
        )
    return FIGURES[name]


def panels_of(name: str, material: Material) -> tuple[Panel, ...]:
    """Return what a figure shows of a result.

    Raises:
        ReportError: There is no such figure, or nothing to see in it.
    """
    panels = figure_named(name).panels(material)
    if not panels:
        raise ReportError(f"there is nothing to see in '{name}': {_why_empty(name, material)}")
    return panels


def paper_figure(
    name: str,
    material: Material,
    axes: "Axes | Sequence[Axes] | None" = None,
    *,
    most_panels: int | None = None,
) -> "PaperFigure":
    """Draw a figure by Matplotlib.

    Args:
        name: One of `FIGURES`.
        material: What is drawn.
        axes: Where; as many as the figure has panels. New ones by default.
        most_panels: Only that many of its panels, the first ones; all by default.

    Raises:
        ReportError: There is no such figure, nothing to see in it, or another number of axes.
    """
    from matplotlib.figure import Figure as Paper

    figure, panels = figure_named(name), panels_of(name, material)[:most_panels]
    with on_paper():
        if axes is None:
            heights = [figure.inches(panel) for panel in panels]
            paper = Paper(figsize=(_WIDTH, sum(heights)), layout="constrained")
            grid = paper.subplots(len(panels), 1, squeeze=False, height_ratios=heights)
            places = [row[0] for row in grid]
        else:
            places = _given(axes, panels, name)
            paper = places[0].get_figure(root=True)
        for place, panel in zip(places, panels, strict=True):
            figure.draw(place, panel)
            _head(place, figure, panel, material, alone=len(panels) == 1)
    assert paper is not None  # an axes without a figure cannot be drawn on  # noqa: S101
    return paper


def _given(axes: "Axes | Sequence[Axes]", panels: Sequence[Panel], name: str) -> "list[Axes]":
    places = list(axes) if isinstance(axes, Sequence) else [axes]
    if len(places) != len(panels):
        told = ", ".join(panel.title or name for panel in panels)
        raise ReportError(
            f"'{name}' has {len(panels)} panels here ({told}), and {len(places)} axes were given; give one for each."
        )
    return places


def _head(place: "Axes", figure: Figure, panel: Panel, material: Material, *, alone: bool) -> None:
    title = f"{material.analysis.study.name}: {figure.title.lower()}" if alone else panel.title
    place.set_title("\n".join(filter(None, [heading(title), panel.note])))


def _why_empty(name: str, material: Material) -> str:
    if not any(arm.seeds for arm in material.analysis.arms):
        return "no run has been completed yet."
    reasons = {
        "looks": "the study has no planned looks; `--until-decided` plans some.",
        "examples": "no images are kept of the test examples on which arms differ; `paribus run` keeps those of image data.",
        "differences": "no contrast has two completed runs of one seed.",
        "classes": "no contrast is on test accuracy, or the classes of the test examples were not kept.",
        "costs": "no cost is known of two arms with scores.",
    }
    return reasons.get(name, "no run has been completed yet.")
