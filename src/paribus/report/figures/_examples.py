"""Test examples that one arm gets right and the other wrong."""

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from paribus.analyse import ContrastResult
from paribus.report.figures._panel import Material, Panel, note
from paribus.report.figures._paper import remark
from paribus.report.figures._screen import values

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes

_COLUMNS = 12
_SIDE, _UNDER, _ABOVE = 0.88, 0.62, 0.42
"""Parts of a column: an image's side, and the room for words under a row of images and above a group of rows."""
_PIXELS, _CLASS = 64, 12
"""Of an image on a page; characters of a class."""


class ExampleImage(NamedTuple):
    """A test example by its number, counted from 0, its class, and with which part of the seeds each arm is right on it; `png` is its image."""

    example: int
    name: str
    treatment: float
    control: float
    png: bytes


class Group(NamedTuple):
    """The examples on which `arm` is right in more of the seeds than the other."""

    arm: str
    rows: tuple[ExampleImage, ...]


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


def example_groups(panel: Panel) -> tuple[Group, ...]:
    """Return the examples by the arm that is right in more of the seeds, the treatment first."""
    rows: Sequence[ExampleImage] = panel.rows
    groups = (
        Group(panel.settings["treatment"], tuple(row for row in rows if row.treatment > row.control)),
        Group(panel.settings["control"], tuple(row for row in rows if row.treatment < row.control)),
    )
    return tuple(group for group in groups if group.rows)


def example_inches(panel: Panel) -> float:
    """Return how high the axes are."""
    return 0.6 + 0.7 * _height(panel)


def _height(panel: Panel) -> float:
    """Return how high the groups are, in columns."""
    return sum(_ABOVE + (_SIDE + _UNDER) * _lines(group) for group in example_groups(panel))


def _lines(group: Group) -> int:
    return -(-len(group.rows) // _COLUMNS)


def draw_examples(axes: "Axes", panel: Panel) -> None:
    """Draw the images side by side, with which part of the seeds both arms are right on each under it."""
    treatment, control = panel.settings["treatment"], panel.settings["control"]
    top = 0.0
    for group in example_groups(panel):
        words = remark(f"{group.arm} right in more of the seeds, % ({treatment} : {control})")
        axes.text(0.06, top + _ABOVE / 2, words, fontsize=8, va="center")
        _draw_group(axes, group, top + _ABOVE)
        top += _ABOVE + (_SIDE + _UNDER) * _lines(group)
    axes.set_xlim(0, _COLUMNS)
    axes.set_ylim(top, 0)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _draw_group(axes: "Axes", group: Group, top: float) -> None:
    import numpy as np
    from PIL import Image

    for place, row in enumerate(group.rows):
        down, across = divmod(place, _COLUMNS)
        image = np.asarray(Image.open(io.BytesIO(row.png)).convert("RGB"))
        left, high = across + (1 - _SIDE) / 2, top + down * (_SIDE + _UNDER)
        wide, tall = (_SIDE * size / max(image.shape[:2]) for size in (image.shape[1], image.shape[0]))
        axes.imshow(image, extent=(left, left + wide, high + tall, high))
        told = f"{remark(row.name, _CLASS)}\n{100 * row.treatment:.0f} : {100 * row.control:.0f}"
        axes.text(across + 0.5, high + _SIDE + 0.06, told, ha="center", va="top", fontsize=7)


class _Placed(NamedTuple):
    image: str
    told: str
    arm: str
    across: int
    down: int


def examples_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return the images as a chart; pages show them as images instead."""
    import altair as alt

    placed = [
        _placed(group.arm, row, place)
        for group in example_groups(panel)
        for place, row in enumerate(group.rows)
    ]
    return (
        alt.Chart(values(placed))
        .mark_image(width=_PIXELS, height=_PIXELS)
        .encode(
            x=alt.X("across:O", axis=None),
            y=alt.Y("down:O", axis=None),
            row=alt.Row("arm:N", title="right in more of the seeds", sort=None),
            url="image:N",
            tooltip=alt.Tooltip("told:N", title="example"),
        )
        .properties(
            width=alt.Step(_PIXELS + 8), height=alt.Step(_PIXELS + 8), description=f"Examples: {panel.title}."
        )
    )


def _placed(arm: str, row: ExampleImage, place: int) -> _Placed:
    down, across = divmod(place, _COLUMNS)
    told = f"{row.name} (no. {row.example}): {row.treatment:.0%} against {row.control:.0%}"
    return _Placed(f"data:image/png;base64,{base64.b64encode(row.png).decode()}", told, arm, across, down)
