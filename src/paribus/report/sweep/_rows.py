"""A sweep as rows of text: what every table shows, wherever it is shown."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from paribus.analyse import ArmPoint, CellVerdict, Saving, SweepAnalysis, SweepContrast, Tuned
from paribus.records import Severity
from paribus.report._numbers import UNDEFINED, Scale
from paribus.report.sweep._places import place, score_told, spans_told
from paribus.study import Value, told


class SweepScore(NamedTuple):
    """One run's score in one metric."""

    value: Value
    arm: str
    seed: int
    metric: str
    score: float


class CellRow(NamedTuple):
    """A contrast at one value."""

    value: str
    n: str
    difference: str
    interval: str
    p: str
    verdict: str


class SavingRow(NamedTuple):
    """How many training rows the treatment needs for the score of the control."""

    n: str
    score: str
    needed: str
    spans: str
    saved: str


class RateRow(NamedTuple):
    """An arm's own learning rate."""

    arm: str
    rate: str
    validation: str
    remark: str


class TunedRow(NamedTuple):
    """A contrast at the arms' own rates, and at the common one."""

    contrast: str
    difference: str
    interval: str
    verdict: str
    common: str


def sweep_scores(analysis: SweepAnalysis) -> tuple[SweepScore, ...]:
    """Return every run's score in every metric of the curves."""
    return tuple(
        SweepScore(point.value, curve.arm, seed, curve.metric, score)
        for curve in analysis.curves
        for point in curve.points
        for seed, score in point.scores.items()
    )


def metrics(analysis: SweepAnalysis) -> tuple[str, ...]:
    """Return the metrics that contrasts are about, or test accuracy."""
    asked = dict.fromkeys(each.contrast.metric for each in analysis.contrasts)
    return tuple(asked) or ("test_accuracy",)


def curve_header(analysis: SweepAnalysis) -> tuple[str, ...]:
    """Return the header of `curve_table`."""
    return (analysis.sweep.over, *(arm.name for arm in analysis.studies[0].arms))


def curve_table(analysis: SweepAnalysis, metric: str) -> tuple[tuple[str, ...], ...]:
    """Return one row per value: every arm's mean ± standard deviation over seeds; the study's own value has a star."""
    scale, curves = Scale(metric), analysis.metric_curves(metric)
    return tuple(
        (
            starred(value, analysis),
            *(_score(curve.points[row], scale, len(analysis.seeds)) for curve in curves),
        )
        for row, value in enumerate(analysis.sweep.values)
    )


def starred(value: Value, analysis: SweepAnalysis) -> str:
    """Return a value, with a star if it is the study's own."""
    return f"{told(value)}*" if value == analysis.sweep.own else told(value)


def cell_rows(analysis: SweepAnalysis, contrast: SweepContrast) -> tuple[CellRow, ...]:
    """Return one row per value."""
    scale = Scale(contrast.contrast.metric)
    return tuple(_cell(cell, contrast, scale, analysis) for cell in contrast.cells)


def saving_rows(contrast: SweepContrast, analysis: SweepAnalysis) -> tuple[SavingRow, ...]:
    """Return one row per value at which the control has scores."""
    scale, name = Scale(contrast.contrast.metric), contrast.contrast.control
    curves = analysis.metric_curves(contrast.contrast.metric)
    points = next(curve.points for curve in curves if curve.arm == name)
    means = {point.value: point.mean for point in points}
    tried = analysis.sweep.values
    return tuple(
        SavingRow(
            n=f"{saving.n:,}",
            score=score_told(scale, means[saving.n]),
            needed=_needed(saving, tried),
            spans=spans_told(saving.spans, whole=True),
            saved=_saved(saving, float(tried[0])),
        )
        for saving in contrast.savings
    )


def rate_rows(found: Tuned) -> tuple[RateRow, ...]:
    """Return one row per arm."""
    return tuple(
        RateRow(
            arm=arm.arm,
            rate="none" if arm.rate is None else told(arm.rate),
            validation=UNDEFINED if arm.rate is None else f"{100 * arm.validation[arm.rate]:.2f}",
            remark="at the edge of those tried" if arm.at_edge else "",
        )
        for arm in found.arms
    )


def tuned_rows(found: Tuned) -> tuple[TunedRow, ...]:
    """Return one row per contrast."""
    rows: list[TunedRow] = []
    for each in found.contrasts:
        scale, common = Scale(each.contrast.metric), each.common
        rows.append(
            TunedRow(
                contrast=each.contrast.label,
                difference=scale.signed(each.verdict.mean) + scale.unit,
                interval=scale.interval(each.verdict.interval),
                verdict=each.verdict.word.value,
                common=f"{common.word.value}, {scale.signed(common.mean)}",
            )
        )
    return tuple(rows)


def unfair_at(analysis: SweepAnalysis, contrast: SweepContrast, value: Value) -> bool:
    """Whether a comparison is unfair at a value."""
    return any(
        limit.severity is Severity.UNFAIR
        and value in limit.values
        and limit.about in {"", contrast.contrast.label}
        for limit in analysis.limits
    )


def _cell(cell: CellVerdict, contrast: SweepContrast, scale: Scale, analysis: SweepAnalysis) -> CellRow:
    verdict = cell.verdict
    unfair = ", but unfair" if unfair_at(analysis, contrast, cell.value) else ""
    return CellRow(
        value=starred(cell.value, analysis),
        n=str(verdict.n),
        difference=scale.signed(verdict.mean) + ("" if math.isnan(verdict.mean) else scale.unit),
        interval=scale.interval(verdict.interval),
        p=_p(verdict.adjusted_p),
        verdict=verdict.word.value + (", fragile" if verdict.fragile else "") + unfair,
    )


def _score(point: ArmPoint, scale: Scale, seeds: int) -> str:
    if not point.n:
        return "none"
    spread = "" if math.isnan(point.spread) else f" ± {score_told(scale, point.spread)}"
    lost = f" (n = {point.n})" if point.n < seeds else ""
    return f"{score_told(scale, point.mean)}{spread}{lost}"


def _needed(saving: Saving, tried: Sequence[Value]) -> str:
    if math.isfinite(saving.needed):
        return place(saving.needed, whole=True)
    return f"fewer than {told(tried[0])}" if saving.needed < 0 else f"more than {told(tried[-1])}"


def _saved(saving: Saving, least: float) -> str:
    """Return which part of the control's rows is saved; where fewer are needed than were tried, at least how much."""
    if saving.needed == math.inf:
        return "none"
    part = 1 - (saving.needed if math.isfinite(saving.needed) else least) / saving.n
    if not math.isfinite(saving.needed):
        return f"over {100 * part:.0f} %" if part > 0 else "some"
    return f"{100 * part:.0f} %" if part >= 0 else f"none: {-100 * part:.0f} % more"


def _p(p: float) -> str:
    return UNDEFINED if math.isnan(p) else "< .0001" if p < 0.0001 else f"{p:.4f}".replace("0.", ".", 1)
