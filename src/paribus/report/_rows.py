"""Results as rows of text: what every table shows, wherever it is shown."""

import math
from typing import NamedTuple

from paribus.analyse import Analysis, ContrastResult, Summary, ranges

UNDEFINED = "undefined"
_PERCENT_METRICS = frozenset({"test_accuracy", "validation_accuracy"})


class ArmRow(NamedTuple):
    """An arm's sizes and scores; accuracies in percent, mean ± standard deviation over seeds."""

    arm: str
    parameters: str
    n: str
    test_accuracy: str
    test_by_seed: str
    validation_accuracy: str


class ContrastRow(NamedTuple):
    """A difference with its interval; accuracies in percentage points."""

    contrast: str
    metric: str
    n: str
    difference: str
    interval: str
    margin: str
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


def range_sentences(analysis: Analysis) -> tuple[str, ...]:
    """Say in a sentence per question, asked in several cells, what it is in which."""
    return tuple(
        f"{each.family}: "
        + "; ".join(f"{word} at {', '.join(cells)}" for word, cells in each.cells.items())
        + "."
        for each in ranges(analysis.contrasts)
    )


def _contrast_row(result: ContrastResult) -> ContrastRow:
    scale, unit, digits = (100, " points", 2) if result.contrast.metric in _PERCENT_METRICS else (1, "", 4)
    margin = result.contrast.margin

    def signed(value: float) -> str:
        return UNDEFINED if math.isnan(value) else f"{scale * value:+.{digits}f}"

    defined = not math.isnan(result.interval.low)
    return ContrastRow(
        contrast=str(result.contrast),
        metric=result.contrast.metric.replace("_", " "),
        n=str(result.n),
        difference=signed(result.mean) + ("" if math.isnan(result.mean) else unit),
        interval=f"{signed(result.interval.low)} to {signed(result.interval.high)}" if defined else UNDEFINED,
        margin="none" if margin is None else f"{scale * margin:g}{unit}",
        by_seed=" ".join(signed(delta) for delta in result.differences.values()),
    )


def _percent(summary: Summary) -> str:
    if math.isnan(summary.mean):
        return UNDEFINED
    if math.isnan(summary.spread):
        return f"{100 * summary.mean:.2f}"
    return f"{100 * summary.mean:.2f} ± {100 * summary.spread:.2f}"
