"""Figures by Matplotlib: on axes of one's own or given ones, in every format, whatever the names."""

from pathlib import Path

import matplotlib.colors
import matplotlib.figure
import numpy as np
import pytest

from paribus.errors import ReportError
from paribus.report import FIGURES, Material, paper_figure, save_figure
from paribus.report.figures._palette import ON_PAPER, ON_SCREEN
from tests.report.simulated import Plan, simulated

LONG = tuple(f"{'a name without any end ' * 4}{place}" for place in range(20))
SIMULATED = {
    "plain": Plan(),
    "many arms of long names": Plan(arms=LONG),
    "one seed": Plan(seeds=1),
    "one epoch": Plan(epochs=1),
    "a failed arm": Plan(failed=[("deep", seed) for seed in range(4)]),
    "looks": Plan(seeds=4, looks=(3, 4, 6)),
    "a loss": Plan(metric="test_loss"),
    "two arms": Plan(arms=("a", "b")),
}


@pytest.fixture(scope="module")
def material() -> Material:
    return simulated(Plan(seeds=4, looks=(3, 4)))


@pytest.mark.parametrize("plan", SIMULATED.values(), ids=list(SIMULATED))
def test_every_figure_is_drawn(plan: Plan) -> None:
    """No axes collapse, no warning comes; at most four panels of each, which is enough to see."""
    drawn = simulated(plan)
    for name, figure in FIGURES.items():
        if figure.panels(drawn):
            paper_figure(name, drawn, most_panels=4).canvas.draw()  # pyright: ignore[reportAttributeAccessIssue] -- Agg's


def test_axes_may_be_given(material: Material) -> None:
    """One for each panel; what is drawn is on them, and their figure comes back."""
    paper = matplotlib.figure.Figure()
    axes = paper.add_subplot()
    assert paper is paper_figure("differences", material, axes)
    assert ["wide − flat\nundecided, n = 4", "deep − flat\nundecided, n = 4"] == [
        label.get_text() for label in axes.get_yticklabels()
    ]
    pair = list(matplotlib.figure.Figure().subplots(1, 2))
    paper_figure("classes", material, pair)
    assert ["wide − flat", "deep − flat"] == [axes.get_title() for axes in pair]


def test_another_number_of_axes_is_refused(material: Material) -> None:
    """The error says how many there are to be, and what they show."""
    axes = matplotlib.figure.Figure().add_subplot()
    with pytest.raises(
        ReportError, match=r"'classes' has 2 panels here \(wide − flat, deep − flat\), and 1 axes"
    ):
        paper_figure("classes", material, axes)


def test_what_is_not_there_is_said_with_the_reason(material: Material) -> None:
    """The nearest name; why there is nothing to see."""
    with pytest.raises(ReportError, match=r"there is no figure 'curvs'; .* Did you mean 'curves'\?"):
        paper_figure("curvs", material)
    with pytest.raises(ReportError, match=r"nothing to see in 'looks': the study has no planned looks"):
        paper_figure("looks", simulated())


def test_what_is_drawn_is_in_the_unit_of_its_axis(material: Material) -> None:
    """Scores in percent, one point per run, the mean where it is."""
    axes = matplotlib.figure.Figure().add_subplot()
    paper_figure("scores", material, axes)
    (panel,) = FIGURES["scores"].panels(material)
    points = [np.asarray(points.get_offsets())[:, 0].tolist() for points in axes.collections]
    scores = [[100 * row.score for row in panel.rows if row.arm == arm] for arm in panel.arms]
    assert list(map(pytest.approx, scores)) == points
    assert "test accuracy, %" == axes.get_xlabel()


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_same_figure_gives_the_same_file(
    material: Material, tmp_path: Path, kind: str, start: bytes
) -> None:
    """Raster, vectors and print."""
    files = [tmp_path / f"{number}.{kind}" for number in range(2)]
    for file in files:
        save_figure(paper_figure("curves", material), file, kind, dots_per_inch=100)
    assert files[0].read_bytes().startswith(start)
    assert files[0].read_bytes() == files[1].read_bytes()


def luminance(color: str) -> float:
    channels = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in matplotlib.colors.to_rgb(color)
    )
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_colors_are_legible_and_different() -> None:
    """At least 3 : 1 on the page's light and dark paper, as WCAG asks of what is no text; twenty arms have twenty."""
    assert 20 == len(set(ON_SCREEN)) == len(set(ON_PAPER))
    for color in set(ON_SCREEN) - {"currentColor"}:
        assert min(contrast(color, "#ffffff"), contrast(color, "#14171b")) >= 3, color
