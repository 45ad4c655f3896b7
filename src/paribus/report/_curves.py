"""Learning curves in the article's style: training dash-dot, validation solid, a band over seeds."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from paribus.records import RunRecord
from paribus.study import StudyRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Split = Literal["training", "validation"]
_COLORS = ("tab:blue", "tab:red", "tab:green", "black", "tab:orange", "tab:purple", "tab:brown", "tab:pink")
_LINES: dict[Split, str] = {"training": "-.", "validation": "-"}
_BAND_OPACITY = 0.15


class CurvePoint(NamedTuple):
    """Accuracy after one epoch: mean over `n` seeds, and that mean ± one standard deviation (NaN for one seed)."""

    arm: str
    split: Split
    epoch: int
    mean: float
    low: float
    high: float
    n: int


def curve_rows(study: StudyRecord, records: Iterable[RunRecord]) -> tuple[CurvePoint, ...]:
    """Return the points of every arm's training and validation curve, over the seeds that reached each epoch."""
    values: dict[tuple[str, Split, int], list[float]] = {}
    for record in records:
        for epoch in record.epochs:
            values.setdefault((record.spec.arm, "training", epoch.epoch), []).append(epoch.accuracy)
            values.setdefault((record.spec.arm, "validation", epoch.epoch), []).append(
                epoch.validation_accuracy
            )
    order = {arm.name: place for place, arm in enumerate(study.arms)}
    keys = sorted(values, key=lambda key: (order[key[0]], key[1], key[2]))
    return tuple(_point(*key, values[key]) for key in keys)


def curve_groups(study: StudyRecord) -> tuple[tuple[str, ...], ...]:
    """Return which arms each figure shows: contrast by contrast, each figure adding arms to the one before.

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


def draw_curves(
    axes: "Axes", points: Sequence[CurvePoint], arms: Sequence[str], *, title: str, note: str = ""
) -> None:
    """Draw the points on `axes`.

    Args:
        axes: Drawn on.
        points: From `curve_rows`.
        arms: All arms of the study, in order, or those of a cell; an arm's place decides its color, so that it is the same in
            every figure.
        title: Above the axes.
        note: Below the title; a warning about the numbers.
    """
    from matplotlib.ticker import MaxNLocator

    lines: dict[tuple[str, Split], list[CurvePoint]] = {}
    for point in points:
        lines.setdefault((point.arm, point.split), []).append(point)
    handles: dict[str, Any] = {}
    for (arm, split), line in lines.items():
        color = _COLORS[arms.index(arm) % len(_COLORS)]
        epochs = [point.epoch for point in line]
        (drawn,) = axes.plot(
            epochs,
            [point.mean for point in line],
            _LINES[split],
            color=color,
            marker="o" if len(line) == 1 else None,  # a line of one point is invisible
        )
        handles[f"{_plain(arm)}, {split}"] = drawn
        axes.fill_between(
            epochs,
            [point.low for point in line],
            [point.high for point in line],
            color=color,
            alpha=_BAND_OPACITY,
            linewidth=0,
        )
    axes.set_title(_plain(f"{title}\n{note}" if note else title))
    axes.set_xlabel("epoch")
    axes.set_ylabel("accuracy")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g}%")
    axes.legend(list(handles.values()), list(handles), loc="upper left", bbox_to_anchor=(1.01, 1))


def _plain(words: str) -> str:
    """Return words that Matplotlib does not take for mathematics."""
    return words.replace("$", r"\$")


def _point(arm: str, split: Split, epoch: int, values: list[float]) -> CurvePoint:
    mean = float(np.mean(values))
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
    return CurvePoint(arm, split, epoch, mean, mean - deviation, mean + deviation, len(values))
