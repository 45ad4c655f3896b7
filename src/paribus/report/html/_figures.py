"""Figures as a page shows them: a chart, a picture for those who run no scripts, and the numbers."""

import base64
import io
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from paribus.report.figures import (
    FIGURES,
    ExampleImage,
    Figure,
    Material,
    Panel,
    example_groups,
    paper_figure,
    save_figure,
)

_MOST_ROWS = 200
_DOTS_PER_INCH = 90
_COLORS = 64
_MOST_PICTURED = 4
"""Panels of a figure in the picture for those who run no scripts."""


class NumbersTable(NamedTuple):
    """What a panel draws, in words."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


class PanelView(NamedTuple):
    """A panel: its specification as JSON data, under an id that is its own on the page."""

    key: str
    title: str
    note: str
    chart: Any
    numbers: NumbersTable


class FigureView(NamedTuple):
    """A figure with its panels; `picture` is a PNG as base64, empty where none was asked for."""

    name: str
    title: str
    caption: str
    panels: tuple[PanelView, ...]
    picture: str


class ImageView(NamedTuple):
    """A test example as an image, and in which part of the seeds [%] both arms are right on it."""

    data: str
    name: str
    number: str
    treatment: str
    control: str


class GalleryView(NamedTuple):
    """The examples on which a contrast's arms differ most, by the arm that is right in more of the seeds."""

    contrast: str
    treatment: str
    control: str
    groups: Mapping[str, tuple[ImageView, ...]]


def figure_views(material: Material, *, pictures: bool) -> tuple[FigureView, ...]:
    """Return all figures that have something to show, but for images of examples.

    Args:
        material: What is shown.
        pictures: Whether every figure is drawn for those who run no scripts, too.
    """
    return tuple(_figure_views(material, pictures=pictures))


def galleries(material: Material) -> tuple[GalleryView, ...]:
    """Return the images of examples on which arms differ, contrast by contrast."""
    return tuple(_gallery(panel) for panel in FIGURES["examples"].panels(material))


def _figure_views(material: Material, *, pictures: bool) -> Iterator[FigureView]:
    for figure in FIGURES.values():
        panels = figure.panels(material) if figure.name != "examples" else ()
        if panels:
            yield FigureView(
                figure.name,
                figure.title,
                figure.caption,
                tuple(panel_view(figure, panel, place) for place, panel in enumerate(panels)),
                _picture(figure.name, material) if pictures else "",
            )


def panel_view(figure: Figure, panel: Panel, place: int) -> PanelView:
    """Return a panel of a figure as a page shows it; `place` counts the panels."""
    chart = figure.chart(panel).to_dict(
        validate=False
    )  # tests validate every kind; here it would take seconds
    return PanelView(f"chart-{figure.name}-{place}", panel.title, panel.note, chart, numbers(panel))


def numbers(panel: Panel) -> NumbersTable:
    """Return what a panel draws as a table; only the first rows of very many."""
    rows = panel.rows
    header = tuple(name.replace("_", " ") for name in rows[0]._fields) if rows else ()
    told = tuple(tuple(map(_cell, row)) for row in rows[:_MOST_ROWS])
    return NumbersTable(header, told, max(0, len(rows) - _MOST_ROWS))


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "undefined" if math.isnan(value) else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _picture(name: str, material: Material) -> str:
    """Return a figure in few colors, which are enough for lines and take a third of the room."""
    from PIL import Image

    drawn, small = io.BytesIO(), io.BytesIO()
    paper = paper_figure(name, material, most_panels=_MOST_PICTURED)
    save_figure(paper, drawn, "png", dots_per_inch=_DOTS_PER_INCH)
    Image.open(drawn).convert("RGB").quantize(_COLORS).save(small, "PNG", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def _gallery(panel: Panel) -> GalleryView:
    groups = {group.arm: tuple(map(_image, group.rows)) for group in example_groups(panel)}
    return GalleryView(panel.title, panel.settings["treatment"], panel.settings["control"], groups)


def _image(row: ExampleImage) -> ImageView:
    return ImageView(
        base64.b64encode(row.png).decode(),
        row.name,
        f"{row.example:,}",
        f"{100 * row.treatment:.0f}",
        f"{100 * row.control:.0f}",
    )
