"""A run's metrics as they came, epoch by epoch, for programs that draw them against time."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from paribus.export._export import Export
from paribus.export._names import safe_names
from paribus.export._planned import Run, score_names
from paribus.records import EpochRecord, RunRecord


class Point(NamedTuple):
    """One number: its split and metric, after which epoch, and when [seconds since 1970]. What probes measure is of no split."""

    split: str
    metric: str
    epoch: int
    at: float
    value: float

    @property
    def tag(self) -> str:
        """Its name where splits of one metric belong together."""
        return tag_of(self.split, self.metric)

    @property
    def name(self) -> str:
        """Its name as a score."""
        return score_of(self.split, self.metric)


def score_of(split: str, metric: str) -> str:
    """Return the name of a split's metric as a score."""
    return f"{split}_{metric}" if split else metric


def tag_of(split: str, metric: str) -> str:
    """Return the name of a split's metric where splits of one metric belong together."""
    return f"{metric}/{split}" if split else f"probes/{metric}"


def points(export: Export, run: Run, record: RunRecord) -> tuple[Point, ...]:
    """Return all that was measured: training and validation at every epoch, test set and probes after the last one.

    When an epoch ended is not kept; it is taken to be as long before the run's end as later epochs trained.
    """
    names = metric_names(export)
    by_epoch = (
        Point(split, names[metric], epoch.epoch, at, value)
        for epoch, at in zip(record.epochs, _ends(record), strict=True)
        for split, metric, value in _measured(epoch)
        if metric in names
    )
    last = record.epochs[-1].epoch if record.epochs else 0
    at_end = (
        Point(split, names[metric], last, ended_at(record), value)
        for split, metric, value in (*_tested(record), *_probed(export, run))
        if metric in names
    )
    return (*by_epoch, *at_end)


def metric_names(export: Export) -> dict[str, str]:
    """Return by metric, or probe's metric, the name by which other programs take it."""
    return safe_names(["loss", "accuracy", *export.study.recipe.metric_names, *probed(export)])


def probed(export: Export) -> tuple[str, ...]:
    """Return what was measured besides the recipe's metrics."""
    recipe = export.study.recipe.scores
    return tuple(name for name in score_names(export) if name not in recipe)


def ended_at(record: RunRecord) -> float:
    """Return when a run ended [seconds since 1970]."""
    return datetime.fromisoformat(record.finished_at).timestamp()


def began_at(record: RunRecord) -> float:
    """Return when a run began, as far as is known."""
    return ended_at(record) - _finite(record.cost.wall_seconds)


def _ends(record: RunRecord) -> list[float]:
    """Return when each epoch ended."""
    seconds = [_finite(epoch.train_seconds) for epoch in record.epochs]
    return [ended_at(record) - sum(seconds[place + 1 :]) for place in range(len(seconds))]


def _measured(epoch: EpochRecord) -> Iterable[tuple[str, str, float]]:
    training = {"loss": epoch.loss, "accuracy": epoch.accuracy} | epoch.metrics
    validation = {
        "loss": epoch.validation_loss,
        "accuracy": epoch.validation_accuracy,
    } | epoch.validation_metrics
    yield from (("training", metric, value) for metric, value in training.items())
    yield from (("validation", metric, value) for metric, value in validation.items())


def _tested(record: RunRecord) -> Iterable[tuple[str, str, float]]:
    if record.test is None:
        return
    yield from (("test", "loss", record.test.loss), ("test", "accuracy", record.test.accuracy))
    yield from (("test", metric, value) for metric, value in record.test.metrics.items())


def _probed(export: Export, run: Run) -> Iterable[tuple[str, str, float]]:
    for name in probed(export):
        if not math.isnan(value := run.scores.get(name, math.nan)):
            yield "", name, value


def _finite(seconds: float) -> float:
    return seconds if math.isfinite(seconds) else 0.0
