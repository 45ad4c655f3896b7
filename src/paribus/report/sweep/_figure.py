"""A sweep drawn, and written beside its store."""

from pathlib import Path
from typing import TYPE_CHECKING

from paribus.analyse import SweepAnalysis
from paribus.report.figures import Panel
from paribus.report.figures._paper import on_paper, plain, save_figure
from paribus.report.sweep._chart import sweep_chart
from paribus.report.sweep._markdown import sweep_markdown
from paribus.report.sweep._panel import sweep_panel
from paribus.report.sweep._paper import draw_sweep
from paribus.report.sweep._rows import metrics

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH, _HEIGHT, _LINE = 8.6, 4.6, 0.17
"""Inches; the last one for every line of verdicts."""
_DOTS_PER_INCH = 150
_SUFFIXES = (".png", ".svg")


def sweep_figure(
    analysis: SweepAnalysis, metric: str | None = None, axes: "Axes | None" = None, *, seeds: bool = False
) -> "Figure":
    """Draw a sweep's curves by Matplotlib.

    Args:
        analysis: The sweep.
        metric: The first contrast's by default.
        axes: Where; new ones by default.
        seeds: Whether every seed's own curve is drawn, too.

    Raises:
        ReportError: There is no such metric, or nothing to see.
    """
    from matplotlib.figure import Figure

    panel = sweep_panel(analysis, metric)
    with on_paper():
        if axes is None:
            paper = Figure(figsize=(_WIDTH, _HEIGHT + _LINE * _lines(panel)), layout="constrained")
            axes = paper.subplots()
        draw_sweep(axes, panel, seeds=seeds)
        note = f"\n{panel.note}" if panel.note else ""
        axes.set_title(plain(f"{panel.settings['name']}{note}"))
    drawn = axes.get_figure(root=True)
    assert drawn is not None  # an axes without a figure cannot be drawn on  # noqa: S101
    return drawn


def sweep_charts(analysis: SweepAnalysis, metric: str | None = None) -> "tuple[alt.TopLevelMixin, ...]":
    """Return a sweep's curves as a Vega-Lite chart.

    Args:
        analysis: The sweep.
        metric: The first contrast's by default.

    Raises:
        ReportError: There is no such metric, or nothing to see.
    """
    return (sweep_chart(sweep_panel(analysis, metric)),)


def sweep_paths(analysis: SweepAnalysis, directory: Path) -> tuple[Path, ...]:
    """Return the files that `save_sweep` writes: the summary, and a figure for every metric that has scores."""
    seen = [
        metric
        for metric in metrics(analysis)
        if any(point.n for curve in analysis.metric_curves(metric) for point in curve.points)
    ]
    return (
        directory / "summary.md",
        *(directory / f"{metric}{suffix}" for metric in seen for suffix in _SUFFIXES),
    )


def save_sweep(analysis: SweepAnalysis, directory: Path) -> None:
    """Write a sweep's summary and its figures.

    Raises:
        OSError: They cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    summary, *figures = sweep_paths(analysis, directory)
    for file in figures:
        drawn = sweep_figure(analysis, file.stem)
        save_figure(drawn, file, file.suffix[1:], dots_per_inch=_DOTS_PER_INCH)
    named = [file.relative_to(directory) for file in figures]
    summary.write_text(sweep_markdown(analysis, named), encoding="utf-8")


def _lines(panel: Panel) -> int:
    return max((word.line + word.lane for word in panel.settings["words"]), default=-1) + 1
