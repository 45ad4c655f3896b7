"""Test examples that one arm gets right and the other wrong."""

import io
from typing import TYPE_CHECKING, NamedTuple

from paribus.analyse import ContrastResult
from paribus.report.figures._look import plain
from paribus.report.figures._panel import Material, Panel, note

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes

_COLUMNS = 6


class ExampleImage(NamedTuple):
    """A test example by its number, counted from 0, its class, and with which part of the seeds each arm is right on it; `png` is its image."""

    example: int
    name: str
    treatment: float
    control: float
    png: bytes


def example_panels(material: Material) -> tuple[Panel, ...]:
    """Return a panel per contrast whose examples' images are kept."""
    analysis = material.analysis
    return tuple(
        Panel(
            title=result.contrast.label,
            rows=rows,
            arms=tuple(arm.name for arm in analysis.study.arms),
            note=note(analysis),
            settings={"treatment": result.contrast.treatment, "control": result.contrast.control},
        )
        for result in analysis.contrasts
        if (rows := _rows(result, material))
    )


def _rows(result: ContrastResult, material: Material) -> tuple[ExampleImage, ...]:
    if result.examples is None:
        return ()
    names = {each.label: each.name for each in result.examples.classes}
    return tuple(
        ExampleImage(
            each.index,
            names.get(each.label, "unknown"),
            each.treatment,
            each.control,
            material.images[each.index],
        )
        for each in result.examples.examples
        if each.index in material.images
    )


def example_lines(panel: Panel) -> int:
    """Return how many lines there are."""
    return 3 * -(-len(panel.rows) // _COLUMNS)


def draw_examples(axes: "Axes", panel: Panel) -> None:
    """Draw the images side by side, in how many of the seeds both arms are right under each."""
    import numpy as np
    from PIL import Image

    treatment, control = panel.settings["treatment"], panel.settings["control"]
    for place, row in enumerate(panel.rows):
        down, across = divmod(place, _COLUMNS)
        image = np.asarray(Image.open(io.BytesIO(row.png)).convert("RGB"))
        axes.imshow(image, extent=(across + 0.06, across + 0.94, down + 0.66, down + 0.06))
        told = f"{plain(row.name)} (no. {row.example})\n{row.treatment:.0%} against {row.control:.0%}"
        axes.text(across + 0.5, down + 0.7, told, ha="center", va="top", fontsize=7)
    axes.set_xlim(0, _COLUMNS)
    axes.set_ylim(-(-len(panel.rows) // _COLUMNS), 0)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.text(
        0,
        -0.05,
        f"right in so many seeds: {plain(treatment)} against {plain(control)}",
        fontsize=8,
        va="bottom",
    )


def examples_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the images as a chart; pages show them as images instead."""
    import base64

    import altair as alt

    rows = [
        {
            "image": f"data:image/png;base64,{base64.b64encode(row.png).decode()}",
            "told": f"{row.name} (no. {row.example}): {row.treatment:.0%} against {row.control:.0%}",
            "across": place % _COLUMNS,
            "down": place // _COLUMNS,
        }
        for place, row in enumerate(panel.rows)
    ]
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_image(width=64, height=64)
        .encode(
            x=alt.X("across:O", axis=None),
            y=alt.Y("down:O", axis=None),
            url="image:N",
            tooltip=alt.Tooltip("told:N", title="example"),
        )
        .properties(width=_COLUMNS * 72, height=alt.Step(72), description=f"Examples: {panel.title}.")
    )
