"""A sweep as a figure: rows, and what renderers are told besides."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from paribus.analyse import ArmCurve, CellVerdict, SweepAnalysis, SweepContrast
from paribus.errors import ReportError, listed, nearest
from paribus.report.figures import Panel
from paribus.report.sweep._rows import metrics, starred, unfair_at
from paribus.study import Value

_UNFAIR = "\N{DAGGER}"
_WORD = 0.14
"""Room for a word, as a part of the axis."""


class SweepPoint(NamedTuple):
    """An arm at one value: mean over `n` seeds, and that mean ± one standard deviation (NaN for one seed); `at` places the value."""

    arm: str
    value: Value
    at: float
    mean: float
    low: float
    high: float
    n: int


class SeedPoint(NamedTuple):
    """One run's score at one value."""

    arm: str
    seed: int
    at: float
    score: float


class SweepWord(NamedTuple):
    """A contrast's verdict at one value, as it is written below the axis.

    `told` marks it where the comparison is unfair; `line` is that of the contrast's name and `lane` how many lines below it the word
    stands, so that words at values that lie close together do not touch.
    """

    contrast: str
    value: Value
    at: float
    word: str
    told: str
    line: int
    lane: int


def contrast_title(words: Sequence[SweepWord]) -> str:
    """Return a contrast's name, and what the mark on its words means if there is one."""
    name = words[0].contrast
    return (
        f"{name}   {_UNFAIR} the comparison is unfair there"
        if any(_UNFAIR in each.told for each in words)
        else name
    )


def sweep_panel(analysis: SweepAnalysis, metric: str | None) -> Panel:
    """Return what a figure of a sweep shows.

    Args:
        analysis: The sweep.
        metric: The first contrast's by default.

    Raises:
        ReportError: There is no such metric, or no run has been completed.
    """
    chosen = metric or metrics(analysis)[0]
    known = tuple(dict.fromkeys(curve.metric for curve in analysis.curves))
    if chosen not in known:
        raise ReportError(
            f"there is no curve of '{chosen}'; there are {listed(known)}.{nearest(chosen, known)}"
        )
    curves, sweep = analysis.metric_curves(chosen), analysis.sweep
    places = {
        value: float(value) if sweep.is_number else float(place) for place, value in enumerate(sweep.values)
    }
    points = tuple(point for curve in curves for point in _points(curve, places))
    if not points:
        raise ReportError("there is nothing to see: no run has been completed yet.")
    quick = any(study.quick for study in analysis.studies)
    return Panel(
        title="",
        rows=points,
        arms=tuple(curve.arm for curve in curves),
        note="a quick look, not evidence" if quick else "",
        settings={
            "metric": chosen,
            "title": sweep.title,
            "logarithmic": sweep.is_number,
            "ticks": {places[value]: starred(value, analysis) for value in sweep.values},
            "seeds": _seeds(curves, places),
            "words": _words(analysis, chosen, places),
            "name": f"{sweep.name} over {sweep.over}",
        },
    )


def _points(curve: ArmCurve, places: dict[Value, float]) -> tuple[SweepPoint, ...]:
    return tuple(
        SweepPoint(
            curve.arm,
            point.value,
            places[point.value],
            point.mean,
            point.mean - point.spread,
            point.mean + point.spread,
            point.n,
        )
        for point in curve.points
        if point.n
    )


def _seeds(curves: tuple[ArmCurve, ...], places: dict[Value, float]) -> tuple[SeedPoint, ...]:
    return tuple(
        SeedPoint(curve.arm, seed, places[point.value], score)
        for curve in curves
        for point in curve.points
        for seed, score in point.scores.items()
    )


def _words(analysis: SweepAnalysis, metric: str, places: dict[Value, float]) -> tuple[SweepWord, ...]:
    asked = [each for each in analysis.contrasts if each.contrast.metric == metric]
    lanes = _lanes(list(places.values()), logarithmic=analysis.sweep.is_number)
    height = 1 + max(lanes)
    return tuple(
        SweepWord(
            str(each.contrast),
            cell.value,
            places[cell.value],
            cell.verdict.word.value,
            _told(analysis, each, cell),
            number * (1 + height),
            lane,
        )
        for number, each in enumerate(asked)
        for cell, lane in zip(each.cells, lanes, strict=True)
    )


def _lanes(places: Sequence[float], *, logarithmic: bool) -> list[int]:
    """Return for each place, along the axis, the first lane below it (from 1) in which the word before leaves room."""
    along = [math.log(place) for place in places] if logarithmic else list(places)
    width = along[-1] - along[0]
    ends: list[float] = []
    lanes: list[int] = []
    for place in along:
        free = [lane for lane, end in enumerate(ends) if place - end >= _WORD * width]
        lane = free[0] if free else len(ends)
        ends[lane : lane + 1] = [place]
        lanes.append(lane + 1)
    return lanes


def _told(analysis: SweepAnalysis, contrast: SweepContrast, cell: CellVerdict) -> str:
    mark = _UNFAIR if unfair_at(analysis, contrast, cell.value) else ""
    return cell.verdict.word.value + mark
