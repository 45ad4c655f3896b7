"""Results as rows of text: what every table shows, wherever it is shown."""

import math
from typing import NamedTuple

from paribus.analyse import Analysis, ContrastResult, Summary
from paribus.report._numbers import UNDEFINED, Scale


class ArmRow(NamedTuple):
    """An arm's sizes and scores; accuracies in percent, mean ± standard deviation over seeds."""

    arm: str
    parameters: str
    n: str
    test_accuracy: str
    test_by_seed: str
    validation_accuracy: str


class ContrastRow(NamedTuple):
    """A difference with its interval and verdict; accuracies in percentage points."""

    contrast: str
    metric: str
    n: str
    difference: str
    interval: str
    margin: str
    verdict: str
    by_seed: str


def protocol(analysis: Analysis) -> str:
    """Return in one line what all arms share."""
    data, recipe = analysis.study.dataset, analysis.study.recipe
    optimizer = recipe.optimizer if isinstance(recipe.optimizer, str) else recipe.optimizer["class_name"]
    pixels = {"raw": "raw pixels", "unit": "pixels divided by 255"}[data.pixels]
    anew = "BatchNormalization recalibrated before evaluation; " if recipe.batchnorm == "recalibrate" else ""
    return (
        f"{data.name}: {data.n_train:,} train, {data.n_validation:,} validation, {data.n_test:,} test; {pixels}; "
        f"{optimizer}, batch {recipe.batch_size}, {recipe.epochs} epochs; {anew}"
        f"{len(analysis.seeds)} seed{'s' if len(analysis.seeds) != 1 else ''}"
    )


def arm_rows(analysis: Analysis) -> tuple[ArmRow, ...]:
    """Return one row per arm, in the study's order."""
    return tuple(
        ArmRow(
            arm=arm.arm,
            parameters=f"{arm.parameters.total:,}" if arm.parameters else "unknown",
            n=str(len(arm.seeds)),
            test_accuracy=_percent(arm.summaries["test_accuracy"]),
            test_by_seed=" ".join(f"{100 * seed.metrics['test_accuracy']:.2f}" for seed in arm.seeds),
            validation_accuracy=_percent(arm.summaries["validation_accuracy"]),
        )
        for arm in analysis.arms
    )


def contrast_rows(analysis: Analysis) -> tuple[ContrastRow, ...]:
    """Return one row per contrast, in the study's order."""
    return tuple(_contrast_row(result) for result in analysis.contrasts)


def _contrast_row(result: ContrastResult) -> ContrastRow:
    scale, verdict, margin = Scale(result.contrast.metric), result.verdict, result.contrast.margin
    return ContrastRow(
        contrast=str(result.contrast),
        metric=result.contrast.metric.replace("_", " "),
        n=str(verdict.n),
        difference=scale.signed(verdict.mean) + ("" if math.isnan(verdict.mean) else scale.unit),
        interval=scale.interval(verdict.interval),
        margin="none" if margin is None else scale.plain(margin),
        verdict=verdict.word.value + (", fragile" if verdict.fragile else ""),
        by_seed=" ".join(scale.signed(delta) for delta in result.differences.values()),
    )


def _percent(summary: Summary) -> str:
    if math.isnan(summary.mean):
        return UNDEFINED
    if math.isnan(summary.spread):
        return f"{100 * summary.mean:.2f}"
    return f"{100 * summary.mean:.2f} ± {100 * summary.spread:.2f}"
