"""A sweep's curves by Matplotlib: bands over seeds, verdicts under every value."""

import math
from typing import TYPE_CHECKING

from paribus.report._numbers import Scale
from paribus.report.figures import Panel
from paribus.report.figures._palette import paper_color, paper_marker
from paribus.report.figures._paper import plain
from paribus.report.sweep._panel import contrast_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAND_OPACITY, _SEED_OPACITY = 0.15, 0.35
_LINE = 12.0
"""Points from one line of verdicts to the next."""
_WORDS = 46.0
"""Points from the axes to the first line."""
_COLORS = {"better": "tab:green", "worse": "tab:red", "equivalent": "tab:cyan", "undecided": "0.45"}


def draw_sweep(axes: "Axes", panel: Panel, *, seeds: bool = False) -> None:
    """Draw a curve per arm with its band, and what is concluded under every value.

    Args:
        axes: Where.
        panel: What.
        seeds: Whether every seed's own curve is drawn, too.
    """
    scale, ticks = Scale(panel.settings["metric"]), panel.settings["ticks"]
    if panel.settings["logarithmic"]:
        axes.set_xscale("log")
    for arm in panel.arms:
        own, color = [row for row in panel.rows if row.arm == arm], paper_color(panel.arms, arm)
        x = [row.at for row in own]
        axes.plot(
            x,
            [scale.factor * row.mean for row in own],
            color=color,
            marker=paper_marker(panel.arms, arm),
            label=plain(arm),
        )
        low, high = ([scale.factor * getattr(row, end) for row in own] for end in ("low", "high"))
        if any(map(math.isfinite, low)):
            axes.fill_between(x, low, high, color=color, alpha=_BAND_OPACITY, linewidth=0)
        if seeds:
            _draw_seeds(axes, panel, arm, scale)
    axes.set_xticks(list(ticks), [plain(told) for told in ticks.values()])
    axes.set_xticks([], minor=True)
    axes.margins(x=0.06)
    axes.set_xlabel(panel.settings["title"])
    axes.set_ylabel(scale.title)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    _draw_words(axes, panel)


def _draw_seeds(axes: "Axes", panel: Panel, arm: str, scale: Scale) -> None:
    own = [row for row in panel.settings["seeds"] if row.arm == arm]
    for seed in dict.fromkeys(row.seed for row in own):
        line = [row for row in own if row.seed == seed]
        axes.plot(
            [row.at for row in line],
            [scale.factor * row.score for row in line],
            color=paper_color(panel.arms, arm),
            linewidth=0.8,
            alpha=_SEED_OPACITY,
        )


def _draw_words(axes: "Axes", panel: Panel) -> None:
    """Write a contrast's name, and under it its word at every value, below the axis."""
    words = panel.settings["words"]
    for line in dict.fromkeys(word.line for word in words):
        axes.annotate(
            plain(contrast_title([word for word in words if word.line == line])),
            (0, 0),
            (0, _top(line)),
            xycoords="axes fraction",
            textcoords="offset points",
            va="top",
            fontsize=8,
            color="0.3",
            annotation_clip=False,
        )
    for word in words:
        axes.annotate(
            word.told,
            (word.at, 0),
            (0, _top(word.line + word.lane)),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=8,
            fontweight="bold",
            color=_COLORS[word.word],
            annotation_clip=False,
        )


def _top(line: int) -> float:
    """Return where a line of words begins, in points from the axes."""
    return -(_WORDS + _LINE * line)
