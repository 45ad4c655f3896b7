"""What a study says that was repeated over one of its controls."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from paribus.analyse._results import Analysis, ArmResult, ContrastResult
from paribus.analyse._sweep_limits import limits
from paribus.analyse._sweep_places import crossovers, savings
from paribus.analyse._sweep_results import (
    ArmCurve,
    ArmPoint,
    CellVerdict,
    SweepAnalysis,
    SweepContrast,
)
from paribus.analyse._sweep_rule import generator, judged, reader
from paribus.analyse._tuned import tuned
from paribus.evidence import Sample, Verdict, spread, verdicts
from paribus.study import Contrast, SweepRecord, Value

_SELECTED_BY = "validation_accuracy"


def analyse_sweep(sweep: SweepRecord, cells: Sequence[Analysis]) -> SweepAnalysis:
    """Say how a study's results depend on a control.

    Every contrast is a question of its own: at which of these values is there a difference? Its verdicts are adjusted by Holm for the
    values, so that any of them is wrong with probability .05 at most; not for the study's other contrasts, which are other
    questions. The verdict on the mean over values is adjusted for the number of contrasts on the same metric.

    A cell whose seeds are not those that were planned for it is judged by an anytime-valid t, and so is what rests on it.

    Args:
        sweep: What was repeated over what.
        cells: The study's analysis at every value, in order.
    """
    contrasts = cells[0].study.contrasts
    asked = [[cell.contrasts[place] for cell in cells] for place in range(len(contrasts))]
    overall = _overall(cells, asked)
    return SweepAnalysis(
        sweep=sweep,
        studies=tuple(cell.study for cell in cells),
        seeds=cells[0].seeds,
        curves=tuple(_curves(sweep.values, cells)),
        contrasts=tuple(
            SweepContrast(
                contrast=contrast,
                cells=_cells(sweep.values, cells, results),
                overall=overall[contrast.label],
                rule=judged(cell.stage.rule for cell in cells),
                crossovers=crossovers(sweep, cells, results),
                savings=savings(sweep, cells, results),
            )
            for contrast, results in zip(contrasts, asked, strict=True)
        ),
        tuned=tuned(sweep, cells) if sweep.over == "learning_rate" else None,
        limits=limits(sweep, cells),
        missing=sum(len(cell.missing) for cell in cells),
    )


def _curves(values: Sequence[Value], cells: Sequence[Analysis]) -> Iterator[ArmCurve]:
    asked = [contrast.metric for contrast in cells[0].study.contrasts] or ["test_accuracy"]
    for metric in dict.fromkeys([*asked, _SELECTED_BY]):
        for place, arm in enumerate(cells[0].arms):
            points = [
                _point(value, cell.arms[place], metric) for value, cell in zip(values, cells, strict=True)
            ]
            yield ArmCurve(arm=arm.arm, metric=metric, points=tuple(points))


def _point(value: Value, arm: ArmResult, metric: str) -> ArmPoint:
    found = {seed.seed: seed.metrics[metric] for seed in arm.seeds}
    scores = {seed: score for seed, score in found.items() if not math.isnan(score)}
    mean = float(np.mean(list(scores.values()))) if scores else math.nan
    return ArmPoint(
        value=value, n=len(scores), mean=mean, spread=spread(list(scores.values())), scores=scores
    )


def _cells(
    values: Sequence[Value], cells: Sequence[Analysis], results: Sequence[ContrastResult]
) -> tuple[CellVerdict, ...]:
    """Return a contrast's verdicts, adjusted for its values."""
    rules = [judged([cell.stage.rule]) for cell in cells]
    samples = [_sample(result.contrast, list(result.differences.values())) for result in results]
    found = verdicts(samples, read=[reader(rule) for rule in rules], rng=generator(results[0].contrast.label))
    return tuple(
        CellVerdict(value=value, differences=dict(result.differences), verdict=verdict, rule=rule)
        for value, result, verdict, rule in zip(values, results, found, rules, strict=True)
    )


def _overall(cells: Sequence[Analysis], asked: Sequence[Sequence[ContrastResult]]) -> dict[str, Verdict]:
    """Return every contrast's verdict on the mean over values, adjusted for the contrasts on its metric."""
    read = reader(judged(cell.stage.rule for cell in cells))
    found: dict[str, Verdict] = {}
    for metric in dict.fromkeys(results[0].contrast.metric for results in asked):
        family = [results for results in asked if results[0].contrast.metric == metric]
        samples = [_sample(results[0].contrast, _means(results)) for results in family]
        labels = [results[0].contrast.label for results in family]
        found |= zip(labels, verdicts(samples, read=read, rng=generator(*labels)), strict=True)
    return found


def _means(results: Sequence[ContrastResult]) -> list[float]:
    """Return the mean difference over values of every seed that has them all."""
    return [
        sum(result.differences[seed] for result in results) / len(results)
        for seed in results[0].differences
        if all(seed in result.differences for result in results)
    ]


def _sample(contrast: Contrast, deltas: Sequence[float]) -> Sample:
    return Sample(np.array(deltas, np.float64), contrast.margin, contrast.rises)
