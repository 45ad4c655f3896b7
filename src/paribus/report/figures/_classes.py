"""On which classes two arms differ."""

from typing import TYPE_CHECKING, Any, NamedTuple

from paribus.report.figures._palette import paper_color, paper_marker
from paribus.report.figures._panel import Material, Panel, note
from paribus.report.figures._paper import label, legend
from paribus.report.figures._screen import colored, finished, shaped, values

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes

_MOST = 30


class ClassScore(NamedTuple):
    """How often an arm is right on a class' `n` test examples, on the mean over seeds."""

    name: str
    arm: str
    accuracy: float
    n: int


def class_panels(material: Material) -> tuple[Panel, ...]:
    """Return a panel per contrast on test accuracy, that class first on which its arms differ most; the first thirty."""
    analysis = material.analysis
    return tuple(
        Panel(
            title=result.contrast.label,
            rows=tuple(
                ClassScore(each.name, arm, accuracy, each.n)
                for each in result.examples.classes[:_MOST]
                for arm, accuracy in (
                    (result.contrast.treatment, each.treatment),
                    (result.contrast.control, each.control),
                )
            ),
            arms=tuple(arm.name for arm in analysis.study.arms),
            note=note(analysis),
        )
        for result in analysis.contrasts
        if result.examples is not None and result.examples.classes
    )


def class_inches(panel: Panel) -> float:
    """Return how high the axes are."""
    return 1.2 + 0.27 * len(_names(panel))


def draw_classes(axes: "Axes", panel: Panel) -> None:
    """Draw one row per class: both arms' accuracies, joined."""
    names = _names(panel)
    for place, name in enumerate(names):
        both = [row for row in panel.rows if row.name == name]
        axes.plot([100 * row.accuracy for row in both], [place, place], color="0.7", linewidth=2, zorder=1)
    handles: dict[str, Any] = {}
    for arm in dict.fromkeys(row.arm for row in panel.rows):
        own = [row for row in panel.rows if row.arm == arm]
        handles[arm] = axes.scatter(
            [100 * row.accuracy for row in own],
            [names.index(row.name) for row in own],
            color=paper_color(panel.arms, arm),
            marker=paper_marker(panel.arms, arm),
            zorder=2,
        )
    axes.set_yticks(range(len(names)), [label(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("right, %")
    axes.set_ylabel("class")
    axes.grid(visible=False, axis="y")
    legend(axes, handles)


def classes_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the same for a page."""
    import altair as alt

    names = _names(panel)
    shown = list(dict.fromkeys(row.arm for row in panel.rows))
    y = alt.Y("name:N", sort=names, title="class", axis=alt.Axis(titleAngle=0, titleAlign="left", titleY=-8))
    axis = alt.Axis(labelExpr="format(100 * datum.value, '.4~r')", title="right, %")
    x = alt.X("accuracy:Q", scale=alt.Scale(zero=False), axis=axis)
    base = alt.Chart(values(panel.rows)).encode(y=y, x=x)
    joined = base.mark_line(color="#8a94a0", strokeWidth=2, opacity=0.6).encode(detail="name:N")
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        color=colored("arm", panel.arms, shown),
        shape=shaped("arm", panel.arms, shown),
        tooltip=[
            alt.Tooltip("name:N", title="class"),
            alt.Tooltip("arm:N"),
            alt.Tooltip("accuracy:Q", format=".2%", title="right"),
            alt.Tooltip("n:Q", title="test examples"),
        ],
    )
    described = f"Accuracy by class: {' and '.join(shown)}."
    return finished(joined, points, height=24 * len(names) + 30, description=described)


def _names(panel: Panel) -> list[str]:
    return list(dict.fromkeys(row.name for row in panel.rows))
