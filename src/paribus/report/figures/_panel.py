"""What a figure is: a pure function to rows, and two that draw them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from paribus.analyse import Analysis
from paribus.records import Look, RunRecord

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One pair of axes.

    Attributes:
        title: What it shows, where a figure has several.
        rows: What is drawn; named tuples.
        arms: All arms of the study, whose places decide their colors.
        note: A warning about the numbers; empty if there is none.
        settings: What the renderers are told besides, by name.
    """

    title: str
    rows: tuple[Any, ...]
    arms: tuple[str, ...]
    note: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What a report is made of.

    Attributes:
        analysis: What was found.
        records: The runs it rests on.
        looks: Every time that the result was told.
        images: Test examples as PNG, by their index.
        command: What gives the result on a command line; empty where nobody knows.
    """

    analysis: Analysis
    records: tuple[RunRecord, ...]
    looks: tuple[Look, ...] = ()
    images: Mapping[int, bytes] = field(default_factory=dict[int, bytes])
    command: str = ""


class Figure(NamedTuple):
    """A figure.

    Attributes:
        name: As in `result.figure(name)`.
        title: What it shows.
        caption: How it is read.
        panels: From a result to what is drawn; nothing where there is nothing to see.
        draw: Draws a panel on Matplotlib axes.
        chart: Returns a panel as a Vega-Lite chart.
        inches: From a panel to the height of its axes on paper.
    """

    name: str
    title: str
    caption: str
    panels: Callable[[Material], tuple[Panel, ...]]
    draw: "Callable[[Axes, Panel], None]"
    chart: "Callable[[Panel], alt.TopLevelMixin]"
    inches: Callable[[Panel], float]


def note(analysis: Analysis) -> str:
    """Return the warning that stands on every figure of a quick look."""
    return "a quick look, not evidence" if analysis.study.quick else ""
